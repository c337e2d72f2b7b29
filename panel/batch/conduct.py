"""A command over lists carried out: one session, every list worked through, the report, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from panel.batch.comparing import compare_new
from panel.batch.engines.base import Engine, check_engine, open_engine
from panel.batch.engines.local import Local
from panel.batch.intake import Intake
from panel.batch.lists import OpenedList
from panel.batch.memory import Memory, reviewers_in_force
from panel.batch.pending import Waiting
from panel.batch.report import Report, code_of, read_report
from panel.batch.rounds import OneByOne, Part, Rounds
from panel.batch.run import Batch, Listed, Rules
from panel.batch.screening import Screen
from panel.batch.turns import Turn
from panel.calls.client import MOST_UNANSWERED, Client, Mode
from panel.calls.faults import Fault
from panel.calls.vendor_batches.apis.base import batches_of
from panel.calls.vendor_batches.batches import VendorBatches
from panel.calls.vendor_batches.gathering import Gathering
from panel.core.domain import Dossier, Tool
from panel.core.errors import AccountError, ExitCode, PanelError, StoppedEarly
from panel.core.files import check_writable
from panel.core.hashing import digest
from panel.core.outcomes import Cost, Review, Run, RunIssue
from panel.evidence.fetching.fetcher import Fetcher
from panel.evidence.launches.pages.reading import PageReader
from panel.session import Kit, Session, open_session

_NOBODY = Dossier(id=digest(""), tool=Tool(slug="a-tool", name="A tool"), sources=())


@dataclass(frozen=True)
class Order:
    """What a command over lists is to do.

    Attributes:
        command: The verb, for the manifest.
        lists: One after the other.
        rules: How much, and how long.
        mode: Whether replies may come from the ledger, must, or must not.
        retry_maybe_paid: Whether calls are asked again that may have been paid several times for nothing.
        engine: Where calls are made.
        by_batches: What is done of it through the vendors' batches; None: calls are made live.
        screens: Whether launches are screened before anything is spent on them.
        comparisons: Pairs of near tools that are compared afterwards, at most.
    """

    command: str
    lists: Sequence[OpenedList]
    rules: Rules
    mode: Mode = "use_ledger"
    retry_maybe_paid: bool = False
    engine: str = "local"
    by_batches: Part | None = None
    screens: bool = False
    comparisons: int = 0


class Watcher(Protocol):
    """Whoever looks on."""

    def tell(self, tool: str, persona: str, state: str) -> None:
        """A seat is doing something."""
        ...

    def says(self, text: str) -> None:
        """Something happened that is worth a line."""
        ...

    def at_work(self, report: Report, client: Client) -> AbstractContextManager[None]:
        """Look at a report and at what is spent until the block is left."""
        ...

    def judged(self, review: Review) -> None:
        """A review was written."""
        ...


@dataclass(frozen=True)
class Ended:
    """How it ended: the run's manifest, the report, the exit code."""

    run: Run
    report: Report
    code: ExitCode


@dataclass
class _Work:
    """What was done, and what of it decides how the command ends."""

    report: Report
    parked: bool = False
    account: bool = False
    pending: int = 0
    waits: bool = False

    def add(self, batch: Batch) -> None:
        """One batch has ended."""
        self.parked = self.parked or batch.stopped
        self.account = self.account or batch.account


async def carry_out(
    order: Order, kit: Kit, fetcher: Fetcher, turn: Turn, *, watcher: Watcher, stop: asyncio.Event
) -> Ended:
    """Go on where the turn was left, or begin; judge, compare, and write the report.

    Args:
        order: What is to be done.
        kit: What was read.
        fetcher: The one way to the outside.
        turn: This command's, held until it is over.
        watcher: Who looks on.
        stop: Once set nothing more is sent.

    Raises:
        InputError: a prompt cannot be rendered, there is a cap and no price, or nothing can be written.
        AccountError: a provider needs a key and there is none.
        PanelError: the run cannot go on (disk, ledger); its manifest says so.
    """
    check_engine(order.engine, kit.workspace)
    check_seats(kit)
    check_writable(kit.records.root)
    with PageReader() as reader:
        if order.by_batches is not None:
            _check_batches(kit)
        async with open_session(
            kit,
            order.command,
            [],
            mode=order.mode,
            retry_maybe_paid=order.retry_maybe_paid,
            resume=turn.unfinished,
            waits=True,
            shared=order.engine != "local",
            asks=Client if order.by_batches is None else Gathering,
            stop=stop,
            tell=watcher.tell,
        ) as session:
            turn.taken_in = turn.taken_in and order.by_batches == "collect"
            turn.begin(session.run.id)
            lists = _listed(order, kit, fetcher, reader)
            report = await asyncio.to_thread(_begun_report, order, session)
            try:
                work = await _work(order, session, lists, watcher, report, stop)
            except PanelError as error:
                _cut_short(session, report, error.exit_code)
                raise
            except asyncio.CancelledError:
                _cut_short(session, report, ExitCode.INTERRUPTED)
                raise
            # An earlier process, another machine or a vendor's batch may have spent for this run, too.
            alone = turn.unfinished is None and order.engine == "local" and order.by_batches is None
            ended = await _close(order, session, work, stop, alone=alone)
    turn.taken_in = (turn.taken_in or order.by_batches != "collect") and not work.parked
    if ended.code in {ExitCode.DONE, ExitCode.NEEDS_A_PERSON} and turn.taken_in and not work.pending:
        turn.finish(ended.run.id)
    else:
        turn.begin(ended.run.id)
    return ended


def check_seats(kit: Kit) -> None:
    """Prove with a tool nobody knows, before anything is written, that a panel can be asked and paid.

    Raises:
        InputError: a prompt cannot be rendered, or there is a cap and a model has no known price.
        AccountError: a provider needs a key and there is none.
    """
    kit.check([(_NOBODY, kit.panel_for(_NOBODY.tool, fourth=kit.workspace.get("fourth")))])


def _check_batches(kit: Kit) -> None:
    """Prove before anything is noted that every seat's provider has batches.

    Raises:
        InputError: one has none.
    """
    seats = kit.panel_for(_NOBODY.tool, fourth=kit.workspace.get("fourth"))
    for name in sorted({seat.provider for seat in seats}):
        batches_of(kit.provider(name))


def _listed(order: Order, kit: Kit, fetcher: Fetcher, reader: PageReader) -> list[Listed]:
    token = kit.workspace.environment.get("GITHUB_TOKEN") or None
    return [
        Listed(each.lines, Intake(fetcher, reader, folder=each.folder, github_token=token))
        for each in order.lists
    ]


async def _work(
    order: Order,
    session: Session,
    lists: Sequence[Listed],
    watcher: Watcher,
    report: Report,
    stop: asyncio.Event,
) -> _Work:
    totals = [each.total for each in order.lists]
    report.total = None if None in totals else sum(total or 0 for total in totals)
    with watcher.at_work(report, session.client):
        if order.by_batches is not None:
            return await _by_batches(order.by_batches, order, session, lists, watcher, report, stop)
        await _collect_first(order, session, watcher, stop)
        async with open_engine(order.engine, session.kit, session, watcher.says) as engine:
            batch = await _batch(order, session, engine, watcher, report)
            await batch.work(lists, stop=stop)
            if order.comparisons and not batch.stopped:
                await compare_new(session, report, most=order.comparisons, stop=stop)
    work = _Work(report)
    work.add(batch)
    return work


def _begun_report(order: Order, session: Session) -> Report:
    """What only takes in answers goes on with the report of its run; whoever reads lists counts them anew."""
    if order.by_batches != "collect":
        return Report()
    return read_report(session.kit.records.root / session.run.id / "report.json")


async def _batch(
    order: Order,
    session: Session,
    engine: Engine,
    watcher: Watcher,
    report: Report,
    *,
    waiting: Waiting | None = None,
) -> Batch:
    kit = session.kit
    screen = Screen(await asyncio.to_thread(kit.records.slugs)) if order.screens else None
    return Batch(
        session,
        engine,
        Memory(session.client.ledger, reviewers_in_force(kit)),
        order.rules,
        on_review=watcher.judged,
        screen=screen,
        waiting=waiting,
        purse=None if waiting is None else OneByOne(),
        report=report,
    )


async def _by_batches(
    part: Part,
    order: Order,
    session: Session,
    lists: Sequence[Listed],
    watcher: Watcher,
    report: Report,
    stop: asyncio.Event,
) -> _Work:
    kit, client = session.kit, session.client
    assert isinstance(client, Gathering)
    waiting = Waiting(kit.records, session.run.id)
    work = _Work(report)
    engine = Local(kit.workspace.get("concurrency"))

    async def begin() -> Batch:
        return await _batch(order, session, engine, watcher, report, waiting=waiting)

    async with until(order.rules, stop) as over, _vendor_batches(order, session) as batches:
        rounds = Rounds(batches, client, waiting, kit.records, begin, watcher.says)
        try:
            async for batch in rounds.carry_out(part, lists, over=over, stop=stop):
                work.add(batch)
        except Fault as fault:
            raise _explained(fault) from fault
    work.pending = len(waiting)
    if work.pending:
        report.endings["pending"] = work.pending
    work.waits = bool(work.pending) and part != "submit"
    return work


@asynccontextmanager
async def _vendor_batches(order: Order, session: Session) -> AsyncIterator[VendorBatches]:
    batches = VendorBatches(
        ledger=session.client.ledger,
        connect=session.kit.provider,
        run=session.run.id,
        prices=session.kit.prices,
        budget=session.client.budget,
        most_unanswered=None if order.retry_maybe_paid else MOST_UNANSWERED,
    )
    try:
        yield batches
    finally:
        await batches.close()


async def _collect_first(order: Order, session: Session, watcher: Watcher, stop: asyncio.Event) -> None:
    """Take in what vendors' batches hold before calls are made live: what they answered is not paid again."""
    if order.mode == "from_ledger" or not await session.client.ledger.leases():
        return
    async with _vendor_batches(order, session) as batches:
        came = await batches.collect(stop=stop)
    if came.kept:
        watcher.says(f"{came.kept:,} answers came in from vendors' batches")


def _explained(fault: Fault) -> PanelError:
    """Why a vendor takes no batch, as the end of a command."""
    saved = "every tool that was taken in, and every answer"
    if fault.account:
        return AccountError(fault.message, saved=saved, hint="mend it, then run the same command again")
    return StoppedEarly(fault.message, saved=saved, hint="run the same command again")


@asynccontextmanager
async def until(rules: Rules, stop: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that is set with `stop`, and when the deadline is over."""
    over = asyncio.Event()

    async def wait() -> None:
        left = None if rules.deadline is None else max(0.0, rules.deadline - rules.clock())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), left)
        over.set()

    waits = asyncio.ensure_future(wait())
    try:
        yield over
    finally:
        waits.cancel()


async def _close(order: Order, session: Session, work: _Work, stop: asyncio.Event, *, alone: bool) -> Ended:
    """Write the manifest's last revision and the report."""
    report = work.report
    spent = session.client.cost if alone else await _spent(session, report)
    report.cost = spent.plus(Cost(from_ledger=report.stored))
    code = code_of(report, stopped=work.parked or work.waits, account=work.account, interrupted=stop.is_set())
    session.close_run(
        code,
        issues=[RunIssue(tool=t.tool, what=f"{t.ending}: {t.what}") for t in report.troubles],
        comparisons=report.comparisons,
        cost=report.cost,
        about=f"{', '.join(each.name for each in order.lists)}: {report.in_words()}",
        goes_on=bool(work.pending),
    )
    await asyncio.to_thread(_write_report, session, report)
    return Ended(session.run, report, code)


def _cut_short(session: Session, report: Report, code: ExitCode) -> None:
    """Close a run that cannot go on: its report tells of what was done now, not of an earlier process."""
    report.cost = session.client.cost.plus(Cost(from_ledger=report.stored))
    session.close_run(code, cost=report.cost, about=f"cut short after {report.in_words()}")
    with contextlib.suppress(PanelError):  # why it was cut short is told in any case
        _write_report(session, report)


def _write_report(session: Session, report: Report) -> None:
    run, records = session.run, session.kit.records
    records.write_text(run.id, "report.md", report.as_markdown(run))
    document = json.dumps(report.as_json(run), indent=2, ensure_ascii=False)
    records.write_text(run.id, "report.json", document + "\n")


async def _spent(session: Session, report: Report) -> Cost:
    """What the whole run spent, in whichever process and on whichever machine."""
    lines = await session.client.ledger.costs("run")
    run = next((line for line in lines if line.name == session.run.id), None)
    if run is None:
        return session.client.cost
    report.maybe_paid_usd = round(run.maybe_paid_usd, 9)
    return Cost(
        usd=None if run.unpriced else round(run.usd + run.maybe_paid_usd, 9),
        calls=run.calls,
        input_tokens=run.input_tokens,
        output_tokens=run.output_tokens,
        cached_tokens=run.cached_tokens,
    )
