"""Which tools and comparisons editors made live or withdrew: lines of `decisions.jsonl`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from panel.core.decisions import Decided, decided

Of = Literal["tool", "comparison"]


class Published(Decided):
    """A tool or a pair is live from this record on.

    `name` is the tool's slug or `<a>-vs-<b>`; `record` the review or comparison that was published; `despite`
    names each reason that spoke against it and that the editor let through, such as `contested`.
    """

    KIND = "publish"

    of: Of
    name: str
    record: str
    despite: tuple[str, ...] = ()
    reason: str = ""
    author: str
    time: str


class Withdrawn(Decided):
    """A tool or a pair is live no more."""

    KIND = "withdraw"

    of: Of
    name: str
    reason: str = ""
    author: str
    time: str


def published(root: Path) -> dict[tuple[Of, str], Published | Withdrawn]:
    """The newest word on each tool and pair.

    Args:
        root: The workspace.

    Raises:
        DamagedRecord: as `decided`.
    """
    return {(word.of, word.name): word for word in every_word(root)}


def every_word(root: Path) -> list[Published | Withdrawn]:
    """All words on what is live, oldest first.

    Raises:
        DamagedRecord: as `decided`.
    """
    return decided(root, Published, Withdrawn)


def live_tools(root: Path) -> set[str]:
    """The slugs of the tools that are live.

    Raises:
        DamagedRecord: as `decided`.
    """
    words = published(root).items()
    return {name for (of, name), word in words if of == "tool" and isinstance(word, Published)}
