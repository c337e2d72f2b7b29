"""What is said of the statistics in words."""

from __future__ import annotations

from panel.judgement.statistics import Counts, sentences, statistics
from tests.judgement.statistics.simulated import counted, jurors, of, said

MIXED = ("ship", "skip")


def told(*reviews) -> str:
    return "\n".join(sentences(statistics(counted(*reviews))))


def test_a_chair_that_always_ships_or_always_skips_carries_no_information():
    text = told(*[of(f"t{n}", "ship", "skip", MIXED[n % 2]) for n in range(24)])
    assert "Builder has shipped every one of 24 tools: its vote carries no information." in text
    assert "Skeptic has skipped every one of 24 tools: its vote carries no information." in text
    assert "Futurist has" not in text
    assert "undefined, not 0" in text


def test_of_a_chair_with_many_seats_the_one_without_information_is_named():
    reviews = [of(f"t{n}", "-", "-", "-", "ship") for n in range(12)]
    product = [
        review.model_copy(
            update={
                "verdicts": tuple(
                    v.model_copy(update={"persona": "product", "name": "Product", "decision": MIXED[n % 2]})
                    for v in review.verdicts
                )
            }
        )
        for n, review in enumerate(reviews)
    ]
    text = told(*reviews, *product)
    assert "Business has shipped every one of 12 tools" in text
    assert "Product has" not in text
    assert "Fourth chair has" not in text


def test_few_tools_are_said_to_be_few():
    text = told(*[of(f"t{n}", "ship", MIXED[n % 2]) for n in range(6)])
    assert "6 tools are too few for agreement" in text
    assert "Too few tools to say whether the vote carries information: Builder (6)" in text
    assert "carries no information." not in text


def test_correlated_jurors_are_worth_fewer_votes():
    text = told(*jurors(400, correlation=0.5, rate=0.5, seed=2))
    assert "4.0 votes on a tool weigh as much as 1." in text
    assert "vote alike most clearly" in text


def test_independent_jurors_are_not_said_to_correlate():
    text = told(*jurors(400, correlation=0.0, rate=0.5, seed=4))
    assert "No two seats correlate more than independent ones may by chance." in text


def test_votes_that_are_all_the_same_have_no_agreement_to_speak_of():
    text = told(*[of(f"t{n}", "ship", "ship", "ship") for n in range(20)])
    assert "All votes on 20 tools are the same: agreement beyond chance is not defined." in text
    assert "no correlation is defined" in text


def test_seats_that_contradict_each_other_are_said_to():
    text = told(*[of(f"t{n}", MIXED[n % 2], MIXED[1 - n % 2]) for n in range(20)])
    assert "alpha is -0.95 over 20 tools (1: the seats always agree, 0: as often as by chance)" in text
    assert "vote against each other most clearly" in text
    assert "contradict each other more than votes on one tool can" in text


def test_what_was_never_asked_twice_or_in_both_orders_is_not_known():
    text = told(of("t", "ship", "ship", "ship"))
    assert "none was asked the same twice" in text
    assert "Order sensitivity is not known" in text


def test_repeats_are_told_with_their_number():
    counts = Counts()
    counts.add_tool([said("ship"), said("skip")])
    text = "\n".join(sentences(statistics(counts)))
    assert "Too few repeats for a flip rate: of 1 question asked again, 1 got both answers" in text


def test_nothing_counted_is_nothing_said():
    assert sentences(statistics(Counts())) == []
