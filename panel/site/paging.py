"""Cuts a long list into pages that lead to one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from panel.core.domain import Value

#: Entries on one page of a list.
A_PAGE = 60

T = TypeVar("T")


class Place(Value):
    """Where one page of a list stands among the others.

    Attributes:
        path: Where it lies in the site.
        number: Which page it is, from 1.
        of: How many there are.
        before: The path of the page before it; None for the first.
        after: The path of the page after it; None for the last.
        total: Entries on all pages.
    """

    path: str
    number: int
    of: int
    before: str | None
    after: str | None
    total: int


def paged(
    entries: Sequence[T], path_of: Callable[[int], str], size: int = A_PAGE
) -> Iterator[tuple[Place, Sequence[T]]]:
    """The pages of a list, each with its entries; a single empty one where there are no entries.

    Args:
        entries: In their order.
        path_of: Where a page lies, by its number.
        size: Entries on a page.
    """
    count = max(1, -(-len(entries) // size))
    for number in range(1, count + 1):
        place = Place(
            path=path_of(number),
            number=number,
            of=count,
            before=path_of(number - 1) if number > 1 else None,
            after=path_of(number + 1) if number < count else None,
            total=len(entries),
        )
        yield place, entries[(number - 1) * size : number * size]


def in_folder(folder: str) -> Callable[[int], str]:
    """Paths such as `tools/index.html`, `tools/index/2.html`."""
    return lambda number: f"{folder}/index.html" if number == 1 else f"{folder}/index/{number}.html"
