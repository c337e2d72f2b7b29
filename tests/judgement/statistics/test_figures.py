"""The statistics of a panel: what is counted, what is recovered, and what is too little to say."""

from __future__ import annotations

import pytest

from panel.core.domain import OFFLINE_MODEL, Tool
from panel.judgement.statistics import Counts, Scope, statistics
from panel.judgement.statistics.figures import LEAST
from tests.judgement.samples import a_review, decides, verdict
from tests.judgement.statistics.simulated import CORE, counted, jurors, of

MIXED = ("ship", "skip")


def test_jurors_of_known_correlation_give_it_back_and_the_votes_they_are_worth():
    for correlation in (0.0, 0.2, 0.5, 0.8):
        found = statistics(counted(*jurors(3000, correlation=correlation, rate=0.6, seed=17)))
        assert found.weight.correlation == pytest.approx(correlation, abs=0.03)
        known = 4 / (1 + 3 * correlation)
        assert found.weight.effective == pytest.approx(known, rel=0.08)
        # With equal rates alpha is the correlation of two votes within a tool.
        assert found.agreement.alpha == pytest.approx(correlation, abs=0.03)


def test_every_pair_of_such_jurors_gives_it_back():
    found = statistics(counted(*jurors(3000, correlation=0.5, rate=0.6, seed=23)))
    assert len(found.pairs) == 6
    for pair in found.pairs:
        assert pair.tools == 3000
        assert pair.phi == pytest.approx(0.5, abs=0.06)


def test_rates_are_given_for_each_chair_with_an_interval():
    reviews = [of(f"t{n}", "ship" if n < 9 else "skip", "skip") for n in range(12)]
    builder, skeptic = statistics(counted(*reviews)).chairs
    assert (builder.name, builder.ship, builder.tools, builder.share) == ("Builder", 9, 12, 0.75)
    assert builder.low < 0.75 < builder.high
    assert (builder.informative, skeptic.informative) == (True, False)


def test_the_fourth_chair_is_one_chair_with_a_seat_for_each_persona():
    reviews = [
        a_review((verdict("builder", MIXED[n % 2]), verdict(("business", "product")[n % 2], "ship")))
        for n in range(20)
    ]
    found = statistics(counted(*reviews))
    assert [(c.name, c.tools) for c in found.chairs] == [("Builder", 20), ("Fourth chair", 20)]
    assert [s.name for s in found.seats if s.chair == "fourth"] == ["Business", "Product"]


def test_a_persona_with_two_models_has_two_seats():
    votes = tuple(verdict("builder", "ship", model=f"anthropic:model-{n}") for n in (1, 2))
    found = statistics(counted(*[a_review(votes)] * LEAST))
    assert [seat.name for seat in found.seats] == ["Builder@anthropic:model-1", "Builder@anthropic:model-2"]
    assert [chair.tools for chair in found.chairs] == [2 * LEAST]


def test_a_seat_that_never_skips_has_no_correlation_and_no_weight():
    reviews = [of(f"t{n}", "ship", MIXED[n % 2], MIXED[n // 2 % 2], MIXED[n // 4 % 2]) for n in range(40)]
    found = statistics(counted(*reviews))
    undefined = [pair for pair in found.pairs if "Builder" in {pair.a, pair.b}]
    assert [(pair.phi, pair.why) for pair in undefined] == [(None, "constant")] * 3
    assert found.weight.without == ("Builder",)
    assert found.weight.votes == 3
    assert found.weight.effective == pytest.approx(3)


def test_echoes_are_worth_one_vote():
    found = statistics(counted(*[of(f"t{n}", *[MIXED[n % 2]] * 4) for n in range(20)]))
    assert found.agreement.alpha == 1
    assert found.weight.effective == pytest.approx(1)


def test_few_tools_give_no_numbers_but_rates():
    found = statistics(counted(*[of(f"t{n}", *[MIXED[n % 2]] * 4) for n in range(LEAST - 1)]))
    assert (found.agreement.alpha, found.agreement.why) == (None, "few")
    assert {(pair.phi, pair.why) for pair in found.pairs} == {(None, "few")}
    assert (found.weight.effective, found.weight.why) == (None, "few")
    assert statistics(counted(of("t", "ship"))).chairs[0].informative is None


def test_votes_that_are_all_the_same_give_no_agreement():
    found = statistics(counted(*[of(f"t{n}", "ship", "ship", "ship") for n in range(20)]))
    assert (found.agreement.alpha, found.agreement.why) == (None, "constant")
    assert (found.weight.effective, found.weight.why) == (None, "constant")


def test_two_seats_that_always_differ_have_no_effective_number():
    found = statistics(counted(*[of(f"t{n}", MIXED[n % 2], MIXED[1 - n % 2]) for n in range(20)]))
    assert (found.weight.correlation, found.weight.effective) == (-1, None)
    assert found.weight.why == "contrary"


def test_nothing_gives_nothing():
    found = statistics(Counts())
    assert (found.tools, found.chairs, found.pairs, found.weight.effective) == (0, (), (), None)


# ---------------------------------------------------------------- what is counted


def test_a_tool_counts_by_its_newest_review_with_quorum():
    counts = Counts()
    newest = of("t", "contested", "contested", "contested", "skip")
    older, oldest = of("t", *["ship"] * 4), of("t", *["skip"] * 4)
    counts.add_tool([newest, older, oldest])
    assert {(c.ship, c.tools) for c in statistics(counts).chairs} == {(1, 1)}


def test_a_tool_without_any_quorum_is_not_counted_but_named():
    counts = counted(of("t", "contested", "contested", "ship", "ship"))
    assert (counts.tools, counts.no_quorum) == (0, 1)


def test_a_contested_verdict_does_not_count():
    found = statistics(counted(of("t", "contested", "ship", "skip", "ship")))
    assert [chair.name for chair in found.chairs] == ["Skeptic", "Futurist", "Fourth chair"]


def test_an_editors_decision_is_no_vote_of_the_reviewer():
    found = statistics(counted(of("t", "ship", "skip", "ship", overrides=(decides("skeptic", "ship"),))))
    assert {chair.name: chair.ship for chair in found.chairs}["Skeptic"] == 0


def offline(*decisions: str):
    return a_review(tuple(verdict(p, d, model=OFFLINE_MODEL) for p, d in zip(CORE, decisions, strict=False)))


def test_offline_reviews_are_never_mixed_with_models():
    counts = Counts()
    counts.add_tool([offline("skip", "skip", "skip"), of("t", "ship", "ship", "ship")])
    assert {chair.ship for chair in statistics(counts).chairs} == {1}
    assert counts.left_out == {"offline": 1}
    counts = Counts(Scope(offline=True))
    counts.add_tool([offline("skip", "skip", "skip"), of("t", "ship", "ship", "ship")])
    assert {chair.ship for chair in statistics(counts).chairs} == {0}
    assert counts.left_out == {"model": 1}


def test_one_offline_seat_on_a_panel_of_models_is_no_models_vote():
    mixed = a_review((verdict("builder"), verdict("skeptic"), verdict("futurist", model=OFFLINE_MODEL)))
    assert [chair.name for chair in statistics(counted(mixed)).chairs] == ["Builder", "Skeptic"]


def test_only_reviews_in_scope_count():
    scope = Scope(since="2026-11-01T00:00:00Z", category="developer  tools")
    fits = Tool(slug="a", name="A", category="Developer Tools")
    counts = counted(
        of("a", "ship", tool=fits),
        of("a", "ship", tool=fits, created="2026-10-31T23:59:59Z"),
        of("b", "ship", tool=Tool(slug="b", name="B", category="Music")),
        of("c", "ship"),
        scope=scope,
    )
    assert counts.tools == 1
    assert counts.left_out == {"earlier": 1, "category": 2}


def test_what_is_kept_does_not_grow_with_the_tools():
    few, many = (counted(*jurors(n, correlation=0.3, rate=0.5, seed=1)) for n in (500, 2000))

    def sizes(counts):
        return [len(kept) for kept in (counts.votes, counts.together, counts.units, counts.panels)]

    assert sizes(few) == sizes(many)
    assert many.repeats == []
