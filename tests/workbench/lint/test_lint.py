"""Lint says nothing of a good persona, everything of a bad one, and never raises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.core.workspace import open_workspace, shipped
from panel.reviewers.personas import load_personas
from panel.workbench.lint import lint, rule_names
from tests.workbench.lint.drafts import CLEAN, PROMPTS, changed, persona, remarks

SHIPPED = sorted(shipped("personas").glob("*.md"))
DOCS = (Path(__file__).parents[3] / "docs" / "personas.md").read_text(encoding="utf-8")


def test_nothing_is_said_of_a_clean_persona():
    assert remarks() == ()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_persona_is_clean(path):
    others = load_personas(open_workspace({}, environ={})).values()
    text = path.read_text(encoding="utf-8")
    assert lint(text, slug=path.stem, file=path.name, others=others, render=PROMPTS.unbounded_task) == ()


def test_remarks_come_in_the_order_of_the_file():
    found = changed(
        ("accident.", "accident, dust off."),
        ("thirty years.", "thirty years. Never skip."),
        ("for:\n    - lossless", "for: []"),
    )
    assert [line for _, line, _ in found] == sorted(line for _, line, _ in found)
    assert [rule for rule, _, _ in found] == ["avoided", "skipping", "skipping"]


def test_a_remark_names_file_line_field_and_what_to_write_instead():
    (remark,) = remarks(CLEAN, ("thirty years.", "thirty years. You dust off tapes."))
    assert (remark.file, remark.line, remark.field, remark.severity) == (
        "personas/archivist.md", 23, "body", "warning",
    )  # fmt: skip
    assert CLEAN.splitlines()[remark.line - 1].startswith("You look after")
    assert remark.instead


def test_the_persona_itself_is_none_of_the_others():
    assert remarks(others=(persona(),)) == ()


@settings(deadline=None)
@given(st.text())
def test_no_text_raises(text):
    found = remarks(text)
    assert all(remark.says and remark.instead for remark in found)


@settings(deadline=None)
@given(
    st.text(), st.text(), st.text(),
    st.lists(st.text(max_size=20), max_size=3), st.integers(-5, 50),
)  # fmt: skip
def test_no_persona_raises(body, ask, motto, phrases, rank):
    front = {
        "name": "X", "motto": motto, "chair": "fourth",
        "sits_when": {"modality": phrases, "rank": rank},
        "moves": [{"key": "a", "ask": ask}, {"key": "b", "ask": ask}],
        "signals": {"for": phrases, "against": phrases}, "avoid": phrases,
    }  # fmt: skip
    text = f"---\n{yaml.safe_dump(front, allow_unicode=False)}---\n{body}"
    lines = len(text.splitlines()) + text.count("\r") + 1
    for remark in remarks(text, slug="x"):
        assert remark.says
        assert remark.line is None or 1 <= remark.line <= lines


def test_every_rule_is_explained():
    sections = re.findall(r"^### (\w+)$", DOCS, re.MULTILINE)
    assert sorted(rule_names()) == sorted(set(rule_names()) & set(sections))
