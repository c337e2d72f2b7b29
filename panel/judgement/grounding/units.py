"""The units, currencies and months a figure may carry, each with the one word it is compared by."""

from __future__ import annotations

MULTIPLES = {
    "thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9, "bn": 9, "b": 9, "trillion": 12, "t": 12,
}  # fmt: skip
CURRENCIES = {
    "$": "$", "us$": "$", "usd": "$", "dollar": "$", "dollars": "$",
    "€": "€", "eur": "€", "euro": "€", "euros": "€",
    "£": "£", "gbp": "£", "pounds": "£",
    "¥": "¥",
}  # fmt: skip
#: What a price is for: the last word of "per user per month", as vendors vary it.
PRICED = {
    "mo": "month", "monthly": "month", "yr": "year", "annum": "year", "yearly": "year", "annually": "year",
    "hr": "hour", "min": "minute", "call": "request", "query": "request", "1m": "million tokens",
    "seat": "user", "developer": "user", "member": "user", "person": "user", "editor": "user",
}  # fmt: skip
MEASURES = {
    "%": "%", "percent": "%", "per cent": "%",
    "kilobyte": "kb", "kilobytes": "kb", "megabyte": "mb", "megabytes": "mb",
    "gigabyte": "gb", "gigabytes": "gb", "terabyte": "tb", "terabytes": "tb",
    "kb": "kb", "mb": "mb", "gb": "gb", "gib": "gb", "tb": "tb",
    "ms": "ms", "milliseconds": "ms", "s": "s", "sec": "s", "second": "s", "seconds": "s",
    "min": "min", "mins": "min", "minute": "min", "minutes": "min", "hour": "h", "hours": "h",
    "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month",
    "year": "year", "years": "year", "quarters": "quarter",
    "x": "x", "×": "x", "p": "p", "bit": "bit", "bits": "bit", "ghz": "ghz", "fps": "fps",
}  # fmt: skip
#: Months and years ahead are a way of speaking: "what kills it in 12 months".
HORIZONS = frozenset({"month", "year", "quarter"})

#: Who issues the standards that products are certified by.
BODIES = "ISO(?:/IEC)? | IEC | IEEE | SOC | FIPS | NIST SP | PCI DSS | EN | DIN | RFC"

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SPELLED = {word: n for n, word in enumerate(f"{_ONES} seventeen eighteen nineteen".split(), 1)} | {
    word: 10 * n for n, word in enumerate(_TENS.split(), 2)
}
_MONTH_NAMES = (
    "January Jan|February Feb|March Mar|April Apr|May|June Jun|July Jul|August Aug|September Sept Sep|"
    "October Oct|November Nov|December Dec"
)
MONTHS = {
    name.casefold(): number
    for number, names in enumerate(_MONTH_NAMES.split("|"), 1)
    for name in names.split()
}
#: Months with their capital: "may" is a verb.
MONTH = f"(?:{'|'.join(_MONTH_NAMES.replace('|', ' ').split())})\\.?"


def unit_word(text: str) -> str:
    """A unit as it stood in a text, the way the tables list it."""
    return " ".join(text.replace("-", " ").casefold().split())


def decimal(number: str, magnitude: str | None = None) -> str:
    """A number's value as text: no separators, no needless zeros, scaled by a word or letter of magnitude.

    Written digit by digit, so that no figure is too long and no float rounds it.
    """
    whole, _, fraction = number.replace(",", "").partition(".")
    shift = MULTIPLES[unit_word(magnitude)] if magnitude else 0
    fraction = fraction.ljust(shift, "0")
    whole, fraction = whole + fraction[:shift], fraction[shift:].rstrip("0")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole
