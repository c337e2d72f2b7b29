"""The scorecard's seats, empty and contested ones included."""

from __future__ import annotations

from panel.core.domain import OFFLINE_MODEL, Failure
from panel.core.outcomes import Comparison, ScorecardRow
from panel.publish.seats import no_model_asked, not_counted, scorecard
from tests.publish import samples


def test_seats_come_in_the_order_of_the_record_a_before_b():
    seats = [seat for chair in scorecard(samples.plain()) for seat in chair.pair]
    assert [seat.side for seat in seats] == ["a", "b"] * 4
    assert [chair.title for chair in scorecard(samples.plain())][3] == "Fourth chair: Business"


def test_a_seat_without_a_verdict_names_its_failure():
    skeptic = scorecard(samples.ugly())[1].a
    assert (skeptic.verdict, skeptic.mark, skeptic.result) == (None, "none", "No verdict")
    assert skeptic.reviewer == "Skeptic"
    assert skeptic.absence == (
        "The model refused to answer: the vendor's filter stopped the answer. This is not a vote."
    )


def test_a_fourth_chair_without_a_verdict_is_found_by_its_chair():
    failure = Failure(
        persona="product", name="Product", chair="fourth", model="m", stage="call", kind="parked", message=""
    )
    plain = samples.plain()
    record = with_rows(plain, *plain.scorecard[:3], ScorecardRow(chair="fourth", a=None, b=None))
    record = record.model_copy(update={"a": plain.a.model_copy(update={"failures": (failure,)})})
    fourth = scorecard(record)[3]
    assert fourth.a.absence == "The seat was put off. This is not a vote."
    assert fourth.b.absence == "The record does not say why."
    assert fourth.title == "Fourth chair: Product"


def test_not_counted_names_contested_and_empty_seats_only():
    assert not_counted(samples.plain(), "a") == ()
    assert not_counted(samples.ugly(), "a") == (
        "Skeptic (refusal)",
        "Futurist (outage)",
        "Business (no verdict)",
    )
    assert not_counted(samples.ugly(), "b") == ("Skeptic (contested)",)


def test_a_contested_decision_has_its_own_mark():
    contested = scorecard(samples.ugly())[1].b
    assert (contested.mark, contested.result) == ("contested", "Ship, contested")


def test_whether_a_model_was_asked_is_told_for_all_seats_or_for_some():
    plain = samples.plain()
    first = plain.scorecard[0]
    offline = first.model_copy(update={"a": first.a.model_copy(update={"model": OFFLINE_MODEL})})
    assert no_model_asked(plain) == "none"
    assert no_model_asked(with_rows(plain, offline, *plain.scorecard[1:])) == "some"
    assert no_model_asked(samples.ugly()) == "all"


def test_an_offline_seat_named_only_in_the_seating_is_not_overlooked():
    plain = samples.plain()
    side = plain.a.model_copy(update={"seating": samples.seating(OFFLINE_MODEL)})
    assert no_model_asked(plain.model_copy(update={"a": side})) == "some"


def with_rows(record: Comparison, *rows: ScorecardRow) -> Comparison:
    return record.model_copy(update={"scorecard": rows})
