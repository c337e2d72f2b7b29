"""Which text is a launch's evidence: given in the list, in a file beside it, fetched, or the entry's own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from panel.core.errors import InputError
from panel.evidence.cleaning import clean
from panel.evidence.fetching.endings import NotFetched
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.pages.reading import PageReader
from panel.evidence.shelf import MAX_BYTES
from panel.evidence.walls import is_wall

_ADVICE = "give the text as `text`, or a file with it as `readme`"


@dataclass(frozen=True)
class Page:
    """What was fetched for a launch.

    Attributes:
        text: HTML, Markdown or plain text, decoded.
        html: Whether it is HTML.
        url: Where it was found in the end.
        retrieved: When, as an ISO date or time; no part of any identity.
    """

    text: str
    html: bool
    url: str | None = None
    retrieved: str | None = None


@dataclass(frozen=True)
class Evidence:
    """The text a dossier is made from.

    Attributes:
        text: As it was found, of a page its main text.
        origin: Where: a path as the list writes it, an address, or the launch's own place.
        is_dossier: Whether it may have front matter of its own.
        url: The address it was fetched from.
        retrieved: When.
        notes: What was cut.
    """

    text: str
    origin: str
    is_dossier: bool = False
    url: str | None = None
    retrieved: str | None = None
    notes: tuple[str, ...] = ()


def evidence_of(
    launch: Launch, page: Page | None = None, *, folder: Path | None = None, reader: PageReader | None = None
) -> Evidence | BadLine:
    """The evidence of a launch, or why it has none.

    In this order: its `text`, its `readme` or `dossier`, what was fetched, what the entry itself says. If a
    page gives no evidence (it is empty, a 404 or log-in page, or cannot be read), the entry's own words
    stand in, and a note says why.

    Args:
        launch: As it was read.
        page: What was fetched from its address, if anything was.
        folder: Where the list lies; its paths start there and may not lead out. None: the list was fetched,
            and its paths mean nothing.
        reader: Reads pages in HTML.
    """
    try:
        return _found(launch, page, folder, reader)
    except InputError as error:
        return refusal(launch, error)


def refusal(launch: Launch, error: InputError) -> BadLine:
    """An error over a launch's evidence, with the place the launch is named at, once."""
    temporary = isinstance(error, NotFetched) and error.temporary
    return BadLine(launch.place, error.message.removeprefix(f"{launch.place}: "), error.hint, temporary)


def _found(launch: Launch, page: Page | None, folder: Path | None, reader: PageReader | None) -> Evidence:
    if launch.text:
        return _checked(_cut(Evidence(launch.text, launch.place)))
    for field, path in (("dossier", launch.dossier), ("readme", launch.readme)):
        if path:
            found = _from_file(path, field, folder)
            return found if found.is_dossier else _checked(found)
    if page is not None:
        try:
            return _checked(_from_page(page, launch, reader))
        except InputError as error:
            if not launch.entry_text:
                raise
            why = f"{launch.url}: {error.message}; the entry's own words stand in for it"
            return _from_entry(launch, launch.entry_text, (why,))
    if launch.entry_text:
        return _from_entry(launch, launch.entry_text, ())
    raise InputError(
        "there is no evidence", hint=_ADVICE if launch.url else f"{_ADVICE}, or an address as `url`"
    )


def _from_entry(launch: Launch, text: str, notes: tuple[str, ...]) -> Evidence:
    return _checked(_cut(Evidence(text, launch.place, notes=notes)))


def _from_file(name: str, field: str, folder: Path | None) -> Evidence:
    if folder is None:
        raise InputError(
            f"{field}: {name!r} is a path, but the list does not lie in a folder",
            hint="give the text as `text`",
        )
    if "\0" in name or Path(name).is_absolute():
        raise InputError(
            f"{field}: {name!r} is no path relative to the list", hint=f'"{field}": "tool/README.md"'
        )
    # Not Path.resolve: it raises on links that lead in a circle.
    place = Path(os.path.realpath(folder / name))
    if not place.is_relative_to(os.path.realpath(folder)):
        raise InputError(f"{field}: {name!r} leads out of the list's folder", hint="copy the file into it")
    try:
        if not place.is_file():
            raise InputError(f"{field}: there is no file {name!r} beside the list")
        with place.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
            size = max(len(data), place.stat().st_size)
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{field}: {name[:200]!r} cannot be read: {what}") from None
    return Evidence(*_decoded(data, size, name), is_dossier=field == "dossier", notes=_cut_note(name, size))


def _decoded(data: bytes, size: int, name: str) -> tuple[str, str]:
    try:
        text = data[:MAX_BYTES].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if size <= MAX_BYTES or error.start < MAX_BYTES - 4:  # else the cut went through a character
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError("is not UTF-8", file=name, line=line, hint="save it as UTF-8") from None
        text = data[: error.start].decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n"), name


def _from_page(page: Page, launch: Launch, reader: PageReader | None) -> Evidence:
    where = page.url or launch.url or launch.place
    if not page.html:
        return _cut(Evidence(page.text, where, url=where, retrieved=page.retrieved))
    if reader is None:
        raise InputError("the page is HTML and nobody was given to read it")
    main = reader.main_text(page.text)
    return _cut(Evidence(main.text, where, url=where, retrieved=page.retrieved, notes=main.notes))


def _cut(evidence: Evidence) -> Evidence:
    """The evidence within the bytes a dossier may have."""
    if len(evidence.text) * 4 <= MAX_BYTES:
        return evidence
    data = evidence.text.encode("utf-8", errors="replace")
    if len(data) <= MAX_BYTES:
        return evidence
    text = data[:MAX_BYTES].decode("utf-8", errors="ignore")
    notes = (*evidence.notes, *_cut_note("the text", len(data)))
    return Evidence(text, evidence.origin, evidence.is_dossier, evidence.url, evidence.retrieved, notes)


def _cut_note(what: str, size: int) -> tuple[str, ...]:
    return (f"{what}: cut at {MAX_BYTES:,} of {size:,} bytes",) if size > MAX_BYTES else ()


def _checked(evidence: Evidence) -> Evidence:
    """The evidence, if it is any; a dossier with front matter vouches for itself instead.

    Raises:
        InputError: it is empty, or stands where a product page should.
    """
    text = clean(evidence.text).text
    if not any(character.isalnum() for character in text):
        raise InputError("empty: there is no evidence", file=evidence.origin, hint=_ADVICE)
    if is_wall(text):
        what = "not a product page (not found, log-in, cookies or robot check)"
        raise InputError(what, file=evidence.origin, hint=_ADVICE)
    return evidence
