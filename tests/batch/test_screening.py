"""What no money is spent on at night."""

from pathlib import Path

import pytest

from panel.batch.lookout import Lookout
from panel.batch.report import Report
from panel.batch.screening import Screen, no_tool
from panel.core.domain import Tool
from panel.core.records import Records
from panel.evidence.launches.launch import launch_from
from panel.evidence.launches.readers.base import LaunchList, read_list
from panel.twins import Identified, Twins
from tests.test_twins import CURSOR, CURSORS, reviewed

_LAUNCHES = Path(__file__).parents[3] / "shared" / "launches"


def launch(name, place="list:1", **fields):
    return launch_from({"name": name, **fields}, place)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Ask HN: What editor do you use?", "talk"),
        ("Tell HN: We are back", "talk"),
        ("Acme (YC S24) is hiring founding engineers", "a job"),
        ("Who is hiring? (November 2026)", "a job"),
        ("v1.2.3", "a version"),
        ("0.2.0", "a version"),
        ("How we cut our bill in half", "an article"),
        ("Why Rust is fast", "an article"),
        ("Is this the end of search?", "an article"),
        ("10 things nobody tells you about agents", "an article"),
        ("Weekly newsletter #41", "news"),
        ("Acme raises $20M", "news"),
        ("Acme acquires Foo", "news"),
        ("Top 10 AI tools of 2026", "news"),
        ("Webinar: agents in production", "news"),
        ("Llama 4 vs Llama 3", "comparison"),
        ("We’re hiring", "a job"),
        ("The company that everybody loves raises ninety million dollars", "an article"),
    ],
)
def test_what_is_named_like_no_tool_is_screened_out(name, why):
    assert why in no_tool(launch(name))


@pytest.mark.parametrize(
    "name",
    [
        "Cursor", "Mistral Small 3.1", "Whisper", "HowTo", "What The Diff", "We Transfer", "Stop Motion",
        "llama.cpp", "GPT-5", "1.1.1.1", "Newsletter Genie", "Hiring Copilot", "Ask",
        "Code Llama 4 70B", "v0", "bolt.new",
    ],
)  # fmt: skip
def test_names_of_tools_pass(name):
    assert no_tool(launch(name)) is None


@pytest.mark.parametrize("field", ["tagline", "category", "text", "readme", "dossier"])
def test_a_list_that_says_more_of_a_tool_knows_what_it_names(field):
    assert no_tool(launch("How we write code together", **{field: "x"})) is None


@pytest.mark.skipif(not _LAUNCHES.exists(), reason="the real launches are not here")
def test_no_real_launch_is_screened_out_and_of_a_real_blog_most_articles_are():
    real = read_list(LaunchList("launches.jsonl", path=_LAUNCHES / "launches.jsonl"))
    assert [each.name for each in real if no_tool(each)] == []
    path = _LAUNCHES / "feed-samples" / "micromegas-blog.rss.xml"
    blog = list(read_list(LaunchList(path.name, path=path)))
    assert sum(no_tool(each) is not None for each in blog) > len(blog) / 3


# ---------------------------------------------------------------- the same thing twice


@pytest.fixture
def report():
    return Report()


@pytest.fixture
def screen_of(tmp_path, report):
    """A screen of a night on which these tools have a review."""

    def screen_of(*judged, rulings=None):
        records = Records(tmp_path / "runs")
        for tool in judged:
            reviewed(records, tool)
        return Screen(Lookout(Twins(records, rulings), report))

    return screen_of


def test_a_tool_in_two_lists_is_screened_at_its_second_place_and_only_tonight(screen_of):
    screen = screen_of()
    assert screen.refusal(launch("Ferry", "a:1"), is_new=True) is None
    refused = screen.refusal(launch("Ferry", "b:7"), is_new=True)
    assert (refused.ending, refused.why, refused.lasts) == ("screened", "is named at a:1 as well", False)


@pytest.mark.parametrize("other", ["Code Agent", "Code Agents", "Agent Code", "Code Аgent"])
def test_two_new_tools_that_may_be_one_are_parked_at_the_second(screen_of, other):
    screen = screen_of()
    assert screen.refusal(launch("Code Agent", "a:1", url="https://one.example"), is_new=True) is None
    refused = screen.refusal(launch(other, "a:2", url="https://two.example"), is_new=True)
    assert (refused.ending, refused.lasts) == ("parked", True)
    assert "a:1" in refused.why


def test_a_new_tool_that_may_be_a_judged_one_is_parked_and_the_judged_one_itself_is_not(screen_of):
    screen = screen_of(CURSOR)
    twin = launch("Cursor Background Agents")
    refused = screen.refusal(twin, is_new=True)
    assert refused.ending == "parked"
    assert "cursor-background-agent (75 % panel ship, 3 of 4" in refused.why
    assert "panel twins apart cursor-background-agents cursor-background-agent" in refused.why
    assert screen_of(CURSORS).refusal(twin, is_new=False) is None


def test_a_judged_tool_is_not_held_up_by_who_comes_with_its_name(screen_of):
    screen = screen_of(CURSOR)
    assert screen.refusal(launch("Cursor Background Agents", "a:1"), is_new=True).ending == "parked"
    assert screen.refusal(launch("Cursor Background Agent", "a:2"), is_new=False) is None


def test_tools_that_an_editor_calls_two_are_both_judged(screen_of):
    pair = (CURSOR.slug, CURSORS.slug)
    apart = Identified(a=pair[0], b=pair[1], ruling="apart", time="2026-11-21T10:00:00Z")
    screen = screen_of(CURSOR, rulings={pair: apart})
    assert screen.refusal(launch("Cursor Background Agents"), is_new=True) is None


def test_tools_that_an_editor_calls_one_are_one_whatever_their_names(screen_of):
    pair = ("ferry", "harbour")
    same = Identified(a=pair[0], b=pair[1], ruling="same", time="2026-11-21T10:00:00Z", author="Ada")
    screen = screen_of(Tool(slug="ferry", name="Ferry"), rulings={pair: same})
    refused = screen.refusal(launch("Harbour"), is_new=True)
    assert "harbour is the same as ferry" in refused.why
    assert "panel twins apart" not in refused.why, "an editor has decided"


def test_a_judged_tools_slug_under_another_address_is_parked(screen_of):
    refused = screen_of(CURSOR).refusal(launch(CURSOR.name, url="https://other.example"), is_new=True)
    assert refused.ending == "parked"


def test_a_variant_is_a_tool_of_its_own_and_is_warned_of(screen_of, report):
    screen = screen_of()
    assert screen.refusal(launch("Code Llama 4 70B", "a:1"), is_new=True) is None
    assert screen.refusal(launch("Code Llama 4 200B", "a:2"), is_new=True) is None
    (twin,) = report.twins
    assert twin.what.startswith("twin: code-llama-4-200b is a variant of code-llama-4-70b")


def test_two_makers_of_one_name_are_told_apart_by_what_a_list_says_of_them(screen_of):
    screen = screen_of()
    for place, name, vendor in (("a:1", "Agent 2", "Acme"), ("a:2", "Agent 3", "Umbrella")):
        assert screen.refusal(launch(name, place, facts=(("vendor", vendor),)), is_new=True) is None
