"""Whether a sentence that is to show that something is free asks for money instead."""

from __future__ import annotations

import re

from panel.judgement.grounding.units import SPELLED
from panel.judgement.patterns import either
from panel.judgement.price_texts import NOT_FREE, TRIAL

_DIGITS = r"\d{1,9}(?:[.,]\d{1,9}){0,4}"
_SPELLED = either(" | ".join(SPELLED))
_WORDS = rf"{_SPELLED}(?:[- ]{_SPELLED}){{0,2}}(?: hundred)?"
_CURRENCY = either("""
    USD | EUR | GBP | JPY | CNY | RMB | CHF | dollars? | euros? | pounds | yen | yuan | cents? | bucks
    """)
_PER = (
    r"(?:\s?/\s?|\s(?:per|an?|each|every)\s)(?:1M|\d{1,9}|[a-z]{2,9})\b(?:\stokens)?"
    r"|\s(?:monthly|yearly|annually)\b"
)
_AMOUNT = re.compile(
    rf"(?:[$€£¥]|\b(?:USD|EUR|GBP|JPY|CNY|RMB|CHF|US\$)\s?)\s?(?P<before>{_DIGITS})(?:{_PER})?"
    rf"|(?<![\w.,])(?P<after>{_DIGITS})(?:\s?[€£¥]|[ -]?{_CURRENCY}\b)(?:{_PER})?"
    rf"|(?<![\w.,])(?P<bare>{_DIGITS})\s?/\s?(?:mo|month|yr|year|user|seat)\b"
    rf"|\b(?P<words>{_WORDS})[- ](?:dollars?|euros?|pounds|yen|yuan|cents?|bucks)\b(?:{_PER})?",
    re.IGNORECASE,
)
#: What stands before an amount that nobody asks for: "no $20 fee", "unlike rivals at $20", "worth $20".
_NOT_ASKED = re.compile(
    r"\b(?:no|not|never|without)"
    r"(?: (?!(?:and|but|less|more|fewer|under|below|costs?|for|available|included)\b)[\w'’-]{1,20}){0,3}"
    r" ?[(“\"]?$"
    r"|\b(?:unlike|instead of|rather than|as opposed to|compared (?:to|with)|versus|vs\.?)\b[^,.;!?]{0,60}$"
    r"|\b(?:others?|rivals?|competitors?|alternatives?|elsewhere)\b[^,.;!?]{0,60}$"
    r"|\b(?:rais(?:ed?|es|ing)|valued at|sav(?:es?|ed|ings? of|ing)|worth|wins?|won|donat\w{1,5}|prizes? of)"
    r"(?: [\w'’-]{1,20}){0,3} $",
    re.IGNORECASE,
)
#: What stands behind one: "$5 million", "$100 of credit".
_NO_PRICE = re.compile(
    r"[- ]?(?:million|billion|bn|[MB]\b(?! tokens))|"
    r"(?: \w{1,12}){0,2} (?:credits?|funding|round|valuation|donations?|prize|bounty)\b",
    re.IGNORECASE,
)
_FREE_TRIAL = re.compile(r"\bfree (?:[\w-]{1,12} ){0,2}trials?\b", re.IGNORECASE)
#: A way to pay nothing. "Free of ads", "feel free" and "free support" are none, nor is what payers get so.
_PAYERS = either("""
    pro | business | premium | enterprise | plus | team | paid | paying | subscri(?:ption|bers?)
    """)
_NOTHING_TO_PAY = re.compile(
    r"(?<!feel )(?<![\w-])free(?!-(?:form|standing|hand)|\w"
    r"|\s(?:rein|hand|form|of\b(?! charge)|support|shipping|updates?|upgrades?|onboarding|demos?)"
    rf"|\s(?:with|for|to|in|on)(?:\s(?:an?|the|all|our|your|every|any|existing)){{0,2}}\s{_PAYERS}\b)"
    r"|\bgratis\b|\bcomplimentary\b|\bopen[- ](?:weights?|source)\b|\bfreely\b"
    r"|\b(?:no|zero|without(?: any)?|free of) (?:charges?|costs?|fees?|payments?|royalt(?:y|ies))\b"
    r"|\b(?:costs?|pays?|charges?|for) nothing\b|\bnothing to pay\b|\bwithout paying\b",
    re.IGNORECASE,
)


def asks_for(quote: str) -> str | None:
    """The first amount of money that a sentence asks for, if it names no way to pay nothing; None if not.

    "Free up to 1M tokens, $3 per million after" names one, and so does "$0, then $20"; "free for 14 days,
    then $20" does not. An amount that is denied, others' or no price ("no $20 fee", "$5M raised") asks for
    nothing. A sentence that says "free" of something else ("free and fast support") is missed.
    """
    amounts = [match for match in _AMOUNT.finditer(quote) if _is_asked(match, quote)]
    if not amounts or any(_is_nothing(match) for match in amounts):
        return None
    rest = TRIAL.sub(" ", _FREE_TRIAL.sub(" ", NOT_FREE.sub(" ", quote)))
    return None if _NOTHING_TO_PAY.search(rest) else " ".join(amounts[0].group().split())


def _is_asked(match: re.Match[str], quote: str) -> bool:
    before = quote[max(0, match.start() - 90) : match.start()]
    return not _NOT_ASKED.search(before) and not _NO_PRICE.match(quote, match.end())


def _is_nothing(match: re.Match[str]) -> bool:
    digits = match["before"] or match["after"] or match["bare"]
    return not digits.strip("0.,") if digits else match["words"].casefold() == "zero"
