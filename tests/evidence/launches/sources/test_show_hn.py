"""Show HN: what is asked, and what its answers become."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.sources.show_hn import launches, pages, request
from tests.evidence.launches.lists import bad, only

HIT = {
    "objectID": "401",
    "title": "Show HN: Quill – slides from notes",
    "url": "https://quill.example",
    "author": "ann",
    "points": 3,
    "num_comments": 0,
    "story_text": "Hi, I&#x27;m Ann.<p>Makes slides.",
    "created_at_i": 1795161600,
    "created_at": "2026-11-20T08:00:00Z",
    "_tags": ["story", "author_ann", "story_401", "show_hn"],
}


def answer(*hits: Any) -> bytes:
    return json.dumps(
        {"hits": hits, "nbHits": len(hits), "page": 0, "nbPages": 3, "hitsPerPage": 100}
    ).encode()


def test_a_span_of_time_is_asked_for_page_by_page():
    asked = request(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC), page=2)
    parts = urlsplit(asked.url)
    assert (parts.netloc, parts.path, asked.method) == ("hn.algolia.com", "/api/v1/search_by_date", "GET")
    assert parse_qs(parts.query) == {
        "tags": ["show_hn"],
        "numericFilters": ["created_at_i>=1795132800,created_at_i<1795219200"],
        "hitsPerPage": ["100"],
        "page": ["2"],
    }
    assert pages(answer()) == 3
    assert pages(b"null") == 0


def test_a_post_becomes_a_launch():
    launch = only(launches(answer(HIT)))
    assert launch.place == "Show HN:401"
    assert (launch.name, launch.tagline, launch.url) == (
        "Quill",
        "slides from notes",
        "https://quill.example",
    )
    assert (launch.launched, launch.entry_text) == ("2026-11-20", "Hi, I'm Ann.\n\nMakes slides.")
    assert launch.facts == (("author", "ann"), ("discussion", "https://news.ycombinator.com/item?id=401"))


def test_a_post_is_the_same_launch_when_its_points_have_changed():
    assert only(launches(answer(HIT))) == only(launches(answer({**HIT, "points": 400, "num_comments": 99})))


def test_a_post_without_address_is_its_own_text():
    launch = only(launches(answer({**HIT, "url": None, "title": "Show HN: I made a thing"})))
    assert (launch.name, launch.tagline, launch.url) == ("I made a thing", None, None)
    assert launch.identity == "name:i made a thing"


def test_what_is_no_answer_is_said():
    assert bad(launches(b"<html>")) == ["Show HN: the answer is no JSON: Expecting value at character 1"]
    assert bad(launches(b'{"message": "Too many"}')) == [
        "Show HN: the answer has no list `hits`; it says: Too many"
    ]
    assert bad(launches(answer(7))) == ["Show HN:hit 1: is no object"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.dictionaries(st.sampled_from([*HIT, "hits"]), inner),
    )
)
def test_no_answer_makes_it_raise(hit):
    assert all(isinstance(item, Launch | BadLine) for item in launches(answer(hit)))
    assert all(isinstance(item, Launch | BadLine) for item in launches(json.dumps(hit).encode()))
