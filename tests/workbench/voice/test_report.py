"""The report says what stands out, in sentences and on a page without script or strangers' markup."""

from __future__ import annotations

import base64
import hashlib
import re
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from panel.core.workspace import open_workspace
from panel.reviewers.personas import load_personas
from panel.workbench.voice import report
from panel.workbench.voice.page import page
from panel.workbench.voice.telling import sentences
from tests.workbench.voice.spoken import finding, prose, said

PERSONAS = load_personas(open_workspace({}, environ={}))


def told(**changes):
    return [
        said(name, n, findings=(finding("breaks", prose(9, n)),), **changes)
        for n in range(24)
        for name in ("builder", "skeptic")
    ]


def test_reviewers_come_in_the_order_of_the_personas_and_retired_ones_last():
    found = report([*told(), said("retired", 1)], PERSONAS, offline=False)
    assert [voice.persona for voice in found.voices] == ["builder", "skeptic", "retired"]
    retired = found.voices[-1]
    assert (retired.limits, retired.moves) == (None, ())


def test_named_reviewers_alone_are_shown():
    found = report(told(), PERSONAS, offline=False, only=["skeptic"])
    assert [voice.persona for voice in found.voices] == ["skeptic"]
    assert found.seats.compared == 24


def test_what_stands_out_is_said_in_sentences():
    habit = [said(n=n, paragraph=prose(60, n) + " Only a Tuesday will tell.", ship=n > 11) for n in range(24)]
    lines = sentences(report(habit, PERSONAS, offline=False))
    assert "Skeptic says “only a tuesday will tell” in 24 of 24 paragraphs." in lines
    assert "Skeptic: 24 of 24 paragraphs outside 90 to 150 words." in lines
    assert "Skeptic ships more often: 0 % before, 100 % now (±0 points by chance)." in lines
    assert "Skeptic left “rivals” unanswered 24 of 24 times." in lines


def test_too_few_paragraphs_are_said_to_be_too_few():
    lines = sentences(report([said(n=1)], PERSONAS, offline=False))
    assert "Too few paragraphs to know a habit: Skeptic (1); 6 paragraphs on 3 tools are needed." in lines
    assert "Too few paragraphs to tell a change over time: Skeptic (1); 20 are needed." in lines


def test_the_page_holds_no_script_and_only_the_style_its_policy_knows():
    text = page(report(told(), PERSONAS, offline=False))
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in text
    assert "<script" not in text
    assert " style=" not in text
    assert not re.search(r"(?:src|href)=\"(?!#)", text)


def test_every_chart_is_well_formed_and_says_its_numbers_in_words():
    text = page(report(told(), PERSONAS, offline=False))
    charts = re.findall(r"<figure>.*?</figure>", text, re.DOTALL)
    assert len(charts) == 4
    for chart in charts:
        figure = ET.fromstring(chart)
        svg = figure.find("svg")
        numbers = [node.text for node in svg.iter("text") if node.get("class") == "number"]
        assert svg.get("aria-label").endswith(", ".join(numbers))
        assert len(svg.find("polyline").get("points").split()) == len(numbers)


def test_a_page_of_the_offline_reader_says_so_first():
    text = page(report(told(), PERSONAS, offline=True))
    assert text.index("No model was asked.") < text.index("<h1>")


@settings(max_examples=40, deadline=None)
@given(st.text(), st.text(min_size=1))
def test_no_text_breaks_the_page_or_gets_out_of_it(paragraph, name):
    hostile = f"<script>alert(1)</script> {paragraph} <b onclick=x>"
    spoken = [
        said(n=n, paragraph=hostile, name=f"<i>{name}", findings=(finding("<u>", hostile),))
        for n in range(24)
    ]
    text = page(report(spoken, {}, offline=False))
    assert "<script" not in text
    assert "<i>" not in text
    assert "<u>" not in text
    text.encode("utf-8")
