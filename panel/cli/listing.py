"""What `batch` and `nightly` share: flags, who looks on, and how it is told in the end."""

from __future__ import annotations

import json as json_module
import logging
import math
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import printable
from panel.cli.options import Common
from panel.core.errors import ExitCode, InputError, StoppedEarly

if TYPE_CHECKING:
    from panel.batch.conduct import Ended
    from panel.batch.lists import OpenedList
    from panel.batch.report import Report, Trouble
    from panel.batch.run import Rules
    from panel.calls.client import Client, Mode
    from panel.core.outcomes import Review
    from panel.kit import Kit

_LIST = "Which tools"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
#: Troubles told on stderr; all that are named stand in the report.
_MOST_TOLD = 20
#: Tools named on one line.
_MOST_NAMED = 10


@dataclass(frozen=True)
class ListFlags(Common):
    """The flags of verbs that work on lists."""

    limit: Annotated[
        int | None, typer.Option(help="Judge so many tools at most.", min=1, rich_help_panel=_LIST)
    ] = None
    deadline: Annotated[
        str | None,
        typer.Option(
            help="Begin no tool after so long: 90m, 6h.", metavar="DURATION", rich_help_panel="Money and time"
        ),
    ] = None
    engine: Annotated[
        str | None,
        typer.Option(
            help="Where calls are made: local, or by `panel worker` processes with procrastinate.",
            rich_help_panel="Where",
        ),
    ] = None

    def settings(self) -> dict[str, Any]:
        """The workspace settings among these flags."""
        return {**super().settings(), "engine": self.engine}

    @property
    def mode(self) -> Mode:
        """Whether replies may come from the ledger, must, or must not."""
        return "fresh" if self.fresh else "from_ledger" if self.from_ledger else "use_ledger"

    def rules(self, *, only_failed: bool = False) -> Rules:
        """How much, and how long.

        Raises:
            InputError: the deadline is no length of time.
        """
        from panel.batch.run import Rules

        end = None if self.deadline is None else time.monotonic() + seconds_in(self.deadline)
        return Rules(
            limit=self.limit, only_failed=only_failed, fresh=self.fresh, deadline=end, clock=time.monotonic
        )


def seconds_in(text: str) -> float:
    """A length of time such as `45s`, `90m`, `6h` or `1d`, in seconds.

    Raises:
        InputError: it is none.
    """
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)\s*([smhd])", text.strip(), re.ASCII)
    seconds = float(match[1]) * _UNITS[match[2]] if match else 0.0
    if not seconds or not math.isfinite(seconds):
        raise InputError(f"{text!r} is no length of time; write 90m or 6h", field="--deadline")
    return seconds


class OnTerminal:
    """Looks on for whoever started the command: progress on stderr, with --json a review a line on stdout."""

    def __init__(self, flags: ListFlags, cap: float | None) -> None:
        self._flags, self._cap = flags, cap

    @contextmanager
    def at_work(self, report: Report, client: Client) -> Iterator[None]:
        """Show how far it is until the block is left."""
        from panel.cli.batch_progress import watch

        with watch(report, client, self._cap, self._flags):
            yield

    def says(self, text: str) -> None:
        """Tell it on a line of its own, unless it is to be quiet."""
        from panel.cli.progress import log

        log.info("%s", printable(text))
        if not self._flags.quiet:
            start = "\r\x1b[K" if sys.stderr.isatty() else ""
            typer.echo(f"{start}{printable(text)}", err=True)

    def judged(self, review: Review) -> None:
        """Print a review, if that is wanted."""
        if self._flags.json:
            sys.stdout.write(json_module.dumps(review.as_json(), ensure_ascii=False) + "\n")
            sys.stdout.flush()

    def tell(self, tool: str, persona: str, state: str) -> None:
        """Log what a seat is doing."""
        from panel.cli.progress import log

        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s %s: %s", tool, persona, printable(state))


@contextmanager
def naming(again: str) -> Iterator[None]:
    """Let an error that ends a list early name the command that goes on."""
    try:
        yield
    except StoppedEarly as error:
        error.hint = (error.hint or "run the same command again").replace("run the same command again", again)
        raise


def explain(ended: Ended, kit: Kit, flags: ListFlags, again: str) -> None:
    """Say how it ended: the count on stdout, on stderr what needs a person, and what to run next.

    Args:
        ended: How it ended.
        kit: Where its records are.
        flags: The verb's.
        again: The command that goes on where it stopped.
    """
    from panel.batch.lookout import MOST_TOLD
    from panel.calls.budget import OUT_OF_MONEY

    report, run = ended.report, ended.run
    if not flags.json:
        for line in summary(report):
            typer.echo(line)
        typer.echo(f"report: {kit.workspace.shown(kit.records.root / run.id)}/report.md")
    if report.twins_met > MOST_TOLD and not flags.quiet:
        more_twins = report.twins_met - MOST_TOLD
        typer.echo(f"warning: {more_twins:,} more pairs like these; the report names them", err=True)
    told, more = _told(report.troubles)
    for line in told:
        typer.echo(printable(line), err=True)
    more += report.not_named
    if more:
        typer.echo(f"and {more:,} more; see the report", err=True)
    if flags.fresh and not report.endings["pending"]:
        again += " --fresh"  # the same run goes on, so what it has asked is not asked once more
    if ended.code is ExitCode.ACCOUNT:
        typer.echo(f"next:  mend what is named above (key, quota or model), then {again}", err=True)
    elif ended.code in {ExitCode.STOPPED, ExitCode.INTERRUPTED} or report.endings["pending"]:
        capped = any(trouble.what.startswith(OUT_OF_MONEY) for trouble in report.troubles)
        how = ", with a higher --max-usd" if capped else ""
        typer.echo(f"next:  {again}{how}  (goes on with run {run.id}; its spending counts)", err=True)


def _told(troubles: Sequence[Trouble]) -> tuple[list[str], int]:
    """The first troubles, tools for one reason on one line; and how many more there are."""
    by_reason: dict[tuple[str, str, str], list[str]] = {}
    for each in troubles:
        alone = each.tool if each.ending == "bad" else ""  # a bad line is mended where it stands
        by_reason.setdefault((each.ending, each.what, alone), []).append(each.tool)
    lines: list[str] = []
    more = 0
    for (ending, what, _), tools in by_reason.items():
        if len(lines) >= _MOST_TOLD:
            more += len(tools)
            continue
        rest = len(tools[_MOST_NAMED:])
        named = ", ".join(tools[:_MOST_NAMED]) + (f" and {rest:,} more" if rest else "")
        lines.append(f"{named}: {ending}: {what}")
    return lines, more


def summary(report: Report) -> list[str]:
    """A report in a few lines."""
    said = ", ".join(f"{count:,} {what}" for what, count in report.decisions.items())
    spent = "an unknown amount" if report.cost.usd is None else f"${report.cost.usd:.4f}"
    compared = f"compared {len(report.comparisons):,} pairs with their nearest neighbours"
    pairs = "1 pair" if report.twins_met == 1 else f"{report.twins_met:,} pairs"
    twins = f"{pairs} may be the same thing twice; see the report"
    odd = f"{len(report.warnings):,} warning{'' if len(report.warnings) == 1 else 's'} about the list"
    spends = "spent or set aside" if report.endings["pending"] else "spent"
    return [
        report.in_words(),
        *([f"panels: {said}"] if said else []),
        *([compared] if report.comparisons else []),
        *([twins] if report.twins_met else []),
        *([f"{odd}; see the report"] if report.warnings else []),
        f"{spends} {spent} on {report.cost.calls:,} calls{_of_it_open(report)}",
    ]


def _of_it_open(report: Report) -> str:
    if not report.maybe_paid_usd or report.endings["pending"]:
        return ""
    return f", ${report.maybe_paid_usd:.4f} of it set aside for calls that brought no answer"


async def preview(
    lists: Sequence[OpenedList],
    kit: Kit,
    rules: Rules,
    flags: ListFlags,
    *,
    known_by: str,
    screens: bool = False,
) -> ExitCode:
    """Say how much there would be to do, and about what it would cost; no page is fetched, nothing called.

    Args:
        lists: They are looked through one after the other.
        kit: What was read.
        rules: How much, and how long.
        flags: The verb's.
        known_by: What the run over them is known by, for what it has spent already.
        screens: Whether launches are screened.
    """
    from panel.batch.lookout import Lookout
    from panel.batch.pending import Waiting
    from panel.batch.preview import left_off, look_ahead, money_left
    from panel.batch.report import Report
    from panel.batch.screening import Screen
    from panel.twins import Twins, ruled

    twins = Twins(kit.records, ruled(kit.workspace.root))
    screen = Screen(Lookout(twins, Report())) if screens else None
    run = left_off(kit, known_by)
    waiting = None if run is None else Waiting(kit.records, run)
    found, left, money = [], rules.limit, await money_left(kit, run)
    for each in lists:
        outlook = await look_ahead(
            each,
            kit,
            only_failed=rules.only_failed,
            fresh=rules.fresh,
            limit=left,
            screen=screen,
            waiting=waiting,
        )
        found.append((each, outlook, money))
        money = None if money is None else max(0.0, money - (outlook.usd_at_most or 0.0))
        left = None if left is None else left - outlook.to_judge
    if flags.json:
        shown = [outlook.as_json(left_then) for _, outlook, left_then in found]
        sys.stdout.write(json_module.dumps(shown[0] if len(shown) == 1 else shown, indent=2) + "\n")
        return ExitCode.DONE
    for each, outlook, left_then in found:
        if len(found) > 1:
            typer.echo(f"{printable(each.name)}:")
        typer.echo(outlook.in_words(left_then))
    return ExitCode.DONE
