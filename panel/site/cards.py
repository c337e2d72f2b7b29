"""What pages need to know of a record without opening it again; kept by `shelf`, so rebuilds are quick."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from panel.core.domain import OFFLINE_MODEL, Choice, Decision, EntryPrice, ReviewStatus, Value
from panel.core.naming import reviewer_name, sitting_several_times, told_apart
from panel.core.outcomes import Comparison, Dissent, Review, Side, Tally
from panel.judgement.aggregate import Outcome, outcome
from panel.judgement.overriding import in_force
from panel.judgement.publishing import against_pair, kind_of, publishable
from panel.publish import wording
from panel.publish.seats import no_model_asked
from panel.site.words import particular

#: Characters of a description whose words a tool is found by.
_DESCRIBED = 800


class SeatCard(Value):
    """One seat of a review.

    `decision` is the one that counts, an editor's before the reviewer's; None where the seat is no vote.
    `own` is the reviewer's own vote; None where there is none, or a contested one. `editors` says whether an
    editor decided the seat.
    """

    persona: str
    name: str
    chair: Literal["core", "fourth"]
    model: str
    decision: Decision | None
    own: Decision | None = None
    contested: bool = False
    editors: bool = False


class BetCard(Value):
    """A dated claim, and who made it."""

    persona: str
    name: str
    claim: str
    due: str


class ReviewCard(Value):
    """A review in short.

    `words` are those of its description, and of what its paragraphs name: the search finds it by them.
    `why_not` are the reasons that speak against publishing it, its dossier's age aside; `sha` is the hash of
    the record's file: two cards with the same one are of the same review, word for word. `revised` is when
    an editor last decided something about it; when it was made, where none did.
    """

    id: str
    run: str
    created: str
    slug: str
    name: str
    vendor: str | None
    version: str | None
    category: str | None
    tagline: str | None
    url: str | None
    dossier: str
    status: ReviewStatus
    panel: Tally
    price: EntryPrice
    entry: str
    dissent: tuple[Dissent, ...]
    seats: tuple[SeatCard, ...]
    bets: tuple[BetCard, ...]
    offline: bool
    test_log: bool
    words: tuple[str, ...]
    why_not: tuple[str, ...]
    revised: str
    sha: str

    @property
    def decision(self) -> Outcome | None:
        """What the panel comes to; None without a quorum."""
        return outcome(self.panel)

    @property
    def silent(self) -> bool:
        """Whether no model was asked at all."""
        return set(self.models) == {OFFLINE_MODEL}

    @property
    def models(self) -> tuple[str, ...]:
        """The models that sat, each once."""
        return tuple(dict.fromkeys(seat.model for seat in self.seats))


class SideCard(Value):
    """One tool of a comparison in short; `review` is the id of the one it shows."""

    slug: str
    name: str
    review: str
    dossier: str
    category: str | None
    panel: Tally
    entry: str


class ComparisonCard(Value):
    """A comparison in short.

    `answer` is the page's answer in a few words, `because` its first reason; `offline` says whether the
    offline reader spoke for any seat, `silent` whether for all; `against` are the kinds of reasons that speak
    against publishing it, each with the tool, or the pair, it is about; `sha` as in `ReviewCard`.
    """

    id: str
    run: str
    created: str
    pair: str
    a: SideCard
    b: SideCard
    choice: Choice
    answer: str
    stable: bool
    because: str | None
    offline: bool
    silent: bool = False
    against: tuple[tuple[str, str], ...]
    sha: str

    @property
    def title(self) -> str:
        """`A vs B`, told apart where they have one name."""
        return " vs ".join(self.labels)

    @property
    def labels(self) -> tuple[str, str]:
        """What the two tools are called: by slug too if their names are equal."""
        a, b = told_apart([(self.a.name, self.a.slug), (self.b.name, self.b.slug)])
        return a, b


def review_card(review: Review, sha: str) -> ReviewCard:
    """A review in short."""
    tool = review.tool
    return ReviewCard(
        id=review.id,
        run=review.run,
        created=review.created,
        slug=tool.slug,
        name=tool.name,
        vendor=tool.vendor,
        version=tool.version,
        category=tool.category,
        tagline=tool.tagline,
        url=tool.url,
        dossier=review.dossier.id,
        status=review.status,
        panel=review.panel,
        price=review.entry.price,
        entry=review.entry.label,
        dissent=review.dissent,
        seats=_seats(review),
        bets=tuple(
            BetCard(persona=verdict.persona, name=verdict.name, claim=bet.claim, due=bet.due)
            for verdict in review.verdicts
            for bet in verdict.bets
        ),
        offline=OFFLINE_MODEL in {seat.model for seat in review.seating},
        test_log=review.dossier.test_log,
        words=particular(_found_by(review)),
        why_not=tuple(publishable(review, strict=True)),
        revised=_revised(review),
        sha=sha,
    )


def comparison_card(comparison: Comparison, sha: str) -> ComparisonCard:
    """A comparison in short."""
    because = comparison.pick.because
    return ComparisonCard(
        id=comparison.id,
        run=comparison.run,
        created=comparison.created,
        pair=comparison.id.partition("/")[2],
        a=_side(comparison.a),
        b=_side(comparison.b),
        choice=comparison.pick.choice,
        answer=wording.headline(comparison),
        stable=comparison.pick.stable,
        because=because[0] if because else None,
        offline=comparison.offline,
        silent=no_model_asked(comparison) == "all",
        against=tuple((str(each.tool), kind_of(each.what)) for each in against_pair(comparison)),
        sha=sha,
    )


def rehearsal(card: ReviewCard | ComparisonCard) -> str | None:
    """What must be said before anything else of what is no review; None of one."""
    if not card.offline:
        return None
    return wording.OFFLINE_TITLE["all" if card.silent else "some"]


def _revised(review: Review) -> str:
    seats = [override.time for override in review.overrides]
    prices = [decision.time for decision in review.price_decisions]
    return max([review.created, *seats, *prices])


def _found_by(review: Review) -> Iterator[str]:
    """The start of the description, and the products and other things that paragraphs name."""
    yield (review.tool.description or "")[:_DESCRIBED]
    for verdict in review.verdicts:
        grounding = verdict.grounding
        for claim in (*grounding.dossier, *grounding.outside, *grounding.unsupported):
            if any(letter.isalpha() for letter in claim.text):
                yield claim.text


def _side(side: Side) -> SideCard:
    return SideCard(
        slug=side.tool.slug,
        name=side.tool.name,
        review=side.review,
        dossier=side.dossier.id,
        category=side.tool.category,
        panel=side.panel,
        entry=side.entry.label,
    )


def _seats(review: Review) -> tuple[SeatCard, ...]:
    several = sitting_several_times(review.seating)
    said = {(verdict.persona, verdict.model): verdict for verdict in review.verdicts}
    cards = []
    for seat in review.seating:
        editors, verdict = in_force(seat, review.overrides), said.get((seat.persona, seat.model))
        contested = verdict is not None and verdict.contested
        own = None if verdict is None or contested else verdict.decision
        decision: Decision | None = own
        if editors is not None:
            decision = "ship" if editors.decision == "ship" else "skip"
        cards.append(
            SeatCard(
                persona=seat.persona,
                name=reviewer_name(seat, several),
                chair=seat.chair,
                model=seat.model,
                decision=decision,
                own=own,
                contested=contested,
                editors=editors is not None,
            )
        )
    return tuple(cards)
