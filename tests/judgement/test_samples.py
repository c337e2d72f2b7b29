"""Several samples of one seat fold into what the seat says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Failure, Verdict
from panel.core.naming import in_samples
from panel.judgement.samples import flip_rate, fold
from tests.judgement.samples import verdict


def sample(number, said):
    """The n-th sample: ship, skip, contested, or failed."""
    calls = (f"sha256:{number}",)
    if said == "failed":
        return Failure(
            persona="builder", name="Builder", chair="core", model="anthropic:model-1",
            stage="call", kind="outage", message="No answer.", attempts=2, calls=calls,
        )  # fmt: skip
    decision = "ship" if said == "contested" else said
    return verdict(
        decision=decision, paragraph=f"Sample {number}.", call=calls[0], calls=calls,
        contested=said == "contested", contest="It contradicts itself." if said == "contested" else None,
    )  # fmt: skip


def folded(*said, cost_usd=0.05):
    return fold([sample(number, each) for number, each in enumerate(said)], cost_usd)


def test_one_sample_is_the_seat_unchanged():
    one = sample(0, "ship")
    assert fold([one], 0.01) is one
    assert one.samples is None


def test_the_majority_counts_in_the_words_of_the_first_that_says_it():
    seat = folded("skip", "ship", "ship", "skip", "ship")
    assert (seat.decision, seat.paragraph, seat.contested) == ("ship", "Sample 1.", False)
    assert seat.call == "sha256:1"
    assert seat.calls == tuple(f"sha256:{n}" for n in range(5))
    assert seat.cost_usd == 0.05
    counted = seat.samples
    assert (counted.asked, counted.ship, counted.skip, counted.failed) == (5, 3, 2, 0)
    assert counted.flip_rate == pytest.approx(6 / 10)
    assert [(vote.call, vote.decision) for vote in counted.votes][:2] == [
        ("sha256:0", "skip"),
        ("sha256:1", "ship"),
    ]


def test_a_tie_is_contested_in_the_words_of_the_first_vote():
    seat = folded("contested", "skip", "ship")
    assert (seat.contested, seat.paragraph) == (True, "Sample 1.")
    assert seat.contest == "its samples are tied: 1 say ship, 1 say skip"


def test_a_sample_that_failed_or_contradicts_itself_is_no_vote():
    seat = folded("failed", "contested", "skip", "failed")
    assert (seat.decision, seat.contested, seat.paragraph) == ("skip", False, "Sample 2.")
    counted = seat.samples
    assert (counted.ship, counted.skip, counted.contested, counted.failed) == (0, 1, 1, 2)
    assert counted.flip_rate is None


def test_without_any_vote_the_first_contested_sample_stands():
    seat = folded("failed", "contested", "contested")
    assert (seat.contested, seat.contest, seat.paragraph) == (True, "It contradicts itself.", "Sample 1.")


def test_without_any_verdict_the_seat_is_a_failure_that_bears_all_calls():
    seat = folded("failed", "failed")
    assert isinstance(seat, Failure)
    assert seat.message == "No answer. (none of 2 samples gave a verdict)"
    assert (seat.attempts, seat.calls) == (4, ("sha256:0", "sha256:1"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (["ship"] * 4 + ["skip"], "4 of 5 samples say ship; flip rate 40 %"),
        (["skip", "skip"], "2 of 2 samples say skip; flip rate 0 %"),
        (["ship", "skip"], "1 of 2 samples say ship, 1 skip; flip rate 100 %"),
        (["ship", "failed", "contested"], "1 of 1 samples say ship, 1 contested, 1 without a verdict"),
        (["contested", "failed"], "none of 2 samples votes, 1 contested, 1 without a verdict"),
    ],
)
def test_samples_are_said_in_a_line(said, words):
    assert in_samples(folded(*said).samples) == words


SAID = st.lists(st.sampled_from(["ship", "skip", "contested", "failed"]), min_size=2, max_size=9)


@given(said=SAID)
def test_every_sample_is_counted_once_and_every_call_is_kept(said):
    seat = folded(*said)
    assert seat.calls == tuple(f"sha256:{n}" for n in range(len(said)))
    if isinstance(seat, Failure):
        assert set(said) == {"failed"}
        return
    counted = seat.samples
    assert (counted.ship, counted.skip) == (said.count("ship"), said.count("skip"))
    assert (counted.contested, counted.failed) == (said.count("contested"), said.count("failed"))
    assert counted.asked == counted.ship + counted.skip + counted.contested + counted.failed


@given(said=SAID)
def test_a_seat_counts_exactly_if_one_decision_has_more_votes_and_then_says_that(said):
    seat = folded(*said)
    ship, skip = said.count("ship"), said.count("skip")
    counts = isinstance(seat, Verdict) and not seat.contested
    assert counts == (ship != skip)
    if counts:
        assert seat.decision == ("ship" if ship > skip else "skip")
        assert seat.paragraph == f"Sample {said.index(seat.decision)}."


@given(said=SAID, order=st.randoms(use_true_random=False))
def test_the_order_of_the_samples_changes_no_decision(said, order):
    other = order.sample(said, len(said))
    one, two = folded(*said), folded(*other)
    assert type(one) is type(two)
    if isinstance(one, Verdict):
        assert (one.contested, one.samples.flip_rate) == (two.contested, two.samples.flip_rate)
        assert one.contested or one.decision == two.decision


@given(said=SAID)
def test_turning_all_votes_round_turns_the_seat_round(said):
    other = [{"ship": "skip", "skip": "ship"}.get(each, each) for each in said]
    one, two = folded(*said), folded(*other)
    if isinstance(one, Verdict) and not one.contested:
        assert one.decision != two.decision
        assert one.samples.flip_rate == two.samples.flip_rate


@given(ship=st.integers(0, 9), skip=st.integers(0, 9))
def test_the_flip_rate_is_the_share_of_pairs_that_differ(ship, skip):
    votes = [True] * ship + [False] * skip
    pairs = [(a, b) for n, a in enumerate(votes) for b in votes[n + 1 :]]
    share = sum(a != b for a, b in pairs) / len(pairs) if pairs else None
    assert flip_rate(ship, skip) == (None if share is None else pytest.approx(share))
