"""Where launches come from: a file, a folder, a feed's address, or one of the ready-made sources."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import chain
from pathlib import Path

from panel import __version__
from panel.core.errors import InputError
from panel.core.records import utc_now
from panel.core.workspace import Workspace
from panel.evidence.fetching.endings import Kind, NotFetched
from panel.evidence.fetching.fetched import Fetched, NotModified
from panel.evidence.fetching.fetcher import Fetcher, user_agent
from panel.evidence.launches.distinct import distinct
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.readers.base import LaunchList, read_list
from panel.evidence.launches.sources import github, product_hunt, show_hn
from panel.evidence.launches.sources.base import WebRequest

#: Media types a list may have on the web; many servers know none for feeds.
_LISTS = ("application/*", "text/*")
_ANSWERS = ("application/json",)
#: Ways not to be had that may be over the next time.
_PASSING: frozenset[Kind] = frozenset({"unreachable", "broken"})
#: How far back ready-made sources look: a night that was missed is made up for.
_LOOK_BACK = timedelta(days=2)
#: Launches that one source is asked for at most.
_MOST = 500

#: Ready-made sources that need no topic.
_NAMES = frozenset({"show-hn", "product-hunt"})

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


def key_of(reference: str) -> str:
    """What a list is known by, whether it is there or not: its absolute path, its address, or its name."""
    path = Path(reference).expanduser()
    elsewhere = reference in _NAMES or reference.startswith(("http://", "https://", "github:"))
    return reference if elsewhere and not path.exists() else str(path.resolve())


def fetcher_for(workspace: Workspace) -> Fetcher:
    """The guarded client, with the address to complain to that the workspace names."""
    return Fetcher(user_agent=user_agent(__version__, workspace.get("contact")))


async def open_list(
    reference: str, workspace: Workspace, fetcher: Fetcher, *, root: Path | None = None
) -> OpenedList:
    """The list that a user names.

    Args:
        reference: A path, an http(s) address, `show-hn`, `github:TOPIC` or `product-hunt`.
        workspace: Holds the user's tokens.
        fetcher: The one way to the outside.
        root: Where paths start; None: where the user stands.

    Raises:
        InputError: it cannot be opened, is a pipe, is in no form this program reads, or cannot be fetched.
    """
    local = await asyncio.to_thread(_local, reference, root or Path())
    if local is not None:
        return local
    if reference.startswith(("http://", "https://")):
        fetched = await _had(fetcher.get(reference, accept=_LISTS))
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
            hint="name a JSONL or CSV file, a folder of dossiers, a feed, show-hn, github:TOPIC or "
            "product-hunt",
        )
    return OpenedList(reference, reference, await _answers(source, fetcher))


def _local(reference: str, root: Path) -> OpenedList | None:
    path = root / Path(reference).expanduser()
    if not path.exists():
        return None
    if not path.is_file() and not path.is_dir():
        raise InputError(
            "is a pipe or a device, which can be read only once",
            file=reference,
            hint="write the list to a file: then the same command goes on with it",
        )
    listing = LaunchList(reference, path=path)
    return OpenedList(reference, str(path.resolve()), read_list(listing), listing.folder, _count(path))


@dataclass(frozen=True)
class _Source:
    """A ready-made source.

    Attributes:
        request: Asks for its n-th page, from 0 on; told the answer before that and how many launches it held.
            None: there is no such page.
        read: The launches of an answer.
        per_page: How many it holds at most.
    """

    request: Callable[[int, bytes, int], WebRequest | None]
    read: Callable[[bytes], Iterator[Launch | BadLine]]
    per_page: int


def _source(reference: str, workspace: Workspace) -> _Source | None:
    since: datetime = utc_now() - _LOOK_BACK
    name, _, topic = reference.partition(":")
    if reference == "show-hn":

        def posts(page: int, _before: bytes, found: int) -> WebRequest | None:
            return show_hn.request(since, page=page) if not page or found == show_hn.PER_PAGE else None

        return _Source(posts, show_hn.launches, show_hn.PER_PAGE)
    if name == "github" and topic:
        token = workspace.environment.get("GITHUB_TOKEN") or None

        def repositories(page: int, _before: bytes, found: int) -> WebRequest | None:
            asked = github.topic_request(topic, since.date(), page=page + 1, token=token)
            return asked if not page or found == github.PER_PAGE else None

        return _Source(repositories, github.launches, github.PER_PAGE)
    return _product_hunt(since, workspace) if reference == "product-hunt" else None


def _product_hunt(since: datetime, workspace: Workspace) -> _Source:
    token = workspace.environment.get("PRODUCT_HUNT_TOKEN", "").strip()
    if not token:
        raise InputError(
            "product-hunt needs a token of yours",
            field="PRODUCT_HUNT_TOKEN",
            hint="make one at producthunt.com/v2/oauth/applications and put it into the environment or .env",
        )

    def launches(page: int, before: bytes, _found: int) -> WebRequest | None:
        after = product_hunt.next_page(before) if page else None
        return product_hunt.request(since, token=token, after=after) if after or not page else None

    return _Source(launches, product_hunt.launches, product_hunt.PER_PAGE)


async def _answers(source: _Source, fetcher: Fetcher) -> Lines:
    """The launches of all pages of a source, up to `_MOST`."""
    pages: list[list[Launch | BadLine]] = []
    body, found = b"", 0
    for page in range(-(-_MOST // source.per_page)):
        asked = source.request(page, body, found)
        if asked is None:
            break
        body = await _answer(asked, fetcher)
        pages.append(list(source.read(body)))
        found = len(pages[-1])
    return distinct(chain.from_iterable(pages))


async def _answer(asked: WebRequest, fetcher: Fetcher) -> bytes:
    headers = dict(asked.headers)
    if asked.body is not None:
        return (await _had(fetcher.post(asked.url, asked.body, accept=_ANSWERS, headers=headers))).body
    return (await _had(fetcher.get(asked.url, accept=_ANSWERS, headers=headers, robots=False))).body


async def _had(fetching: Awaitable[Fetched | NotModified]) -> Fetched:
    """What is fetched.

    Raises:
        NotFetched: it cannot be had; the hint says what may help.
    """
    try:
        fetched = await fetching
    except NotFetched as error:
        error.hint = _help(error)
        raise
    assert isinstance(fetched, Fetched)  # nothing is known of an earlier answer
    return fetched


def _help(error: NotFetched) -> str:
    if error.status == HTTPStatus.UNAUTHORIZED:
        return "is the token right that the environment or .env holds for it?"
    down = error.status is not None and error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if error.temporary or down or error.kind in _PASSING:
        return error.again
    return "name another list, or save this one as a file and name that"


def _count(path: Path) -> int | None:
    """Lines of a file with a launch on each; None where that is not how it is written."""
    if path.suffix.lower() not in {".jsonl", ".ndjson"} or path.is_dir():
        return None
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip())
