"""A question that gives the answer away: "explain why this is great" will be answered with praise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from panel.judgement.patterns import either
from panel.judgement.prose import sentences
from panel.workbench.lint.draft import Draft, Passage
from panel.workbench.lint.remarks import Remark

RULE = "leading"
_OPEN = 'leave both answers open: "Is it …?", "Which …, if any?", "What speaks for it, and what against?"'

_JUDGED = either(r"""
    great | good | excellent | amazing | awesome | brilliant | wonderful | fantastic | superb | perfect |
    the best | best | better | superior | impressive | special | unique | revolutionary | exciting |
    powerful | valuable | useful |
    a must | must-have | worth (?:it|having|using) | bad | terrible | awful | worst | worse |
    useless | pointless | overhyped | overrated | inferior | doomed | broken | a failure | a mistake | a waste
    """)
#: Between the question word and the judgement; "or" opens the question again.
_SHORT = r"(?:(?!\bor\b|\bwhether\b|\bif\b)[^.?!;:]){0,40}?"
#: "good or bad" gives nothing away.
_NOT_OPENED = r"(?!\s+(?:or|and not)\b)"
_TELL = either(
    r"explain | show | describe | tell (?:us|me|them) | say | argue | prove | demonstrate | convince"
)
_SOMEBODY = "(?:it|this|that|they|you|we|everyone|everybody)"

#: What gives the answer away, and what is said of it.
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), says)
    for pattern, says in (
        (
            rf"\b{_TELL}\b{_SHORT}\b(?:why|how|that|what makes)\b{_SHORT}\b{_JUDGED}\b",
            "takes the judgement for granted before the reviewer has made one",
        ),
        (
            rf"\b(?:why|what makes)\b{_SHORT}\b(?:is|are|it|this|so|be)\b{_SHORT}\b{_JUDGED}\b{_NOT_OPENED}",
            "takes the judgement for granted before the reviewer has made one",
        ),
        (
            r"\bhow (?:great|good|amazing|brilliant|bad|terrible|awful|useless) (?:is|are|was)\b",
            "leans one way",
        ),
        (
            rf"\b(?:is|are|do|does|would|will|can|should|could)(?:n['’]t| not) {_SOMEBODY}\b",
            "expects a yes",
        ),
        (r",\s*(?:right|correct|no|yes)\s*\?", "expects a yes"),
        (
            r"\b(?:obviously|clearly|surely|of course|undoubtedly|needless to say)\b",
            "calls the answer settled",
        ),
        (
            r"^\s*(?:please )?(?:praise|celebrate|applaud|recommend|promote|condemn|attack|debunk)\b",
            "orders a judgement instead of asking for one",
        ),
    )
)
#: Of the body, prose and not a question, only the orders are looked at.
_ORDERS = (_PATTERNS[0], _PATTERNS[6])


def check(draft: Draft) -> Iterator[Remark]:
    """Warn of questions, and of orders in the body, that leave one answer only."""
    for question in draft.questions():
        yield from _said(draft, question, question.text, 0, _PATTERNS)
    body = draft.body()
    for sentence in sentences(body.text):
        yield from _said(draft, body, sentence.text, sentence.start, _ORDERS)


def _said(
    draft: Draft, passage: Passage, text: str, start: int, patterns: tuple[tuple[re.Pattern[str], str], ...]
) -> Iterator[Remark]:
    """The first pattern that fits: one remark on a sentence is enough."""
    for pattern, says in patterns:
        found = pattern.search(text)
        if found:
            yield draft.remark_on(RULE, passage, start + found.start(), f"“{found[0].strip()}” {says}", _OPEN)
            return
