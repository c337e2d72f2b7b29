"""What `batch` and `nightly` share: a list opened, its turn taken, one session, and how it all ended."""

from __future__ import annotations

import asyncio
import json as json_module
import math
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import printable
from panel.cli.options import Common, resuming
from panel.cli.running import run_async
from panel.core.errors import ExitCode, InputError, PanelError

if TYPE_CHECKING:
    from panel.batch.lists import OpenedList
    from panel.batch.report import Report
    from panel.calls.client import Mode
    from panel.core.outcomes import Review
    from panel.session import Kit, Session

_LIST = "Which tools"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
#: Troubles told on stderr; all that are named stand in the report.
_MOST_TOLD = 20


@dataclass(frozen=True)
class ListFlags(Common):
    """The flags of verbs that work on a list."""

    limit: Annotated[
        int | None, typer.Option(help="Judge so many tools at most.", min=1, rich_help_panel=_LIST)
    ] = None
    only_failed: Annotated[
        bool,
        typer.Option(
            "--only-failed", help="Only what failed or was left the last time.", rich_help_panel=_LIST
        ),
    ] = False
    deadline: Annotated[
        str | None,
        typer.Option(
            help="Begin no tool after so long: 90m, 6h.", metavar="DURATION", rich_help_panel="Money and time"
        ),
    ] = None


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


def work_on(
    reference: str,
    flags: ListFlags,
    *,
    command: str,
    afterwards: Callable[[Session, Report], Any] | None = None,
) -> ExitCode:
    """Work on a list from where it was left, and say how it ended.

    Args:
        reference: The list as the user named it.
        flags: The verb's flags.
        command: The verb.
        afterwards: What else is done with the session still open; awaited.
    """
    from panel.cli.judging import open_kit

    end = None if flags.deadline is None else time.monotonic() + seconds_in(flags.deadline)
    kit = open_kit(flags)

    async def go(stop: asyncio.Event) -> ExitCode:
        from panel.batch.lists import fetcher_for, open_list

        async with fetcher_for(kit.workspace) as fetcher:
            listing = await open_list(reference, kit.workspace, fetcher)
            one = _OneList(kit, listing, flags, command, end)
            if flags.dry_run:
                return await one.preview()
            return await one.work(fetcher, stop, afterwards)

    return run_async(go)


class _OneList:
    """One list and what is asked of it."""

    def __init__(
        self, kit: Kit, listing: OpenedList, flags: ListFlags, command: str, end: float | None
    ) -> None:
        self.kit, self.listing, self.flags, self.command, self.end = kit, listing, flags, command, end

    async def work(self, fetcher: Any, stop: asyncio.Event, afterwards: Any) -> ExitCode:
        """Take the list's turn, judge, write the report, and say how it ended."""
        from panel.batch.intake import Intake
        from panel.batch.memory import Memory, reviewers_in_force
        from panel.batch.run import Batch, Rules
        from panel.batch.turns import turn
        from panel.cli.batch_progress import watch
        from panel.core.files import check_writable
        from panel.evidence.launches.pages.reading import PageReader
        from panel.session import open_session

        kit, flags = self.kit, self.flags
        root = kit.records.root
        _check_seats(kit)
        check_writable(root)
        mode: Mode = "fresh" if flags.fresh else "from_ledger" if flags.from_ledger else "use_ledger"
        rules = Rules(
            at_once=kit.workspace.get("concurrency"),
            limit=flags.limit,
            only_failed=flags.only_failed,
            fresh=flags.fresh,
            deadline=self.end,
            clock=time.monotonic,
        )
        with turn(root, f"{self.command} {self.listing.key}") as mine, PageReader() as reader:
            async with open_session(
                kit,
                self.command,
                [],
                mode=mode,
                retry_maybe_paid=flags.retry_maybe_paid,
                resume=mine.unfinished,
                waits=True,
                stop=stop,
                tell=_to_the_log,
            ) as session:
                mine.begin(session.run.id)
                intake = Intake(
                    fetcher,
                    reader,
                    folder=self.listing.folder,
                    github_token=kit.workspace.environment.get("GITHUB_TOKEN") or None,
                )
                memory = Memory(session.client.ledger, reviewers_in_force(kit))
                batch = Batch(session, intake, memory, rules, on_review=self._told)
                batch.report.total = self.listing.total
                with watch(batch.report, session.client, kit.workspace.get("max_usd"), flags):
                    try:
                        await batch.work(self.listing.lines, stop=stop)
                    except PanelError as error:
                        session.close_run(error.exit_code)
                        raise
                if afterwards is not None and not stop.is_set():
                    await afterwards(session, batch.report)
                spent = await session.client.ledger.spent(session.run.id)
                code = self._close(session, batch, stop, spent)
                if code in {ExitCode.DONE, ExitCode.NEEDS_A_PERSON}:
                    mine.finish(session.run.id)
        self._explain(session, batch.report, code)
        return code

    def _close(self, session: Session, batch: Any, stop: asyncio.Event, spent: float) -> ExitCode:
        from panel.batch.report import code_of
        from panel.core.outcomes import RunIssue

        code = code_of(
            batch.report,
            stopped=batch.stopped,
            account=batch.account,
            interrupted=stop.is_set(),
        )
        issues = [RunIssue(tool=t.tool, what=f"{t.ending}: {t.what}") for t in batch.report.troubles]
        about = f"{self.listing.name}: {batch.report.in_words()}"
        cost = batch.report.cost
        if cost.usd is not None:
            cost = cost.model_copy(
                update={"usd": round(spent, 9)}
            )  # with what the run spent before it stopped
        session.close_run(code, issues=issues, cost=cost, about=about)
        records = session.kit.records
        records.write_text(session.run.id, "report.md", batch.report.as_markdown(session.run))
        document = json_module.dumps(batch.report.as_json(session.run), indent=2, ensure_ascii=False)
        records.write_text(session.run.id, "report.json", document + "\n")
        return code

    def _told(self, review: Review) -> None:
        if self.flags.json:
            sys.stdout.write(json_module.dumps(review.as_json(), ensure_ascii=False) + "\n")
            sys.stdout.flush()

    def _explain(self, session: Session, report: Report, code: ExitCode) -> None:
        folder = session.kit.workspace.shown(session.kit.records.root / session.run.id)
        if not self.flags.json:
            for line in summary(report):
                typer.echo(line)
            typer.echo(f"report: {folder}/report.md")
        for trouble in report.troubles[:_MOST_TOLD]:
            typer.echo(printable(f"{trouble.tool}: {trouble.ending}: {trouble.what}"), err=True)
        more = len(report.troubles[_MOST_TOLD:]) + report.not_named
        if more:
            typer.echo(f"and {more:,} more; see the report", err=True)
        again = resuming(self.command, [self.listing.name] if self.command == "batch" else [], self.flags)
        if self.flags.fresh:
            again += " --fresh"  # the same run goes on, so what it has asked is not asked once more
        if code is ExitCode.ACCOUNT:
            typer.echo(f"next:  mend what is named above (key, quota or model), then {again}", err=True)
        elif code in {ExitCode.STOPPED, ExitCode.INTERRUPTED}:
            typer.echo(f"next:  {again}  (goes on with run {session.run.id}; its spending counts)", err=True)

    async def preview(self) -> ExitCode:
        """Say how much there would be to do, and about what it would cost; nothing is fetched or called."""
        from panel.batch.preview import look_ahead

        flags = self.flags
        found = await look_ahead(
            self.listing, self.kit, only_failed=flags.only_failed, fresh=flags.fresh, limit=flags.limit
        )
        if self.flags.json:
            sys.stdout.write(json_module.dumps(found.as_json(), indent=2) + "\n")
        else:
            typer.echo(found.in_words(self.kit.workspace.get("max_usd")))
        return ExitCode.DONE


def _check_seats(kit: Kit) -> None:
    """Prove with a tool nobody knows, before anything is written, that a panel can be asked and paid.

    Raises:
        InputError: a prompt cannot be rendered, or there is a cap and a model has no known price.
        AccountError: a provider needs a key and there is none.
    """
    from panel.core.domain import Dossier, Tool
    from panel.core.hashing import digest

    nobody = Dossier(id=digest(""), tool=Tool(slug="a-tool", name="A tool"), sources=())
    kit.check([(nobody, kit.panel_for(nobody.tool, fourth=kit.workspace.get("fourth")))])


def summary(report: Report) -> list[str]:
    """A report in a few lines."""
    said = ", ".join(f"{count:,} {what}" for what, count in report.decisions.items())
    spent = "an unknown amount" if report.cost.usd is None else f"${report.cost.usd:.4f}"
    return [
        report.in_words(),
        *([f"panels: {said}"] if said else []),
        f"spent {spent} on {report.cost.calls:,} calls",
    ]


def _to_the_log(tool: str, persona: str, state: str) -> None:
    from panel.cli.progress import log

    log.debug("%s %s: %s", tool, persona, printable(state))
