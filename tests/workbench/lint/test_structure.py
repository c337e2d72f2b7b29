"""A file that is no persona is refused with words for somebody who writes and does not code."""

from __future__ import annotations

import pytest

from tests.workbench.lint.drafts import CLEAN, remarks


@pytest.mark.parametrize(
    ("change", "line", "field", "says"),
    [
        (("chair: fourth", "chair: fifth"), 4, "chair", "chair: must be 'core' or 'fourth'"),
        (("motto: Nothing is lost by accident.\n", ""), 1, "motto", "motto: is missing"),
        (("name: Archivist", "name: Archivist\nmood: grim"), 3, "mood", "no such field"),
        (("words: [90, 150]", "words: [90, many]"), 18, "words", "must be a whole number"),
        (("words: [90, 150]", "words: [150, 90]"), 1, "words", "not [fewest, most]"),
        (("- key: keeps", "- key: Keeps It"), 9, "moves", "must be one lower-case word"),
        (("chair: fourth", "chair: core"), 5, "sits_when", "a core chair always sits"),
        (("name: Archivist", "name: &a Archivist"), 2, None, "anchors"),
    ],
)
def test_what_is_wrong_has_line_field_and_remedy(change, line, field, says):
    (remark,) = remarks(CLEAN, change)
    assert (remark.rule, remark.severity, remark.line, remark.field) == ("structure", "error", line, field)
    assert says in remark.says
    assert remark.instead


def test_all_errors_are_named_at_once_and_no_rule_speaks_beside_them():
    found = remarks(CLEAN, ("chair: fourth", "chair: fifth"), ("motto:", "moto:"), ("accident.", "dust off."))
    assert {remark.rule for remark in found} == {"structure"}
    assert {remark.field for remark in found} == {"chair", "moto", "motto"}


@pytest.mark.parametrize("text", ["", "hello", "---\nname: x", "---\n- a\n---\nbody", "---\na: [\n---\n"])
def test_a_text_that_is_no_persona_is_one_error(text):
    (remark,) = remarks(text)
    assert (remark.rule, remark.severity) == ("structure", "error")


def test_a_body_left_blank_is_said_to_be_the_voice():
    found = remarks(CLEAN[: CLEAN.index("You look")])
    assert [(remark.field, "voice" in remark.says) for remark in found] == [("body", True)]


@pytest.mark.parametrize("mark", ['"', "'"])
def test_a_quotation_mark_never_closed_is_named_where_it_opens(mark):
    (remark,) = remarks(CLEAN, ("motto: Nothing", f"motto: {mark}Nothing"))
    assert remark.line == 3
    assert "never closed" in remark.says
    assert "same mark" in remark.instead


def test_yaml_broken_in_another_way_keeps_its_own_place():
    (remark,) = remarks(CLEAN, ("motto: Nothing is lost by accident.", 'motto: "a" b'))
    assert (remark.line, "not YAML" in remark.says) == (3, True)
    (remark,) = remarks(CLEAN, ("motto: Nothing", "motto: \x1bNothing"))
    assert (remark.line, remark.instead.startswith("take out the control character")) == (3, True)
