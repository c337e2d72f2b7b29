"""Notices verdicts that look copied or ordered: equal paragraphs, the dossier's text as one's own."""

from __future__ import annotations

from collections.abc import Sequence

from panel.core.domain import OFFLINE_MODEL, Flag, Verdict
from panel.core.naming import reviewer_name, sitting_several_times
from panel.judgement.grounding import Index, fold

#: A window of a paragraph that stands word for word in the dossier: two or three sentences, too long for a
#: quotation in passing.
WINDOW = 150
#: Windows begin this far apart, so every copied run of WINDOW + STEP (200) characters holds a whole window.
STEP = 50
#: A whole paragraph found in the dossier is copied however short, down to what could be chance.
_LEAST_PARAGRAPH = 12
#: A finding shorter than this may agree with a sentence of the dossier by chance; two long ones do not.
_LEAST_FINDING = 60
_COPIED_FINDINGS = 2
_SHOWN = 60


def suspect(verdicts: Sequence[Verdict], index: Index) -> tuple[Verdict, ...]:
    """The same verdicts, those flagged `suspect` that seem to have followed the dossier's orders.

    The offline reader is left out: to quote the dossier is all it does, and it says so.

    Args:
        verdicts: All verdicts on one tool.
        index: The dossier they were given.
    """
    folded = [fold(verdict.paragraph).text.strip() for verdict in verdicts]
    asked = [each for each in zip(verdicts, folded, strict=True) if each[0].model != OFFLINE_MODEL]
    return tuple(
        _flagged(verdict, [*_same_words(verdict, own, asked), *_from_dossier(verdict, own, index)])
        if verdict.model != OFFLINE_MODEL
        else verdict
        for verdict, own in zip(verdicts, folded, strict=True)
    )


def suspect_pair(
    a: Sequence[Verdict], b: Sequence[Verdict], tools: tuple[str, str]
) -> tuple[tuple[Verdict, ...], tuple[Verdict, ...]]:
    """The verdicts on two tools, those flagged `suspect` that say the same of both in the same words.

    The tools' own names count as one word: a paragraph that only swaps them says nothing of either.

    Args:
        a: Verdicts on the first tool.
        b: Verdicts on the second.
        tools: The names of the two.
    """
    words = [[_nameless(verdict, tools) for verdict in verdicts] for verdicts in (a, b)]
    return (
        tuple(_said_of_both(each, own, words[1], tools[1]) for each, own in zip(a, words[0], strict=True)),
        tuple(_said_of_both(each, own, words[0], tools[0]) for each, own in zip(b, words[1], strict=True)),
    )


def _nameless(verdict: Verdict, tools: tuple[str, str]) -> str:
    text = fold(verdict.paragraph).text.strip()
    names = sorted((fold(tool).text.strip() for tool in tools), key=len, reverse=True)
    for name in filter(None, names):
        text = text.replace(name, "\ufffc")
    return text


def _said_of_both(verdict: Verdict, own: str, others: Sequence[str], tool: str) -> Verdict:
    if verdict.model == OFFLINE_MODEL or len(own) < _LEAST_PARAGRAPH or own not in others:
        return verdict
    return _flagged(verdict, [f"the paragraph is the same as one on {tool}"])


def _flagged(verdict: Verdict, reasons: Sequence[str]) -> Verdict:
    known = {flag.text for flag in verdict.flags if flag.kind == "suspect"}
    new = tuple(Flag(kind="suspect", text=reason) for reason in reasons if reason not in known)
    return verdict.model_copy(update={"flags": (*verdict.flags, *new)}) if new else verdict


def _same_words(verdict: Verdict, own: str, asked: Sequence[tuple[Verdict, str]]) -> list[str]:
    several = sitting_several_times(other for other, _ in asked)
    others = [
        reviewer_name(other, several)
        for other, folded in asked
        if other.persona != verdict.persona and folded == own
    ]
    return [f"the paragraph is the same as that of {', '.join(others)}"] if others else []


def _from_dossier(verdict: Verdict, paragraph: str, index: Index) -> list[str]:
    if len(paragraph) >= _LEAST_PARAGRAPH and index.holds(paragraph):
        return ["the whole paragraph stands in the dossier"]
    windows = (paragraph[at : at + WINDOW] for at in range(0, len(paragraph) - WINDOW + 1, STEP))
    copied = next((window for window in windows if index.holds(window)), None)
    if copied is not None:
        return [f"a long piece of the paragraph stands word for word in the dossier (“{copied[:_SHOWN]}…”)"]
    says = [fold(finding.says).text.strip() for finding in verdict.findings]
    taken = [text for text in says if len(text) >= _LEAST_FINDING and index.holds(text)]
    if len(taken) >= _COPIED_FINDINGS:
        return [f"findings stand word for word in the dossier (“{taken[0][:_SHOWN]}…”)"]
    return []
