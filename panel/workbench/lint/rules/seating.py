"""A fourth chair that never sits: conditions no tool meets, or a colleague who is always chosen first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
    yield from _of_neighbours(draft, conditions)


def free_rank(slug: str, conditions: SitsWhen, others: Iterable[Persona], *, wish: int) -> int | None:
    """A rank at which every fourth chair still sits for some tool; None if these conditions leave none.

    Args:
        slug: The chair a rank is wanted for.
        conditions: Its conditions; their rank does not matter.
        others: The reviewers in force beside it.
        wish: The rank that is taken if it can be; else one next to a colleague's.
    """
    chairs = [(other, other.sits_when) for other in others if other.sits_when and other.slug != slug]
    near = [each.rank + step for _, each in chairs for step in (-1, 1)]
    for rank in (wish, *sorted(near)):
        mine = conditions.model_copy(update={"rank": rank})
        if not any(
            _always_first(each.slug, theirs, slug, mine) or _always_first(slug, mine, each.slug, theirs)
            for each, theirs in chairs
        ):
            return rank
    return None


def _of_neighbours(draft: Draft, mine: SitsWhen) -> Iterator[Remark]:
    slug = draft.persona.slug
    chairs = [(other, other.sits_when) for other in draft.others if other.sits_when is not None]
    first = next((each for each in chairs if _always_first(each[0].slug, each[1], slug, mine)), None)
    behind = [other.name for other, theirs in chairs if _always_first(slug, mine, other.slug, theirs)]
    if first is None and not behind:
        return
    rank = free_rank(slug, mine, draft.others, wish=mine.rank)
    if first is not None:
        other, theirs = first
        yield draft.remark(
            RULE,
            ("sits_when",),
            f"this reviewer never sits: {other.name} ({other.file}), rank {theirs.rank}, comes "
            "first for every tool that fits here",
            f"name conditions {other.name} does not have"
            + ("; no rank gives both a seat" if rank is None else f", or give it rank {rank}"),
        )
    if behind:
        yield draft.remark(
            RULE,
            ("sits_when",),
            f"with rank {mine.rank} and these conditions {', '.join(behind)} never sits any more",
            "name fewer kinds of tools under modality or surface"
            + ("; no rank gives all a seat" if rank is None else f", or give it rank {rank}"),
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


def _always_first(slug: str, wide: SitsWhen, after: str, narrow: SitsWhen) -> bool:
    """Whether every tool that fits `narrow` fits `wide`, which comes before (lower rank, then by name)."""
    earlier = (wide.rank, slug) < (narrow.rank, after)
    return earlier and all(_covers(wide, narrow, field) for field in ("modality", "surface"))


def _covers(wide: SitsWhen, narrow: SitsWhen, field: str) -> bool:
    broad, wanted = ({word.casefold() for word in getattr(each, field)} for each in (wide, narrow))
    return not broad or (bool(wanted) and wanted <= broad)
