"""Dossiers: read, checked, cleaned, and turned into what reviewers see, with an identity of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panel.core.domain import Dossier, Fact, Source, Span, Tool
from panel.core.errors import InputError, ManyInputErrors
from panel.core.frontmatter import Document, parse, read_text, validated
from panel.core.hashing import digest, digest_of
from panel.core.slugs import slugify
from panel.core.workspace import Workspace
from panel.evidence.card import Citation, FrontMatter, Price, card_text, cleaned_fields, unknown_keys
from panel.evidence.cleaning import clean
from panel.evidence.fetching.endings import shown as shown_address
from panel.evidence.markdown import first_paragraph, tool_name
from panel.evidence.shelf import MAX_BYTES, files, find, name_hint, own_slug, shown, twice
from panel.evidence.trying import has_test_log
from panel.evidence.walls import is_wall


@dataclass(frozen=True)
class Loaded:
    """A dossier, and what its editor should know: one line each, with file and line."""

    dossier: Dossier
    warnings: tuple[str, ...] = ()


def load(reference: str, workspace: Workspace, *, stdin: Callable[[], str] | None = None) -> Loaded:
    """The dossier of one tool, wherever it lies.

    Args:
        reference: A slug in dossiers/, a path to a Markdown file with or without front matter, or `-`.
        workspace: Where dossiers/ is.
        stdin: Gives the text meant by `-`.

    Raises:
        InputError: there is no such dossier, two have the slug, it is an address (`evidence.web` fetches
            those), or the file is no dossier; all that is wrong with a file is named at once.
    """
    if reference == "-" and stdin is not None:
        return _from_stdin(stdin)
    if re.match(r"[a-z][a-z0-9+.-]*://", reference, re.IGNORECASE):
        raise InputError(
            f"{shown_address(reference)}: is no address that is fetched here",
            field="TOOL",
            hint="name an http:// or https:// address, or save the page as Markdown and name the file",
        )
    return load_file(find(reference, workspace), workspace)


def load_file(path: Path, workspace: Workspace) -> Loaded:
    """The dossier in one Markdown file.

    Raises:
        InputError: as `load`.
    """
    document = parse(read_text(path, limit=MAX_BYTES), shown(path, workspace))
    return read_dossier(document, slug=own_slug(path, workspace), hint=name_hint(path))


def load_all(workspace: Workspace) -> tuple[list[Loaded], list[InputError]]:
    """All dossiers a slug can name, by slug, and what is wrong with the files that are none.

    Of two with one slug in one folder neither is loaded; the workspace's own hide those shipped.
    """
    found: dict[str, Loaded] = {}
    errors: list[InputError] = []
    for folder in workspace.folders("dossiers"):
        here, problems = load_folder(folder, workspace)
        errors += problems
        for each in here:
            found.setdefault(each.dossier.tool.slug, each)
    return [found[slug] for slug in sorted(found)], errors


def load_folder(folder: Path, workspace: Workspace) -> tuple[list[Loaded], list[InputError]]:
    """The dossiers of one folder by slug, and what is wrong with the files that are none."""
    errors: list[InputError] = []
    here: dict[str, list[tuple[Path, Loaded]]] = {}
    for path in files(folder):
        try:
            loaded = load_file(path, workspace)
        except InputError as error:
            errors.append(error)
        else:
            here.setdefault(loaded.dossier.tool.slug, []).append((path, loaded))
    for slug, entries in here.items():
        if len(entries) > 1:
            errors.append(twice(slug, [path for path, _ in entries], workspace))
    return [entries[0][1] for _, entries in sorted(here.items()) if len(entries) == 1], errors


# ---------------------------------------------------------------- from text to dossier


def read_dossier(document: Document, *, slug: str | None = None, hint: str | None = None) -> Loaded:
    """A parsed file as a dossier. Pure.

    Args:
        document: Front matter and body; `document.file` is recorded as the body's origin.
        slug: The slug where the front matter gives none; else it is made from the name.
        hint: What the name is likely to be spelled like, for a text without front matter.

    Raises:
        ManyInputErrors: all that is wrong with the front matter and the body.
    """
    body = clean(document.body)
    text = body.text.strip()
    notes = [f"body: {note}" for note in body.notes]
    errors = _wrong_with_body(document, text)
    fields, field_notes = cleaned_fields(document.data)
    if errors and not document.has_front_matter:
        raise ManyInputErrors(errors)
    if not document.has_front_matter:
        fields = _said_by(document, text, hint)
    try:
        given = validated(FrontMatter, document, fields)
    except ManyInputErrors as error:
        raise ManyInputErrors([*error.errors, *errors]) from None
    if errors:
        raise ManyInputErrors(errors)
    return _assembled(document, given, text, slug, (*notes, *field_notes))


def dossier_id(tool: Tool, sources: Iterable[Source], facts: Iterable[Fact]) -> str:
    """The dossier's identity: the tagged hash of the canonical JSON of all that reviewers see.

    No part of it: the slug (often a file's name, and shown to no reviewer), times of retrieval, origins,
    notes, and fields that are not given.
    """
    shown = tool.model_dump(mode="json", exclude={"slug"}, exclude_defaults=True)
    texts = [[source.id, source.title, source.url, source.text] for source in sources]
    return digest_of({"tool": shown, "sources": texts, "facts": [fact.as_json() for fact in facts]})


def locate(quote: str, text: str, source: str) -> Span | None:
    """Where `quote` stands in `text`, white space and case folded; None if it does not.

    It must not begin or end inside a word or number: "$2" does not stand in "$20".
    """
    folded = " ".join(quote.split())
    if not folded:
        return None
    before = r"(?<!\w)(?<!\d[.,])" if re.match(r"\w", folded) else ""
    after = r"(?!\w)(?![.,]\d)" if re.search(r"\w\Z", folded) else ""
    words = r"\s+".join(re.escape(word) for word in folded.split())
    match = re.search(before + words + after, text, re.IGNORECASE)
    return Span(source=source, start=match.start(), end=match.end()) if match else None


def _wrong_with_body(document: Document, text: str) -> list[InputError]:
    if not any(character.isalnum() for character in text):
        hint = "put what is known of the tool below the front matter"
        return [InputError("empty body: there is no evidence", file=document.file, hint=hint)]
    if not document.has_front_matter and is_wall(text):
        hint = "save the page itself, or vouch for the text with front matter: `---`, `name: …`, `---`"
        return [InputError("not a product page", file=document.file, hint=hint)]
    return []


def _said_by(document: Document, text: str, hint: str | None) -> dict[str, Any]:
    name = tool_name(text, hint)
    if not name:
        raise document.error("has no name", hint="begin it with a heading, or with front matter and a name")
    return {"name": name}


def _assembled(
    document: Document, given: FrontMatter, text: str, slug: str | None, notes: tuple[str, ...]
) -> Loaded:
    fields = given.model_dump(exclude={"pricing", "sources"})
    fields["slug"] = given.slug or slug or slugify(given.name)
    fields["description"] = given.description or first_paragraph(text)
    tool = Tool(**fields)
    sources = (
        _body_source(document, given.sources, text),
        _card_source(document, given, tool),
        *_cited(given.sources),
    )
    facts = tuple(_price_fact(n, price, text) for n, price in enumerate(given.pricing, start=1))
    unfound = [
        document.error(f"the quote {fact.quote!r} does not occur in the body", "pricing", n, "quote").message
        for n, fact in enumerate(facts)
        if fact.quote and fact.span is None
    ]
    identity = dossier_id(tool, sources, facts)
    # Only a dossier that somebody wrote holds a log of ours: a README's "test log" is its maker's.
    logged = bool(document.lines) and has_test_log(text, given.sources)
    dossier = Dossier(id=identity, tool=tool, sources=sources, facts=facts, notes=notes, test_log=logged)
    return Loaded(dossier, (*unknown_keys(document), *unfound))


def _body_source(document: Document, citations: tuple[Citation, ...], text: str) -> Source:
    # A body with several sources was written from all of them; only a sole one is where it came from.
    sole = citations[0].model_dump() if len(citations) == 1 else {}
    return Source(id="body", origin=document.file, sha256=digest(text), text=text, **sole)


def _card_source(document: Document, given: FrontMatter, tool: Tool) -> Source:
    if document.has_front_matter:
        shown = tool.model_copy(update={"description": given.description})
        title, text = "front matter", card_text(shown, given.pricing)
    else:
        title, text = "name and first paragraph", card_text(tool)
    return Source(id="card", origin=document.file, title=title, sha256=digest(text), text=text)


def _cited(citations: tuple[Citation, ...]) -> list[Source]:
    several = citations if len(citations) > 1 else ()
    return [Source(id=f"s{n}", **one.model_dump()) for n, one in enumerate(several, start=1)]


def _price_fact(n: int, price: Price, text: str) -> Fact:
    span = locate(price.quote, text, "body") if price.quote else None
    return Fact(
        id=f"price-{n}",
        kind="price",
        subject=price.plan or "",
        value=price.price,
        quote=price.quote,
        span=span,
    )


def _from_stdin(stdin: Callable[[], str]) -> Loaded:
    name = "standard input"
    try:
        text = stdin().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", file=name) from None
    size = len(text.encode("utf-8", errors="replace"))
    if size > MAX_BYTES:
        raise InputError(f"has {size:,} bytes; at most {MAX_BYTES:,} are read", file=name)
    return read_dossier(parse(text, name))
