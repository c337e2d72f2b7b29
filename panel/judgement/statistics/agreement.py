"""Whether those who judge the same things agree, beyond what chance alone would bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for nominal data, any number of observers, values missing at will.

    1 is perfect agreement, 0 what chance would bring, below 0 more disagreement than that. A unit with
    fewer than two values is left out: nothing can be paired. None where the paired values are all the same,
    or there are none: chance would agree as well, and alpha is not defined.

    Source: Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability, section C,
    alpha = 1 - observed / expected disagreement over the coincidences of values within units.

    Args:
        units: For each thing judged the values it was given, in any order.
    """
    values: Counter[Hashable] = Counter()
    observed = 0.0
    for unit in units:
        given = Counter(unit)
        size = given.total()
        if size > 1:
            values += given
            observed += _unequal_pairs(given) / (size - 1)
    expected = _unequal_pairs(values)
    return 1 - (values.total() - 1) * observed / expected if expected else None


def _unequal_pairs(given: Counter[Hashable]) -> int:
    """Ordered pairs of values that differ."""
    return int(given.total() ** 2 - sum(times * times for times in given.values()))
