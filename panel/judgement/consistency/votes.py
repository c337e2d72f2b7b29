"""Finds where a paragraph says ship or skip in words, and leaves alone the verb that only means "deliver".

A wrong accusation costs a second request and may cost the seat its vote, so a phrase counts only where it can
hardly be read otherwise; what is doubtful counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from panel.core.domain import Decision
from panel.judgement.consistency.phrases import ANCHOR, AUDIENCE, GROUP, PHRASES, READINGS, VOTING
from panel.judgement.patterns import either, has_any, unmarked
from panel.judgement.prose import own_sentences

#: How far a vote reaches: the tool as such; the tool in one role; for some readers; in another world.
Scope = Literal["plain", "role", "audience", "conditional"]
#: No phrase is longer than this, so no rule looks further; a long text costs no more than its length.
REACH = 90


@dataclass(frozen=True)
class Vote:
    """A decision said in words, how far it reaches, and the sentence that says it."""

    decision: Decision
    scope: Scope
    sentence: str


def votes(paragraph: str) -> tuple[Vote, ...]:
    """What a paragraph says in words about ship or skip. Quotations and questions say nothing."""
    if not has_any(unmarked(paragraph), VOTING):
        return ()
    return tuple(
        Vote(decision, scope, paragraph[sentence.start : sentence.end])
        for sentence in own_sentences(paragraph)
        if not sentence.text.endswith("?")
        for decision, scope in _said(sentence.text)
    )


_OPPOSITE: dict[Decision, Decision] = {"ship": "skip", "skip": "ship"}


def _said(sentence: str) -> Iterator[tuple[Decision, Scope]]:
    if not has_any(unmarked(sentence), VOTING):
        return
    for anchor in ANCHOR.finditer(sentence):
        before, after = _around(sentence, anchor)
        word: Decision = "ship" if anchor["stem"].casefold() == "ship" else "skip"
        turned = _is_turned(anchor, before, after)
        if turned is not None:
            yield _OPPOSITE[word] if turned else word, _scope(before, after)
        elif limited := _limited(anchor, before, after):
            yield word, limited
    for decision, phrase in PHRASES:
        for match in phrase.finditer(sentence):
            yield decision, _scope(*_around(sentence, match))


def _around(sentence: str, match: re.Match[str]) -> tuple[str, str]:
    return sentence[max(0, match.start() - REACH) : match.start()], sentence[
        match.end() : match.end() + REACH
    ]


def _is_turned(anchor: re.Match[str], before: str, after: str) -> bool | None:
    """Whether the word is used as a vote and its sense is turned round; None if it is no vote."""
    form = (anchor["form"] or "").casefold()
    for reading in READINGS:
        if reading.form == form and reading.after.match(after) and reading.before.search(before):
            return reading.turned
    return None


# ------------------------------------------------------------ how far they reach

#: A word at the head of a clause that speaks of one role or audience: "…, skip for everyone else".
_LIMITED_HEAD = re.compile(r"(?:^|[;,:—–(]\s*|\s-\s|\b(?:and|but|while|yet|or)[ ])(?:an? )?$", re.IGNORECASE)
_LIMITED_END = re.compile(
    r"(?:[ ](?:it|this))?[ ]"
    r"(?:(?P<role>as )|for (?!now\b)|if (?:you|your)\b|in |on (?!balance)|everywhere|elsewhere|otherwise)",
    re.IGNORECASE,
)
_AUDIENCE_BEFORE = re.compile(
    rf"^\s*(?:for|if) {AUDIENCE}\b|\b(?:otherwise|elsewhere|everyone else)\W*$|\b{GROUP} should $",
    re.IGNORECASE,
)
_AUDIENCE_AFTER = re.compile(
    r"^\s*(?:it|this)? ?(?:otherwise|elsewhere|if (?:you|your)\b"
    r"|for (?!now\b|me\b|us\b|that\b|this\b|the (?:reason|price|money)\b))",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^\s*(?:it |this |this one )?as (?:a|an|the|my|our|infrastructure|\w{1,20} infrastructure)\b",
    re.IGNORECASE,
)
#: "As a business, skip": the role stands first.
_ROLE_BEFORE = re.compile(r"(?:^|[;:,]\s*)(?:and |but |while )?as [^,;:]{1,50}[,:]\s*$", re.IGNORECASE)
_IF = either(r"""
    if(?! you\b| your\b) | unless | once | when | until | before | were | had | suppose | would have | could
    have | might | almost | nearly | tempting | no amount | doubt | (?:not|n['’]t)
    (?:think|believe|convinced)
    """)
_OTHER_WORLD_BEFORE = re.compile(rf"\b{_IF}\b", re.IGNORECASE)
_IN_CASE = either(r"""
    if(?! you\b| your\b) | once | when | as soon as | only after | provided | assuming | the
    (?:day|moment|minute)
    """)
_OTHER_WORLD_AFTER = re.compile(rf"\b(?<!even ){_IN_CASE}\b", re.IGNORECASE)


def _scope(before: str, after: str) -> Scope:
    lead = before.rpartition(";")[2]
    if _OTHER_WORLD_BEFORE.search(lead) or _OTHER_WORLD_AFTER.search(after.partition(";")[0]):
        return "conditional"
    if _ROLE.match(after) or _ROLE_BEFORE.search(lead):
        return "role"
    if _AUDIENCE_AFTER.match(after) or _AUDIENCE_BEFORE.search(lead):
        return "audience"
    return "plain"


def _limited(anchor: re.Match[str], before: str, after: str) -> Scope | None:
    end = _LIMITED_END.match(after)
    if anchor["form"] or not end or not _LIMITED_HEAD.search(before):
        return None
    return "role" if end["role"] else "audience"
