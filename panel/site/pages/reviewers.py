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
from panel.site.library import Library, LiveTool, Reviewer
from panel.site.page import Page
from panel.site.templating import html

_INDEX = "reviewers/index.html"
#: Verdicts and bets on a reviewer's page; the tools' pages have all of them.
_VERDICTS = 30
_BETS = 20


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
    """A reviewer in short.

    `fourth` are the words a tool must have for it to sit; empty: whenever nobody else does.
    Without a persona file motto, chair and questions are not known.
    """

    slug: str
    name: str
    motto: str | None
    chair: Literal["core", "fourth"] | None
    sits_when: tuple[str, ...]
    rate: Rate | None
    track: Track | None
    sat: int


def pages(library: Library) -> Iterator[Page]:
    """The list of all, and each one's own page."""
    rows = {slug: _row(reviewer) for slug, reviewer in library.reviewers.items()}
    # The core chairs sit on every panel: they come first.
    order = sorted(rows.values(), key=lambda row: (row.chair != "core", -row.sat, row.slug))

    def render() -> bytes:
        return html("reviewers.html.j2", _INDEX, library, rows=order)

    yield Page(_INDEX, [row.as_json() for row in order], render)
    for slug, reviewer in library.reviewers.items():
        yield _page(reviewer, rows[slug], library)


def _page(reviewer: Reviewer, row: ReviewerRow, library: Library) -> Page:
    path = f"reviewers/{reviewer.slug}.html"
    said = [_said(card, seat) for card, seat in reviewer.seats[:_VERDICTS]]
    settled = [bet for bet in reviewer.bets if bet.state != "open"][::-1][:_BETS]
    unsettled = [bet for bet in reviewer.bets if bet.state == "open"][:_BETS]
    bets = {
        name: [_bet(bet, library.tools) for bet in chosen]
        for name, chosen in (("settled", settled), ("open", unsettled))
    }
    moves = [_move(move) for move in reviewer.persona.moves] if reviewer.persona else []
    models = Counter(wording.model(seat.model) for _, seat in reviewer.seats)
    spoke = sorted(models.items(), key=lambda each: (-each[1], each[0]))

    def render() -> bytes:
        return html(
            "reviewer.html.j2", path, library, row=row, moves=moves, said=said, bets=bets, spoke=spoke
        )

    inputs = [
        row.as_json(),
        [move.as_json() for move in moves],
        [each.as_json() for each in said],
        {name: [bet.as_json() for bet in chosen] for name, chosen in bets.items()},
        spoke,
    ]
    return Page(path, inputs, render)


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
        track=_track(reviewer),
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


def _said(card: ReviewCard, seat: SeatCard) -> SaidRow:
    return SaidRow(
        slug=card.slug,
        tool=card.name,
        day=wording.day(card.created),
        decision=seat.decision,
        own=seat.own,
        contested=seat.contested,
        editors=seat.editors,
        model=wording.model(seat.model),
    )


def _bet(bet: Bet, tools: Mapping[str, LiveTool]) -> BetRow:
    return BetRow(
        slug=bet.tool,
        tool=tools[bet.tool].card.name,
        claim=bet.claim,
        due=bet.due,
        day=None if bet.due_date is None else wording.day(bet.due_date.isoformat()),
        state=bet.state,
        reason=bet.reason,
        author=bet.author,
    )
