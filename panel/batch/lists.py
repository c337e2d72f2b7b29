"""Where launches come from: a file, a folder, a feed's address, or one of the ready-made sources."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from panel import __version__
from panel.core.errors import InputError
from panel.core.records import utc_now
from panel.core.workspace import Workspace
from panel.evidence.fetching.fetched import Fetched
from panel.evidence.fetching.fetcher import Fetcher, user_agent
from panel.evidence.launches.distinct import distinct
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.readers.base import LaunchList, read_list
from panel.evidence.launches.sources import github, show_hn
from panel.evidence.launches.sources.base import WebRequest

#: Media types a list may have on the web; many servers know none for feeds.
_LISTS = ("application/*", "text/*")
_ANSWERS = ("application/json",)
#: How far back ready-made sources look: a night that was missed is made up for.
_LOOK_BACK = timedelta(days=2)
#: Answers of one source that are asked for at most.
_MOST_PAGES = 5

Lines = Iterable[Launch | BadLine]


@dataclass(frozen=True)
class OpenedList:
    """A list that can be worked on.

    Attributes:
        name: As the user wrote it.
        key: What it is known by from one run to the next: its absolute path, or its address.
        lines: Its launches, read as they are needed.
        folder: Where its paths start; None for one that was fetched.
        total: How many lines it has, if that is quick to tell.
    """

    name: str
    key: str
    lines: Lines
    folder: Path | None = None
    total: int | None = None


def fetcher_for(workspace: Workspace) -> Fetcher:
    """The guarded client, with the address to complain to that the workspace names."""
    return Fetcher(user_agent=user_agent(__version__, workspace.get("contact")))


async def open_list(
    reference: str, workspace: Workspace, fetcher: Fetcher, *, root: Path | None = None
) -> OpenedList:
    """The list that a user names.

    Args:
        reference: A path, an http(s) address, `show-hn` or `github:TOPIC`.
        workspace: Holds the user's tokens.
        fetcher: The one way to the outside.
        root: Where paths start; None: where the user stands.

    Raises:
        InputError: it cannot be opened, is in no form this program reads, or cannot be fetched.
    """
    local = await asyncio.to_thread(_local, reference, root or Path())
    if local is not None:
        return local
    if reference.startswith(("http://", "https://")):
        fetched = await fetcher.get(reference, accept=_LISTS)
        assert isinstance(fetched, Fetched)
        return OpenedList(
            reference,
            reference,
            read_list(LaunchList(reference, data=fetched.body, url=fetched.final_url)),
        )
    source = _source(reference, workspace)
    if source is None:
        raise InputError(
            "no such file",
            file=reference,
            hint="name a JSONL or CSV file, a folder of dossiers, a feed, show-hn, or github:TOPIC",
        )
    return OpenedList(reference, reference, await _answers(*source, fetcher))


def _local(reference: str, root: Path) -> OpenedList | None:
    path = root / Path(reference).expanduser()
    if not path.exists():
        return None
    listing = LaunchList(reference, path=path)
    return OpenedList(reference, str(path.absolute()), read_list(listing), listing.folder, _count(path))


#: Makes the request for the n-th page, from 0 on, and reads an answer.
_Source = tuple[Callable[[int], WebRequest], Callable[[bytes], Iterator[Launch | BadLine]]]


def _source(reference: str, workspace: Workspace) -> _Source | None:
    since: datetime = utc_now() - _LOOK_BACK
    name, _, topic = reference.partition(":")
    if reference == "show-hn":
        return lambda page: show_hn.request(since, page=page), show_hn.launches
    if name == "github" and topic:
        token = workspace.environment.get("GITHUB_TOKEN") or None

        def asked(page: int) -> WebRequest:
            return github.topic_request(topic, since.date(), page=page + 1, token=token)

        return asked, github.launches
    return None


async def _answers(request: Callable[[int], WebRequest], read: Any, fetcher: Fetcher) -> Lines:
    """All pages of a source, until one holds nothing."""
    pages: list[list[Launch | BadLine]] = []
    for page in range(_MOST_PAGES):
        asked = request(page)
        answer = await fetcher.get(asked.url, accept=_ANSWERS, headers=dict(asked.headers), robots=False)
        assert isinstance(answer, Fetched)
        found = list(read(answer.body))
        pages.append(found)
        if len(found) < show_hn.PER_PAGE:
            break
    return distinct(chain.from_iterable(pages))


def _count(path: Path) -> int | None:
    """Lines of a file with a launch on each; None where that is not how it is written."""
    if path.suffix.lower() not in {".jsonl", ".ndjson"}:
        return None
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip())
