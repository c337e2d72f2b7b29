"""A command over lists carried out: one session, every list worked through, the report, and how it ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from panel.batch.comparing import compare_new
from panel.batch.engines.base import open_engine
from panel.batch.intake import Intake
from panel.batch.lists import OpenedList
from panel.batch.memory import Memory, reviewers_in_force
from panel.batch.report import Report, code_of
from panel.batch.run import Batch, Listed, Rules
from panel.batch.screening import Screen
from panel.batch.turns import Turn
from panel.calls.client import Client, Mode
from panel.core.domain import Dossier, Tool
from panel.core.errors import ExitCode, PanelError
from panel.core.files import check_writable
from panel.core.hashing import digest
from panel.core.outcomes import Cost, Review, Run, RunIssue
from panel.evidence.fetching.fetcher import Fetcher
from panel.evidence.launches.pages.reading import PageReader
from panel.session import Kit, Session, open_session


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
        screens: Whether launches are screened before anything is spent on them.
        comparisons: Pairs of near tools that are compared afterwards, at most.
    """

    command: str
    lists: Sequence[OpenedList]
    rules: Rules
    mode: Mode = "use_ledger"
    retry_maybe_paid: bool = False
    engine: str = "local"
    screens: bool = False
    comparisons: int = 0


class Watcher(Protocol):
    """Whoever looks on."""

    def tell(self, tool: str, persona: str, state: str) -> None:
        """A seat is doing something."""
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
    check_seats(kit)
    check_writable(kit.records.root)
    with PageReader() as reader:
        async with open_session(
            kit,
            order.command,
            [],
            mode=order.mode,
            retry_maybe_paid=order.retry_maybe_paid,
            resume=turn.unfinished,
            waits=True,
            stop=stop,
            tell=watcher.tell,
        ) as session:
            turn.begin(session.run.id)
            try:
                batch = await _work(order, session, _listed(order, kit, fetcher, reader), watcher, stop)
            except PanelError as error:
                session.close_run(error.exit_code)
                raise
            # An earlier process, or another machine, may have spent for this run, too.
            alone = turn.unfinished is None and order.engine == "local"
            ended = await _close(order, session, batch, stop, alone=alone)
    if ended.code in {ExitCode.DONE, ExitCode.NEEDS_A_PERSON}:
        turn.finish(ended.run.id)
    return ended


def check_seats(kit: Kit) -> None:
    """Prove with a tool nobody knows, before anything is written, that a panel can be asked and paid.

    Raises:
        InputError: a prompt cannot be rendered, or there is a cap and a model has no known price.
        AccountError: a provider needs a key and there is none.
    """
    nobody = Dossier(id=digest(""), tool=Tool(slug="a-tool", name="A tool"), sources=())
    kit.check([(nobody, kit.panel_for(nobody.tool, fourth=kit.workspace.get("fourth")))])


def _listed(order: Order, kit: Kit, fetcher: Fetcher, reader: PageReader) -> list[Listed]:
    token = kit.workspace.environment.get("GITHUB_TOKEN") or None
    return [
        Listed(each.lines, Intake(fetcher, reader, folder=each.folder, github_token=token))
        for each in order.lists
    ]


async def _work(
    order: Order, session: Session, lists: Sequence[Listed], watcher: Watcher, stop: asyncio.Event
) -> Batch:
    kit = session.kit
    screen = Screen(await asyncio.to_thread(kit.records.slugs)) if order.screens else None
    async with open_engine(order.engine, kit, session) as engine:
        batch = Batch(
            session,
            engine,
            Memory(session.client.ledger, reviewers_in_force(kit)),
            order.rules,
            on_review=watcher.judged,
            screen=screen,
        )
        totals = [each.total for each in order.lists]
        batch.report.total = None if None in totals else sum(total or 0 for total in totals)
        with watcher.at_work(batch.report, session.client):
            await batch.work(lists, stop=stop)
            if order.comparisons and not batch.stopped:
                await compare_new(session, batch.report, most=order.comparisons, stop=stop)
    return batch


async def _close(order: Order, session: Session, batch: Batch, stop: asyncio.Event, *, alone: bool) -> Ended:
    """Write the manifest's last revision and the report."""
    report, records = batch.report, session.kit.records
    spent = session.client.cost if alone else await _spent(session)
    report.cost = spent.plus(Cost(from_ledger=report.stored))
    code = code_of(report, stopped=batch.stopped, account=batch.account, interrupted=stop.is_set())
    session.close_run(
        code,
        issues=[RunIssue(tool=t.tool, what=f"{t.ending}: {t.what}") for t in report.troubles],
        comparisons=report.comparisons,
        cost=report.cost,
        about=f"{', '.join(each.name for each in order.lists)}: {report.in_words()}",
    )
    run = session.run
    document = json.dumps(report.as_json(run), indent=2, ensure_ascii=False)
    await asyncio.to_thread(records.write_text, run.id, "report.md", report.as_markdown(run))
    await asyncio.to_thread(records.write_text, run.id, "report.json", document + "\n")
    return Ended(run, report, code)


async def _spent(session: Session) -> Cost:
    """What the whole run spent, in whichever process and on whichever machine."""
    lines = await session.client.ledger.costs("run")
    run = next((line for line in lines if line.name == session.run.id), None)
    if run is None:
        return session.client.cost
    return Cost(
        usd=None if run.unpriced else round(run.usd + run.maybe_paid_usd, 9),
        calls=run.calls,
        input_tokens=run.input_tokens,
        output_tokens=run.output_tokens,
        cached_tokens=run.cached_tokens,
    )
