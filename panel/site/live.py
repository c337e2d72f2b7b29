"""Which record of a tool or of a pair is live: rules over cards and editors' words, nothing is read here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from panel.core.published import Published
from panel.judgement.publishing import LENIENT, kind_of
from panel.site.cards import ComparisonCard, ReviewCard


def live_review(newest_first: Sequence[ReviewCard], word: Published, now: str | None) -> ReviewCard | None:
    """The review that a tool's page shows.

    The one that was published, or a later one against which nothing speaks; of these one of the dossier as it
    is now before others, then the newest. So nothing worse takes the place of what an editor made live; nor
    does it stay what it was if an editor's later decision brought to light what nobody let through.

    Args:
        newest_first: All reviews of the tool.
        word: The editor's.
        now: The id of the dossier as it is; None if that is not known.

    Returns:
        None if the record that was published is gone, or is not fit any more, and no other has come since.
    """
    fitting = [
        card
        for card in newest_first
        if (_fit(card, word) if card.id == word.record else takes_over(card, word))
    ]
    return next((card for card in fitting if card.dossier == now), fitting[0] if fitting else None)


def takes_over(card: ReviewCard, word: Published) -> bool:
    """Whether a review may take the place of the one that was published: it is later, and fit."""
    return card.run > word.record.partition("/")[0] and not card.why_not


def told(newest_first: Sequence[ReviewCard], live: ReviewCard) -> tuple[ReviewCard, ...]:
    """The reviews in a tool's public history, newest first: up to the live one, without those unfit."""
    return tuple(
        card for card in newest_first if card.id == live.id or (card.run < live.run and not card.why_not)
    )


def live_comparison(
    newest_first: Sequence[ComparisonCard],
    word: Published | None,
    despite: Mapping[str, Collection[str]],
    now: Mapping[str, str],
) -> ComparisonCard | None:
    """The comparison that a pair's page shows, both of whose tools are live; None if none may be shown.

    Args:
        newest_first: All comparisons of the pair.
        word: An editor's on the pair, if there is any.
        despite: The kinds of reasons that were let through, by the review they were let through for.
        now: The ids of the dossiers that the live reviews rest on, by slug.
    """
    chosen = None if word is None else word.record
    # A file may hold another pair than its name says; on these two tools it has nothing to tell.
    of_both = [card for card in newest_first if {card.a.slug, card.b.slug} == now.keys()]
    fitting = [card for card in of_both if card.id == chosen or _fit_pair(card, despite)]
    fresh = (c for c in fitting if (now[c.a.slug], now[c.b.slug]) == (c.a.dossier, c.b.dossier))
    return next(fresh, fitting[0] if fitting else None)


def _fit(card: ReviewCard, word: Published) -> bool:
    # The word is a line that anybody can write: it lets through what an editor may, and no more.
    return {kind_of(reason) for reason in card.why_not} <= set(word.despite) & set(LENIENT)


def granted(about: str, shown: Mapping[str, str], despite: Mapping[str, Collection[str]]) -> Collection[str]:
    """The kinds of reasons that were let through for a tool of a comparison, or for both of them.

    Args:
        about: The tool; another name stands for the pair, for whose choices only counts what holds for both.
        shown: The reviews that the comparison shows, by tool.
        despite: The kinds of reasons that were let through, by the review they were let through for.
    """
    kinds = {slug: set(despite.get(review, ())) for slug, review in shown.items()}
    return kinds[about] if about in kinds else set.intersection(*kinds.values())


def _fit_pair(card: ComparisonCard, despite: Mapping[str, Collection[str]]) -> bool:
    shown = {side.slug: side.review for side in (card.a, card.b)}
    return all(kind in granted(about, shown, despite) for about, kind in card.against)
