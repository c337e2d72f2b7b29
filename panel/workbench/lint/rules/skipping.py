"""A decision the persona can never come to: a reviewer who cannot skip says nothing by shipping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from panel.core.domain import Decision
from panel.judgement.patterns import either
from panel.judgement.prose import sentences
from panel.workbench.lint.draft import Draft
from panel.workbench.lint.remarks import Remark

RULE = "skipping"
_OTHER: Final[dict[Decision, Decision]] = {"skip": "ship", "ship": "skip"}
_ALL = r"(?:\s+(?:it|them|this|tools?|a tool|any tool|every tool|anything|everything|whatever you see))?"
_EVERYTHING = "(?:everything|anything|every tool|any tool|all tools|whatever you see)"
_END = r"(?=\s*(?:[.!;:,]|$))"
_IMPOSSIBLE = either(r"""
    (?:which|that) (?:is|are) impossible | (?:which|that|it) (?:will |can )?never happens? |
    (?:which|that|it) cannot (?:ever )?happen | (?:which|that) no tool (?:does|ever does|is|has) |
    hell freezes over | pigs (?:can )?fly | the sun rises in the west
    """)
#: A case that is none: "Skip when never", "Skip when -".
_NO_CASE = either(r"""
    never(?: ever)? | not ever | at no time | in no case | under no circumstances? | nothing | no tools? |
    none | nobody | no one | n/a | not applicable
    """)
_WHEN = r"(?:only\s+)?(?:if|when|once)"
_SIGNAL_WORD = re.compile(r"[a-z0-9]+")


def check(draft: Draft) -> Iterator[Remark]:
    """Warn where the body leaves no way to skip, or to ship, and where the offline reader has none."""
    for decision in ("skip", "ship"):
        yield from _of_body(draft, decision)
    yield from _of_signals(draft)


def _of_body(draft: Draft, decision: Decision) -> Iterator[Remark]:
    body, named = draft.body(), False
    for sentence in sentences(body.text):
        named = (
            named or re.search(rf"\b{decision}(?:s|ped|ping)?\b", sentence.text, re.IGNORECASE) is not None
        )
        for pattern in _closed(decision):
            if found := pattern.search(sentence.text):
                yield draft.remark_on(
                    RULE,
                    body,
                    sentence.start + found.start(),
                    f"“{found[0]}” rules {decision} out, so the vote is known beforehand",
                    f"name the case in which this reviewer does {decision}: “{decision.capitalize()} when …”",
                )
                break
    if not named:
        yield draft.remark_on(
            RULE,
            body,
            0,
            f"the body never says when to {decision}",
            f"add a sentence “{decision.capitalize()} when …” with a case that really occurs",
        )


def _closed(decision: Decision) -> Iterator[re.Pattern[str]]:
    """The ways of saying that a decision is never taken, or only where it cannot be."""
    stem, other = f"{decision}", _OTHER[decision]
    for pattern in (
        rf"\b(?:never|do not ever|don['’]t ever|you do not|you don['’]t)\s+{stem}\b{_ALL}{_END}",
        rf"\balways\s+{other}\b{_ALL}{_END}",
        rf"(?<!never )(?<!not )\b{other}\s+{_EVERYTHING}{_END}",
        rf"\b{stem}\s*:?\s+(?:{_WHEN}\s*[:,]?\s+)?{_NO_CASE}{_END}",
        rf"\b{other}\s*:?\s+(?:{_WHEN}\s*[:,]?\s+)?always{_END}",
        rf"\b{stem}\s+{_WHEN}\W*$",
        rf"\b{stem}\b[^.;:!?]{{0,40}}\b(?:if|when|once)\b[^.;!?]{{0,120}}\b{_IMPOSSIBLE}\b",
    ):
        yield re.compile(pattern, re.IGNORECASE)


def _of_signals(draft: Draft) -> Iterator[Remark]:
    signals = draft.persona.signals
    sides = {"for": signals.for_, "against": signals.against}
    does = {"for": "ship", "against": "lean towards skipping"}
    for side, phrases in sides.items():
        if not phrases:
            yield draft.remark(
                RULE,
                ("signals", side),
                f"no signal {side}: the offline reader, which goes by signals, can never {does[side]}",
                f"list phrases a dossier would hold that speak {side} the tool for this reviewer",
            )
        for n, phrase in enumerate(phrases):
            if not _spoken(phrase):
                yield draft.remark(
                    RULE,
                    ("signals", side, n),
                    f"the signal “{phrase}” holds no Latin letter or digit, so it is never found",
                    "write it in words",
                )
    both = {_spoken(phrase) for phrase in signals.for_ if _spoken(phrase)}
    for n, phrase in enumerate(signals.against):
        if _spoken(phrase) in both:
            yield draft.remark(
                RULE,
                ("signals", "against", n),
                f"the signal “{phrase}” stands on both sides, so it never moves the reader",
                "leave it on one side",
            )


def _spoken(phrase: str) -> str:
    """The phrase as the offline reader looks for it."""
    return " ".join(_SIGNAL_WORD.findall(phrase.casefold()))
