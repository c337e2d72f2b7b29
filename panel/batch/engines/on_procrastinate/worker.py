"""One more process that makes calls for whichever runs hand out tools; it fills their ledger, no more."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from procrastinate import App, RetryDecision
from procrastinate import jobs as procrastinate_jobs
from procrastinate.retry import BaseRetryStrategy
from procrastinate.worker import Worker

from panel.batch.asked import kit_under
from panel.batch.engines.on_procrastinate.connecting import Connector
from panel.batch.engines.on_procrastinate.job import Job, keys_of, queue_of, seats_of
from panel.batch.engines.on_procrastinate.joining import join_run
from panel.batch.engines.on_procrastinate.queue import (
    HEARTBEAT_SECONDS,
    MOST_HANDS,
    TASK,
    open_queue,
    takeover_seconds,
)
from panel.calls.ledger.base import ledger_url
from panel.calls.ledger.postgres import REPLY_PATIENCE_SECONDS
from panel.core.errors import AccountError, ExitCode, InputError, PanelError, StoppedEarly
from panel.kit import Kit
from panel.review import judge
from panel.session import Session

#: Seconds between two looks for jobs where nobody says that there is one.
_LOOK_SECONDS = 1.0
#: Seconds answers on their way are waited for when it is to end; less than a command has for that.
_GRACE_SECONDS = 8.0
#: Seconds between two looks at what other queues hold.
_LOOK_AROUND_SECONDS = 5.0
#: Seconds until a job that this worker may not do can be taken again: time for another worker.
_REFUSED_SECONDS = 5
_SAVED = "every call that was acknowledged is in the ledger"
_AGAIN = "look after the server, then run the same command again"


async def work(
    kit: Kit, *, at_once: int, stop: asyncio.Event, says: Callable[[str], None], **queue: float
) -> ExitCode:
    """Take tools and ask their panels until `stop` is set.

    Args:
        kit: What was read here; runs bring their own settings.
        at_once: Tools in hand at the same time.
        stop: Once set nothing more is sent, and what is not finished goes back to the others.
        says: Told in words what a person should know.
        queue: What `open_queue` may be told.

    Returns:
        DONE if everything that was taken is finished, INTERRUPTED if something was given back.

    Raises:
        InputError: the database cannot be reached.
        AccountError: the provider needs a key, or refuses the one that is here.
        StoppedEarly: the database is away for too long.
    """
    async with open_queue(ledger_url(kit.workspace), says, **queue) as opened:
        app, ours = opened.app, queue_of(kit)
        worker = Worker(
            app,
            queues=[ours],
            concurrency=at_once,
            fetch_job_polling_interval=_LOOK_SECONDS,
            shutdown_graceful_timeout=_GRACE_SECONDS,
            delete_jobs=procrastinate_jobs.DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=takeover_seconds(kit.workspace),
        )
        async with AsyncExitStack() as stack:
            hands = _Hands(kit, stop, says, broken=worker.stop)
            stack.push_async_callback(hands.close)
            app.task(name=TASK, retry=_GiveBack())(hands.take)
            says(f"takes tools from {ours}, {at_once} at once")
            beside = [
                asyncio.create_task(_stop_at(stop, worker)),
                asyncio.create_task(_look_around(app, ours, says)),
                asyncio.create_task(_say_what_waits(opened.connector, hands)),
            ]
            try:
                await worker.run()  # type: ignore[no-untyped-call]  # theirs
            except StoppedEarly as error:
                hands.error = hands.error or error
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
    if hands.error is not None:
        raise hands.error
    if not stop.is_set():
        raise StoppedEarly("the database went away", saved=_SAVED, hint=_AGAIN)
    return ExitCode.INTERRUPTED if hands.given_back else ExitCode.DONE


class _NotHere(Exception):
    """Another worker is to do it."""


class _Refused(_NotHere):
    """So is any worker but this one."""


class _GiveBack(BaseRetryStrategy):
    """A job that is not done here goes back into the queue; one that is only refused ends at some time."""

    def __init__(self) -> None:
        super().__init__()
        self._refused: Counter[int | None] = Counter()

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate_jobs.Job
    ) -> RetryDecision | None:
        """At once, or later where this worker would only refuse it again; None: it ends."""
        if not isinstance(exception, _Refused):
            return RetryDecision(retry_in={"seconds": 0})  # or cancelled: it took too long to end
        self._refused[job.id] += 1
        if self._refused[job.id] >= MOST_HANDS:
            del self._refused[job.id]
            return None
        return RetryDecision(retry_in={"seconds": _REFUSED_SECONDS})


@dataclass
class _Joined:
    """A session on a run, and how many jobs use it."""

    session: Session
    closing: AsyncExitStack
    users: int = 0


@dataclass
class _Hands:
    """What a worker does with a job.

    Attributes:
        error: Why the worker cannot go on.
        given_back: Jobs that others have to do.
    """

    kit: Kit
    stop: asyncio.Event
    says: Callable[[str], None]
    broken: Callable[[], None]
    error: PanelError | None = None
    given_back: int = 0
    _runs: dict[str, _Joined] = field(default_factory=dict)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _refused: set[str] = field(default_factory=set)

    async def take(self, job: str) -> None:
        """Ask the panel of a job.

        What fails for the tool's own reasons ends the job: the coordinator meets it, too, and reports it.

        Raises:
            _NotHere: another worker is to do it.
        """
        try:
            await self._ask(Job.read(job))
        except (_NotHere, asyncio.CancelledError):
            self.given_back += 1
            raise
        except InputError as error:
            self.says(error.message)
        except PanelError as error:
            self.given_back += 1
            self._give_up(error)
            raise _NotHere from error
        except Exception as error:  # noqa: BLE001 (of whatever a job holds, none may end the worker)
            self.says(f"unexpected {type(error).__name__} in a job; left to the coordinator")

    @property
    def are_full(self) -> bool:
        """Whether anything is being asked."""
        return any(each.users for each in self._runs.values())

    async def close(self) -> None:
        """Let go of all runs."""
        for each in self._runs.values():
            await each.closing.aclose()
        self._runs = {}

    async def _ask(self, job: Job) -> None:
        slug = job.dossier.tool.slug
        async with self._joined(job) as session:
            kit = session.kit
            seats = seats_of(job, kit)
            kit.check([(job.dossier, seats)])
            if keys_of(kit, job.dossier, seats) != job.keys:
                self._refuse(job)
            await judge(job.dossier, seats, session)
            faults = session.take_faults(slug)
            session.client.is_over(slug)
        if any(fault.cause == "stopped" for fault in faults):
            raise _NotHere
        account = next((fault for fault in faults if fault.account), None)
        if account is not None:
            # The job is done: the coordinator, whose key may be another, tries what is missing.
            self._give_up(AccountError(account.message, hint="mend it, then start this worker again"))

    def _refuse(self, job: Job) -> None:
        """Leave a job to others that would be asked in other words here, and therefore paid once more."""
        if job.run not in self._refused:
            self._refused.add(job.run)
            self.says(
                f"refuses the tools of run {job.run}: this machine would ask them in other words; "
                "look for another version of panel, or of the provider's file"
            )
        raise _Refused

    def _give_up(self, error: PanelError) -> None:
        self.error = self.error or error
        self.broken()

    @asynccontextmanager
    async def _joined(self, job: Job) -> AsyncIterator[Session]:
        """The session on a job's run; all jobs of a run share it, and the last one used stays open."""
        terms = json.dumps([job.run, job.settings, job.mode, job.retry_maybe_paid], sort_keys=True)
        async with self._opening:
            if terms not in self._runs:
                await self._close_idle()
                self._runs[terms] = await self._join(job)
            joined = self._runs[terms]
            joined.users += 1
        try:
            yield joined.session
        finally:
            joined.users -= 1

    async def _join(self, job: Job) -> _Joined:
        closing = AsyncExitStack()
        session = await closing.enter_async_context(
            join_run(
                kit_under(self.kit, job.settings),
                job.run,
                mode=job.mode,
                retry_maybe_paid=job.retry_maybe_paid,
                stop=self.stop,
            )
        )
        return _Joined(session, closing)

    async def _close_idle(self) -> None:
        for terms in [terms for terms, each in self._runs.items() if not each.users]:
            await self._runs.pop(terms).closing.aclose()


async def _stop_at(stop: asyncio.Event, worker: Worker) -> None:
    await stop.wait()
    worker.stop()  # type: ignore[no-untyped-call]  # theirs


async def _say_what_waits(connector: Connector, hands: _Hands) -> None:
    """Say why a worker that gives up does not end at once."""
    await connector.gone.wait()
    if hands.are_full:
        hands.says(
            "gives up, but keeps what was answered until the server is back, for "
            f"{REPLY_PATIENCE_SECONDS / 60:.0f} minutes at most: it is paid for"
        )


async def _look_around(app: App, queue: str, says: Callable[[str], None]) -> None:
    """Say once of each queue that this worker cannot take from it."""
    said = {queue}
    while True:
        for each in await app.job_manager.list_queues_async():
            name = each["name"]
            if each["todo"] and name not in said:
                said.add(name)
                says(
                    f"{each['todo']} tools wait in {name} for workers with other personas or prompts "
                    f"than this one has ({queue}): bring personas/, prompts/ and panel to one state"
                )
        await asyncio.sleep(_LOOK_AROUND_SECONDS)
