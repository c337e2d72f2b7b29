"""Bets are counted once, settled by an editor's newest word, and add up to a track record."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.decisions import Settled
from panel.core.domain import Bet as Said
from panel.core.domain import DossierRef, Tool
from panel.core.errors import InputError
from panel.core.outcomes import Comparison, Cost, LikeForLike, Pick, ScorecardRow
from panel.judgement.bets import (
    bet_id,
    due,
    ledger,
    named,
    of_comparison,
    of_review,
    track_records,
    wilson,
)
from tests.judgement.samples import a_review, side, verdict


def betting(*bets, persona="futurist", **changes):
    said = tuple(Said(claim=claim, due=due) for claim, due in bets)
    return a_review((verdict(persona, bets=said),), **changes)


def placed(*bets, **changes):
    return list(of_review(betting(*bets, **changes)))


def word(bet, outcome, **changes):
    given = {
        "bet": bet.id, "tool": bet.tool, "persona": bet.persona, "name": bet.name, "claim": bet.claim,
        "due": bet.due, "placed": bet.placed.isoformat(), "outcome": outcome, "reason": "It says so.",
        "author": "Ada", "time": "2027-01-02T00:00:00Z",
    }  # fmt: skip
    return Settled(**{**given, **changes})


def test_a_bet_knows_who_placed_it_on_what_and_when():
    (bet,) = placed(("Half of them leave.", "2027"))
    assert (bet.persona, bet.tool, bet.claim) == ("futurist", "harbor", "Half of them leave.")
    assert (bet.placed, bet.due_date, bet.state) == (date(2026, 11, 20), date(2027, 12, 31), "open")


def test_the_same_claim_in_a_later_run_is_the_same_bet_and_keeps_its_day():
    again = placed(("half of them  LEAVE.", "2028"), created="2026-12-01T00:00:00Z")
    (bet,) = ledger([*placed(("Half of them leave.", "2027")), *again], [])
    assert (bet.placed, bet.due) == (date(2026, 11, 20), "2027")


def test_another_dossier_reviewer_or_claim_makes_another_bet():
    ids = {
        bet_id("sha256:1", "futurist", "A claim."),
        bet_id("sha256:2", "futurist", "A claim."),
        bet_id("sha256:1", "skeptic", "A claim."),
        bet_id("sha256:1", "futurist", "Another claim."),
    }
    assert len(ids) == 4


def test_the_earliest_due_comes_first_and_what_has_no_date_last():
    bets = ledger(placed(("never", "one day"), ("later", "2028"), ("sooner", "2027-03")), [])
    assert [bet.claim for bet in bets] == ["sooner", "later", "never"]


def test_due_are_the_open_ones_whose_last_day_has_come():
    bets = placed(("a", "2027-03"), ("b", "2027-04"), ("c", "2027-01"), ("d", "some day"))
    all_of_them = ledger(bets, [word(bets[2], "void")])
    assert [bet.claim for bet in due(all_of_them, date(2027, 3, 31))] == ["a"]
    assert due(all_of_them, date(2027, 3, 30)) == []


def test_the_newest_word_on_a_bet_counts():
    bets = placed(("a", "2027"))
    words = [word(bets[0], "right"), word(bets[0], "wrong", author="Grace")]
    (bet,) = ledger(bets, words)
    assert (bet.state, bet.author) == ("wrong", "Grace")


def test_a_settled_bet_outlives_its_review():
    (gone,) = placed(("a", "2027"))
    (bet,) = ledger([], [word(gone, "right")])
    assert (bet.id, bet.claim, bet.due_date, bet.state) == (gone.id, "a", date(2027, 12, 31), "right")


def test_a_fourth_chair_asked_for_a_comparison_has_its_bets_counted():
    mine = verdict("business", bets=(Said(claim="It is bought.", due="2027"),))
    record = Comparison(
        id="run-2/a-vs-b", run="run-2", created="2026-11-21T00:00:00Z",
        a=side("a", (mine,)), b=side("b", ()), like_for_like=LikeForLike(ok=True),
        scorecard=(ScorecardRow(chair="fourth", a=mine, b=None),),
        pick=Pick(choice="too_close", stable=False), cost=Cost(),
    )  # fmt: skip
    (bet,) = of_comparison(record)
    assert (bet.tool, bet.persona) == ("a", "business")
    own = betting(
        ("It is bought.", "2027"), persona="business",
        tool=Tool(slug="a", name="A"), dossier=DossierRef(id="sha256:a"),
    )  # fmt: skip
    assert [each.id for each in of_review(own)] == [bet.id]


def test_a_bet_is_named_by_its_id_or_a_beginning_only_it_has():
    bets = placed(("a", "2027"), ("b", "2027"))
    assert named(bets, bets[0].id) == bets[0]
    assert named(bets, bets[1].id[:8].upper()) == bets[1]
    for wrong in ("", "zzz", "x"):
        with pytest.raises(InputError):
            named(bets, wrong)


def test_an_id_that_several_bets_begin_with_is_refused():
    bets = placed(*((f"claim {n}", "2027") for n in range(17)))  # more than there are first digits
    shared = next(d for d in "0123456789abcdef" if sum(b.id.startswith(d) for b in bets) > 1)
    with pytest.raises(InputError, match="bets begin with"):
        named(bets, shared)


def test_a_track_record_has_an_interval_from_five_settled_bets_on():
    bets = placed(*((f"claim {n}", "2027") for n in range(8)))
    words = [
        word(bet, outcome) for bet, outcome in zip(bets, ["right"] * 3 + ["wrong", "void"], strict=False)
    ]
    (few,) = track_records(ledger(bets, words))
    assert (few.right, few.wrong, few.void, few.open, few.share_right) == (3, 1, 1, 3, None)
    (enough,) = track_records(ledger(bets, [*words, word(bets[5], "right")]))
    # Score interval of 4 of 5, as R's prop.test(4, 5, correct = FALSE) gives it.
    assert enough.share_right == pytest.approx((0.37553, 0.96378), abs=1e-5)


def test_each_reviewer_has_a_track_record_of_their_own():
    bets = [*placed(("a", "2027")), *placed(("b", "2027"), persona="skeptic")]
    records = track_records(ledger(bets, [word(bets[0], "right")]))
    assert [(r.persona, r.right, r.open) for r in records] == [("futurist", 1, 0), ("skeptic", 0, 1)]


@given(st.integers(1, 500), st.data())
def test_an_interval_holds_the_share_and_lies_between_nothing_and_all(of, data):
    right = data.draw(st.integers(0, of))
    low, high = wilson(right, of)
    assert 0 <= low <= right / of + 1e-9
    assert right / of - 1e-9 <= high <= 1
    mirrored = wilson(of - right, of)
    assert mirrored == pytest.approx((1 - high, 1 - low))
