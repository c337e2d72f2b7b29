"""Repositories with a topic, and their READMEs, by GitHub's REST API (docs.github.com/rest/search/search)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from panel.core.errors import InputError
from panel.evidence.launches.addresses import is_repository
from panel.evidence.launches.launch import BadLine, Launch, launch_from
from panel.evidence.launches.sources.base import WebRequest, answered, bearer, text_of

API = "https://api.github.com"
VERSION = "2022-11-28"
#: Most repositories in one answer. The search gives no more than 1,000, over all pages.
PER_PAGE = 100
_TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")


def topic_request(topic: str, since: date, *, page: int = 1, token: str | None = None) -> WebRequest:
    """Asks for the repositories with a topic that were created on a day or later, most stars first.

    Forks and archived repositories are left out. Without a token GitHub answers 10 searches a minute, with
    one 30.

    Args:
        topic: As it stands in github.com/topics/….
        since: The first day.
        page: Which page, from 1 on.
        token: The user's, if there is one.

    Raises:
        InputError: the topic or the token is spelled as none can be.
    """
    if not _TOPIC.fullmatch(topic):
        hint = "lower-case letters, digits and hyphens, as in github.com/topics/…"
        raise InputError(f"{topic[:60]!r} is no topic of GitHub", field="topic", hint=hint)
    query = f"topic:{topic} created:>={since.isoformat()} fork:false archived:false"
    asked = {"q": query, "sort": "stars", "order": "desc", "per_page": PER_PAGE, "page": page}
    url = f"{API}/search/repositories?{urlencode(asked)}"
    return WebRequest(url, headers=_headers("application/vnd.github+json", token))


def readme_request(repository: str, *, token: str | None = None) -> WebRequest:
    """Asks for a repository's README as it stands in the repository: Markdown, most often.

    Args:
        repository: `owner/name` (`addresses.repository_of` takes it from an address).
        token: The user's, if there is one. Without one GitHub answers 60 requests an hour.

    Raises:
        InputError: the name or the token is spelled as none can be.
    """
    if not is_repository(repository):
        raise InputError(f"{repository[:120]!r} is no repository of GitHub", hint="write owner/name")
    return WebRequest(
        f"{API}/repos/{repository}/readme", headers=_headers("application/vnd.github.raw+json", token)
    )


def launches(data: bytes) -> Iterator[Launch | BadLine]:
    """The launches of one answer to a topic search, in its order. Counts of stars are left out."""
    answer = answered(data, "GitHub")
    items = answer if isinstance(answer, BadLine) else answer.get("items")
    if isinstance(items, BadLine):
        yield items
        return
    if not isinstance(items, list) or not isinstance(answer, dict):
        said = text_of(answer.get("message")) if isinstance(answer, dict) else None
        yield BadLine("GitHub", f"the answer has no list `items`{f'; it says: {said[:200]}' if said else ''}")
        return
    for n, item in enumerate(items, start=1):
        yield _launch(item, n) if isinstance(item, dict) else BadLine(f"GitHub:item {n}", "is no object")
    if answer.get("incomplete_results") is True:
        yield BadLine("GitHub", "the search ran out of time, so repositories are missing", "ask again later")


def _launch(item: dict[str, Any], n: int) -> Launch | BadLine:
    full = text_of(item.get("full_name"))
    topics = item.get("topics")
    terms = item.get("license")
    license_ = text_of(terms.get("spdx_id")) if isinstance(terms, dict) else None
    fields = {
        "name": text_of(item.get("name")),
        "url": text_of(item.get("html_url")),
        "tagline": text_of(item.get("description")),
        "license": None
        if license_ == "NOASSERTION"
        else license_,  # GitHub's word for: found, not recognised
        "launched": (text_of(item.get("created_at")) or "")[:10],
        "homepage": text_of(item.get("homepage")),
        "language": text_of(item.get("language")),
        "topics": [topic for topic in topics if isinstance(topic, str)] if isinstance(topics, list) else None,
    }
    return launch_from(fields, f"GitHub:{full or f'item {n}'}")


def _headers(accept: str, token: str | None) -> tuple[tuple[str, str], ...]:
    headers = (("Accept", accept), ("X-GitHub-Api-Version", VERSION))
    return headers if token is None else (*headers, ("Authorization", bearer(token, of="GITHUB_TOKEN")))
