"""`panel stats`: what the panel's votes are worth."""

from __future__ import annotations

import pytest

from tests.cli.seats import seats
from tests.standin import StandIn, Verdict

A, B = "codestral-2-0", "cursor-background-agent"


@pytest.fixture
def offline(panel):
    """Run `panel …` in a workspace with two offline reviews and a comparison of them."""
    assert panel("compare", A, B, "--provider", "offline").code == 0
    return panel


@pytest.fixture
def asking(panel):
    """Run `panel …` against the stand-in."""
    with StandIn() as server:
        server.script = seats(skeptic=Verdict("skip"))

        def run(*args, **environ):
            return panel(*args, OPENAI_BASE_URL=server.openai_base_url, **environ)

        run.server = server
        yield run


def test_without_reviews_it_says_so(panel):
    ended = panel("stats")
    assert (ended.code, ended.out) == (0, "")
    assert "no reviews yet" in ended.err


def test_offline_reviews_are_left_out_unless_asked_for(offline):
    ended = offline("stats")
    assert (ended.code, ended.out) == (0, "")
    assert "2 reviews of the offline reader (panel stats --offline)" in ended.err
    shown = offline("stats", "--offline")
    assert shown.code == 0
    assert "2 tools, each by its newest review with quorum (no model was asked" in shown.out
    assert "2 tools are too few for agreement" in shown.out


@pytest.mark.parametrize("columns", [80, 50])
def test_it_fits_a_narrow_terminal_without_colour(offline, columns):
    out = offline("stats", "--offline", COLUMNS=str(columns)).out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= columns
    assert "\x1b" not in out


def test_the_json_is_one_document_with_all_figures(offline):
    found = offline("stats", "--offline", "--json").json
    assert found["tools"] == 2
    assert [(rate["chair"], rate["tools"]) for rate in found["chairs"]] == [
        ("builder", 2),
        ("skeptic", 2),
        ("futurist", 2),
        ("fourth", 2),
    ]
    assert found["agreement"] == {"alpha": None, "tools": 2, "why": "few"}
    assert found["picks"]["comparisons"] == 1
    assert found["order"] is None
    assert found["findings"]
    assert offline("stats", "--json").json["left_out"] == {"offline": 2}


def test_models_and_the_offline_reader_are_never_mixed(asking):
    asking("review", A)
    asking("review", A, B, "--provider", "offline")
    found = asking("stats", "--json").json
    assert (found["tools"], found["left_out"]) == (1, {"offline": 2})
    assert {rate["chair"]: rate["ship"] for rate in found["chairs"]}["skeptic"] == 0
    assert asking("stats", "--offline", "--json").json["tools"] == 2


def test_only_what_was_really_asked_again_is_a_repeat(asking):
    asking("review", A)
    asking("review", A)
    assert asking("stats", "--json").json["flips"][0]["questions"] == 0
    asking.server.script = seats(skeptic=Verdict("ship"))
    asking("review", A, "--fresh")
    flips = asking("stats", "--json").json["flips"]
    assert (flips[0]["questions"], flips[0]["both_ways"]) == (4, 1)
    assert {each["chair"]: each["both_ways"] for each in flips[1:]} == {
        "builder": 0,
        "skeptic": 1,
        "futurist": 0,
        "fourth": 0,
    }
    # The newest review is the tool's vote.
    assert asking("stats", "--json").json["tools"] == 1


def test_reviews_are_chosen_by_age_and_category(offline):
    assert offline("stats", "--offline", "--since", "1d", "--json").json["tools"] == 2
    found = offline("stats", "--offline", "--category", "no such thing")
    assert found.code == 0
    assert "2 reviews of tools not in the category no such thing" in found.err
    category = offline("runs", "show", A, "--json").json["tool"]["category"]
    assert offline("stats", "--offline", "--category", category.upper(), "--json").json["tools"] >= 1


@pytest.mark.parametrize("age", ["soon", "0d", "99999999w"])
def test_an_age_that_is_none_is_refused_by_its_flag(panel, age):
    ended = panel("stats", "--since", age)
    assert ended.code == 2
    assert "--since" in ended.err


def test_a_damaged_record_is_named_and_the_others_are_counted(offline, workspace):
    next(workspace.glob(f"runs/*/reviews/{A}.json")).write_text("{")
    ended = offline("stats", "--offline", "--json")
    assert ended.code == 2
    assert f"{A}.json" in ended.err
    assert ended.json["tools"] == 1


def test_an_escape_in_a_name_is_shown_not_obeyed(offline, workspace):
    path = next(workspace.glob(f"runs/*/reviews/{A}.json"))
    path.write_text(path.read_text().replace('"name": "Builder"', '"name": "Bui\\u001blder"'))
    out = offline("stats", "--offline").out
    assert "\x1b" not in out
    assert "Bui\\x1blder" in out
