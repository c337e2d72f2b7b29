"""How often the same reviewer, asked the same again, decides otherwise."""

from __future__ import annotations

import random

import pytest

from panel.core.domain import DossierRef, Samples, Vote
from panel.judgement.statistics import Counts, statistics
from panel.judgement.statistics.repeats import Asked, flip_rate
from tests.judgement.statistics.simulated import said


def repeats(*newest_first):
    counts = Counts()
    counts.add_tool(newest_first)
    return counts.repeats


def test_answers_that_differ_are_a_flip():
    assert repeats(said("ship"), said("skip")) == [Asked("builder", ship=1, skip=1)]
    assert flip_rate([Asked("builder", ship=1, skip=1)]) == 1


def test_answers_that_agree_in_other_words_are_none():
    assert repeats(said("ship", "Again."), said("ship")) == [Asked("builder", ship=2)]
    assert flip_rate([Asked("builder", ship=2)]) == 0


def test_an_answer_read_again_from_the_ledger_is_no_repeat():
    assert repeats(said("ship", calls=0, stored=4), said("ship", calls=4)) == []
    # Partly from the ledger: what stands word for word before is the same answer.
    assert repeats(said("ship", calls=1, stored=3), said("ship", calls=4)) == []


def test_the_same_words_to_a_review_asked_wholly_anew_are_a_repeat():
    assert repeats(said("ship", calls=4), said("ship", calls=4)) == [Asked("builder", ship=2)]


@pytest.mark.parametrize(
    "other",
    [
        {"persona_sha": "sha256:new"},
        {"prompt_sha": "sha256:new"},
        {"model": "anthropic:model-2"},
        {"contested": True},
    ],
)
def test_another_question_is_no_repeat_and_neither_is_a_contested_answer(other):
    assert repeats(said("ship"), said("skip", **other)) == []


def test_another_dossier_is_another_question():
    changed = said("skip").model_copy(update={"dossier": DossierRef(id="sha256:other")})
    assert repeats(said("ship"), changed) == []


def test_reviews_without_quorum_are_repeats_too():
    without = said("skip").model_copy(update={"status": "no_quorum"})
    assert repeats(said("ship"), without) == [Asked("builder", ship=1, skip=1)]


def test_a_reviewer_that_throws_a_coin_is_found_to_flip_half_the_time():
    coin = random.Random(9)
    for chance, rate in ((0.5, 0.5), (0.9, 0.18), (1.0, 0.0)):
        asked = []
        for _ in range(3000):
            ships = sum(coin.random() < chance for _ in range(3))
            asked.append(Asked("builder", ship=ships, skip=3 - ships))
        assert flip_rate(asked) == pytest.approx(rate, abs=0.03)


def test_questions_weigh_alike_however_often_they_were_asked():
    assert flip_rate([Asked("builder", ship=100), Asked("builder", ship=1, skip=1)]) == 0.5
    assert flip_rate([]) is None


def test_flips_are_given_for_the_panel_and_each_chair_and_a_rate_only_for_enough_questions():
    counts = Counts()
    for number in range(10):
        dossier = DossierRef(id=f"sha256:{number}")
        counts.add_tool(
            said(decision).model_copy(update={"dossier": dossier})
            for decision in ("ship", "skip" if number < 3 else "ship")
        )
    whole, builder = statistics(counts).flips
    assert (whole.chair, whole.questions, whole.both_ways, whole.rate) == (None, 10, 3, pytest.approx(0.3))
    assert (builder.chair, builder.questions) == ("builder", 10)
    counts.repeats.pop()
    assert statistics(counts).flips[0].rate is None


def sampled(*decisions, calls=1, stored=0, first=0):
    """A review by the builder whose samples decided so; the n-th has the call number `first` + n."""
    votes = tuple(Vote(call=f"sha256:{first + n}", decision=each) for n, each in enumerate(decisions))
    ship = decisions.count("ship")
    counted = Samples(asked=len(votes), ship=ship, skip=len(votes) - ship, failed=0, votes=votes)
    tied = 2 * ship == len(votes)
    most = "ship" if 2 * ship >= len(votes) else "skip"
    return said(most, calls=calls, stored=stored, samples=counted, contested=tied)


def test_the_samples_of_a_seat_are_answers_to_one_question_tied_ones_too():
    assert repeats(sampled("ship", "skip", "ship")) == [Asked("builder", ship=2, skip=1)]
    assert repeats(sampled("ship", "skip")) == [Asked("builder", ship=1, skip=1)]


def test_samples_read_again_count_once_and_more_of_them_add_the_new_ones():
    more = sampled("ship", "skip", "skip", calls=1, stored=2)
    assert repeats(more, sampled("ship", "skip", calls=2)) == [Asked("builder", ship=1, skip=2)]
    fewer = sampled("ship", calls=0, stored=1)
    assert repeats(fewer, more, sampled("ship", "skip", calls=2)) == [Asked("builder", ship=1, skip=2)]


def test_a_single_answer_is_the_first_sample_of_a_later_review_and_of_an_earlier_one():
    assert repeats(sampled("ship", "ship", calls=1, stored=1), said("ship")) == [Asked("builder", ship=2)]
    assert repeats(said("ship", calls=0, stored=1), sampled("ship", "ship", calls=2)) == [
        Asked("builder", ship=2)
    ]


def test_samples_asked_wholly_anew_are_further_answers():
    assert repeats(sampled("ship", "skip", calls=2), sampled("ship", "skip", calls=2)) == [
        Asked("builder", ship=2, skip=2)
    ]
