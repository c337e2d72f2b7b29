"""GitHub: topics and READMEs asked for as documented, answers read strictly."""

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.errors import InputError
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.sources.github import launches, readme_request, topic_request
from tests.evidence.launches.lists import bad, only

ITEM = {
    "name": "quill",
    "full_name": "ann/quill",
    "html_url": "https://github.com/ann/quill",
    "description": "Slides",
    "license": {"key": "mit", "spdx_id": "MIT"},
    "topics": ["llm", "slides"],
    "created_at": "2026-11-20T08:00:00Z",
    "homepage": "",
    "language": "Python",
    "stargazers_count": 5,
    "fork": False,
    "archived": False,
}


def answer(*items: Any, complete: bool = True) -> bytes:
    return json.dumps({"total_count": 1, "incomplete_results": not complete, "items": items}).encode()


def test_repositories_with_a_topic_are_asked_for():
    asked = topic_request("llm", date(2026, 11, 19), page=2, token="t0ken")
    parts = urlsplit(asked.url)
    assert (parts.netloc, parts.path) == ("api.github.com", "/search/repositories")
    assert parse_qs(parts.query) == {
        "q": ["topic:llm created:>=2026-11-19 fork:false archived:false"],
        "sort": ["stars"],
        "order": ["desc"],
        "per_page": ["100"],
        "page": ["2"],
    }
    assert dict(asked.headers) == {
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "Authorization": "Bearer t0ken",
    }


def test_the_raw_readme_of_a_repository_is_asked_for():
    asked = readme_request("ann/quill")
    assert asked.url == "https://api.github.com/repos/ann/quill/readme"
    assert dict(asked.headers)["Accept"] == "application/vnd.github.raw+json"
    assert "Authorization" not in dict(asked.headers)


@pytest.mark.parametrize("name", ["ann", "ann/..", "ann/q/../../user", "a b/c", "", "ann/quill?x=1"])
def test_a_name_that_is_no_repository_is_refused(name):
    with pytest.raises(InputError, match="no repository of GitHub"):
        readme_request(name)


@pytest.mark.parametrize("topic", ["", "LLM", "llm stars:>1", "a" * 51])
def test_a_topic_that_is_none_is_refused(topic):
    with pytest.raises(InputError, match="no topic of GitHub"):
        topic_request(topic, date(2026, 11, 19))


@pytest.mark.parametrize("token", ["", "with space", "line\nbreak", "schlüssel"])
def test_a_token_that_is_none_is_refused_and_not_shown(token):
    with pytest.raises(InputError, match="GITHUB_TOKEN") as caught:
        topic_request("llm", date(2026, 11, 19), token=token)
    assert not token or token not in caught.value.message


def test_a_token_is_not_in_what_a_request_shows_of_itself():
    assert "t0ken" not in repr(topic_request("llm", date(2026, 11, 19), token="t0ken"))


def test_a_repository_becomes_a_launch():
    launch = only(launches(answer(ITEM)))
    assert launch.place == "GitHub:ann/quill"
    assert (launch.name, launch.tagline, launch.license, launch.launched) == (
        "quill",
        "Slides",
        "MIT",
        "2026-11-20",
    )
    assert launch.identity == "url:github.com/ann/quill"
    assert launch.facts == (("language", "Python"), ("topics", "llm, slides"))
    assert only(launches(answer({**ITEM, "stargazers_count": 9}))) == launch


def test_a_licence_that_was_not_recognised_is_none():
    assert only(launches(answer({**ITEM, "license": {"spdx_id": "NOASSERTION"}}))).license is None
    assert only(launches(answer({**ITEM, "license": None}))).license is None


def test_an_incomplete_or_refused_answer_is_said():
    assert bad(launches(answer(ITEM, complete=False))) == [
        "GitHub: the search ran out of time, so repositories are missing (ask again later)"
    ]
    assert bad(launches(b'{"message": "API rate limit exceeded"}')) == [
        "GitHub: the answer has no list `items`; it says: API rate limit exceeded"
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.dictionaries(st.sampled_from([*ITEM, "items"]), inner),
    )
)
def test_no_answer_makes_it_raise(item):
    assert all(isinstance(each, Launch | BadLine) for each in launches(answer(item)))
    assert all(isinstance(each, Launch | BadLine) for each in launches(json.dumps(item).encode()))
