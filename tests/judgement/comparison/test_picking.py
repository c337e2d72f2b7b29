"""Which tool to use, from stored findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.outcomes import Entry
from panel.judgement.comparison import pick, rows
from panel.judgement.comparison.preferences import prefer
from tests.judgement.samples import finding, side, verdict

CHAIRS = ("builder", "skeptic", "futurist", "business")
WEIGHTS = {
    "+": ("for", "minor"), "++": ("for", "major"), "+++": ("for", "decisive"), "0": ("neutral", "minor"),
    "-": ("against", "minor"), "--": ("against", "major"), "---": ("against", "decisive"),
}  # fmt: skip


def _seat(chair, said):
    """`ship ++ -` is a ship with a major finding for and a minor one against; `none` an empty seat."""
    if said == "none":
        return None
    decision, *signs = said.split()
    findings = tuple(finding(*WEIGHTS[sign], f"{chair} says {sign} of it.") for sign in signs)
    contested = decision == "contested"
    return verdict(chair, "ship" if contested else decision, findings=findings, contested=contested)


def _sides(a, b, **changes_b):
    left = tuple(v for chair, said in zip(CHAIRS, a, strict=True) if (v := _seat(chair, said)))
    right = tuple(v for chair, said in zip(CHAIRS, b, strict=True) if (v := _seat(chair, said)))
    return side("anchor", left), side("buoy", right, **changes_b), rows(left, right)


def _pick(a, b, **changes_b):
    return pick(*_sides(a, b, **changes_b))


@pytest.mark.parametrize(
    ("a", "b", "side_", "strong"),
    [
        ("ship", "skip +++", "a", True),  # ship over skip, whatever the findings weigh
        ("skip", "ship", "b", True),
        ("ship ++", "ship ++", None, False),
        ("ship ++ ++", "ship ++ +", None, False),
        ("ship ++ ++", "ship ++", "a", False),
        ("ship ++ ++ ++", "ship ++", "a", True),
        ("skip --", "skip --- --", "a", True),
        ("skip -- --", "skip --", "b", False),
    ],
)
def test_a_chair_prefers_ship_over_skip_and_else_a_major_finding_more(a, b, side_, strong):
    [row] = rows((_seat("builder", a),), (_seat("builder", b),))
    preference = prefer(row)
    assert (preference.side, preference.strong) == (side_, strong)


@pytest.mark.parametrize(
    ("a", "b", "choice", "stable"),
    [
        # four chairs, and three, and two
        (["ship"] * 4, ["skip"] * 4, "a", True),
        (["ship"] * 4, ["skip", "skip", "skip", "ship"], "a", True),
        (["ship"] * 4, ["skip", "skip", "ship", "ship"], "a", False),
        (["skip", "skip", "ship", "ship"], ["ship"] * 4, "b", False),
        # three to one is two more
        (["ship", "ship", "ship", "skip"], ["skip", "skip", "skip", "ship"], "a", False),
        # one chair is not enough
        (["ship"] * 4, ["skip", "ship", "ship", "ship"], "too_close", True),
        (["ship ++"] * 4, ["ship ++"] * 4, "too_close", True),
        # chairs on both sides, each with a strong reason
        (["ship", "ship", "skip", "skip"], ["skip", "skip", "ship", "ship"], "depends", True),
        (["ship", "skip", "ship", "ship"], ["skip", "ship", "ship", "ship"], "depends", False),
        # chairs on both sides, but weakly
        (["ship ++ ++", "ship ++"] * 2, ["ship ++", "ship ++ ++"] * 2, "too_close", True),
        (
            ["ship ++ ++"] * 2 + ["ship ++"] * 2,
            ["ship ++"] * 2 + ["ship ++ ++", "ship ++"],
            "too_close",
            False,
        ),
    ],
)
def test_the_choice_needs_two_chairs_more_and_is_stable_if_no_single_chair_carries_it(a, b, choice, stable):
    found = _pick(a, b)
    assert (found.choice, found.stable) == (choice, stable)


def test_a_side_without_quorum_makes_it_too_close_and_says_so():
    found = _pick(["ship", "ship", "none", "contested"], ["skip"] * 4)
    assert (found.choice, found.stable) == ("too_close", False)
    assert found.because == ("Anchor has no quorum (no percentage: 2 of 4 reviews, 3 needed).",)


def test_too_few_chairs_with_a_verdict_on_both_make_it_too_close():
    found = _pick(["ship", "ship", "ship", "none"], ["none", "skip", "skip", "skip"])
    assert (found.choice, found.stable) == ("too_close", False)
    assert found.because == ("Only 2 of 4 chairs have a counted verdict on both tools; 3 are needed.",)


def test_a_contested_verdict_is_asked_nothing():
    found = _pick(["contested", "ship", "ship", "ship"], ["skip", "skip", "skip", "ship"])
    assert found.choice == "a"
    assert found.because[0] == "Skeptic and Futurist prefer Anchor; Business sees no difference that counts."


def test_no_chairs_at_all_are_too_close():
    found = pick(side("anchor", (), 0), side("buoy", (), 0), ())
    assert (found.choice, found.stable) == ("too_close", False)


def test_the_reasons_name_chairs_percentages_the_heaviest_finding_and_the_entry_price():
    found = _pick(
        ["ship ++", "ship +++ +", "ship ++", "ship"],
        ["skip --", "skip -", "ship ++", "ship"],
        entry=Entry(price="paid", label="Paid"),
    )
    assert found.because == (
        "Builder and Skeptic prefer Anchor; Futurist and Business see no difference that counts.",
        "Anchor: 100 % panel ship, 4 of 4; Buoy: 50 % panel ship, 2 of 4: a tie.",
        "What weighs most is Skeptic on Anchor: “skeptic says +++ of it.”",
        "Entry: Free for Anchor, Paid for Buoy.",
    )
    assert (found.a_if, found.b_if) == ((), ())


def test_where_it_depends_each_tool_has_its_reviewers_reasons():
    found = _pick(
        ["ship ++", "ship +++", "skip --", "skip -"],
        ["skip --", "skip 0", "ship ++", "ship 0"],
    )
    assert found.choice == "depends"
    assert found.a_if == (
        "this decides it for you (Skeptic on Anchor): “skeptic says +++ of it.”",
        "this decides it for you (Builder on Anchor): “builder says ++ of it.”",
    )
    assert found.b_if == (
        "this decides it for you (Futurist on Buoy): “futurist says ++ of it.”",
        # Business gives no reason for Buoy, only one against Anchor.
        "this decides it for you (Business on Anchor): “business says - of it.”",
    )


SEAT = st.sampled_from(
    ["ship ++", "ship +", "ship +++ -", "skip --", "skip ---", "skip - +", "contested", "none"]
)
PANEL = st.lists(SEAT, min_size=4, max_size=4)
SWAPPED = {"a": "b", "b": "a", "depends": "depends", "too_close": "too_close"}


@given(a=PANEL, b=PANEL)
def test_swapping_the_tools_swaps_the_answer(a, b):
    left, right, card = _sides(a, b)
    found = pick(left, right, card)
    turned = pick(right, left, tuple(r.model_copy(update={"a": r.b, "b": r.a}) for r in card))
    assert turned.choice == SWAPPED[found.choice]
    assert turned.stable == found.stable
    assert (turned.a_if, turned.b_if) == (found.b_if, found.a_if)


@given(a=PANEL, b=PANEL)
def test_there_are_one_to_four_reasons_and_conditions_only_where_it_depends(a, b):
    found = _pick(a, b)
    assert 1 <= len(found.because) <= 4
    assert all(reason and "\n" not in reason for reason in (*found.because, *found.a_if, *found.b_if))
    depends = found.choice == "depends"
    assert bool(found.a_if) == bool(found.b_if) == depends


@given(a=PANEL, b=PANEL, at=st.integers(0, 3))
def test_a_chair_that_turns_to_ship_never_costs_a_tool_the_choice(a, b, at):
    if not a[at].startswith("skip") or _pick(a, b).choice != "a":
        return
    assert _pick([*a[:at], "ship +++", *a[at + 1 :]], b).choice == "a"
