"""Launch lists as CSV: a header with the names of fields, then one launch a row; cells stay text."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator

from panel.evidence.launches.launch import BadLine, Launch, launch_from
from panel.evidence.launches.lines import numbered
from panel.evidence.launches.readers.base import LaunchList

SUFFIXES = (".csv", ".tsv")
#: Separators, the first of them that gives a column `name` counts.
_SEPARATORS = (",", ";", "\t")
#: A row of more lines, or more characters, has lost its closing quote.
MAX_ROW_LINES = 2_000
MAX_ROW = 400_000

_Row = tuple[int, list[str] | BadLine]


def recognises(listing: LaunchList) -> bool:
    """Whether its first line names a column `name`."""
    first = listing.head().split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    return _header(first.rstrip("\r")) is not None


def read(listing: LaunchList) -> Iterator[Launch | BadLine]:
    """One launch or complaint for each row that is not blank.

    A row that cannot be read is reported with its first line; reading goes on with the next line, so that a
    lost closing quote does not swallow the rows below it.
    """
    with listing.open() as stream:
        lines = _Lines(numbered(stream, listing.name))
        header = _first(lines, listing.name)
        if isinstance(header, BadLine):
            yield header
            return
        separator, columns = header
        for number, row in _rows(lines, separator, len(columns), listing.name):
            if isinstance(row, BadLine):
                yield row
            else:
                yield launch_from(dict(zip(columns, row, strict=True)), f"{listing.name}:{number}")


class _Lines:
    """Lines that can be put back; those put back are marked as belonging to a row that failed."""

    def __init__(self, source: Iterator[tuple[int, str | BadLine]]) -> None:
        self._source = source
        self._again: deque[tuple[int, str | BadLine]] = deque()

    def take(self) -> tuple[int, str | BadLine, bool] | None:
        """Number, line, and whether it was put back; None at the end."""
        if self._again:
            return (*self._again.popleft(), True)
        following = next(self._source, None)
        return None if following is None else (*following, False)

    def put_back(self, lines: list[tuple[int, str | BadLine]]) -> None:
        self._again.extendleft(reversed(lines))


def _first(lines: _Lines, name: str) -> tuple[str, list[str]] | BadLine:
    """The separator and the names of the columns."""
    taken = lines.take()
    advice = "the first line names the columns: name,url,tagline,category"
    if taken is None:
        return BadLine(name, "is empty", advice)
    number, line, _ = taken
    if isinstance(line, BadLine):
        return line
    header = _header(line.rstrip("\n"))
    place = f"{name}:{number}"
    if header is None:
        return BadLine(place, "has no column `name`; nothing of the file is read", advice)
    twice = sorted({column for column in header[1] if header[1].count(column) > 1})
    if twice:
        return BadLine(place, f"names the column {twice[0]!r} twice; nothing of the file is read", advice)
    return header


def _header(line: str) -> tuple[str, list[str]] | None:
    for separator in _SEPARATORS:
        try:
            cells = next(csv.reader([line], delimiter=separator, strict=True), [])
        except csv.Error:
            continue
        columns = [cell.strip().lower() for cell in cells]
        if "name" in columns:
            # A column without a name holds what nobody asked for; it gets one so that its cells are counted.
            return separator, [column or f"column {n}" for n, column in enumerate(columns, start=1)]
    return None


def _rows(lines: _Lines, separator: str, width: int, name: str) -> Iterator[_Row]:
    while (taken := lines.take()) is not None:
        number, line, again = taken
        if isinstance(line, BadLine):
            yield number, line
        elif line.strip():
            # Within a row that failed no row of several lines is begun: each line is looked at twice at most.
            yield _row((number, line), None if again else lines, separator, width, f"{name}:{number}")


def _row(first: tuple[int, str], lines: _Lines | None, separator: str, width: int, place: str) -> _Row:
    more: list[tuple[int, str | BadLine]] = []
    try:
        cells = next(csv.reader(_pulled(first[1], lines, more), delimiter=separator, strict=True))
    except csv.Error as error:
        wrong = _explained(str(error), place)
    else:
        if len(cells) == width:
            return first[0], cells
        what = f"has {len(cells)} cells, the header names {width} columns"
        wrong = BadLine(place, what, 'a cell with a comma in it stands in quotes: "a, b"')
    if lines is not None:
        lines.put_back(more)
    return first[0], wrong


def _pulled(first: str, lines: _Lines | None, more: list[tuple[int, str | BadLine]]) -> Iterator[str]:
    """The row's first line, and as many more as its open quote asks for."""
    yield first
    size = len(first)
    while lines is not None and len(more) < MAX_ROW_LINES and size < MAX_ROW:
        taken = lines.take()
        if taken is None:
            return
        number, line, again = taken
        more.append((number, line))
        if isinstance(line, BadLine) or again:
            return
        size += len(line)
        yield line


def _explained(error: str, place: str) -> BadLine:
    if "unexpected end of data" in error:
        return BadLine(
            place, "a quote is opened and never closed", 'a quote within a cell is written twice: ""'
        )
    if "field larger than" in error:
        return BadLine(
            place,
            f"a cell has over {csv.field_size_limit():,} characters",
            "put the text into a file and name it under `readme`",
        )
    return BadLine(place, f"is no CSV: {error}", 'a cell with quotes in it is written "a ""b"" c"')
