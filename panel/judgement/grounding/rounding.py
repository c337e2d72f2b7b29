"""Whether a figure that is called approximate is one of the dossier's, rounded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from panel.judgement.patterns import either

#: Right before a figure these say that it is not meant to the digit.
_HEDGE = re.compile(
    r"(?:\b"
    + either("""
        about | around | roughly | approximately | approx. | nearly | almost | close to | some | just
        (?:under|over|below|above) | more than | over | under | less than | upwards of | an estimated
        """)
    + r"\s|[~≈]\s?)$",
    re.IGNORECASE,
)
_REACH = 24
_FORM = re.compile(r"(?P<before>\D*)(?P<value>\d+(?:\.\d+)?)(?P<after>.*)")
#: What is exact by nature: nobody rounds a version or a date.
_EXACT = ("version:", "date:", "year:", "quarter:", "standard:")
#: A rounded figure is no further from the real one than this part of it, however round it is.
MOST_OFF = Decimal("0.05")


def is_hedged(text: str, start: int) -> bool:
    """Whether the figure that starts there is called approximate: "about 82%", "~500", "more than $20"."""
    return bool(_HEDGE.search(text[max(0, start - _REACH) : start]))


def is_rounded(form: str, known: Iterable[str]) -> bool:
    """Whether a normal form is another of the same unit rounded to as many digits as it shows.

    Half a unit of its last digit that is not zero is allowed, and a twentieth of the other's value at most:
    "about 82%" and "about 80%" are 81.5%, "about 100" is not 81.5.

    Args:
        form: A normal form of `figures`.
        known: The normal forms it may be a rounding of.
    """
    asked = _parts(form)
    if asked is None:
        return False
    unit, value = asked
    digits = value.normalize().as_tuple()
    half = Decimal((0, (5,), int(digits.exponent) - 1))
    others = (_parts(each) for each in known)
    return any(
        other is not None
        and other[0] == unit
        and abs(other[1] - value) <= min(half, MOST_OFF * abs(other[1]))
        for other in others
    )


def _parts(form: str) -> tuple[tuple[str, str], Decimal] | None:
    match = None if form.startswith(_EXACT) else _FORM.fullmatch(form)
    return None if match is None else ((match["before"], match["after"]), Decimal(match["value"]))
