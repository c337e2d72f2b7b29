"""Takes from the library what an issue tells: pure but for the whole records of verdicts that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from panel.core.decisions import Overridden, Priced, Settled, decided
from panel.core.errors import InputError
from panel.core.naming import labels, told_apart
from panel.core.published import Of, Withdrawn, every_word
from panel.core.workspace import Workspace
from panel.digest.issue import BetNews, ChangeNews, ComparisonNews, Correction, Issue, VerdictNews
from panel.digest.liveness import Word, Words, by_thing, day_of, live_on, went_live
from panel.digest.period import Period
from panel.digest.sent import Told, told_as
from panel.digest.texts import CLAIM, LINE, NAME, plain, plain_or_none
from panel.digest.verdicts import Known, change, differs, known, news
from panel.judgement.bets import Bet, due
from panel.site.cards import ComparisonCard, ReviewCard
from panel.site.library import Library, LiveComparison, LiveTool


@dataclass(frozen=True)
class Decisions:
    """What editors decided that a digest tells of, each kind oldest first."""

    words: tuple[Word, ...] = ()
    settled: tuple[Settled, ...] = ()
    priced: tuple[Priced, ...] = ()
    overridden: tuple[Overridden, ...] = ()


def read_decisions(workspace: Workspace) -> Decisions:
    """What is in the log of a workspace.

    Raises:
        DamagedRecord: a line cannot be read.
    """
    root = workspace.root
    return Decisions(
        words=tuple(every_word(root)),
        settled=tuple(decided(root, Settled)),
        priced=tuple(decided(root, Priced)),
        overridden=tuple(decided(root, Overridden)),
    )


def gather(
    library: Library, decisions: Decisions, period: Period, told: Told, *, allow_offline: bool = False
) -> Issue:
    """The issue of a period.

    Args:
        library: What is live; with its rehearsals if they are to be told of.
        decisions: What editors decided.
        period: Its days.
        told: What earlier issues told: a verdict is compared with what was told of the tool last.
        allow_offline: Whether to tell of tools and pairs for which not every seat asked a model; marked.

    Raises:
        PanelError: the record of a verdict that changed cannot be read.
    """
    live = _live(library, by_thing(decisions.words), period, allow_offline=allow_offline)
    before = _known_before(live, decisions.overridden, period, told)
    new, changed = _verdicts(live, before)
    ranked = _ranked(live.pairs, live.words, period, told)
    bets = [bet for bet in library.bets if bet.tool in live.tools]
    due_now = due(bets, date.fromisoformat(period.day))
    corrected = (
        *_withdrawn(live.words, library, period),
        *_priced(decisions.priced, live.current, live.names, before, period),
    )
    return Issue(
        day=period.day,
        since=period.since,
        title=plain(library.settings.title, NAME),
        url=library.settings.url,
        corrections_to=plain_or_none(library.settings.corrections, LINE),
        new=new,
        changed=changed,
        best=ranked[0] if ranked else None,
        compared=tuple(ranked[1:]),
        due=tuple(_bet(bet, live.names) for bet in due_now if (bet.id, "open") not in told.bets),
        settled=tuple(_settled(bets, decisions.settled, live.names, period, told)),
        corrections=tuple(each for each in corrected if told_as(each) not in told.corrections),
        left_out=len(library.tools) - len(live.tools) + len(library.comparisons) - len(live.pairs),
    )


# ---------------------------------------------------------------- verdicts


@dataclass(frozen=True)
class _Live:
    """What is live that an issue may tell of.

    Attributes:
        library: All that is live, that which is not told of included.
        tools: The tools, by slug.
        pairs: The comparisons of two of them.
        names: What each tool is called.
        words: What editors said of each thing.
        current: The review that each tool's page showed at the end of the period; none if it had no page.
    """

    library: Library
    tools: Mapping[str, LiveTool]
    pairs: Sequence[LiveComparison]
    names: Mapping[str, str]
    words: Words
    current: Mapping[str, ReviewCard]


def _live(library: Library, words: Words, period: Period, *, allow_offline: bool) -> _Live:
    tools = {slug: tool for slug, tool in library.tools.items() if allow_offline or not tool.card.offline}
    pairs = [each for each in library.comparisons.values() if allow_offline or not each.card.offline]
    return _Live(
        library=library,
        tools=tools,
        pairs=[each for each in pairs if each.card.a.slug in tools and each.card.b.slug in tools],
        names=_names(tools),
        words=words,
        current={s: card for s, tool in tools.items() if (card := live_on(tool, words, period.day))},
    )


def _known_before(
    live: _Live, overridden: Sequence[Overridden], period: Period, told: Told
) -> dict[str, Known]:
    """The verdicts that readers knew, by slug: as they were told last, else as their pages showed them."""
    before = {slug: Known(*was) for slug, was in told.verdicts.items() if slug in live.current}
    for slug in live.current.keys() - before.keys():
        seen = known(live.tools[slug], live.words, overridden, period, live.library)
        if seen is not None:
            before[slug] = seen
    return before


def _verdicts(
    live: _Live, before: Mapping[str, Known]
) -> tuple[tuple[VerdictNews, ...], tuple[ChangeNews, ...]]:
    """The verdicts that readers did not know, and those that differ from what they knew; the newest first."""
    new, changed = [], []
    for card in sorted(live.current.values(), key=lambda card: (card.run, card.slug), reverse=True):
        name, despite, was = live.names[card.slug], _despite(card, live.tools), before.get(card.slug)
        if was is None:
            new.append(news(card, name, despite))
        elif differs(was.panel, card.panel):
            changed.append(change(card, name, despite, was, live.library))
    return tuple(new), tuple(changed)


def _names(tools: Mapping[str, LiveTool]) -> dict[str, str]:
    """What each tool is called; those that share a name are told apart by their slugs."""
    names = told_apart([(plain(tool.card.name, NAME), slug) for slug, tool in tools.items()])
    return dict(zip(tools, names, strict=True))


def _despite(card: ReviewCard, tools: Mapping[str, LiveTool]) -> tuple[str, ...]:
    """What an editor let through for this review; what was let through for another is not said of it."""
    tool = tools[card.slug]
    return tool.despite if card.id == tool.card.id else ()


# ---------------------------------------------------------------- comparisons


def _ranked(
    pairs: Iterable[LiveComparison], words: Words, period: Period, told: Told
) -> list[ComparisonNews]:
    """The comparisons that went live in the period, the best first.

    Best is the one that answers its question: a tool before "it depends" before "too close"; then a stable
    answer, then one that rests on nothing that has changed since, then one whose two panels came to different
    counts, then the newest.
    """
    fresh = [
        each
        for each in pairs
        if period.has(went_live(each.card, words)) and each.card.id not in told.comparisons
    ]
    # Sorted twice: the newest first among equals.
    newest = sorted(fresh, key=lambda each: (each.card.run, each.card.pair), reverse=True)
    return [_comparison(each.card) for each in sorted(newest, key=_worse)]


def _worse(each: LiveComparison) -> tuple[int, bool, bool, bool]:
    card = each.card
    answers = {"a": 0, "b": 0, "depends": 1, "too_close": 2}
    alike = card.a.panel.percent == card.b.panel.percent
    return answers[card.choice], not card.stable, bool(each.stale or each.again), alike


def _comparison(card: ComparisonCard) -> ComparisonNews:
    a, b = told_apart([(plain(side.name, NAME), side.slug) for side in (card.a, card.b)])
    return ComparisonNews(
        pair=card.pair,
        record=card.id,
        a=a,
        b=b,
        panel_a=card.a.panel,
        panel_b=card.b.panel,
        answer=plain(card.answer, NAME),
        stable=card.stable,
        because=plain_or_none(card.because, CLAIM),
        offline=card.offline,
        silent=card.silent,
    )


# ---------------------------------------------------------------- bets and corrections


def _settled(
    bets: Iterable[Bet], words: Sequence[Settled], names: Mapping[str, str], period: Period, told: Told
) -> Iterator[BetNews]:
    """The bets that an editor settled in the period, the newest word on each."""
    newest = {word.bet: word for word in words}
    for bet in bets:
        word = newest.get(bet.id)
        if word is not None and period.has(day_of(word.time)) and (bet.id, bet.state) not in told.bets:
            yield _bet(bet, names)


def _bet(bet: Bet, names: Mapping[str, str]) -> BetNews:
    return BetNews(
        id=bet.id,
        tool=bet.tool,
        tool_name=names[bet.tool],
        reviewer=plain(bet.name, NAME),
        claim=plain(bet.claim, CLAIM),
        due=plain(bet.due, NAME),
        state=bet.state,
        reason=plain_or_none(bet.reason, CLAIM),
    )


def _withdrawn(words: Words, library: Library, period: Period) -> Iterator[Correction]:
    """What was live and is live no more."""
    for (of, name), said in sorted(words.items()):
        word = said[-1]
        if isinstance(word, Withdrawn) and period.has(day_of(word.time)):
            yield Correction(
                kind="withdrawn",
                of=of,
                name=name,
                title=_title(of, name, library),
                day=day_of(word.time),
                reason=plain_or_none(word.reason, CLAIM),
            )


def _title(of: Of, name: str, library: Library) -> str:
    """What a thing without a page is called: as in its newest record that can be read, else its slug."""
    try:
        if of == "tool":
            review = next(library.records.reviews(name), None)
            return plain(review.tool.name, NAME) or name if review else name
        for run in reversed(library.records.run_ids()):
            if library.records.comparison_path(run, name).exists():
                pair = library.records.comparison(f"{run}/{name}")
                return plain(" vs ".join(labels(pair.a, pair.b)), 2 * NAME)
    except InputError:
        pass
    return name


def _priced(
    priced: Iterable[Priced],
    current: Mapping[str, ReviewCard],
    names: Mapping[str, str],
    known: Collection[str],
    period: Period,
) -> Iterator[Correction]:
    """The entry prices that an editor put right on pages that readers knew, the newest word on each."""
    newest = {each.tool: each.price for each in priced}
    for slug, price in sorted(newest.items()):
        card = current.get(slug)
        if card is None or slug not in known or price.dossier != card.dossier:
            continue
        if period.has(day_of(price.time)):
            yield Correction(
                kind="price",
                of="tool",
                name=slug,
                title=names[slug],
                day=day_of(price.time),
                reason=plain_or_none(price.reason, CLAIM),
                entry=plain(card.entry, NAME),
            )
