"""The count of false alarms: that it sees every kind of alarm, and that the honest texts are what it says."""

import re

import pytest

from benchmarks.alarms import HONEST, alarms, by_rule
from panel.core.workspace import shipped
from tests.cli.conftest import panel, workspace  # noqa: F401 (fixtures)
from tests.standin import StandIn, Verdict
from tests.standin.models import models

HEADING = re.compile(r"^## (?:builder|skeptic|futurist|product): (?:ship|skip)$", re.MULTILINE)
SHIPPED = sorted(path.stem for path in shipped("dossiers").glob("*.md"))


def test_there_are_three_honest_paragraphs_for_each_shipped_dossier():
    assert sorted(path.stem for path in HONEST.glob("*.md")) == SHIPPED
    for slug in SHIPPED:
        text = (HONEST / f"{slug}.md").read_text(encoding="utf-8")
        _, *parts = HEADING.split(text)
        assert len(parts) == 3
        assert all(90 <= len(part.split()) <= 150 for part in parts)


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("inconsistent", "contested"),
        ("invented_experience", "hands_on"),
        ("invented_figures", "unsupported"),
        ("invented_quotes", "quotation"),
        ("copied_between_seats", "suspect"),
    ],
)
def test_what_an_editor_is_shown_is_an_alarm(panel, model, kind):  # noqa: F811 (the fixture)
    with StandIn(models()[model].answer) as server:
        ended = panel("review", "codestral-2-0", "--json", "-q", OPENAI_BASE_URL=server.openai_base_url)
    assert {alarm.kind for alarm in alarms("hand", ended.json)} >= {kind}


def test_a_paragraph_made_by_rule_has_the_length_every_seat_wants(panel):  # noqa: F811 (the fixture)
    with StandIn(by_rule) as server:
        ended = panel("review", "codestral-2-0", "--json", "-q", OPENAI_BASE_URL=server.openai_base_url)
        assert all(isinstance(by_rule(seen), Verdict) for seen in server.requests)
    assert [alarm.kind for alarm in alarms("rule", ended.json) if alarm.kind == "words"] == []
