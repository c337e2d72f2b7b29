"""Product Hunt's posts, by its GraphQL API and only with the user's token (api.producthunt.com/v2/docs)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from panel.evidence.launches.launch import BadLine, Launch, launch_from
from panel.evidence.launches.sources.base import WebRequest, answered, bearer, text_of

ENDPOINT = "https://api.producthunt.com/v2/api/graphql"
#: More posts than this are not given at once.
PER_PAGE = 20

#: Fields and arguments as in the published schema (github.com/producthunt/producthunt-api, schema.graphql).
_QUERY = """\
query Launches($first: Int!, $after: String, $since: DateTime!, $until: DateTime, $topic: String) {
  posts(
    first: $first, after: $after, postedAfter: $since, postedBefore: $until, topic: $topic, order: NEWEST
  ) {
    pageInfo { endCursor hasNextPage }
    edges {
      node {
        id name slug tagline description url website createdAt
        topics(first: 5) { edges { node { name } } }
      }
    }
  }
}"""


def request(
    since: datetime,
    until: datetime | None = None,
    *,
    token: str,
    topic: str | None = None,
    after: str | None = None,
) -> WebRequest:
    """Asks for the posts of a span of time, newest first.

    Args:
        since: From when on, with its time zone.
        until: Before when; None: until now.
        token: The user's own, from their application at Product Hunt.
        topic: The slug of a topic to keep to.
        after: The cursor of the page before (`next_page`).

    Raises:
        InputError: the token is blank or spelled as none can be.
    """
    variables = {
        "first": PER_PAGE,
        "after": after,
        "since": _utc(since),
        "until": _utc(until) if until else None,
        "topic": topic,
    }
    headers = (
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
        ("Authorization", bearer(token, of="PRODUCT_HUNT_TOKEN")),
    )
    body = json.dumps({"query": _QUERY, "variables": variables}).encode("ascii")
    return WebRequest(ENDPOINT, "POST", headers, body)


def next_page(data: bytes) -> str | None:
    """The cursor to ask on with; None if an answer is the last."""
    posts = _posts(answered(data, "Product Hunt"))
    info = posts.get("pageInfo") if isinstance(posts, dict) else None
    if not isinstance(info, dict) or info.get("hasNextPage") is not True:
        return None
    return text_of(info.get("endCursor"))


def launches(data: bytes) -> Iterator[Launch | BadLine]:
    """The launches of one answer, in its order. Votes and comments are left out."""
    posts = _posts(answered(data, "Product Hunt"))
    if isinstance(posts, BadLine):
        yield posts
        return
    edges = posts.get("edges")
    for n, edge in enumerate(edges if isinstance(edges, list) else [], start=1):
        node = edge.get("node") if isinstance(edge, dict) else None
        if isinstance(node, dict):
            yield _launch(node, n)
        else:
            yield BadLine(f"Product Hunt:post {n}", "is no object")


def _posts(answer: dict[str, Any] | BadLine) -> dict[str, Any] | BadLine:
    if isinstance(answer, BadLine):
        return answer
    data = answer.get("data")
    posts = data.get("posts") if isinstance(data, dict) else None
    if isinstance(posts, dict):
        return posts
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    said = (
        text_of(first.get("message") or first.get("error_description")) if isinstance(first, dict) else None
    )
    what = f"the answer has no posts{f'; it says: {said[:200]}' if said else ''}"
    return BadLine("Product Hunt", what, "is the token right, and is the quota not used up?")


def _launch(node: dict[str, Any], n: int) -> Launch | BadLine:
    topics = node.get("topics")
    edges = topics.get("edges") if isinstance(topics, dict) else None
    named = [_topic(edge) for edge in edges] if isinstance(edges, list) else []
    names = [name for name in named if name]
    fields = {
        "name": text_of(node.get("name")),
        # `website` redirects to the tool with a mark of who asked; it is the address to fetch.
        "url": text_of(node.get("website")) or text_of(node.get("url")),
        "tagline": text_of(node.get("tagline")),
        "category": names[0] if names else None,
        "launched": (text_of(node.get("createdAt")) or "")[:10],
        "product_hunt": text_of(node.get("url")),
        "topics": names[1:],
    }
    place = f"Product Hunt:{text_of(node.get('slug')) or f'post {n}'}"
    return launch_from(fields, place, entry_text=text_of(node.get("description")))


def _topic(edge: Any) -> str | None:
    node = edge.get("node") if isinstance(edge, dict) else None
    return text_of(node.get("name")) if isinstance(node, dict) else None


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
