"""A tool's verdict beside the one that readers knew: new, changed and why, or the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from panel.core.decisions import Overridden
from panel.core.errors import InputError
from panel.core.outcomes import Override, Tally
from panel.digest.issue import ChangeNews, Objection, VerdictNews
from panel.digest.liveness import Words, day_of, live_on
from panel.digest.period import Period
from panel.digest.reasons import as_counted, why
from panel.digest.texts import LINE, NAME, plain, plain_or_none
from panel.judgement.aggregate import outcome, same_verdict
from panel.judgement.overriding import recount
from panel.site.cards import ReviewCard
from panel.site.library import Library, LiveTool


@dataclass(frozen=True)
class Known:
    """The verdict that readers knew of a tool."""

    review: str
    panel: Tally


def known(
    tool: LiveTool, words: Words, overridden: Sequence[Overridden], period: Period, library: Library
) -> Known | None:
    """The verdict that readers could see before the period; None if the tool had none, or no model's."""
    card = live_on(tool, words, period.eve)
    if card is None or (card.offline and not tool.card.offline):
        return None
    late = {
        each.override
        for each in overridden
        if each.tool == card.slug and day_of(each.override.time) >= period.since
    }
    return Known(card.id, _counted_without(late, card, library) if late else card.panel)


def _counted_without(late: Collection[Override], card: ReviewCard, library: Library) -> Tally:
    """The count of a review as it was before these words of editors."""
    review = library.review(card)
    early = [each for each in review.overrides if each not in late]
    return recount(review.verdicts, review.failures, len(review.seating), early)[0]


def change(card: ReviewCard, name: str, despite: Sequence[str], was: Known, library: Library) -> ChangeNews:
    """A verdict that differs from the one readers knew, and why.

    Raises:
        PanelError: its record cannot be read; the one before may be gone.
    """
    now = library.review(card)
    try:
        before = as_counted(library.records.review(was.review), was.panel)
        because = why(before, now)
    except InputError:
        because = ("The review before is no longer kept.",)
    return ChangeNews(
        now=news(card, name, despite), was=outcome(was.panel), was_panel=was.panel, because=because
    )


def differs(one: Tally, other: Tally) -> bool:
    """Whether two counts are two verdicts."""
    return not same_verdict(one, other)


def news(card: ReviewCard, name: str, despite: Sequence[str]) -> VerdictNews:
    """A verdict as an issue tells it."""
    return VerdictNews(
        slug=card.slug,
        name=name,
        tagline=plain_or_none(card.tagline, LINE),
        category=plain_or_none(card.category, NAME),
        review=card.id,
        outcome=card.decision,
        panel=card.panel,
        entry=plain(card.entry, NAME),
        dissent=tuple(
            Objection(name=plain(each.name, NAME), decision=each.decision, says=plain(each.objection, LINE))
            for each in card.dissent
        ),
        first_look=not card.test_log,
        despite=tuple(each for each in despite if each != "offline"),
        offline=card.offline,
        silent=card.silent,
    )
