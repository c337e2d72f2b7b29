"""Lists made for a test, and what reading them gave."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.readers.base import LaunchList, reader

TODAY = date(2026, 11, 20)


def listing(content: str | bytes, name: str = "list.jsonl") -> LaunchList:
    """A list as it would have been fetched."""
    data = content.encode() if isinstance(content, str) else content
    return LaunchList(name, data=data, today=TODAY)


def read_as(form: str, content: str | bytes) -> list[Launch | BadLine]:
    """All that a reader gives for a content."""
    return list(reader(form).read(listing(content, "list")))


def names(found: Iterable[Launch | BadLine]) -> list[str]:
    """The names of the launches."""
    return [item.name for item in found if isinstance(item, Launch)]


def bad(found: Iterable[Launch | BadLine]) -> list[str]:
    """The messages of the bad lines."""
    return [item.message for item in found if isinstance(item, BadLine)]


def only(found: Iterable[Launch | BadLine]) -> Launch:
    """The one launch there is."""
    (launch,) = found
    assert isinstance(launch, Launch), launch
    return launch


def in_folder(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
