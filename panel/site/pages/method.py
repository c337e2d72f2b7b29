"""How verdicts are made, and what the reviewers are; every number is the one the program works with."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist

from panel.evidence.trying import FEWEST_WORDS
from panel.judgement.aggregate import quorum
from panel.judgement.bets import LEAST_SETTLED
from panel.judgement.community import MINIMUM
from panel.judgement.comparison.alike import MOST_DAYS_APART
from panel.judgement.comparison.preferences import LEAST_LEAD
from panel.judgement.comparison.scorecard import CORE_ORDER
from panel.judgement.consistency.leaning import WEIGHTS
from panel.judgement.grounding.quotes import SHORTEST
from panel.judgement.statistics.figures import LEAST
from panel.judgement.statistics.intervals import Z
from panel.site.library import Library
from panel.site.page import Page
from panel.site.templating import html

_PATH = "method.html"
_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def pages(library: Library) -> Iterator[Page]:
    """The one page; it depends on the program and the settings alone."""

    def render() -> bytes:
        return html(
            "method.html.j2",
            _PATH,
            library,
            n=numbers(),
            word=in_words,
            weights=WEIGHTS,
        )

    yield Page(_PATH, None, render)


def numbers() -> dict[str, int]:
    """Every number on the page, by what it counts."""
    seats = len(CORE_ORDER) + 1
    return {
        "core": len(CORE_ORDER),
        "seats": seats,
        "quorum": quorum(seats),
        "shortest_quotation": SHORTEST,
        "log_words": FEWEST_WORDS,
        "lead": LEAST_LEAD,
        "days_apart": MOST_DAYS_APART,
        "informative": LEAST,
        "settled": LEAST_SETTLED,
        "votes": MINIMUM,
        "confidence": round(100 * (2 * NormalDist().cdf(Z) - 1)),
    }


def in_words(number: int) -> str:
    """A small number as prose has it, `three`; digits from thirteen on."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"
