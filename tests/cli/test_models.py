"""Simulated reviewers, dishonest and honest, before whole panels: each is caught by its own rule alone."""

from __future__ import annotations

import itertools

import pytest

from tests.standin import StandIn
from tests.standin.models import models

MODELS = models()
#: As many as `panel stats` needs to speak of a chair.
TOOLS = [
    "Lantern",
    "Quarry",
    "Harbor",
    "Sextant",
    "Gantry",
    "Bellows",
    "Trellis",
    "Culvert",
    "Parapet",
    "Windlass",
]
WORK = ["tickets", "invoices", "recordings", "contracts", "drawings"]


def texts():
    """A small dossier for each tool; no two of them say the same."""
    for number, (name, work) in enumerate(zip(TOOLS, itertools.cycle(WORK), strict=False), 1):
        yield (
            name.casefold(),
            f"""---
name: {name}
vendor: {name} Works
---

## What it is

{name} reads {work} and sorts them by what has to be done about each of them first. It runs on a server
of one's own. That needs {8 * number} GB of memory for {1000 * number} {work} a day.
The licence is Apache 2.0.

## Not stated

The accuracy of {name} on {work} in other languages than English is not stated.
There is no independent evaluation.
""",
        )


@pytest.fixture
def judged(panel, workspace):
    """All tools before a panel that one model speaks for, two of them compared, and the statistics."""
    slugs = []
    for slug, text in texts():
        (workspace / "dossiers" / f"{slug}.md").write_text(text, encoding="utf-8")
        slugs.append(slug)

    def judged(model):
        with StandIn(model.answer) as server:
            url = {"OPENAI_BASE_URL": server.openai_base_url}
            reviews = panel("review", *slugs, "--json", "-q", **url)
            compared = panel("compare", slugs[0], slugs[1], "--json", "-q", **url)
            stats = panel("stats", "--json", **url)
        return {"reviews": reviews, "compared": compared, "stats": stats}

    return judged


def verdicts(found):
    return [verdict for review in found["reviews"].json for verdict in review["verdicts"]]


def flags(found, kind):
    return [flag["text"] for verdict in verdicts(found) for flag in verdict["flags"] if flag["kind"] == kind]


def copied_between_tools(found):
    rows = found["compared"].json["scorecard"]
    shown = [flag for row in rows for side in "ab" if row[side] for flag in row[side]["flags"]]
    return [flag["text"] for flag in shown if "the same as one on" in flag["text"]]


def lost_quotations(found):
    findings = [finding for verdict in verdicts(found) for finding in verdict["findings"]]
    return [each["quote"] for finding in findings for each in finding["evidence"] if not each["found"]]


#: What each rule found in all that was judged; empty where it found nothing.
RULES = {
    "contradiction": lambda found: [v["contest"] for v in verdicts(found) if v["contested"]],
    "experience": lambda found: flags(found, "hands_on"),
    "copied": lambda found: flags(found, "suspect"),
    "copied between tools": copied_between_tools,
    "quotations": lost_quotations,
    "claims": lambda found: [c["text"] for v in verdicts(found) for c in v["grounding"]["unsupported"]],
    "no information": lambda found: [
        chair["name"] for chair in found["stats"].json["chairs"] if chair["informative"] is False
    ],
}


def test_there_are_models_and_each_names_a_rule_there_is():
    assert len(MODELS) > 9
    assert [name for name, model in MODELS.items() if model.CAUGHT_BY is None] == ["honest"]
    assert {model.CAUGHT_BY for model in MODELS.values()} - {None, "order"} == set(RULES)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_caught_by_the_rule_meant_for_it_and_by_no_other(name, judged):
    found = judged(MODELS[name])
    caught = {rule: what for rule, look in RULES.items() if (what := look(found))}
    # Whether a choice hangs on the order is asked in a head-to-head only; see below.
    assert set(caught) == {MODELS[name].CAUGHT_BY} - {None, "order"}, caught
    assert len(verdicts(found)) == 4 * len(TOOLS)


@pytest.mark.parametrize("name", ["inconsistent", "hedging"])
def test_who_contradicts_itself_is_asked_once_more_and_then_not_counted(name, judged):
    found = judged(MODELS[name])
    assert found["reviews"].code == 1
    assert {len(verdict["calls"]) for verdict in verdicts(found)} == {2}
    assert {review["panel"]["counted"] for review in found["reviews"].json} == {0}
    assert {review["panel"]["percent"] for review in found["reviews"].json} == {None}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("inconsistent", "but the findings lean"),
        ("hedging", "say which of the two counts for the reader the tool is made for"),
        ("invented_experience", "You have none: take it out"),
    ],
)
def test_what_is_objected_to_is_shown_when_it_is_asked_again(name, shown, panel):
    with StandIn(MODELS[name].answer) as server:
        panel("review", "codestral-2-0", "-q", OPENAI_BASE_URL=server.openai_base_url)
    asked_again = [seen.text for seen in server.requests if seen.turn > 1]
    assert len(asked_again) == 4
    assert all(shown in text for text in asked_again)


def test_who_always_ships_is_said_to_carry_no_information(judged):
    stats = judged(MODELS["always_ship"])["stats"].json
    said = [sentence for sentence in stats["findings"] if "its vote carries no information" in sentence]
    assert [sentence.partition(" has ")[0] for sentence in said] == [
        "Builder", "Skeptic", "Futurist", "Fourth chair",
    ]  # fmt: skip


def test_in_a_head_to_head_who_always_takes_the_first_decides_nothing(panel):
    """Belongs to `--head-to-head`, which is tested where it is built as well."""
    if "--head-to-head" not in panel("compare", "--help", COLUMNS="200").out:
        pytest.skip("compare has no --head-to-head yet")
    with StandIn(MODELS["always_first"].answer) as server:
        slugs = ("codestral-2-0", "cursor-background-agent")
        ended = panel("compare", *slugs, "--head-to-head", "--json", OPENAI_BASE_URL=server.openai_base_url)
    assert ended.json["pick"]["choice"] == "too_close"
