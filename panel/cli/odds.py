"""What is shown beside a record: others of the same product that say otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from panel.cli.ending import printable
from panel.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from panel.core.outcomes import Comparison, Review
    from panel.core.records import Records


def beside(reviews: Iterable[Review], records: Records, root: Path) -> dict[str, list[str]]:
    """Of each review, by its id, the records of the same product that say otherwise, in words.

    Args:
        reviews: What is shown.
        records: Where the others are.
        root: The workspace, where editors' decisions are.
    """
    from panel.twins import Twins, at_odds, ruled

    try:
        twins = Twins(records, ruled(root))
    except InputError as error:
        typer.echo(f"whether records disagree is not known: {printable(error.message)}", err=True)
        return {}
    return {each.id: at_odds(each, twins, records) for each in reviews}


def beside_comparison(comparison: Comparison, records: Records, root: Path) -> list[str]:
    """The same for the two tools of a comparison."""
    try:
        reviews = [records.review(side.review) for side in (comparison.a, comparison.b)]
    except InputError:
        return []  # pruned, or damaged: `panel runs verify` names it
    found = beside(reviews, records, root)
    return list(dict.fromkeys(sentence for sentences in found.values() for sentence in sentences))
