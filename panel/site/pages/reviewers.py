"""The reviewers, and a page for each: what it asks, how often it ships, how its bets turned out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

from panel.core.domain import OFFLINE_MODEL, Decision, Move, Value
from panel.judgement.bets import LEAST_SETTLED, Bet
from panel.judgement.statistics.figures import LEAST, informative
from panel.publish import wording
from panel.site.cards import ReviewCard, SeatCard
from panel.site.library import Library, Reviewer
from panel.site.page import Page
from panel.site.rows import called
from panel.site.sheets import sheet_page

_INDEX = "reviewers/index.html"
#: Verdicts and bets on a reviewer's page; the tools' pages have all of them.
_VERDICTS = 30
_BETS = 10


class Rate(Value):
    """How often a reviewer ships.

    Attributes:
        ship: Its votes for ship.
        counted: All its votes.
        percent: ship of counted in whole percent, half rounded up.
        low: The lower end of the 95 % interval, in percent.
        high: The upper end.
        informative: Whether it decides now one way, now the other; None where that cannot be told yet.
        least: Votes below which it cannot.
        offline: Whether no model gave any of them.
    """

    ship: int
    counted: int
    percent: int
    low: int
    high: int
    informative: bool | None
    least: int = LEAST
    offline: bool


class Track(Value):
    """How a reviewer's bets turned out; `low` and `high`, in percent, are None below `least` settled ones."""

    right: int
    wrong: int
    void: int
    open: int
    low: int | None
    high: int | None
    least: int = LEAST_SETTLED


class MoveRow(Value):
    """A question this reviewer asks of every tool."""

    name: str
    ask: str
    evidence: Literal["dossier", "outside", "either"]


class SaidRow(Value):
    """One seat of this reviewer: what it said of a tool."""

    slug: str
    tool: str
    day: str
    decision: Decision | None
    own: Decision | None
    contested: bool
    editors: bool
    model: str


class BetRow(Value):
    """A dated claim of this reviewer."""

    slug: str
    tool: str
    claim: str
    due: str
    day: str | None
    state: Literal["open", "right", "wrong", "void"]
    reason: str | None
    author: str | None


class ReviewerRow(Value):
    """A reviewer in short; without its persona file motto and chair are not known.

    `sits_when` are the words of which a tool must have one for this fourth chair; none: where no other fits.
    """

    slug: str
    name: str
    motto: str | None
    chair: Literal["core", "fourth"] | None
    sits_when: tuple[str, ...]
    rate: Rate | None
    sat: int


class AllReviewers(Value):
    """The list of all."""

    rows: tuple[ReviewerRow, ...]


class ReviewerSheet(Value):
    """A reviewer's own page.

    Attributes:
        row: The reviewer in short.
        moves: What it asks, in its order.
        said: Its newest verdicts.
        track: How its bets turned out; None where it placed none.
        settled: Its bets that are settled, the latest due first.
        open: Its bets that are not, the earliest due first.
        spoke: For how many of its seats each model spoke, the most first.
    """

    row: ReviewerRow
    moves: tuple[MoveRow, ...]
    said: tuple[SaidRow, ...]
    track: Track | None
    settled: tuple[BetRow, ...]
    open: tuple[BetRow, ...]
    spoke: tuple[tuple[str, int], ...]


def pages(library: Library) -> Iterator[Page]:
    """The list of all, and each one's own page."""
    names = called(library)
    rows = {slug: _row(reviewer) for slug, reviewer in library.reviewers.items()}
    # The core chairs sit on every panel: they come first.
    order = sorted(rows.values(), key=lambda row: (row.chair != "core", -row.sat, row.slug))
    yield sheet_page(_INDEX, "reviewers.html.j2", AllReviewers(rows=tuple(order)), library)
    for slug, reviewer in library.reviewers.items():
        sheet = _sheet(reviewer, rows[slug], names)
        yield sheet_page(f"reviewers/{slug}.html", "reviewer.html.j2", sheet, library)


def _sheet(reviewer: Reviewer, row: ReviewerRow, names: Mapping[str, str]) -> ReviewerSheet:
    settled = [bet for bet in reviewer.bets if bet.state != "open"][::-1]
    unsettled = [bet for bet in reviewer.bets if bet.state == "open"]
    models = Counter(wording.model(seat.model) for _, seat in reviewer.seats)
    return ReviewerSheet(
        row=row,
        moves=tuple(_move(move) for move in (reviewer.persona.moves if reviewer.persona else ())),
        said=tuple(_said(card, seat, names) for card, seat in reviewer.seats[:_VERDICTS]),
        track=_track(reviewer),
        settled=tuple(_bet(bet, names) for bet in settled[:_BETS]),
        open=tuple(_bet(bet, names) for bet in unsettled[:_BETS]),
        spoke=tuple(sorted(models.items(), key=lambda each: (-each[1], each[0]))),
    )


def _row(reviewer: Reviewer) -> ReviewerRow:
    persona = reviewer.persona
    when = persona.sits_when if persona else None
    return ReviewerRow(
        slug=reviewer.slug,
        name=reviewer.name,
        motto=persona.motto if persona else None,
        chair=persona.chair if persona else None,
        sits_when=(*when.modality, *when.surface) if when else (),
        rate=_rate(reviewer),
        sat=len(reviewer.seats),
    )


def _rate(reviewer: Reviewer) -> Rate | None:
    if reviewer.interval is None:
        return None
    low, high = reviewer.interval
    return Rate(
        ship=reviewer.ship,
        counted=reviewer.counted,
        percent=(200 * reviewer.ship + reviewer.counted) // (2 * reviewer.counted),
        low=round(100 * low),
        high=round(100 * high),
        informative=informative(reviewer.ship, reviewer.counted),
        offline=all(seat.model == OFFLINE_MODEL for _, seat in reviewer.seats if seat.own),
    )


def _track(reviewer: Reviewer) -> Track | None:
    track = reviewer.track
    if track is None:
        return None
    low, high = track.share_right or (None, None)
    return Track(
        right=track.right,
        wrong=track.wrong,
        void=track.void,
        open=track.open,
        low=None if low is None else round(100 * low),
        high=None if high is None else round(100 * high),
    )


def _move(move: Move) -> MoveRow:
    return MoveRow(name=wording.move(move.key), ask=move.ask, evidence=move.evidence)


def _said(card: ReviewCard, seat: SeatCard, names: Mapping[str, str]) -> SaidRow:
    return SaidRow(
        slug=card.slug,
        tool=names[card.slug],
        day=wording.day(card.created),
        decision=seat.decision,
        own=seat.own,
        contested=seat.contested,
        editors=seat.editors,
        model=wording.model(seat.model),
    )


def _bet(bet: Bet, names: Mapping[str, str]) -> BetRow:
    return BetRow(
        slug=bet.tool,
        tool=names[bet.tool],
        claim=bet.claim,
        due=bet.due,
        day=None if bet.due_date is None else wording.day(bet.due_date.isoformat()),
        state=bet.state,
        reason=bet.reason,
        author=bet.author,
    )
