"""Two panels joined chair by chair."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Seating
from panel.judgement.comparison import rows
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
        Seating(persona=name, name=name, chair=chair, model="m", because="")
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
