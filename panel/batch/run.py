"""Lists through the panel, streaming: so many tools at work at once, however long the lists are."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from panel.batch.engines.base import Engine
from panel.batch.intake import Intake
from panel.batch.lookout import Lookout
from panel.batch.memory import MOST_STARTS, Judged, Memory, Remembered
from panel.batch.pending import FromSnapshots, Pending, Waiting, is_asked
from panel.batch.purse import Purse, Room
from panel.batch.report import Report, left_open
from panel.batch.screening import Refused, Screen
from panel.batch.tasks import Listed, Task
from panel.calls.faults import Fault, is_general
from panel.calls.finishing import to_the_end
from panel.core.domain import Dossier, Seat
from panel.core.errors import InputError, PanelError
from panel.core.outcomes import Review
from panel.evidence.launches.launch import BadLine, Launch
from panel.judgement.aggregate import in_a_word
from panel.review import judge, write
from panel.session import Session

#: Lines looked up at once.
_PAGE = 200
#: So many tools in a row that the money does not reach for end the run.
_MOST_TOO_DEAR = 25
_BRINGS_DOWN = f"was begun {MOST_STARTS} times and never ended; --only-failed tries it once more, alone"
#: What is judged under `--only-failed`.
LEFT = frozenset({"failed", "unfinished", "parked"})


@dataclass(frozen=True)
class Rules:
    """What a run is asked to do.

    Attributes:
        limit: Tools to be judged at most; None for all.
        only_failed: Only what failed, or was left, the last time.
        fresh: Judge again whatever an earlier run has judged.
        deadline: Seconds on the clock after which no tool is begun; None for no end.
        clock: Seconds that never run backwards.
    """

    limit: int | None
    only_failed: bool
    fresh: bool
    deadline: float | None
    clock: Callable[[], float]


class Batch:
    """One run over some lists.

    Args:
        session: Its run, client and ledger.
        engine: Where calls are made.
        memory: What was judged before.
        rules: How much, and how long.
        on_review: Told each review as it is written.
        screen: Says on which of the new launches nothing is spent; None: none is screened out.
        lookout: Warns of tools that are the same thing twice; None where who screens does.
        waiting: Told which tools wait for a vendor's batch; None where none can.
        purse: Lets tools begin when there is money for them; the usual one if None.
        report: Counted on in; a new one if None.
    """

    def __init__(
        self,
        session: Session,
        engine: Engine,
        memory: Memory,
        rules: Rules,
        *,
        on_review: Callable[[Review], None],
        screen: Screen | None = None,
        lookout: Lookout | None = None,
        waiting: Waiting | None = None,
        purse: Room | None = None,
        report: Report | None = None,
    ) -> None:
        self.report = report or Report()
        self._session = session
        self._engine = engine
        self._memory = memory
        self._rules = rules
        self._on_review = on_review
        self._screen = screen
        self._lookout = lookout
        self._waiting = waiting
        self._begun = 0
        #: Why nothing more is begun; None while it goes on.
        self.ended: str | None = None
        #: Whether anything was parked that the same command would do; whether the account was the reason.
        self.stopped = self.account = False
        self._too_dear = 0
        self._purse = purse or Purse(session.client.budget)
        self._idle = asyncio.Event()
        self._idle.set()

    async def work(self, lists: Iterable[Listed], *, stop: asyncio.Event) -> Report:
        """Judge every tool of some lists that is new, has changed, or was left.

        Args:
            lists: One after the other.
            stop: Once set no tool is begun any more.

        Raises:
            PanelError: the run cannot go on (disk, ledger).
        """
        tasks = self._tasks(lists, stop)
        one_at_a_time = asyncio.Lock()

        async def judge_all() -> None:
            while True:
                async with one_at_a_time:
                    task = await anext(tasks, None)
                    if task is not None and task.is_suspect:
                        await self._idle.wait()
                        await self._one(task, stop)
                        continue
                if task is None:
                    return
                await self._one(task, stop)

        await self._session.together(judge_all() for _ in range(self._engine.at_once))
        return self.report

    # ------------------------------------------------------------ what is to be done

    async def _tasks(self, lists: Iterable[Listed], stop: asyncio.Event) -> AsyncIterator[Task]:
        for each in lists:
            rest = iter(each.lines)
            while page := await asyncio.to_thread(_page, rest):
                tasks = await self._to_judge(page, each.intake)
                if self._over(stop):
                    await self._leave(tasks)
                    continue
                for n, task in enumerate(tasks):
                    if self._is_too_many(task):
                        self.report.limit = self._rules.limit
                        return
                    if self._over(stop):
                        await self._leave(tasks[n:])
                        break
                    self._begun += not isinstance(task.launch, Pending)
                    self.report.reasons[task.reason] += 1
                    yield task

    def _is_too_many(self, task: Task) -> bool:
        if self._rules.limit is None or isinstance(task.launch, Pending):  # which was begun before
            return False
        return self._begun >= self._rules.limit

    async def _to_judge(self, page: list[Launch | BadLine], intake: Intake | FromSnapshots) -> list[Task]:
        """Those of some lines that are to be judged; the others are counted."""
        found: list[tuple[Launch, str]] = []
        for line in page:
            if is_asked(line, self._waiting):
                continue
            content = line if isinstance(line, BadLine) else intake.content(line)
            if isinstance(content, BadLine):
                self.report.note("bad", content.place, content.what)
            else:
                assert isinstance(line, Launch)
                found.append((line, content))
        before = await self._memory.recall([launch.identity for launch, _ in found])
        tasks = []
        for launch, content in found:
            known = before.get(launch.identity)
            reason = self._reason(launch, content, known)
            if reason is None:
                self._note_known(launch, known)
            else:
                tasks.append(Task(launch, content, intake, known, reason))
        return tasks if self._screen is None else await self._screened(tasks, self._screen)

    async def _screened(self, tasks: list[Task], screen: Screen) -> list[Task]:
        """Those that something is spent on; the others are named once, and remembered."""

        def refusals() -> list[Refused | None]:
            return [screen.refusal(each.launch, is_new=each.is_new) for each in tasks]

        kept, aside = [], {}
        for task, refused in zip(tasks, await asyncio.to_thread(refusals), strict=True):
            launch, before = task.launch, task.before
            if refused is None:
                kept.append(task)
                continue
            if self._is_screened(task):
                self.report.note("known", launch.place)
                continue
            self.report.note(refused.ending, launch.place, f"{launch.name}: {refused.why}")
            if refused.lasts:
                aside[launch.identity] = (task.content, before)
        await self._memory.set_aside(aside, self._session.run.id, "screened")
        return kept

    def _is_screened(self, task: Task) -> bool:
        """Whether an earlier run has screened it out as it is, and told so."""
        before = task.before
        if before is None or before.state != "screened" or before.content != task.content:
            return False
        return before.run != self._session.run.id

    def _note_known(self, launch: Launch, known: Remembered | None) -> None:
        """Count what needs not be judged: before this run, or by a process of it that was stopped."""
        if known is None or known.run != self._session.run.id or known.said is None:
            self.report.note("known", launch.place)
            return
        twice = None if self._screen is None else self._screen.named_elsewhere(launch)
        if twice is not None:
            self.report.note("screened", launch.place, f"{launch.name}: {twice.why}")
            return
        self.report.note("reviewed", launch.tool_slug, known.left_open)
        self.report.note_verdict(launch.name, known.said, known.said_before)

    def _reason(self, launch: Launch, content: str, known: Remembered | None) -> str | None:
        reason = self._memory.reason(content, known)
        if self._rules.only_failed and not isinstance(launch, Pending):  # whose panel was asked, and answers
            return reason if reason in LEFT else None
        if reason is None and self._rules.fresh and known is not None and known.run != self._session.run.id:
            return "asked for"
        return reason

    def _over(self, stop: asyncio.Event) -> bool:
        if self._rules.deadline is not None and self._rules.clock() >= self._rules.deadline:
            self.ended = self.ended or "the deadline is over"
        return self.ended is not None or stop.is_set()

    # ------------------------------------------------------------ one tool

    async def _one(self, task: Task, stop: asyncio.Event) -> None:
        if self._over(stop):
            await self._leave([task])
            return
        self.report.in_work += 1
        self._idle.clear()
        try:
            await self._judge(task, stop)
        except (asyncio.CancelledError, PanelError):
            # Whoever ends like this ends the run, but is no tool that brings the program down.
            with contextlib.suppress(PanelError):
                await to_the_end(self._memory.put_back(task.launch.identity, task.before))
            raise
        finally:
            self.report.in_work -= 1
            if not self.report.in_work:
                self._idle.set()

    async def _judge(self, task: Task, stop: asyncio.Event) -> None:
        launch, kit = task.launch, self._session.kit
        starts = await self._memory.begin(launch.identity, task.content, self._session.run.id, task.before)
        if starts > MOST_STARTS and not self._rules.only_failed:
            self.report.note("failed", launch.place, _BRINGS_DOWN)
            return
        loaded = await task.intake.dossier(launch)
        if isinstance(loaded, BadLine):
            await self._refused(task, loaded)
            return
        self.report.note_warnings(loaded.warnings)
        dossier = loaded.dossier
        if self._lookout is not None and not isinstance(launch, Pending):  # which was looked at when it came
            await self._lookout.look(dossier.tool)
        try:
            seats = kit.panel_for(dossier.tool, fourth=kit.workspace.get("fourth"))
            async with self._purse.room_for(lambda: self._most_for(dossier, seats)):
                if self._over(stop):
                    await self._memory.put_back(launch.identity, task.before)
                    await self._leave([task])
                    return
                await self._engine.ask(dossier, seats)
                review = await judge(dossier, seats, self._session)
        except InputError as error:
            await self._refused(task, BadLine(launch.place, error.message))
            return
        finally:
            self._session.client.is_over(dossier.tool.slug)
        await self._take_in(task, dossier, review, self._session.take_faults(dossier.tool.slug))

    async def _refused(self, task: Task, line: BadLine) -> None:
        """There is nothing to judge by: for good, or until a host that asks for patience has had it."""
        if line.temporary:
            await self._memory.put_back(task.launch.identity, task.before)
            await self._set_aside([task], line.what)
            return
        self.report.note("bad", line.place, line.what)
        await self._end(task, judged=None, failed=True)

    def _most_for(self, dossier: Dossier, seats: Sequence[Seat]) -> float | None:
        bound = self._session.kit.most_for(dossier, seats)
        if bound is None:
            self._session.kit.check([(dossier, seats)])  # says which model has no price
        return bound

    async def _take_in(self, task: Task, dossier: Dossier, review: Review, faults: list[Fault]) -> None:
        """Write the review; or park the tool, whole, if what stopped it is not its own."""
        general = next((fault for fault in faults if is_general(fault)), None)
        if general is not None:
            self._note_general(general)
            await self._memory.put_back(task.launch.identity, task.before)
            await self._park([task], general.message)
            return
        pending = next((fault for fault in faults if fault.cause == "pending"), None)
        if pending is not None:
            await self._memory.put_back(task.launch.identity, task.before)
            await self._wait_for_batch(task, dossier, pending.message)
            return
        self._too_dear = 0
        await write(review, dossier, self._session)
        self._on_review(review)
        said, open_ = in_a_word(review.panel), left_open(review)
        self.report.note_verdict(review.tool.name, said, task.before.said if task.before else None)
        self.report.stored += review.cost.from_ledger
        failed = review.status == "no_quorum"
        self.report.note("failed" if failed else "reviewed", dossier.tool.slug, open_)
        await self._end(task, judged=Judged(review.id, said, open_), failed=failed)

    async def _wait_for_batch(self, task: Task, dossier: Dossier, why: str) -> None:
        """Leave a tool until a vendor's batch is over: to this run, or, if that asks live, to another one."""
        self.report.reasons[task.reason] -= 1  # it will be judged later
        if self._waiting is None:
            await self._park([task], why)
            return
        await asyncio.to_thread(self._session.kit.records.write_dossier, dossier)
        await self._waiting.add(task.launch, task.content, dossier.id)

    def _note_general(self, fault: Fault) -> None:
        """Begin no further tool, unless what is left of the money may do for a shorter dossier."""
        self.stopped = True
        self.account = self.account or fault.account
        self._too_dear += fault.cause == "budget"
        if fault.cause != "budget" or self._too_dear >= _MOST_TOO_DEAR:
            self.ended = self.ended or fault.message

    async def _end(self, task: Task, *, judged: Judged | None, failed: bool) -> None:
        await self._memory.end(
            task.launch.identity,
            task.content,
            self._session.run.id,
            task.before,
            judged=judged,
            failed=failed,
        )

    async def _leave(self, tasks: Sequence[Task]) -> None:
        """Leave tools to the same command, as nothing more is begun; what waits for a batch waits on."""
        parked = []
        for task in tasks:
            if isinstance(task.launch, Pending) and self._waiting is not None:
                await self._waiting.add(task.launch, task.content, task.launch.asked_about)
            else:
                parked.append(task)
        await self._park(parked, self.ended or "stopped")

    async def _park(self, tasks: Sequence[Task], why: str) -> None:
        """Leave tools to the same command, named."""
        self.stopped = self.stopped or bool(tasks)
        await self._set_aside(tasks, why)

    async def _set_aside(self, tasks: Sequence[Task], why: str) -> None:
        """Leave tools to another run, named."""
        for task in tasks:
            self.report.note("parked", task.launch.tool_slug, why)
        aside = {task.launch.identity: (task.content, task.before) for task in tasks}
        await self._memory.set_aside(aside, self._session.run.id, "parked")


def _page(lines: Iterator[Launch | BadLine]) -> list[Launch | BadLine]:
    return list(islice(lines, _PAGE))
