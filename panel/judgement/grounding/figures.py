"""Finds numbers, prices, sizes, versions and dates in prose; each gets a normal form to be compared by.

`128K`, `128,000` and `128k` are one form, `$20/mo` and `$20 per month` another. The paragraph and the dossier
are read in the same way, so a figure is supported exactly if the dossier says it in some spelling.
A number written out ("ninety days", "a million rows") is often a figure of speech: it is a claim only where
the dossier has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Literal

from panel.judgement.grounding.digits import plain_digits
from panel.judgement.grounding.units import (
    BODIES,
    CURRENCIES,
    HORIZONS,
    MEASURES,
    MONTH,
    MONTHS,
    PRICED,
    SPELLED,
    decimal,
    unit_word,
)
from panel.judgement.patterns import either

Kind = Literal["price", "date", "year", "version", "standard", "quantity", "number", "spoken"]

#: Up to here a writer would spell the number out: "3 steps" claims nothing.
SMALL = 10


@dataclass(frozen=True)
class Figure:
    """A figure of a text.

    Attributes:
        start, end: Its characters in the text.
        kind: What it is; `spoken` is written out and claims nothing the dossier does not have.
        needs: Groups of normal forms; the dossier must have one of each group. Empty if nothing is claimed.
        supports: What it proves where it stands in a dossier.
    """

    start: int
    end: int
    kind: Kind
    needs: tuple[frozenset[str], ...]
    supports: frozenset[str]


def figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text in order; none overlaps another.

    Counts up to ten and horizons ("within 12 months") claim nothing: they are figures without `needs`.
    """
    text = plain_digits(text)
    digits = [match.start() for match in _DIGITS.finditer(text)]
    words = [match.start() for match in _LETTERS.finditer(text) if match[0].casefold() in _NUMBER_WORDS]
    found: list[Figure] = []
    taken = bytearray(len(text))
    for pattern, read in _READERS:
        for match in _matches(pattern, text, digits, words):
            start, end = match.span()
            figure = None if any(taken[start:end]) else read(match)
            if figure is not None:
                taken[start:end] = b"\x01" * (end - start)
                found.append(figure)
    return tuple(sorted(found, key=lambda figure: figure.start))


def _matches(
    pattern: re.Pattern[str], text: str, digits: Sequence[int], words: Sequence[int]
) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` gives, tried only where a match can begin.

    Args:
        pattern: One of the readers.
        text: Where.
        digits: Where in it a run of digits begins.
        words: Where in it a word of a number begins.
    """
    if not digits and pattern not in _AT_WORDS:
        return  # the others need a digit somewhere
    starts = digits if pattern in _AT_DIGITS else words if pattern in _AT_WORDS else None
    if starts is None:
        yield from pattern.finditer(text)
        return
    end = 0
    for start in starts:
        if start >= end and (match := pattern.match(text, start)):
            yield match
            end = match.end()


def _figure(
    match: re.Match[str], kind: Kind, needs: Iterable[Iterable[str]], supports: Iterable[str]
) -> Figure:
    return Figure(match.start(), match.end(), kind, tuple(map(frozenset, needs)), frozenset(supports))


# ------------------------------------------------------------ the parts

#: No figure begins inside a word, a number or a fraction; every repetition is bounded, so reading is linear.
_OPEN = r"(?<![\w.,/$€£])"
_NUMBER = r"\d{1,15}(?:,\d{3}){0,4}(?:\.\d{1,9})?"
_CLOSE = r"(?!\w|[.,/]\d)"
_TO = r"(?:\s?[-–—]\s?|\sto\s)"
_MAGNITUDE = r"(?:[ -]?(?i:thousand|million|billion|trillion|bn)\b|\s?[KkMBbT]\b)"
_TOKENS = (
    r"(?:1|one|a)?\s?(?:M|million|K|thousand)\s(?:(?:input|output)\s)?"
    r"(?:tokens?|characters?|words?|requests?|images?|rows?)"
)
_PRICED = either("""
    month | mo | year | yr | annum | week | day | hour | hr | minute | min | second
    | (?:(?:active|named|licensed|monthly)[ ])?(?:user|seat|developer|member|person|editor)
    | token | character | image | request | call | query | credit | GB | 1M
    """)
_PER = (
    rf"(?i:\s?(?:/|\bper\b|\ba\b|\ban\b|\beach\b|\bevery\b)\s?(?:{_TOKENS}|{_PRICED})\b"
    r"|\s(?:monthly|yearly|annually)\b)"
)
_TIME = either("""
    milliseconds | sec | seconds? | minutes? | mins? | hours? | days? | weeks? | months? | years? | quarters
    | bits?
    """)
_BYTES = "(?:kilo|mega|giga|tera)bytes?"
#: "1990s" is no number of seconds.
_MEASURE = (
    r"(?:\s?%|\s(?i:percent|per cent)\b|\s?(?:[KMGTkmgt]B|GiB|GHz|ms|fps)\b"
    rf"|[ -](?i:{_BYTES})\b"
    r"|(?<!\d{4})s\b|\ss\b|[x×](?!\w)"
    r"|(?<=\d{3})p\b"
    rf"|[ -]?(?i:{_TIME})\b)"
)
#: How long something has been, or what one signs up for, is no horizon.
_NO_HORIZON = re.compile(
    r"\s?-?(?:ago|old|free|trial|contract|warranty|commitment|plan|subscription|of (?:data|history|logs))\b",
    re.IGNORECASE,
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_LOW = rf"(?P<low>{_NUMBER})(?P<lowmag>{_MAGNITUDE})?"
_HIGH = rf"(?P<high>{_NUMBER})(?P<highmag>{_MAGNITUDE})?"
_AMOUNTS = rf"{_LOW}(?:{_TO}[$€£]?{_HIGH})?"
_ONE = rf"{_LOW}(?P<lowmeasure>{_MEASURE})?"
_ANOTHER = rf"{_HIGH}(?P<highmeasure>{_MEASURE})?"
_NO_OTHER = "(?P<high>)(?P<highmag>)(?P<highmeasure>)"
_SPELLED = either(" | ".join(SPELLED))
_WORDS = f"{_SPELLED}(?:-{_SPELLED})?"
_WRITTEN_OUT = (
    rf"(?i:\b(?:(?P<words>{_WORDS})(?![-\w])(?:[ -](?P<measure>{_TIME})\b)?"
    r"|(?:a|one)[ ](?P<round>thousand|million|billion)\b))"
)
_CURRENCY = "€|USD|EUR|GBP|(?i:dollars?|euros?|pounds)"
_COUNTED = "[ -](?:hundred|thousand|million|billion|trillion|percent|per cent|dollars|euros)"

# ------------------------------------------------------------ one reader for each kind


def _date(match: re.Match[str]) -> Figure | None:
    part = match.groupdict()
    month = int(part["m"]) if part.get("m") else MONTHS[part["month"].rstrip(".").casefold()]
    day = int(part["d"]) if part.get("d") else None
    year = part.get("y") or ""
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):  # noqa: PLR2004 (a calendar's bounds)
        return None
    exact = f"date:{year}-{month}-{day or ''}"
    supports = {exact, f"date:{year}-{month}-"}
    if day is not None:
        supports.add(f"date:-{month}-{day}")
    if year:
        supports.add(f"year:{year}")
    return _figure(match, "date", [[exact]], supports)


def _day_of_three_numbers(match: re.Match[str]) -> Figure | None:
    """14.03.2026, 14/03/2026 or 3/14/2026: where both readings are days, either will do."""
    first, second, year = int(match["one"]), int(match["two"]), match["y"]
    orders = [(first, second), (second, first)] if match["mark"] == "/" else [(first, second)]
    days = [(day, month) for day, month in orders if 1 <= month <= 12 and 1 <= day <= 31]  # noqa: PLR2004 (a calendar's bounds)
    exact = [f"date:{year}-{month}-{day}" for day, month in days]
    shorter = [f"date:{year}-{month}-" for _, month in days]
    return _figure(match, "date", [exact], [*exact, *shorter, f"year:{year}"]) if days else None


def _quarter(match: re.Match[str]) -> Figure:
    exact = f"quarter:{match['y']}-{match['q']}"
    return _figure(match, "date", [[exact]], [exact, f"year:{match['y']}"])


def _year(match: re.Match[str]) -> Figure:
    return _figure(match, "year", [[f"year:{match[0]}"]], [f"year:{match[0]}", f"number:{match[0]}"])


def _price(match: re.Match[str]) -> Figure:
    """A price needs its unit: where the dossier says "$20" only, "$20 a month" is more than it says."""
    currency = CURRENCIES[unit_word(match["currency"])]
    units = sorted({_priced(per[0]) for per in re.finditer(_PER, match["per"] or "")})
    amounts = [decimal(match["low"], match["lowmag"] or (match["highmag"] if match["high"] else None))]
    if match["high"]:
        amounts.append(decimal(match["high"], match["highmag"]))
    fewer = [subset for size in range(len(units) + 1) for subset in combinations(units, size)]
    supports = [f"{currency}{amount}/{'/'.join(subset)}" for amount in amounts for subset in fewer]
    supports += [f"number:{amount}" for amount in amounts]
    return _figure(
        match, "price", [[f"{currency}{amount}/{'/'.join(units)}"] for amount in amounts], supports
    )


_UNIT_WORD = re.compile(
    r"^\s?(?:/|per\b|an?\b|each\b|every\b)|\b(?:1|one|a|input|output|active|named|licensed)\b"
    r"|\bmonthly(?=\s\w)",
    re.IGNORECASE,
)


def _priced(per: str) -> str:
    unit = unit_word(_UNIT_WORD.sub(" ", per))
    unit = re.sub("^1?m ", "million ", re.sub("^1?k ", "thousand ", unit))
    return PRICED.get(unit, unit)


def _standard(match: re.Match[str]) -> Figure:
    form = f"standard:{match['body'].casefold()} {match['number']}"
    return _figure(match, "standard", [[form]], [form])


def _version(match: re.Match[str]) -> Figure:
    parts = match["v"].split(".")
    shorter = [f"version:{'.'.join(parts[:n])}" for n in range(2, len(parts))]
    return _figure(match, "version", [[f"version:{match['v']}"]], [f"version:{match['v']}", *shorter])


def _number(match: re.Match[str]) -> Figure:
    """One number or a range; what stands behind a range ("10-30 minutes") belongs to both its ends."""
    low, high = match["low"], match["high"]
    measure = _measure(match["highmeasure"] if high else match["lowmeasure"])
    ends = [
        _forms(low, match["lowmag"] or match["highmag"] or None, _measure(match["lowmeasure"]) or measure)
    ]
    if high:
        ends.append(_forms(high, match["highmag"], measure))
    bare = not (measure or match["lowmeasure"] or match["lowmag"] or match["highmag"])
    small = bare and all(end.isdigit() and int(end) <= SMALL for end in (low, high) if end)
    ahead = measure in HORIZONS and not _NO_HORIZON.match(match.string, match.end())
    return _figure(
        match, "number" if bare else "quantity", [] if small or ahead else ends, set().union(*ends)
    )


def _forms(number: str, magnitude: str | None, measure: str | None) -> set[str]:
    value = decimal(number, magnitude)
    if measure == "ms":
        return {f"s:{decimal(f'{Decimal(value).scaleb(-3):f}')}"}
    if measure:
        return {f"{measure}:{value}"}
    # "2.0" may be a version or a value; a version keeps its zeros.
    if "." in number and not magnitude:
        return {f"number:{value}", f"version:{number}"}
    # "32K tokens" are 32,768 where memory is counted.
    binary = {f"number:{int(number) * 1024}"} if magnitude in {"K", "k"} and number.isdigit() else set()
    return {f"number:{value}", *binary}


def _measure(text: str | None) -> str | None:
    return MEASURES[unit_word(text)] if text else None


def _spelled(match: re.Match[str]) -> Figure:
    value = _spelled_value(match["words"])
    unit = unit_word(match["unit"])
    if unit in CURRENCIES:
        per = sorted({_priced(each[0]) for each in re.finditer(_PER, match["per"] or "")})
        form = f"{CURRENCIES[unit]}{value}/{'/'.join(per)}"
    elif unit == "hundred":
        form = f"number:{100 * value}"
    else:
        form = f"%:{value}" if unit in MEASURES else f"number:{decimal(str(value), unit)}"
    return _figure(match, "quantity", [[form]], [form])


def _spoken(match: re.Match[str]) -> Figure | None:
    """A number written out: with a unit of time at any value, alone from eleven on."""
    measure = _measure(match["measure"])
    if match["round"]:
        forms = {f"number:{decimal('1', match['round'])}"}
    else:
        value = _spelled_value(match["words"])
        if measure in HORIZONS or (measure is None and value <= SMALL):
            return None
        forms = _forms(str(value), None, measure)
    return _figure(match, "spoken", [forms], [])


def _spelled_value(words: str) -> int:
    return sum(SPELLED[word] for word in words.casefold().split("-"))


#: In this order: what an earlier reader took is no longer there for a later one.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Figure | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"{_OPEN}(?P<y>{_YEAR})-(?P<m>\d\d)(?:-(?P<d>\d\d))?(?!-?\d)", _date),
        (rf"{_OPEN}{_DAY}\s(?:of\s)?(?P<month>{MONTH})(?:,?\s(?P<y>{_YEAR})\b)?", _date),
        (rf"\b(?P<month>{MONTH})\s{_DAY}\b(?:,?\s(?P<y>{_YEAR})\b)?", _date),
        (rf"\b(?P<month>{MONTH})\s(?P<y>{_YEAR})\b", _date),
        (rf"{_OPEN}(?P<y>{_YEAR})/(?P<m>\d\d?)/(?P<d>\d\d?)(?![\d/])", _date),
        (
            rf"{_OPEN}(?P<one>\d\d?)(?P<mark>[./])(?P<two>\d\d?)(?P=mark)(?P<y>{_YEAR})(?![\d./]\d|\d)",
            _day_of_three_numbers,
        ),
        (rf"\bQ(?P<q>[1-4])\s(?P<y>{_YEAR})\b", _quarter),
        (
            rf"(?<![\w.])(?P<currency>US\$|[$€£¥]|(?:USD|EUR|GBP)\s)\s?{_AMOUNTS}(?P<per>{_PER}{{0,3}})",
            _price,
        ),
        (
            rf"{_OPEN}{_AMOUNTS}[\s-]?(?P<currency>{_CURRENCY})(?!\w)(?P<per>{_PER}{{0,3}})",
            _price,
        ),
        (rf"\b(?P<body>{either(BODIES)})[ -](?P<number>\d{{1,6}})(?!\w|\.\d)", _standard),
        (r"\b(?:v\.?\s?|version\s)(?P<v>\d{1,4}(?:\.\d{1,6}){0,4})(?!\w|\.\d)", _version),
        (rf"{_OPEN}(?P<v>\d{{1,4}}(?:\.\d{{1,6}}){{2,4}})(?!\w|\.\d)", _version),
        (rf"{_OPEN}{_YEAR}{_CLOSE}(?!{_MAGNITUDE}|{_MEASURE}|\s?[-–—]\s?(?!{_YEAR})\d)", _year),
        (rf"{_OPEN}{_ONE}{_TO}{_ANOTHER}{_CLOSE}", _number),
        (rf"{_OPEN}{_ONE}{_NO_OTHER}{_CLOSE}", _number),
        (rf"(?i:\b(?P<words>{_WORDS})(?P<unit>{_COUNTED})\b)(?P<per>{_PER}{{0,3}})", _spelled),
        (_WRITTEN_OUT, _spoken),
    )
)
_DIGITS, _LETTERS = re.compile("[0-9]+"), re.compile("[A-Za-z]+")
#: With these a number begins that is written out.
_NUMBER_WORDS = frozenset(SPELLED) | {"a"}
_AT_DIGITS = frozenset(pattern for pattern, _ in _READERS if pattern.pattern.startswith(_OPEN))
_AT_WORDS = frozenset(pattern for pattern, _ in _READERS[-2:])
