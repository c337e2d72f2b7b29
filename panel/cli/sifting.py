"""What all stored records hold of one kind, such as bets or paragraphs, damaged records set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from panel.core.errors import InputError

if TYPE_CHECKING:
    from panel.core.outcomes import Comparison, Review
    from panel.core.records import Records

T = TypeVar("T")


def from_records(
    records: Records,
    of_review: Callable[[Review], Iterable[T]],
    of_comparison: Callable[[Comparison], Iterable[T]],
) -> tuple[list[T], list[InputError]]:
    """What is in all records, oldest run first, and why some cannot be read.

    Args:
        records: Where.
        of_review: What is in a review.
        of_comparison: What is in a comparison.
    """
    found: list[T] = []
    problems: list[InputError] = []
    for run in records.run_ids():
        for slug in records.slugs_in(run):
            try:
                found += of_review(records.review(f"{run}/{slug}"))
            except InputError as error:
                problems.append(error)
        for pair in records.pairs_in(run):
            try:
                found += of_comparison(records.comparison(f"{run}/{pair}"))
            except InputError as error:
                problems.append(error)
    return found, problems
