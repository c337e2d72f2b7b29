"""How often a choice between two tools changes with the order in which they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from panel.judgement.statistics.counts import Ordered
from panel.judgement.statistics.intervals import wilson


@dataclass(frozen=True)
class OrderSensitivity:
    """What became of choices that were asked for in both orders.

    Attributes:
        chair: Whose; None for the whole panel.
        choices: How many there are.
        flipped: How many changed with the order.
        first: Of these, in how many the tool shown first was chosen both times.
        second: In how many the one shown second.
        share: flipped / choices; None where there are too few.
        low: Lower end of the share's 95 % interval.
        high: Upper end.
    """

    chair: str | None
    choices: int
    flipped: int
    first: int
    second: int
    share: float | None
    low: float | None
    high: float | None


def order_sensitivity(orders: Mapping[str, Counter[Ordered]], least: int) -> Iterator[OrderSensitivity]:
    """The whole panel's first, then each chair's; nothing where no choice was asked for in both orders.

    The choices of one comparison are about the same two dossiers and hang together, so the panel's interval
    is narrower than what is really known; a chair's own choices are about different pairs.

    Args:
        orders: What became of each chair's choices.
        least: Fewer give no share.
    """
    if orders:
        yield _of(None, sum(orders.values(), Counter()), least)
    for chair, became in orders.items():
        yield _of(chair, became, least)


def _of(chair: str | None, became: Counter[Ordered], least: int) -> OrderSensitivity:
    choices = became.total()
    flipped = choices - became["same"]
    known = choices >= least
    low, high = wilson(flipped, choices) if known else (None, None)
    return OrderSensitivity(
        chair=chair,
        choices=choices,
        flipped=flipped,
        first=became["first"],
        second=became["second"],
        share=flipped / choices if known else None,
        low=low,
        high=high,
    )
