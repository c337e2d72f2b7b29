"""A launch and its evidence made into a dossier. Pure."""

from __future__ import annotations

from typing import Any

from panel.core.domain import Fact, Source, Span
from panel.core.errors import InputError
from panel.core.frontmatter import Document, parse
from panel.core.hashing import digest
from panel.evidence.dossiers import Loaded, dossier_id, read_dossier
from panel.evidence.launches.evidence import Evidence, refusal
from panel.evidence.launches.launch import BadLine, Launch

#: Fields of a launch that a dossier's front matter has as well.
_CARD = ("name", "slug", "url", "tagline", "category", "launched")
_LIST = "launch list"


def dossier_of(launch: Launch, evidence: Evidence, *, card: str = _LIST) -> Loaded | BadLine:
    """The dossier of a launch, or what is wrong with it, said before any call.

    What the launch says fills the card; where the evidence is a dossier with front matter, that comes first,
    but for the slug, which is the launch's. Licence, source and the fields of no meaning become a source of
    their own, `launch`, and a fact each.

    Args:
        launch: As it was read.
        evidence: What `evidence_of` found for it.
        card: Where its fields come from, as reviewers read it.
    """
    try:
        document = _document(launch, evidence)
        loaded = read_dossier(document, slug=launch.slug)
    except InputError as error:
        return refusal(launch, error)
    dossier = loaded.dossier
    said = _said(launch)
    sources, facts = tuple(_named(each, launch, document, card) for each in dossier.sources), dossier.facts
    if said:
        source = _source(launch, said)
        sources, facts = (*sources, source), (*facts, *_facts(said))
    made = dossier.model_copy(
        update={
            "id": dossier_id(dossier.tool, sources, facts),
            "sources": sources,
            "facts": facts,
            "notes": (*launch.notes, *evidence.notes, *dossier.notes),
        }
    )
    return Loaded(made, (*launch.warnings, *loaded.warnings))


def _document(launch: Launch, evidence: Evidence) -> Document:
    card: dict[str, Any] = {field: value for field in _CARD if (value := getattr(launch, field))}
    # A README may open with front matter of another kind; only a dossier's means something here.
    own = parse(evidence.text, evidence.origin) if evidence.is_dossier else None
    if own is None or not own.has_front_matter:
        if evidence.url:
            card["sources"] = [{"url": evidence.url, "retrieved": evidence.retrieved}]
        return Document(file=evidence.origin, data=card, body=own.body if own else evidence.text)
    given = {key: value for key, value in own.data.items() if value is not None}
    slug = {"slug": launch.slug} if launch.slug else {}
    return Document(file=evidence.origin, data={**card, **given, **slug}, body=own.body, lines=own.lines)


def _named(source: Source, launch: Launch, document: Document, card: str) -> Source:
    """A source of the dossier; a card that no front matter filled is titled by what did."""
    if source.id != "card" or document.lines:  # which only front matter has that was written
        return source
    return source.model_copy(update={"title": card, "origin": launch.place})


def _said(launch: Launch) -> list[tuple[str, str]]:
    """What the launch says beyond the card."""
    own = [(field, value) for field in ("license", "source") if (value := getattr(launch, field))]
    return [*own, *launch.facts]


def _source(launch: Launch, said: list[tuple[str, str]]) -> Source:
    text = "\n".join(f"{subject}: {value}" for subject, value in said)
    return Source(id="launch", origin=launch.place, title=_LIST, sha256=digest(text), text=text)


def _facts(said: list[tuple[str, str]]) -> list[Fact]:
    facts, start = [], 0
    for n, (subject, value) in enumerate(said, start=1):
        line = f"{subject}: {value}"
        span = Span(source="launch", start=start + len(line) - len(value), end=start + len(line))
        facts.append(
            Fact(id=f"launch-{n}", kind="launch", subject=subject, value=value, quote=value, span=span)
        )
        start += len(line) + 1
    return facts
