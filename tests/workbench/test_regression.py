"""The gate: shut by what was not known to be missed, and by what is not known at all."""

import pytest

from panel.core.errors import InputError
from panel.workbench.regression import Point, accept, gate, read_baseline


def test_only_new_misses_shut_the_gate():
    points = [Point("quill", "skeptic", ("ship, expected skip",)), Point("quill", "builder")]
    shut = gate(points, {})
    assert not shut.passed
    assert shut.worse == (points[0],)
    assert gate(points, {("quill", "skeptic"): frozenset({"ship, expected skip"})}).passed


def test_a_miss_in_other_words_is_a_new_one_and_one_that_is_gone_is_named():
    found = gate(
        [Point("quill", "skeptic", ("contested",))],
        {("quill", "skeptic"): frozenset({"says “game changer”"})},
    )
    assert found.worse == (Point("quill", "skeptic", ("contested",)),)
    assert found.better == (Point("quill", "skeptic", ("says “game changer”",)),)


def test_a_seat_without_a_verdict_shuts_the_gate_and_is_no_miss():
    point = Point("quill", "skeptic", ("no verdict: outage",), answered=False)
    found = gate([point], {})
    assert (found.passed, found.worse, found.unknown) == (False, (), (point,))


def test_what_is_accepted_opens_the_gate_and_leaves_other_models_and_seats_alone(tmp_path):
    path = tmp_path / "baseline.json"
    accept(path, "openai:m", [Point("quill", "skeptic", ("contested",)), Point("plume", "builder", ("x",))])
    accept(path, "anthropic:n", [Point("quill", "skeptic", ("y",))])
    accept(path, "openai:m", [Point("plume", "builder"), Point("quill", "futurist", ("z",), answered=False)])
    assert read_baseline(path, "openai:m") == {("quill", "skeptic"): frozenset({"contested"})}
    assert read_baseline(path, "anthropic:n") == {("quill", "skeptic"): frozenset({"y"})}
    assert read_baseline(path, "openai:other") == {}


def test_a_file_that_is_no_baseline_is_refused_and_kept(tmp_path):
    path = tmp_path / "baseline.json"
    path.write_text("[]")
    with pytest.raises(InputError, match="is no baseline"):
        accept(path, "openai:m", [])
    assert path.read_text() == "[]"
