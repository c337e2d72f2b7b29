"""Cuts a long list into pages that lead to one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

#: Entries on one page of a list.
A_PAGE = 60

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """One page of a list.

    Attributes:
        path: Where it lies in the site.
        entries: What stands on it.
        number: Which page it is, from 1.
        of: How many there are.
        before: The path of the page before it; None for the first.
        after: The path of the page after it; None for the last.
        total: Entries on all pages.
    """

    path: str
    entries: Sequence[T]
    number: int
    of: int
    before: str | None
    after: str | None
    total: int

    @property
    def place(self) -> list[object]:
        """All of it but the entries, for a page's inputs."""
        return [self.path, self.number, self.of, self.before, self.after, self.total]


def parts(entries: Sequence[T], path_of: Callable[[int], str], size: int = A_PAGE) -> Iterator[Part[T]]:
    """The pages of a list; a single empty one where there are no entries.

    Args:
        entries: In their order.
        path_of: Where a page lies, by its number.
        size: Entries on a page.
    """
    count = max(1, -(-len(entries) // size))
    for number in range(1, count + 1):
        yield Part(
            path=path_of(number),
            entries=entries[(number - 1) * size : number * size],
            number=number,
            of=count,
            before=path_of(number - 1) if number > 1 else None,
            after=path_of(number + 1) if number < count else None,
            total=len(entries),
        )


def in_folder(folder: str) -> Callable[[int], str]:
    """Paths such as `tools/index.html`, `tools/index-2.html`."""
    return lambda number: f"{folder}/index.html" if number == 1 else f"{folder}/index-{number}.html"
