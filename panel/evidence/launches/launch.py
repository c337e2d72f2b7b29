"""A launch: one tool as a list names it, who it is, and what of it makes the dossier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from panel.core.domain import Value
from panel.core.hashing import digest, digest_of
from panel.core.slugs import MAX_LENGTH, is_slug, slugify
from panel.evidence.card import MAX_NAME
from panel.evidence.cleaning import clean
from panel.evidence.launches.addresses import is_web_address, normal_address

#: Fields beyond these are kept as facts; of more than this many, or longer ones, the rest is cut.
MAX_FACTS = 40
MAX_FACT = 500
MAX_KEY = 60
#: Longest of the short fields, in characters. An address has no common limit; servers refuse beyond 8,000.
MAX_FIELD = 2_000

#: Fields that are one line of text, in the order they are looked at.
LINES = ("name", "slug", "url", "tagline", "category", "license", "source", "launched")
#: Fields that are, or point to, the evidence.
EVIDENCE = ("text", "readme", "dossier")


@dataclass(frozen=True)
class BadLine:
    """A line, row, entry or file that gave no launch.

    Attributes:
        place: `file:line`, with the entry's id where the list is a feed.
        what: What is wrong.
        hint: What to write instead, where that can be said.
        temporary: Whether nothing is wrong with it: a host asks to come back later for its evidence.
    """

    place: str
    what: str
    hint: str | None = None
    temporary: bool = False

    @property
    def message(self) -> str:
        """All of it on one line: `place: what (hint)`."""
        return f"{self.place}: {self.what}{f' ({self.hint})' if self.hint else ''}"


class Launch(Value):
    """One tool as a list names it; all texts but those of the evidence are plain and on one line.

    Attributes:
        text: The evidence itself.
        readme: A file with it, relative to the list.
        dossier: A dossier file, relative to the list.
        entry_text: What a feed or site says of the tool: evidence where nothing better can be had.
        facts: Fields that mean nothing to this program, as text, in the order of their names.
        place: Where the list names it.
        warnings: What the list's owner should know of it, each with its place.
        notes: What was removed from its fields or cut, for the record.
    """

    name: Annotated[str, Field(min_length=1)]
    slug: str | None = None
    url: str | None = None
    tagline: str | None = None
    category: str | None = None
    license: str | None = None
    source: str | None = None
    launched: str | None = None
    text: str | None = None
    readme: str | None = None
    dossier: str | None = None
    entry_text: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    place: str
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """Who it is, however often and wherever it is named: its slug, else its address, else its name.

        Addresses count in their normal form, names without regard to case and white space.
        """
        if self.slug:
            return f"slug:{self.slug}"
        if self.url:
            return f"url:{normal_address(self.url)}"
        return f"name:{' '.join(self.name.casefold().split())}"

    @property
    def tool_slug(self) -> str:
        """The slug its records go by: the one given, else one made from the name."""
        return self.slug or slugify(self.name)

    @property
    def wants_page(self) -> bool:
        """Whether its evidence has to be fetched from its address."""
        return self.url is not None and not (self.text or self.readme or self.dossier)


def content_hash(launch: Launch, evidence: str) -> str:
    """The tagged hash of all that makes the launch's dossier: the same hash, the same dossier.

    No part of it: the slug, where the list names the launch, in which order its fields stand, and the name
    of the file its evidence lies in.

    Args:
        launch: As it was read.
        evidence: The text its dossier is made from (`evidence.launches.evidence.Evidence.text`).
    """
    given = {field: value for field in LINES if field != "slug" and (value := getattr(launch, field))}
    return digest_of(
        {"given": given, "facts": [list(fact) for fact in launch.facts], "text": digest(evidence)}
    )


def launch_from(
    fields: Mapping[str, Any], place: str, *, entry_text: str | None = None, warnings: tuple[str, ...] = ()
) -> Launch | BadLine:
    """The launch that some fields describe, or what is wrong with them.

    Args:
        fields: As a list gives them: JSON values by name; None and blank texts count as not given.
        place: Where they stand.
        entry_text: What the list itself says of the tool.
        warnings: Passed on.
    """
    given: dict[str, Any] = {}
    notes: list[str] = []
    try:
        for field in LINES:
            value = fields.get(field)
            given[field] = None if value is None else _line(field, value, notes)
        for field in EVIDENCE:
            given[field] = _text(field, fields.get(field))
        _check(given)
    except _WrongFieldError as wrong:
        return BadLine(place, wrong.what, wrong.hint)
    others = {key: value for key, value in fields.items() if key not in {*LINES, *EVIDENCE}}
    facts = _facts(others, notes) if others else ()
    return Launch(
        **given, entry_text=entry_text, facts=facts, place=place, warnings=warnings, notes=tuple(notes)
    )


class _WrongFieldError(ValueError):
    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


def one_line(text: str) -> tuple[str, tuple[str, ...]]:
    """A text made plain and put on one line, and what was removed from it."""
    if text.isascii() and text.isprintable() and "<!" not in text and "]:" not in text:
        return " ".join(
            text.split()
        ), ()  # nothing to clean: spares a hundred thousand lines most of the work
    made = clean(text)
    return " ".join(made.text.split()), made.notes


def _line(field: str, value: Any, notes: list[str]) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and field != "name":
        value = str(value)  # `"launched": 2026` says what it means
    if not isinstance(value, str):
        raise _WrongFieldError(f"{field}: must be text, not {_kind(value)}", f'write "{field}": "…"')
    if len(value) > MAX_FIELD:
        raise _WrongFieldError(
            f"{field}: has {len(value):,} characters; at most {MAX_FIELD:,} are read",
            "long text belongs into `text`, or into a file named by `readme`",
        )
    text, removed = one_line(value)
    notes.extend(f"{field}: {note}" for note in removed)
    return text or None


def _text(field: str, value: Any) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise _WrongFieldError(f"{field}: must be text, not {_kind(value)}", f'write "{field}": "…"')
    return value


def _check(given: Mapping[str, str | None]) -> None:
    name, slug, url = given["name"], given["slug"], given["url"]
    if name is None:
        raise _WrongFieldError("has no name", 'every launch needs a "name"')
    if len(name) > MAX_NAME:
        raise _WrongFieldError(
            f"name: has {len(name):,} characters; at most {MAX_NAME} are read",
            "put the rest into `tagline`",
        )
    if slug is not None and not is_slug(slug):
        raise _WrongFieldError(
            f"slug: {slug[:MAX_LENGTH]!r} is no slug", f"write {slugify(slug)!r}, or leave it out"
        )
    if url is not None and not is_web_address(url):
        raise _WrongFieldError(
            f"url: {url[:MAX_LENGTH]!r} is no web address", "write https://…, or leave it out"
        )


def _facts(others: Mapping[str, Any], notes: list[str]) -> tuple[tuple[str, str], ...]:
    facts: dict[str, str] = {}
    for key in sorted(others):
        label, _ = one_line(key[:MAX_KEY])
        value, removed = one_line(_said(others[key])[: 2 * MAX_FACT])
        if not label or not value:
            continue
        if len(facts) == MAX_FACTS:
            notes.append(f"left out fields beyond the first {MAX_FACTS}, from {label!r} on")
            break
        notes.extend(f"{label}: {note}" for note in removed)
        if len(value) > MAX_FACT:
            value = f"{value[: MAX_FACT - 1]}…"
            notes.append(f"{label}: cut to {MAX_FACT} characters")
        facts[label] = value
    return tuple(facts.items())


def _said(value: Any) -> str:
    """A JSON value as a reader would write it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "(nested too deeply to be shown)"


def _kind(value: Any) -> str:
    return {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}.get(
        type(value), type(value).__name__
    )
