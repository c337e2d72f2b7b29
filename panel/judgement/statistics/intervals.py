"""How far a share may be off when it rests on so many cases."""

from __future__ import annotations

import math

#: The normal distribution's quantile for 95 %, both sides.
Z = 1.959964


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share, also right where the share is 0 or 1.

    Source: Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22, 209-212.

    Args:
        hits: Cases that hit.
        of: All cases, at least one.

    Raises:
        ValueError: there are no cases, or more hits than cases.
    """
    if not 0 <= hits <= of or of == 0:
        raise ValueError(f"{hits} of {of} is no share")
    share, z2 = hits / of, Z * Z
    middle = share + z2 / (2 * of)
    half = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    low, high = ((middle + sign * half) / (1 + z2 / of) for sign in (-1, 1))
    # Rounding may lead past the share itself at 0 and 1.
    return min(max(low, 0.0), share), max(min(high, 1.0), share)
