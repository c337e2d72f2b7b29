"""What a dossier's front matter may say, how it is checked, and the card reviewers see of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from panel.core.domain import Tool
from panel.core.frontmatter import Document, Path_
from panel.core.slugs import MAX_LENGTH, is_slug
from panel.evidence.cleaning import clean

MAX_NAME = 200
#: Looking up a quote costs its length times that of the body.
MAX_QUOTE = 1_000


class _Given(BaseModel):
    """Base of what an editor types: frozen; unknown keys are warned of elsewhere and left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _words(value: Any) -> Any:
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        raise ValueError("must be one word or a list of words")
    return tuple(word.strip().lower() for word in given if word.strip())


def _entries(value: Any) -> Any:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError("must be a list, each entry with keys of its own")
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class Price(_Given):
    """One plan and its price, both as the vendor writes them; the quote is the sentence that says so."""

    price: str
    plan: str | None = None
    quote: Annotated[str, Field(max_length=MAX_QUOTE)] | None = None

    @property
    def shown(self) -> str:
        """One line of the card."""
        plan = f"{self.plan}: " if self.plan else ""
        return f'{plan}{self.price} ("{self.quote}")' if self.quote else f"{plan}{self.price}"


class Citation(_Given):
    """A source the dossier was written from."""

    url: str | None = None
    title: str | None = None
    retrieved: str | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Citation:
        if not (self.url or self.title):
            raise ValueError("a source needs a url or a title")
        return self


class FrontMatter(_Given):
    """A dossier's front matter; everything but the name may be missing."""

    name: Annotated[str, Field(max_length=MAX_NAME)]
    slug: str | None = None
    vendor: str | None = None
    version: str | None = None
    url: str | None = None
    category: str | None = None
    tagline: str | None = None
    description: str | None = None
    launched: str | None = None
    modality: Words = ()
    surface: Words = ()
    pricing: Annotated[tuple[Price, ...], BeforeValidator(_entries)] = ()
    sources: Annotated[tuple[Citation, ...], BeforeValidator(_entries)] = ()

    @field_validator("slug")
    @classmethod
    def _is_slug(cls, slug: str | None) -> str | None:
        if slug is not None and not is_slug(slug):
            raise ValueError(
                f"{slug!r} is no slug: lower-case letters and digits in words joined by single hyphens, "
                f"{MAX_LENGTH} characters at most, no reserved device name"
            )
        return slug


#: Where mappings lie inside front matter, and what they may hold.
_NESTED: dict[str, type[_Given]] = {"pricing": Price, "sources": Citation}


def cleaned_fields(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Front matter with its texts cleaned and on one line, blank fields left out; and what was done to it."""
    notes: list[str] = []
    return _cleaned(dict(data), (), notes), notes


def _cleaned(value: Any, path: Path_, notes: list[str]) -> Any:
    if isinstance(value, dict):
        fields = {key: _cleaned(inner, (*path, key), notes) for key, inner in value.items()}
        return {key: inner for key, inner in fields.items() if inner is not None}
    if isinstance(value, list):
        return [_cleaned(inner, (*path, n), notes) for n, inner in enumerate(value)]
    if not isinstance(value, str):
        return value
    made = clean(value)
    field = ".".join(str(step) for step in path)
    notes.extend(f"{field}: {note}" for note in made.notes)
    return " ".join(made.text.split()) or None


def unknown_keys(document: Document) -> Iterator[str]:
    """One warning, with file and line, for each key that means nothing here."""
    yield from _unknown(document, document.data, FrontMatter, ())
    for field, model in _NESTED.items():
        entries = document.data.get(field)
        for n, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict):
                yield from _unknown(document, entry, model, (field, n))


def _unknown(document: Document, data: dict[str, Any], model: type[_Given], path: Path_) -> Iterator[str]:
    for key in (key for key in data if key not in model.model_fields):
        near = difflib.get_close_matches(key, model.model_fields, n=1)
        advice = f"did you mean {near[0]}?" if near else f"known are: {', '.join(model.model_fields)}"
        yield document.error(f"unknown key, ignored; {advice}", *path, key).message


def card_text(tool: Tool, pricing: tuple[Price, ...] = ()) -> str:
    """The card: one line for each field that is given."""
    fields = {
        "Name": tool.name,
        "Vendor": tool.vendor,
        "Version": tool.version,
        "URL": tool.url,
        "Category": tool.category,
        "Tagline": tool.tagline,
        "Description": tool.description,
        "Launched": tool.launched,
        "Modality": ", ".join(tool.modality),
        "Surface": ", ".join(tool.surface),
    }
    lines = [f"{label}: {value}" for label, value in fields.items() if value]
    return "\n".join([*lines, *(f"Pricing: {price.shown}" for price in pricing)])
