"""What no money is spent on at night."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.batch.screening import Screen, fold, no_tool
from panel.evidence.launches.launch import launch_from
from panel.evidence.launches.readers.base import LaunchList, read_list

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


def test_a_tool_in_two_lists_is_screened_at_its_second_place_and_only_tonight():
    screen = Screen(())
    assert screen.refusal(launch("Ferry", "a:1"), is_new=True) is None
    refused = screen.refusal(launch("Ferry", "b:7"), is_new=True)
    assert (refused.ending, refused.why, refused.lasts) == ("screened", "is named at a:1 as well", False)


def test_two_new_tools_that_may_be_one_are_parked_at_the_second():
    screen = Screen(())
    assert screen.refusal(launch("Code Agent", "a:1", url="https://one.example"), is_new=True) is None
    refused = screen.refusal(launch("Code Agents", "a:2", url="https://two.example"), is_new=True)
    assert (refused.ending, refused.lasts) == ("parked", True)
    assert "a:1" in refused.why


def test_a_new_tool_that_may_be_a_judged_one_is_parked_and_the_judged_one_itself_is_not():
    screen = Screen({"cursor-background-agent"})
    twin = launch("Cursor Background Agents")
    assert screen.refusal(twin, is_new=True).ending == "parked"
    assert Screen({"cursor-background-agents"}).refusal(twin, is_new=False) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("cursor-background-agent", "cursor-background-agents", True),
        ("background-agent-cursor", "cursor-background-agent", True),
        ("code-llama-4-70b", "code-llama-4-200b", False),
        ("mistral-small-3-1", "mistral-3-small", False),
        ("process", "proces", False),
        ("js", "j", False),
        ("amber-anchor", "amberanchor", True),
    ],
)
def test_slugs_meet_whatever_the_order_and_number_of_their_words(one, other, same):
    assert (fold(one) == fold(other)) == same


@given(st.lists(st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True), min_size=1, max_size=5), st.randoms())
def test_folding_knows_no_order_and_is_done_once(words, dice):
    shuffled = [*words]
    dice.shuffle(shuffled)
    once = fold("-".join(words))
    assert fold("-".join(shuffled)) == once
