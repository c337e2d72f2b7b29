"""Launch lists as JSONL: one object a line."""

from __future__ import annotations

from collections.abc import Iterator

from panel.evidence.launches.launch import BadLine, Launch, launch_from
from panel.evidence.launches.lines import numbered
from panel.evidence.launches.readers.base import LaunchList
from panel.evidence.launches.strict_json import read_json

SUFFIXES = (".jsonl", ".ndjson", ".json")


def recognises(listing: LaunchList) -> bool:
    """Whether it begins with an object, and is no JSON Feed."""
    head = listing.head().removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and b"jsonfeed.org/version" not in head


def read(listing: LaunchList) -> Iterator[Launch | BadLine]:
    """One launch or complaint for each line that is not blank."""
    with listing.open() as stream:
        for number, line in numbered(stream, listing.name):
            if isinstance(line, BadLine):
                yield line
            elif line.strip():
                yield _launch(line.strip(), f"{listing.name}:{number}")


def _launch(line: str, place: str) -> Launch | BadLine:
    try:
        value = read_json(line)
    except ValueError as error:
        return BadLine(place, str(error), 'one object a line: {"name": "…", "url": "https://…"}')
    if not isinstance(value, dict):
        kind = "a list" if isinstance(value, list) else f"the value {line[:20]}"
        return BadLine(place, f"is {kind}, not an object", '{"name": "…", "url": "https://…"}')
    return launch_from(value, place)
