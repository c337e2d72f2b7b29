"""A night: what `[nightly]` in panel.toml wants of it, and one run for each UTC date."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from panel import __version__
from panel.batch.conduct import Ended, carry_out, check_seats
from panel.batch.lists import OpenedList, open_list
from panel.batch.order import Order, Watcher
from panel.batch.run import Rules
from panel.batch.turns import turn
from panel.calls.client import Mode
from panel.core.errors import InputError
from panel.core.workspace import Workspace
from panel.evidence.fetching.endings import NotFetched
from panel.evidence.fetching.fetcher import Fetcher, user_agent
from panel.evidence.fetching.urls import Reach
from panel.evidence.launches.launch import BadLine
from panel.kit import Kit

#: Comparisons a night makes at most, where panel.toml says nothing.
COMPARISONS = 10
_REDIRECTS = 300
_KNOWN = ("sources", "comparisons", "ping")


@dataclass(frozen=True)
class Night:
    """What a night does.

    Attributes:
        sources: Lists, as `panel batch` takes them; paths start at the workspace.
        comparisons: Pairs of near tools that are compared at most.
        ping: An address that is fetched when a night ends with another exit code than 0; None for none.
    """

    sources: tuple[str, ...]
    comparisons: int = COMPARISONS
    ping: str | None = None


def night_of(workspace: Workspace) -> Night:
    """What the workspace's panel.toml wants of a night.

    Raises:
        InputError: there is no `[nightly]`, no source in it, or a value does not fit.
    """
    if "nightly" not in workspace.tables:
        raise InputError(
            "there is no [nightly]",
            file="panel.toml",
            hint='add [nightly] and below it sources = ["launches.jsonl", "https://…/feed.xml", "show-hn"]',
        )
    table, file = workspace.table("nightly", _KNOWN), workspace.file
    return Night(_sources(table, file), _comparisons(table, file), _ping(table, file))


async def carry_out_night(
    night: Night,
    date: str,
    rules: Rules,
    kit: Kit,
    fetcher: Fetcher,
    *,
    mode: Mode = "use_ledger",
    retry_maybe_paid: bool = False,
    watcher: Watcher,
    stop: asyncio.Event,
) -> Ended | str:
    """Take in what is new, judge and compare it, once for each UTC date.

    Args:
        night: What is to be done.
        date: The night's (`date_of`).
        rules: How much, and how long.
        kit: What was read.
        fetcher: The one way to the outside.
        mode: As `batch.conduct.Order` has it.
        retry_maybe_paid: The same.
        watcher: Who looks on.
        stop: Once set nothing more is sent.

    Returns:
        How it ended; the id of the run that did it, where this date's night is done already.

    Raises:
        LockHeld: another process is at it, be it with the night before.
        PanelError: as `batch.conduct.carry_out`.
    """
    root = kit.records.root
    with turn(root, "nightly"), turn(root, f"nightly {date}") as mine:
        if mine.finished is not None:
            return mine.finished
        check_seats(kit)
        lists = await opened(night, kit.workspace, fetcher)
        order = Order(
            command="nightly",
            lists=lists,
            rules=rules,
            mode=mode,
            retry_maybe_paid=retry_maybe_paid,
            engine=kit.workspace.get("engine"),
            screens=True,
            comparisons=night.comparisons,
        )
        return await carry_out(order, kit, fetcher, mine, watcher=watcher, stop=stop)


def date_of(moment: datetime) -> str:
    """The UTC date by which nights are told apart: whatever zones do, none is longer and none is skipped."""
    return moment.astimezone(UTC).date().isoformat()


async def ping(address: str, workspace: Workspace) -> None:
    """Fetch the address that is to know of trouble; it may be one of the operator's own network.

    Raises:
        NotFetched: it did not say that all is well.
    """
    agent = user_agent(__version__, workspace.get("contact"))
    anywhere = Reach(ports=frozenset(range(1, 2**16)), why_not=lambda _address: None)
    async with Fetcher(user_agent=agent, reach=anywhere) as fetcher:
        try:
            await fetcher.get(address, accept=("*/*",), robots=False)
        except NotFetched as error:
            if error.status is None or not error.status < _REDIRECTS:  # 204 has no text, and is fine
                raise


async def opened(night: Night, workspace: Workspace, fetcher: Fetcher) -> list[OpenedList]:
    """A night's sources, in their order."""
    return [await _opened(each, workspace, fetcher) for each in night.sources]


async def _opened(source: str, workspace: Workspace, fetcher: Fetcher) -> OpenedList:
    """A source; one that cannot be had is a bad line, and does not keep the night from the others."""
    try:
        return await open_list(source, workspace, fetcher, root=workspace.root)
    except InputError as error:
        return OpenedList(source, source, [BadLine(source, error.message, error.hint)], total=1)


def _sources(table: Mapping[str, Any], file: Path) -> tuple[str, ...]:
    sources = table.get("sources")
    named = isinstance(sources, list) and all(isinstance(each, str) and each.strip() for each in sources)
    if not sources or not named:
        raise InputError("must be a list of texts with one at least", file=file, field="nightly.sources")
    return tuple(dict.fromkeys(sources))


def _comparisons(table: Mapping[str, Any], file: Path) -> int:
    most = table.get("comparisons", COMPARISONS)
    if not isinstance(most, int) or isinstance(most, bool) or most < 0:
        raise InputError("must be a whole number", file=file, field="nightly.comparisons")
    return most


def _ping(table: Mapping[str, Any], file: Path) -> str | None:
    ping = table.get("ping")
    if ping is not None and (not isinstance(ping, str) or not ping.startswith(("http://", "https://"))):
        raise InputError("must be an http(s) address", file=file, field="nightly.ping")
    return ping
