"""How often a choice changes with the order: a share with its interval, or the reason why there is none."""

from __future__ import annotations

import pytest

from panel.core.outcomes import Comparison, Cost, LikeForLike
from panel.judgement.comparison import pick_of_choices
from panel.judgement.statistics import Counts, Scope, sentences, statistics
from tests.judgement.comparison.test_choices import chair
from tests.judgement.samples import a_review, panel, side

ORDER = "Order sensitivity"


def comparison(n, *said, created="2026-11-20T21:04:05Z"):
    """A pair in which chairs said these: `ab` is the first tool shown, both times."""
    a, b = side(f"anchor-{n}", ()), side(f"buoy-{n}", ())
    names = ("builder", "skeptic", "business")
    choices = [chair(name, each) for name, each in zip(names, said, strict=False)]
    return Comparison(
        id=f"run-{n}/a-vs-b", run=f"run-{n}", created=created, a=a, b=b,
        like_for_like=LikeForLike(ok=True), scorecard=(), pick=pick_of_choices(a, b, choices), cost=Cost(),
    )  # fmt: skip


def found(*pairs, scope=None):
    counts = Counts(scope or Scope())
    counts.add_tool([a_review(panel("ship", "skip", "ship", "ship"))])
    for newest_first in pairs:
        counts.add_pair(newest_first)
    return statistics(counts)


def said(figures):
    [line] = [line for line in sentences(figures) if "order" in line.casefold()]
    return line


def test_without_a_head_to_head_nothing_is_known():
    assert found().order is None
    assert said(found()).startswith(f"{ORDER} is not known")


def test_few_choices_give_counts_and_no_share():
    figures = found([comparison(1, "aa", "ab", "--")])
    whole = figures.order[0]
    assert (whole.choices, whole.flipped, whole.share, whole.low) == (2, 1, None, None)
    assert "Too few choices" in said(figures)
    assert "10 are needed" in said(figures)


def test_ten_choices_give_a_share_with_an_interval_and_the_place_that_drew():
    figures = found(*[[comparison(n, "aa", "ab", "ba" if n else "nd")] for n in range(4)])
    whole, builder, skeptic, business = figures.order
    assert (whole.choices, whole.flipped, whole.first, whole.second) == (12, 8, 4, 3)
    assert whole.share == pytest.approx(8 / 12)
    # Wilson (1927) for 8 of 12
    assert (round(whole.low, 3), round(whole.high, 3)) == (0.391, 0.862)
    assert [(each.chair, each.flipped) for each in (builder, skeptic, business)] == [
        ("builder", 0), ("skeptic", 4), ("business", 4)]  # fmt: skip
    assert said(figures) == (
        "Choices change with the order of the tools in 67 % of cases (95 % interval 39 to 86 %): of "
        "12 choices asked for in both orders, 8 changed with it (4 to the tool shown first, "
        "3 to the tool shown second)."
    )


def test_of_a_pair_the_newest_head_to_head_counts_and_only_that():
    newer = comparison(1, "aa", "aa")
    older = comparison(1, "ab", "ab")
    without = newer.model_copy(update={"pick": newer.pick.model_copy(update={"choices": ()})})
    assert found([without, newer, older]).order[0].flipped == 0
    assert found([without, newer, older]).picks.comparisons == 1


def test_what_is_out_of_scope_is_not_counted():
    old = comparison(1, "ab", created="2026-01-01T00:00:00Z")
    assert found([old], scope=Scope(since="2026-06-01T00:00:00Z")).order is None


def test_an_order_that_was_not_answered_is_no_flip():
    assert found([comparison(1, "a-", "--")]).order is None
