"""Who is thinking and who has decided, on stderr: a small live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from panel.cli.ending import printable
from panel.cli.options import Common
from panel.core.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from panel.session import Tell

log = logging.getLogger("panel")

#: Taller than this a live table would scroll away; plain lines are better.
_MOST_ROWS = 24
#: States that pass by themselves: seen in a live table, noise in a list of lines.
_PASSING = frozenset({"queued", "thinking"})


@contextmanager
def watch(rows: int, flags: Common, *, several: bool) -> Iterator[Tell]:
    """A watcher for a session: what it is told appears on stderr, and in the log file if one is wanted.

    Args:
        rows: How many seats, or samples of them, there will be at most.
        flags: Whether and where anything is shown.
        several: Whether there is more than one tool.
    """
    with logging_to(flags):
        if flags.quiet:
            yield _logged
        elif _is_live(rows):
            with _live(several=several) as tell:
                yield tell
        else:
            yield _lines


@contextmanager
def logging_to(flags: Common) -> Iterator[None]:
    """Write the log to the file that is wanted, if one is, until the block is left."""
    handler = _log_handler(flags)
    try:
        yield
    finally:
        if handler is not None:
            log.removeHandler(handler)
            handler.close()


def _log_handler(flags: Common) -> logging.Handler | None:
    # Where nobody reads them, lines are not made: there is one for every call.
    usual = logging.WARNING if flags.log_file is None else logging.INFO
    log.setLevel(logging.DEBUG if flags.verbose else usual)
    log.propagate = False
    if flags.log_file is None:
        return None
    try:
        handler = logging.FileHandler(flags.log_file, encoding="utf-8")
    except OSError as error:
        reason = f"cannot be written: {error.strerror}"
        raise InputError(reason, file=flags.log_file, field="--log-file") from None
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)
    return handler


def _logged(tool: str, persona: str, state: str) -> None:
    log.info("%s %s: %s", tool, persona, printable(state))


def _lines(tool: str, persona: str, state: str) -> None:
    _logged(tool, persona, state)
    if state not in _PASSING:
        typer.echo(f"{tool} {persona}: {printable(state)}", err=True)


def _is_live(rows: int) -> bool:
    from rich.console import Console

    return Console(stderr=True).is_terminal and sys.stderr.isatty() and rows < _MOST_ROWS


@contextmanager
def _live(*, several: bool) -> Iterator[Tell]:
    from rich.console import Console
    from rich.live import Live

    states: dict[tuple[str, str], str] = {}
    with Live(console=Console(stderr=True), refresh_per_second=8, transient=True) as live:

        def tell(tool: str, persona: str, state: str) -> None:
            _logged(tool, persona, state)
            states[tool, persona] = state
            live.update(_table(states, several=several))

        yield tell


def _table(states: dict[tuple[str, str], str], *, several: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for (tool, persona), state in states.items():
        style = {"ship": "green", "skip": "red"}.get(state, "dim" if state == "thinking" else "yellow")
        row = [Text(persona), Text(printable(state), style=style)]
        table.add_row(*([Text(tool, style="bold"), *row] if several else row))
    return table
