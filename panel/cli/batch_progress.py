"""How far a list is, on stderr: one live line on a terminal, a line now and then for cron's mail."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from panel.cli.options import Common
from panel.cli.progress import log, logging_to

if TYPE_CHECKING:
    from panel.batch.report import Ending, Report
    from panel.calls.client import Client

#: Seconds between two looks on a terminal, and between two lines elsewhere.
_LIVE, _LINES = 0.5, 60.0
_SHOWN: tuple[Ending, ...] = ("known", "failed", "parked", "bad")


@contextmanager
def watch(report: Report, client: Client, cap: float | None, flags: Common) -> Iterator[None]:
    """Tell how far `report` is until the block is left; nothing with --quiet."""
    done = threading.Event()
    live = sys.stderr.isatty() and not flags.quiet
    started = time.monotonic()

    def tell() -> None:
        while not done.wait(_LIVE if live else _LINES):
            line = in_a_line(report, client.cost.usd, cap, time.monotonic() - started, client.down)
            if live:
                sys.stderr.write(f"\r\x1b[K{line[: _width()]}")
                sys.stderr.flush()
            else:
                log.info("%s", line)
                if not flags.quiet:
                    typer.echo(line, err=True)

    with logging_to(flags):
        thread = threading.Thread(target=tell, name="progress", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            if live:
                sys.stderr.write("\r\x1b[K")


def in_a_line(
    report: Report, usd: float | None, cap: float | None, seconds: float, down: Sequence[str] = ()
) -> str:
    """Done, failed, in work, whom it waits for, cost against cap, rate, time left."""
    judged = report.endings["reviewed"] + report.endings["failed"]
    of = f" of {report.total:,}" if report.total is not None else ""
    parts = [f"{report.seen:,}{of} done"]
    shown = [each for each in _SHOWN if report.endings[each]]
    parts += [f"{report.endings[each]:,} {each}" for each in shown]
    parts.append(f"{report.in_work} in work")
    parts += [f"{provider} is down" for provider in down]
    spent = "cost unknown" if usd is None else f"${usd:.2f}"
    parts.append(spent if cap is None else f"{spent} of ${cap:.2f}")
    if judged and seconds > 0:
        parts.append(f"{60 * judged / seconds:.0f}/min")
        if report.total is not None:
            left = (report.total - report.seen) * seconds / report.seen
            parts.append(f"{_duration(left)} left")
    return " · ".join(parts)


def _duration(seconds: float) -> str:
    hours, minutes = int(seconds // 3600), int(seconds % 3600 // 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {int(seconds % 60)} s"


def _width() -> int:
    from shutil import get_terminal_size

    return get_terminal_size().columns - 1
