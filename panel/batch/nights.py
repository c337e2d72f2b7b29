"""What a night does: the sources and bounds under `[nightly]` in panel.toml, and its date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from panel.core.errors import InputError
from panel.core.records import utc_now
from panel.core.workspace import Workspace

#: Comparisons a night makes at most, where panel.toml says nothing.
COMPARISONS = 10
_KNOWN = ("sources", "comparisons", "ping")


@dataclass(frozen=True)
class Night:
    """What a night does.

    Attributes:
        sources: Lists, as `panel batch` takes them; paths start at the workspace.
        comparisons: Pairs of near tools that are compared at most.
        ping: An address that is fetched when something needs a person; None for none.
    """

    sources: tuple[str, ...]
    comparisons: int = COMPARISONS
    ping: str | None = None


def night_of(workspace: Workspace) -> Night:
    """What the workspace's panel.toml wants of a night.

    Raises:
        InputError: there is no `[nightly]`, no source in it, or a value does not fit.
    """
    table = workspace.tables.get("nightly")
    if table is None:
        raise InputError(
            "there is no [nightly]",
            file="panel.toml",
            hint='add [nightly] and below it sources = ["launches.jsonl", "https://…/feed.xml", "show-hn"]',
        )
    unknown = [name for name in table if name not in _KNOWN]
    if unknown:
        raise InputError(
            f"no such setting; there are: {', '.join(_KNOWN)}",
            file="panel.toml",
            field=f"nightly.{unknown[0]}",
        )
    return Night(_sources(table), _comparisons(table), _ping(table))


def today() -> str:
    """The UTC date, by which nights are told apart: no night is an hour longer or is skipped."""
    return utc_now().date().isoformat()


def _sources(table: Mapping[str, Any]) -> tuple[str, ...]:
    sources = table.get("sources")
    if not isinstance(sources, list) or not sources or not all(isinstance(each, str) for each in sources):
        raise InputError(
            "must be a list of texts with one at least", file="panel.toml", field="nightly.sources"
        )
    return tuple(dict.fromkeys(sources))


def _comparisons(table: Mapping[str, Any]) -> int:
    most = table.get("comparisons", COMPARISONS)
    if not isinstance(most, int) or isinstance(most, bool) or most < 0:
        raise InputError("must be a whole number", file="panel.toml", field="nightly.comparisons")
    return most


def _ping(table: Mapping[str, Any]) -> str | None:
    ping = table.get("ping")
    if ping is not None and (not isinstance(ping, str) or not ping.startswith(("http://", "https://"))):
        raise InputError("must be an http(s) address", file="panel.toml", field="nightly.ping")
    return ping
