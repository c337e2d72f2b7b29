"""Product Hunt: asked only with the user's token, answers read strictly."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.errors import InputError
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.sources.product_hunt import launches, next_page, request
from tests.evidence.launches.lists import bad, only

NODE = {
    "id": "1",
    "name": "Quill",
    "slug": "quill",
    "tagline": "Slides",
    "description": "Makes slides.",
    "url": "https://www.producthunt.com/posts/quill?utm_campaign=api",
    "website": "https://www.producthunt.com/r/ABC",
    "createdAt": "2026-11-20T08:01:00Z",
    "topics": {"edges": [{"node": {"name": "Writing"}}, {"node": {"name": "AI"}}]},
}
SINCE = datetime(2026, 11, 20, tzinfo=UTC)


def answer(*nodes: Any, more: bool = False) -> bytes:
    posts = {
        "pageInfo": {"endCursor": "NjA", "hasNextPage": more},
        "edges": [{"node": node} for node in nodes],
    }
    return json.dumps({"data": {"posts": posts}}).encode()


def test_posts_are_asked_for_with_the_users_token():
    asked = request(SINCE, token="t0ken", topic="ai", after="NjA")
    assert (asked.url, asked.method) == ("https://api.producthunt.com/v2/api/graphql", "POST")
    assert dict(asked.headers)["Authorization"] == "Bearer t0ken"
    sent = json.loads(asked.body or b"")
    assert sent["variables"] == {
        "first": 20,
        "after": "NjA",
        "since": "2026-11-20T00:00:00Z",
        "until": None,
        "topic": "ai",
    }
    assert "postedAfter: $since" in sent["query"]
    assert sent["query"].count("{") == sent["query"].count("}")
    assert "t0ken" not in repr(asked)


def test_without_a_token_nothing_is_asked():
    with pytest.raises(InputError, match="PRODUCT_HUNT_TOKEN"):
        request(SINCE, token="")


def test_a_post_becomes_a_launch():
    launch = only(launches(answer(NODE)))
    assert launch.place == "Product Hunt:quill"
    assert (launch.name, launch.tagline, launch.category) == ("Quill", "Slides", "Writing")
    assert (launch.url, launch.launched) == ("https://www.producthunt.com/r/ABC", "2026-11-20")
    assert launch.entry_text == "Makes slides."


def test_there_is_a_next_page_only_where_the_answer_says_so():
    assert next_page(answer(NODE, more=True)) == "NjA"
    assert next_page(answer(NODE)) is None
    assert next_page(b"[]") is None


def test_an_error_is_said():
    refused = json.dumps(
        {"data": None, "errors": [{"error": "invalid_oauth_token", "error_description": "Bad token"}]}
    )
    assert bad(launches(refused.encode()))[0].startswith(
        "Product Hunt: the answer has no posts; it says: Bad token (is the token right"
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.dictionaries(st.sampled_from([*NODE, "edges", "node", "data", "posts", "errors"]), inner)
            | st.lists(inner, max_size=3)
        ),
    )
)
def test_no_answer_makes_it_raise(value):
    for data in (answer(value), json.dumps(value).encode(), json.dumps({"data": {"posts": value}}).encode()):
        assert all(isinstance(each, Launch | BadLine) for each in launches(data))
        next_page(data)
