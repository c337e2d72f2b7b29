"""What readers could see at the end of a day: rules over cards and editors' words, nothing is read here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from panel.core.published import Of, Published, Withdrawn
from panel.site.cards import ComparisonCard, ReviewCard
from panel.site.library import LiveTool
from panel.site.live import takes_over

Word = Published | Withdrawn
Words = Mapping[tuple[Of, str], Sequence[Word]]


def by_thing(words: Iterable[Word]) -> Words:
    """Editors' words by what they are about, oldest first."""
    found: dict[tuple[Of, str], list[Word]] = {}
    for word in words:
        found.setdefault((word.of, word.name), []).append(word)
    return found


def day_of(moment: str) -> str:
    """The day of a record's time."""
    return moment[:10]


def live_on(tool: LiveTool, words: Words, day: str) -> ReviewCard | None:
    """The review of a live tool that its page showed at the end of a day; None if it had no page then.

    Of the reviews in its public history the one that is shown now, if it could be shown then, else the newest
    that could. A tool without any word of an editor, as rehearsals are, is live from its review on.
    """
    said = [word for word in words.get(("tool", tool.slug), ()) if day_of(word.time) <= day]
    if ("tool", tool.slug) in words and (not said or isinstance(said[-1], Withdrawn)):
        return None
    word = said[-1] if said else None
    return next((card for card in (tool.card, *tool.history) if _shown(card, word, day)), None)


def went_live(card: ComparisonCard, words: Words) -> str:
    """The first day on which a live comparison could be read: it and both of its tools were live."""
    own = [w for w in words.get(("comparison", card.pair), ()) if not isinstance(w, Withdrawn)]
    named = [day_of(word.time) for word in own if word.record == card.id]
    tools = [_since(words.get(("tool", side.slug), ())) for side in (card.a, card.b)]
    return max(day_of(card.created), *tools, *named[:1])


def _shown(card: ReviewCard, word: Word | None, day: str) -> bool:
    if day_of(card.created) > day:
        return False
    if not isinstance(word, Published) or card.id == word.record:
        return True
    return takes_over(card, word)


def _since(words: Sequence[Word]) -> str:
    """The day of the first word since the thing was last withdrawn; empty if there is none."""
    since = ""
    for word in words:
        since = "" if isinstance(word, Withdrawn) else since or day_of(word.time)
    return since
