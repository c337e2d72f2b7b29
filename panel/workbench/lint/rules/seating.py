"""A fourth chair that never sits: conditions no tool meets, or a colleague who is always chosen first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from panel.core.domain import Persona, SitsWhen
from panel.judgement.patterns import word_set
from panel.workbench.lint.draft import Draft
from panel.workbench.lint.remarks import Remark

RULE = "seating"
#: The words dossiers use. Others are allowed; one that is nearly one of these is a slip.
KNOWN = {
    "modality": word_set("text code image vision audio video design speech 3d"),
    "surface": word_set("editor app cli api library weights service browser plugin"),
}
_CLOSE = 0.75
_ONE_WORD = re.compile(r"\S+")


def check(draft: Draft) -> Iterator[Remark]:
    """Warn of conditions that cannot be met and of a chair that others always take."""
    conditions = draft.persona.sits_when
    if draft.persona.chair != "fourth" or conditions is None:
        return
    for field in ("modality", "surface"):
        for n, word in enumerate(getattr(conditions, field)):
            problem = _problem(field, word)
            if problem is not None:
                yield draft.remark(RULE, ("sits_when", field, n), *problem)
    first = next((other for other in draft.others if _always_first(other, draft.persona)), None)
    if first is not None and first.sits_when is not None:
        yield draft.remark(
            RULE,
            ("sits_when",),
            f"this reviewer never sits: {first.name} ({first.file}), rank {first.sits_when.rank}, comes "
            "first for every tool that fits here",
            f"give it a rank below {first.sits_when.rank}, or conditions {first.name} does not have",
        )
    behind = [other.name for other in draft.others if _always_first(draft.persona, other)]
    if behind:
        yield draft.remark(
            RULE,
            ("sits_when",),
            f"with rank {conditions.rank} and these conditions {', '.join(behind)} never sits any more",
            "name fewer kinds of tools under modality or surface, or give it a higher rank",
        )


def _problem(field: str, word: str) -> tuple[str, str] | None:
    """What is wrong with one word of a condition and what to write instead; None if nothing is."""
    folded, other = word.strip().casefold(), "surface" if field == "modality" else "modality"
    if _ONE_WORD.fullmatch(folded) is None or "," in folded:
        return (
            f"no tool has the {field} “{word}”: dossiers use single words",
            f"write a list of single words, such as {field}: [{', '.join(sorted(KNOWN[field])[:3])}]",
        )
    if folded in KNOWN[field]:
        return None
    if folded in KNOWN[other]:
        return f"“{word}” is a {other}, and no tool has it as its {field}", f"move it to {other}"
    close = get_close_matches(folded, sorted(KNOWN[field]), n=1, cutoff=_CLOSE)
    return (f"no tool has the {field} “{word}”", f"“{close[0]}” is probably meant") if close else None


def _always_first(other: Persona, mine: Persona) -> bool:
    """Whether every tool that fits `mine` fits `other`, who is chosen before (lower rank, then by name)."""
    if other.chair != "fourth" or other.sits_when is None or mine.sits_when is None:
        return False
    earlier = (other.sits_when.rank, other.slug) < (mine.sits_when.rank, mine.slug)
    return earlier and all(
        _covers(other.sits_when, mine.sits_when, field) for field in ("modality", "surface")
    )


def _covers(wide: SitsWhen, narrow: SitsWhen, field: str) -> bool:
    broad, wanted = ({word.casefold() for word in getattr(each, field)} for each in (wide, narrow))
    return not broad or (bool(wanted) and wanted <= broad)
