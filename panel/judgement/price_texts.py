"""What a price text says, as vendors write it: nothing to pay, a trial, or an amount."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from panel.judgement.patterns import either
from panel.judgement.prose import sentences

Says = Literal["zero", "trial", "paid"]

_DIGITS = r"\d{1,9}(?:[.,]\d{1,9}){0,4}"
_PER_UNIT = r"/\s?(?:mo|month|yr|year|user|seat)\b"
_AMOUNT = re.compile(
    rf"(?:[$€£¥]|\b(?:USD|EUR|GBP)\s?)\s?(?P<before>{_DIGITS})"
    rf"|(?<![\w.,])(?P<after>{_DIGITS})\s?"
    rf"(?:[€£]|(?:USD|EUR|GBP|dollars?|euros?|pounds|cents?)\b|{_PER_UNIT})",
    re.IGNORECASE,
)
_DAYS = r"(?:\w{1,12} )?(?:day|week|month)s?"
TRIAL = re.compile(
    rf"\btrial\b|\b(?:try|free) (?:it )?(?:free )?for (?:the first )?{_DAYS}\b"
    rf"|\bfirst {_DAYS} (?:is |are )?free\b",
    re.IGNORECASE,
)
#: "Free-form", "royalty-free", "free rein", "free of bugs" are no prices.
_FREE = re.compile(
    r"(?<![\w-])"
    + either(r"""
        free(?!-|\w|\s(?:rein|hand|form|of\b(?! charge))) | gratis | no charge | no cost | without charge |
        complimentary | open[- ]weights? | open[- ]source
        """),
    re.IGNORECASE,
)
NOT_FREE = re.compile(
    r"\b(?:no|not|isn['’]t|never|without)(?: a| longer){0,2} "
    r"(?:free|gratis|complimentary|open[- ](?:source|weights?))\b"
    r"|\bno (?:free )?trial\b",
    re.IGNORECASE,
)
#: Free only for who pays already.
_FREE_TO_PAYERS = re.compile(
    r"\b(?:free|included|available|no (?:extra )?(?:charge|cost)) (?:\w{1,12} ){0,4}"
    r"(?:with|for|to|in|on) (?:\w{1,12} ){0,4}"
    r"(?:subscri\w{1,8}|paid|paying|pro|business|premium|plus|enterprise|team)\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    either(r"""
        \b(?:per|a|an|each)
        (?:month|year|user|seat|token|hour|day|image|minute|request|call|query|million|1m|thousand)\b |
        \bmonthly\b | \bannually\b | \bsubscri(?:ption|bers?)\b | \bpaid\b | \bpaying\b | \bcustom pricing\b
        | \b(?:contact|talk to) (?:us|sales)\b | \bpay[- ](?:as|per)[- ] | \busage[- ]based\b | \bmetered\b
        | \b(?:pro|business|premium|enterprise) (?:and|or|plans?|users?|tiers?|only|customers?)\b
        """)
    + f"|{_PER_UNIT}",
    re.IGNORECASE,
)
#: A sentence that offers the tool to who pays.
_PAYING = "(?:pro|business|premium|enterprise|paid|paying)"
_OFFERED = either("""
    available | offered | open | limited | included | rolling out | only | requires? | exclusive |
    exclusively | needs?
    """)
_PAYERS_ONLY = re.compile(
    rf"\b{_OFFERED}\b[^.]{{0,80}}\b{_PAYING}\b[^.]{{0,40}}"
    r"\b(?:subscri\w{1,8}|plans?|users|customers|tiers?|members|only)\b"
    rf"|\b{_PAYING}\b[^.]{{0,40}}\b(?:only|subscribers)\b|\bsubscribers only\b",
    re.IGNORECASE,
)
#: "Ink is free." and nothing more, then "It is for … only.": one after the other they cannot both be so.
_IS_FREE = re.compile(
    r"\b(?:is|are|stays?|remains?)(?: (?!not\b|never\b|no\b)\w{1,12}){0,2} (?:free|gratis|at no cost)"
    r"(?: of charge| to use| to download| for (?:all|everyone|everybody)| forever)?[.!]?\W*$",
    re.IGNORECASE,
)
_IT_ONLY = re.compile(
    r"\W*(?:(?:but|however|yet|still|though),? )?(?:it|they|this|access)\b"
    r"(?=.{0,160}\b(?:only|exclusive|exclusively|limited)\b)",
    re.IGNORECASE | re.DOTALL,
)
_ALSO_FREE = re.compile(r"\bfree\b|\$0\b", re.IGNORECASE)
_FREEMIUM = re.compile(r"\bfreemium\b", re.IGNORECASE)
_FREE_PLAN = re.compile(r"\bfree (?:plan|tier|forever)\b", re.IGNORECASE)


def said(price: str) -> frozenset[Says]:
    """What a price text says: any of `zero`, `trial` and `paid`; empty if it says nothing that is understood.

    Amounts come first: "$0 per month" is zero whatever "per month" sounds like. "Free with Pro" is paid.
    """
    kinds: set[Says] = set()
    if TRIAL.search(price) and not NOT_FREE.search(price):
        kinds.add("trial")
    amounts = [_is_zero(match["before"] or match["after"]) for match in _AMOUNT.finditer(price)]
    if amounts:
        kinds |= {"zero" if zero else "paid" for zero in amounts}
    elif _PAID.search(price):
        kinds.add("paid")
    if _FREEMIUM.search(price):
        kinds |= {"zero", "paid"}
    rest = TRIAL.sub(" ", NOT_FREE.sub(" ", price)) if "trial" in kinds else NOT_FREE.sub(" ", price)
    if _FREE_TO_PAYERS.search(rest) and "zero" not in kinds:
        kinds.add("paid")
    elif _says_free(rest, trial="trial" in kinds):
        kinds.add("zero")
    return frozenset(kinds)


def _says_free(text: str, *, trial: bool) -> bool:
    # What is left of "free 14-day trial" is not a free plan.
    return bool((_FREE_PLAN if trial else _FREE).search(text))


def _is_zero(amount: str) -> bool:
    return not amount.strip("0.,")


def has_amount(text: str) -> bool:
    """Whether a text names an amount of money."""
    return bool(_AMOUNT.search(text))


def for_payers_only(quote: str) -> bool:
    """Whether a text offers the tool to paying subscribers only.

    A sentence that does says nothing of a free way or a price. Of several, one that says so of "it" does,
    right after one that calls it free without a condition.
    """
    said = [sentence.text for sentence in sentences(quote)]
    return _is_for_payers(quote) or any(
        _IS_FREE.search(before) and _IT_ONLY.match(after) and _is_for_payers(after)
        for before, after in pairwise(said)
    )


def _is_for_payers(quote: str) -> bool:
    return bool(_PAYERS_ONLY.search(quote)) and not _ALSO_FREE.search(quote) and not has_amount(quote)
