"""One command at work: ledger, client and run manifest while it calls, closed whatever happens."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Literal, TypeVar

from panel import __version__
from panel.calls.breaker import Breaker
from panel.calls.budget import Budget
from panel.calls.client import Client, Mode
from panel.calls.dispatcher import MOST_UNANSWERED
from panel.calls.faults import Fault
from panel.calls.ledger.base import Ledger, exists, ledger_url, open_ledger
from panel.calls.ledger.processes import Process, lives, this_process
from panel.calls.limits import Ceilings, Limiter
from panel.calls.retrying import RetryPolicy
from panel.core.domain import Dossier
from panel.core.errors import DamagedRecord, ExitCode, InputError
from panel.core.files import check_writable
from panel.core.outcomes import Cost, Run, RunIssue
from panel.core.records import Records, timestamp, utc_now
from panel.kit import Kit

T = TypeVar("T")

#: Runs that are looked at for unfinished ones of the same command.
_LOOK_BACK = 500

#: A watcher of the panel: told the tool, the persona and what that seat is doing now.
Tell = Callable[[str, str, str], None]

_OUTCOMES: dict[ExitCode, Literal["done", "needs_a_person", "stopped", "interrupted"]] = {
    ExitCode.DONE: "done",
    ExitCode.NEEDS_A_PERSON: "needs_a_person",
    ExitCode.STOPPED: "stopped",
    ExitCode.INTERRUPTED: "interrupted",
}


@dataclass
class Session:
    """One command at work: its kit, its client over an open ledger, its run, and what went wrong on the way.

    `faults` holds (tool, persona, fault) for every seat that a fault left without a verdict; `mode` and
    `retry_maybe_paid` are what the client goes by.
    """

    kit: Kit
    run: Run
    client: Client
    tell: Tell
    mode: Mode = "use_ledger"
    retry_maybe_paid: bool = False
    faults: list[tuple[str, str, Fault]] = field(default_factory=list)

    async def together(self, work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
        """Do several things at once, all to their end; the results in order.

        Once one raises nothing more is sent, but what is in flight is waited for: its answers are paid for.

        Raises:
            Exception: the first, in order, of those that were raised.
        """
        tasks = [asyncio.ensure_future(each) for each in work]
        try:
            _, unfinished = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            if unfinished:
                self.client.stop()
                await asyncio.wait(unfinished)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            raise
        errors = [error for task in tasks if (error := task.exception()) is not None]
        if errors:
            raise errors[0]
        return [task.result() for task in tasks]

    def take_faults(self, tool: str) -> list[Fault]:
        """The faults of one tool's seats, which are forgotten."""
        taken = [fault for slug, _, fault in self.faults if slug == tool]
        self.faults = [each for each in self.faults if each[0] != tool]
        return taken

    def close_run(
        self,
        code: ExitCode,
        *,
        issues: Sequence[RunIssue] = (),
        reviews: Sequence[str] = (),
        comparisons: Sequence[str] = (),
        cost: Cost | None = None,
        about: str | None = None,
        goes_on: bool = False,
    ) -> None:
        """Write the manifest's last revision: how the command ended, what it made and what it cost.

        With `goes_on` the command has done its part, and another one will end the run.
        """
        changes: dict[str, Any] = {
            "finished": timestamp(utc_now()),
            "outcome": "stopped" if goes_on else _OUTCOMES.get(code, "failed"),
            "exit_code": int(code),
            "issues": tuple(issues),
            "reviews": tuple(reviews),
            "comparisons": tuple(comparisons),
            "cost": cost or self.client.cost,
            "about": about,
        }
        self.run = self.run.model_copy(update=changes)
        self.kit.records.write_run(self.run)


@asynccontextmanager
async def open_session(
    kit: Kit,
    command: str,
    dossiers: Sequence[Dossier],
    *,
    mode: Mode,
    retry_maybe_paid: bool = False,
    resume: str | None = None,
    waits: bool = False,
    shared: bool = False,
    asks: Callable[..., Client] = Client,
    stop: asyncio.Event,
    tell: Tell,
) -> AsyncIterator[Session]:
    """Open the ledger and a run, and close both whatever happens.

    Args:
        kit: What was read.
        command: The verb, for the manifest.
        dossiers: The tools it is about, for the manifest.
        mode: Whether replies may come from the ledger, must, or must not.
        retry_maybe_paid: Whether calls are asked again that may have been paid several times for nothing.
        resume: The run that is continued, its spending counted; a new one if None.
        waits: Whether calls wait for a provider that is down; a foreground command does not.
        shared: Whether other processes work on the run that is continued: cap and ceilings hold over all.
        asks: What the client is: `Client`, or a class made like it.
        stop: Once set nothing more is sent.
        tell: Told what each seat is doing.

    Raises:
        InputError: the runs folder or the ledger cannot be written or reached.
    """
    records, settings = kit.records, kit.workspace.get
    await asyncio.to_thread(check_writable, records.root)
    url = ledger_url(kit.workspace)
    await asyncio.to_thread(_refuse_lost_ledger, kit, url)
    async with AsyncExitStack() as closing:
        ledger = await open_ledger(url)
        closing.push_async_callback(ledger.close)
        run = Run(
            id=resume or records.open_run(),
            command=command,
            version=__version__,
            created=_begun(records, resume) or timestamp(utc_now()),
            provider=kit.choice.vendor.name,
            model=kit.choice.model,
            models=kit.choice.labels,
            inputs=_inputs(kit, dossiers),
            process=asdict(this_process()),
        )
        records.write_run(run)
        earlier = await _spent_earlier(run, records, ledger)
        spent = earlier + await ledger.spent(run.id)
        budget = Budget(settings("max_usd"), spent, earlier_usd=earlier)
        client = client_for(
            kit,
            run.id,
            ledger,
            budget,
            mode=mode,
            retry_maybe_paid=retry_maybe_paid,
            waits=waits,
            shared=shared,
            asks=asks,
        )
        closing.push_async_callback(client.close)
        watcher = asyncio.ensure_future(stop_client(stop, client))
        closing.callback(watcher.cancel)
        session = Session(kit, run, client, tell, mode=mode, retry_maybe_paid=retry_maybe_paid)
        try:
            yield session
        except asyncio.CancelledError:
            if session.run.outcome == "running":
                session.close_run(ExitCode.INTERRUPTED)
            raise


def client_for(
    kit: Kit,
    run: str,
    ledger: Ledger,
    budget: Budget,
    *,
    mode: Mode,
    retry_maybe_paid: bool,
    waits: bool,
    shared: bool,
    asks: Callable[..., Client] = Client,
) -> Client:
    """The client of a run under the settings in force; see `open_session` for what it is told."""
    settings = kit.workspace.get
    return asks(
        ledger=ledger,
        connect=kit.provider,
        run=run,
        prices=kit.prices,
        budget=budget,
        limiter=Limiter(
            Ceilings(
                concurrency=settings("concurrency"),
                requests_per_minute=settings("requests_per_minute"),
                tokens_per_minute=settings("tokens_per_minute"),
            )
        ),
        policy=RetryPolicy(deadline=settings("call_deadline")),
        breaker=Breaker(waits=waits),
        mode=mode,
        most_unanswered=None if retry_maybe_paid else MOST_UNANSWERED,
        shared=shared,
    )


def _begun(records: Records, resume: str | None) -> str | None:
    """When a run that is continued was begun; None for a new one, and where its manifest is damaged."""
    try:
        return None if resume is None else records.run(resume).created
    except InputError:
        return None  # it is written anew


def _refuse_lost_ledger(kit: Kit, url: str) -> None:
    """A ledger that is gone although runs have paid is never taken for one that was never there.

    Raises:
        DamagedRecord: there are runs that called, and no ledger where theirs would be.
    """
    if kit.workspace.get("ledger_url") or exists(url):
        return
    for run in islice(kit.records.runs_with_manifest(), _LOOK_BACK):
        try:
            called = kit.records.run(run).cost.calls
        except InputError:
            continue
        if called:
            raise DamagedRecord(
                f"is missing, although the run {run} made {called} calls: every one would be paid again",
                file=kit.records.root / "ledger.sqlite",
                hint="bring it back from a copy, set PANEL_LEDGER_URL to where it is now, or begin anew in "
                "another folder with --runs-dir DIR",
            )


async def _spent_earlier(run: Run, records: Records, ledger: Ledger) -> float:
    """Dollars of other runs that count against a run's cap besides its own.

    Those are unfinished runs of the same command over the same dossiers: it takes them up, and the cap is one
    over all of them.
    """
    taken_up = await asyncio.to_thread(lambda: list(_taken_up(run, records)))
    return sum([await ledger.spent(each) for each in taken_up])


def _taken_up(run: Run, records: Records) -> Iterator[str]:
    """The unfinished runs since the same command was last carried through, newest first."""
    if not run.inputs["dossiers"]:
        return  # a list knows its run
    for earlier in islice(records.runs_with_manifest(), _LOOK_BACK):
        try:
            found = records.run(earlier)
        except InputError:
            continue  # `panel runs verify` names it
        same = found.command == run.command and found.inputs.get("dossiers") == run.inputs["dossiers"]
        if earlier == run.id or not same:
            continue
        if found.outcome not in {"stopped", "interrupted", "running"}:
            return
        if found.outcome != "running" or not is_at_work(found):
            yield earlier


def is_at_work(run: Run) -> bool:
    """Whether the process that began an unfinished run still lives; one on another machine counts as dead."""
    if run.outcome != "running" or run.process is None:
        return False
    try:
        return lives(Process(**run.process), silent_for=math.inf)  # type: ignore[arg-type]  # as it was written
    except TypeError:
        return False


async def stop_client(stop: asyncio.Event, client: Client) -> None:
    """Send nothing more once `stop` is set."""
    await stop.wait()
    client.stop()


def _inputs(kit: Kit, dossiers: Sequence[Dossier]) -> dict[str, dict[str, str]]:
    return {
        "dossiers": {dossier.tool.slug: dossier.id for dossier in dossiers},
        "personas": {slug: persona.sha for slug, persona in kit.personas.items()},
        "prompts": {"all": kit.prompts.sha},
    }
