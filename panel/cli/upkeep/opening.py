"""The ledger and the record rules as the verbs that look after runs use them, and how far they are."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import typer

from panel.calls.ledger.base import Ledger, open_ledger
from panel.cli.ending import printable
from panel.core.domain import Dossier
from panel.core.record_files import Remark
from panel.core.settings import without_password
from panel.core.upkeep import Rules
from panel.core.workspace import Workspace
from panel.evidence.dossiers import dossier_id
from panel.judgement.grounding import fold

#: Seconds between two signs of progress.
_EVERY = 0.2
#: Lines of one kind before the rest is only counted.
MOST_LINES = 100
#: What a quotation may have around it that is not part of it.
_AROUND = " \"'."


def _id_of(dossier: Dossier) -> str:
    return dossier_id(dossier.tool, dossier.sources, dossier.facts)


def _same_words(quote: str, passage: str) -> bool:
    return fold(quote).text.strip(_AROUND) == fold(passage).text.strip(_AROUND)


RULES = Rules(dossier_id=_id_of, same_words=_same_words)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Ledger]:
    """The ledger at an address, closed afterwards.

    Raises:
        InputError: it cannot be reached.
        DamagedRecord: what is there is no ledger this program reads.
    """
    ledger = await open_ledger(url)
    try:
        yield ledger
    finally:
        await ledger.close()


@contextmanager
def counting(verb: str) -> Iterator[Callable[[int], None]]:
    """Tell whoever watches on a terminal how many calls were looked at; silent elsewhere."""
    watched, last, shown = sys.stderr.isatty(), time.monotonic(), False

    def tell(calls: int) -> None:
        nonlocal last, shown
        if watched and time.monotonic() - last > _EVERY:
            last, shown = time.monotonic(), True
            sys.stderr.write(f"\r{verb} {calls:,} calls")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")


def place_of(remark: Remark, workspace: Workspace) -> str:
    """Where a remark belongs, as messages name it: the file, and the line if it is known."""
    line = "" if remark.line is None else f":{remark.line}"
    return f"{workspace.shown(remark.file)}{line}"


def ledger_name(workspace: Workspace) -> str:
    """The ledger in force, as messages name it."""
    given = workspace.get("ledger_url")
    return without_password(given) if given else workspace.shown(workspace.runs_dir / "ledger.sqlite")


def say(label: str, lines: list[str], *, most: int = MOST_LINES) -> None:
    """Print lines of one kind, the first so many of them."""
    for line in lines[:most]:
        typer.echo(printable(f"{label}{line}"))
    if len(lines) > most:
        typer.echo(f"{label}and {len(lines) - most:,} more")


def amount(number: int, one: str, several: str | None = None) -> str:
    """A number and what it counts: `1 call`, `2,500 calls`."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def dollars(usd: float) -> str:
    """Dollars as the scorecard writes them; what is there is never rounded to nothing."""
    return "under $0.0001" if 0 < usd < 0.00005 else f"${usd:,.4f}"  # noqa: PLR2004 (half of the last digit)
