"""A command over lists carried out: one session, every list worked through, the report, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from panel.batch.by_batches import collect_first, work_by_batches
from panel.batch.comparing import compare_new
from panel.batch.engines.base import Engine, check_engine, open_engine
from panel.batch.engines.local import Local
from panel.batch.intake import Intake
from panel.batch.lookout import Lookout
from panel.batch.marking import mark_changed
from panel.batch.memory import Memory, reviewers_in_force
from panel.batch.order import Order, Watcher, Work
from panel.batch.pending import Waiting
from panel.batch.purse import OneByOne
from panel.batch.report import Report, code_of, read_report
from panel.batch.run import Batch
from panel.batch.screening import Screen
from panel.batch.tasks import Listed
from panel.batch.turns import Turn
from panel.calls.client import Client
from panel.calls.vendor_batches.apis.base import batches_of
from panel.calls.vendor_batches.gathering import Gathering
from panel.core.domain import Dossier, Tool
from panel.core.errors import DamagedRecord, ExitCode, PanelError
from panel.core.files import check_writable
from panel.core.hashing import digest
from panel.core.outcomes import Cost, Run, RunIssue
from panel.evidence.fetching.fetcher import Fetcher
from panel.evidence.launches.pages.reading import PageReader
from panel.kit import Kit
from panel.session import Session, open_session
from panel.twins import Twins, ruled

_NOBODY = Dossier(id=digest(""), tool=Tool(slug="a-tool", name="A tool"), sources=())


@dataclass(frozen=True)
class Ended:
    """How it ended: the run's manifest, the report, the exit code."""

    run: Run
    report: Report
    code: ExitCode


async def carry_out(
    order: Order, kit: Kit, fetcher: Fetcher, turn: Turn, *, watcher: Watcher, stop: asyncio.Event
) -> Ended:
    """Go on where the turn was left, or begin; judge, compare, and write the report.

    Whether the panel can be asked at all was proved before (`check_seats`).

    Args:
        order: What is to be done.
        kit: What was read.
        fetcher: The one way to the outside.
        turn: This command's, held until it is over.
        watcher: Who looks on.
        stop: Once set nothing more is sent.

    Raises:
        InputError: there is no such engine, a provider has no batches, or nothing can be written.
        PanelError: the run cannot go on (disk, ledger); its manifest says so.
    """
    check_engine(order.engine, kit.workspace)
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
            await mark_changed(session, watcher.says)
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
) -> Work:
    totals = [each.total for each in order.lists]
    report.total = None if None in totals else sum(total or 0 for total in totals)
    work = Work(report)

    kit = session.kit
    lookout = Lookout(Twins(kit.records, ruled(kit.workspace.root)), report, watcher.says)

    async def begin(engine: Engine, waiting: Waiting | None = None) -> Batch:
        return await _batch(order, session, engine, watcher, report, lookout, waiting=waiting)

    with watcher.at_work(report, session.client):
        if order.by_batches is not None:
            gathers = partial(begin, Local(kit.workspace.get("concurrency")))
            await work_by_batches(
                order.by_batches, order, session, lists, gathers, work, watcher=watcher, stop=stop
            )
            return work
        await collect_first(order, session, watcher, stop)
        async with open_engine(order.engine, kit, session, watcher.says) as engine:
            batch = await begin(engine)
            await batch.work(lists, stop=stop)
            work.add(batch)
            if order.comparisons and not batch.stopped:
                work.met(await compare_new(session, report, most=order.comparisons, stop=stop))
    return work


def _begun_report(order: Order, session: Session) -> Report:
    """What only takes in answers goes on with the report of its run; whoever reads lists counts them anew.

    Of tools that are done already nobody is warned once more: those warnings are taken over.
    """
    path = session.kit.records.root / session.run.id / "report.json"
    if order.by_batches == "collect":
        return read_report(path)
    with contextlib.suppress(DamagedRecord):  # it is written anew
        before = read_report(path)
        return Report(twins=before.twins, twins_met=before.twins_met, warnings=before.warnings)
    return Report()


async def _batch(
    order: Order,
    session: Session,
    engine: Engine,
    watcher: Watcher,
    report: Report,
    lookout: Lookout,
    *,
    waiting: Waiting | None = None,
) -> Batch:
    kit = session.kit
    return Batch(
        session,
        engine,
        Memory(session.client.ledger, reviewers_in_force(kit)),
        order.rules,
        on_review=watcher.judged,
        screen=Screen(lookout) if order.screens else None,
        lookout=None if order.screens else lookout,
        waiting=waiting,
        purse=None if waiting is None else OneByOne(),
        report=report,
    )


async def _close(order: Order, session: Session, work: Work, stop: asyncio.Event, *, alone: bool) -> Ended:
    """Write the manifest's last revision and the report."""
    report = work.report
    spent = session.client.cost if alone else await _spent(session, report)
    report.cost = spent.plus(Cost(from_ledger=report.stored))
    code = code_of(report, stopped=work.parked or work.waits, account=work.account, interrupted=stop.is_set())
    session.close_run(
        code,
        issues=[
            *report.twins,
            *(RunIssue(tool=t.tool, what=f"{t.ending}: {t.what}") for t in report.troubles),
        ],
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
