"""Two panels joined chair by chair."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Seating
from panel.judgement.comparison import rows, told_apart
from tests.judgement.samples import panel, verdict


def _chairs(card):
    return [(row.chair, row.a and row.a.persona, row.b and row.b.persona) for row in card]


def test_the_core_comes_first_in_its_order_then_the_fourth_chair():
    a, b = panel("ship", "skip", "ship", "ship"), panel("skip", "ship", "ship", "skip")
    assert _chairs(rows(a[::-1], b)) == [
        ("builder", "builder", "builder"),
        ("skeptic", "skeptic", "skeptic"),
        ("futurist", "futurist", "futurist"),
        ("fourth", "business", "business"),
    ]


def test_a_seat_that_failed_is_none():
    a, b = panel("ship", "ship", "ship", "ship"), (verdict("builder"), verdict("business"))
    assert _chairs(rows(a, b)) == [
        ("builder", "builder", "builder"),
        ("skeptic", "skeptic", None),
        ("futurist", "futurist", None),
        ("fourth", "business", "business"),
    ]


def test_a_seat_that_failed_on_both_sides_has_its_row_where_the_seating_names_it():
    seating = [
        Seating(persona=name, name=name, chair=chair, model="anthropic:model-1", because="")
        for name, chair in (("builder", "core"), ("skeptic", "core"), ("business", "fourth"))
    ]
    a = b = (verdict("builder"),)
    assert _chairs(rows(a, b, seating)) == [
        ("builder", "builder", "builder"),
        ("skeptic", None, None),
        ("fourth", None, None),
    ]
    assert _chairs(rows(a, b)) == [("builder", "builder", "builder")]


def test_other_core_personas_come_after_the_usual_ones():
    a = (verdict("lawyer", chair="core"), verdict("futurist"))
    assert [row.chair for row in rows(a, a)] == ["futurist", "lawyer"]


def test_different_fourth_chairs_share_a_row():
    assert _chairs(rows((verdict("product"),), (verdict("business"),))) == [("fourth", "product", "business")]


def test_of_several_fourth_chairs_the_same_persona_stands_beside_itself():
    a = (verdict("business"), verdict("product"))
    b = (verdict("product"), verdict("creative"))
    assert _chairs(rows(a, b)) == [("fourth", "product", "product"), ("fourth", "business", "creative")]


def test_a_persona_that_sits_twice_has_two_rows():
    a = (verdict("builder", model="x:1"), verdict("builder", model="x:2"))
    assert _chairs(rows(a, a[:1])) == [("builder", "builder", "builder"), ("builder", "builder", None)]


def test_nobody_at_all_makes_no_rows():
    assert rows((), ()) == ()


SEATS = st.lists(
    st.sampled_from(["builder", "skeptic", "futurist", "lawyer", "business", "product"]), max_size=6
)


@given(a=SEATS, b=SEATS)
def test_every_verdict_stands_in_exactly_one_row_on_its_own_side(a, b):
    left, right = tuple(map(verdict, a)), tuple(map(verdict, b))
    card = rows(left, right)
    assert sorted(row.a.persona for row in card if row.a) == sorted(a)
    assert sorted(row.b.persona for row in card if row.b) == sorted(b)


@given(a=SEATS, b=SEATS)
def test_swapping_the_sides_swaps_the_columns(a, b):
    left, right = tuple(map(verdict, a)), tuple(map(verdict, b))
    swapped = [(row.chair, row.b, row.a) for row in rows(right, left)]
    assert sorted(map(str, swapped)) == sorted(str((row.chair, row.a, row.b)) for row in rows(left, right))


def seat_of(model, persona="builder"):
    return Seating(persona=persona, name="Builder", chair="core", model=model, because="")


def models(card):
    return [(row.model, row.a and row.a.model, row.b and row.b.model) for row in card]


def test_seats_of_several_models_are_matched_by_model_whatever_their_order():
    a = (verdict("builder", model="x:1"), verdict("builder", model="x:2"))
    assert models(rows(a, a[::-1])) == [("x:1", "x:1", "x:1"), ("x:2", "x:2", "x:2")]


def test_a_model_that_failed_leaves_its_own_place_empty_and_no_other_moves_there():
    both = (seat_of("x:1"), seat_of("x:2"))
    a, b = (verdict("builder", model="x:1"),), (verdict("builder", model="x:2"),)
    card = rows(a, b, both, both)
    assert sorted(models(card), key=str) == [("x:1", "x:1", None), ("x:2", None, "x:2")]


def test_panels_of_one_model_each_stand_side_by_side_though_the_models_differ():
    a, b = (verdict("builder", model="x:1"),), (verdict("builder", model="y:1"),)
    assert models(rows(a, b, (seat_of("x:1"),), (seat_of("y:1"),))) == [(None, "x:1", "y:1")]


def test_in_sentences_a_persona_with_several_rows_is_named_with_its_model():
    a = (verdict("builder", model="x:1"), verdict("builder", model="x:2"), verdict("skeptic", model="x:1"))
    names = [row.a.name for row in told_apart(rows(a, a))]
    assert names == ["Builder (x:1)", "Builder (x:2)", "Skeptic"]
    b = (verdict("builder", model="y:1"),)
    assert told_apart(rows(a[:1], b)) == rows(a[:1], b)
