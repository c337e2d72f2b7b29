"""Hands out the tools of a run to workers, and gives those of a dead worker to others."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from procrastinate import exceptions
from procrastinate.jobs import Status
from procrastinate.utils import utcnow

from panel.batch.engines.on_procrastinate.job import job_of, lock_of, queue_of
from panel.batch.engines.on_procrastinate.queue import MOST_HANDS, TASK, Queue, open_queue, takeover_seconds
from panel.calls.ledger.base import ledger_url
from panel.core.domain import Dossier, Seat
from panel.core.errors import PanelError
from panel.kit import Kit
from panel.session import Session

log = logging.getLogger("panel")

#: Seconds between two looks at all jobs in hand: Procrastinate tells nobody that a job has ended.
_LOOK_SECONDS = 0.2
#: Seconds between two looks for workers that are silent.
_ROUNDS_SECONDS = 1.0
#: Seconds without anybody who takes a job, after which that is said; and between two times it is said.
_ALONE_SECONDS, _SAID_SECONDS = 15.0, 60.0
_THERE = "SELECT id, status::text AS status FROM procrastinate_jobs WHERE id = ANY(%(ids)s)"
_DONE_NOW = (
    "SELECT id, queueing_lock FROM procrastinate_jobs"
    " WHERE status = 'doing' AND queue_name = %(queue)s AND starts_with(queueing_lock, %(run)s)"
)
_TAKE_BACK = (
    "DELETE FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queue_name = %(queue)s AND starts_with(queueing_lock, %(run)s)"
)
_TAKE_BACK_THESE = "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND id = ANY(%(ids)s) RETURNING id"
_WORKERS = "SELECT count(*) AS n FROM procrastinate_workers WHERE last_heartbeat > now() - interval '10 s'"


@asynccontextmanager
async def coordinator_of(
    kit: Kit, session: Session, says: Callable[[str], None], **queue: float
) -> AsyncIterator[Coordinator]:
    """Hand out the tools of a run until the block is left; `queue` is what `open_queue` may be told."""
    takeover = takeover_seconds(kit.workspace)
    async with open_queue(ledger_url(kit.workspace), says, **queue) as opened:
        coordinator = Coordinator(opened, kit, session, says, takeover=takeover)
        await coordinator.find_left()
        watching = asyncio.create_task(coordinator.watch())
        try:
            yield coordinator
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            with contextlib.suppress(PanelError):  # then workers do it: paid for, and kept
                await coordinator.take_back()


@dataclass
class _Handed:
    """A job in the queue; its number is known once it is there. `left` is one of an earlier process."""

    tool: str
    id: int | None = None
    left: bool = False
    ended: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Coordinator:
    """An engine whose calls are made by `panel worker` processes.

    A job that is gone from the queue has ended; how, the ledger says.

    Args:
        queue: Where the jobs are.
        kit: What was read.
        session: The run's.
        says: Told in words what a person should know.
        takeover: Seconds of silence after which a worker's jobs are given to others.
    """

    def __init__(
        self, queue: Queue, kit: Kit, session: Session, says: Callable[[str], None], *, takeover: float
    ) -> None:
        #: While some wait to be looked at, others keep every call there may be in flight.
        self.at_once: int = 2 * kit.workspace.get("concurrency")
        self._app, self._connector = queue.app, queue.connector
        self._session, self._says, self._takeover = session, says, takeover
        self._queue = queue_of(kit)
        self._ours = {"queue": self._queue, "run": f"{session.run.id}/"}
        self._handed: dict[str, _Handed] = {}
        self._left: dict[str, int] = {}
        self._next_rounds = self._next_takeover = 0.0
        self._breaks = 0
        self._taken = time.monotonic()
        self._said = -_SAID_SECONDS

    async def ask(self, dossier: Dossier, seats: Sequence[Seat]) -> None:
        """Have a worker ask these seats; returns when it has, or will not any more.

        Raises:
            StoppedEarly: the database went away.
        """
        client, lock = self._session.client, lock_of(self._session.run.id, dossier)
        # A twin of a dossier in hand waits in the ledger, call by call.
        if self._session.mode == "from_ledger" or client.is_stopped or lock in self._handed:
            return
        handed = self._handed[lock] = _Handed(dossier.tool.slug)
        try:
            if (left := self._left.pop(lock, None)) is not None:
                # A second job beside one that is being done could not be given back. It asks what an earlier
                # process wanted, perhaps under other settings; what of it is missing a job of ours asks.
                handed.id, handed.left = left, True
                await handed.ended
                handed = self._handed[lock] = _Handed(dossier.tool.slug)
            if client.is_stopped:
                return
            handed.id = await self._hand_out(dossier, seats, lock)
            await handed.ended  # if all was stopped meanwhile, `watch` takes it back
        finally:
            del self._handed[lock]
        if client.budget.cap_usd is not None:
            await client.refresh_spent()  # whether the next tool fits beside it depends on what workers spent

    async def find_left(self) -> None:
        """Take back what an earlier process of this run has handed out; remember what of it is being done."""
        await self.take_back()
        found = await self._query(_DONE_NOW, **self._ours)
        self._left = {row["queueing_lock"]: row["id"] for row in found}

    async def take_back(self) -> None:
        """Take out of the queue what nobody has begun; what is begun is finished, its replies are kept."""
        await self._query(_TAKE_BACK, **self._ours)

    async def watch(self) -> None:
        """Look now and then which jobs have ended, for ever."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                if self._session.client.is_stopped:
                    self._end(self._handed.values())
                    await self.take_back()
                else:
                    await self._look()
            except Exception as error:  # noqa: BLE001 (whoever waits for a job must not wait for ever)
                self._fail(error)

    # ------------------------------------------------------------ one job

    async def _hand_out(self, dossier: Dossier, seats: Sequence[Seat], lock: str) -> int:
        job = job_of(dossier, seats, self._session).as_text()
        task = self._app.configure_task(
            TASK, allow_unknown=True, queue=self._queue, lock=lock, queueing_lock=lock
        )
        while True:
            try:
                return await task.defer_async(job=job)
            except exceptions.AlreadyEnqueued:
                # The connection broke after it was done, and it was done once more.
                found = await self._app.job_manager.list_jobs_async(queueing_lock=lock)
                if ids := [each.id for each in found if each.id is not None]:
                    return ids[0]

    # ------------------------------------------------------------ all of them

    async def _look(self) -> None:
        handed = [each for each in self._handed.values() if each.id is not None]
        if not handed:
            self._taken = time.monotonic()
            return
        found = await self._query(_THERE, ids=[each.id for each in handed])
        there = {row["id"]: row["status"] for row in found if row["status"] in {"todo", "doing"}}
        given_back = [each.id for each in handed if each.left and there.get(each.id) == "todo"]
        if given_back:  # nobody is to begin it once more under the settings of an earlier process
            taken = await self._query(_TAKE_BACK_THESE, ids=given_back)
            there = {job: status for job, status in there.items() if {"id": job} not in taken}
        ended = [each for each in handed if each.id not in there]
        self._end(ended)
        if ended or "doing" in there.values():
            self._taken = time.monotonic()
        if time.monotonic() >= self._next_rounds:
            self._next_rounds = time.monotonic() + _ROUNDS_SECONDS
            await self._take_over()
            await self._say_if_alone(len(there))

    async def _take_over(self) -> None:
        """Give the jobs of workers that are silent to others."""
        now = time.monotonic()
        if self._breaks != self._connector.breaks:
            # While the server was away nobody could give a sign of life.
            self._breaks, self._next_takeover = self._connector.breaks, now + self._takeover
        if now < self._next_takeover:
            return
        jobs = self._app.job_manager
        for job in await jobs.get_stalled_jobs(queue=self._queue, seconds_since_heartbeat=self._takeover):
            assert job.id is not None
            with contextlib.suppress(exceptions.ConnectorException):  # it has ended just now
                if job.attempts + 1 < MOST_HANDS:
                    log.info("job %d: its worker is silent; another one gets it", job.id)
                    await jobs.retry_job_by_id_async(job.id, retry_at=utcnow())
                else:
                    tool = next((each.tool for each in self._handed.values() if each.id == job.id), "a tool")
                    self._says(f"{tool}: {MOST_HANDS} workers died with it; it is asked about from here")
                    await jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)

    async def _say_if_alone(self, waiting: int) -> None:
        now = time.monotonic()
        if now - self._taken < _ALONE_SECONDS or now - self._said < _SAID_SECONDS:
            return
        self._said = now
        workers = (await self._query(_WORKERS))[0]["n"]
        why = "there is none" if not workers else f"the {workers} there have other personas or prompts"
        tools = "the tool that waits" if waiting == 1 else f"the {waiting} tools that wait"
        self._says(f"no worker takes {tools} in {self._queue}: {why}; start one: panel worker")

    def _end(self, handed: Iterable[_Handed]) -> None:
        for each in handed:
            if not each.ended.done():
                each.ended.set_result(None)

    def _fail(self, error: Exception) -> None:
        for each in self._handed.values():
            # One that is still being handed out meets the same by itself.
            if each.id is not None and not each.ended.done():
                each.ended.set_exception(error)

    async def _query(self, query: Any, **values: Any) -> list[dict[str, Any]]:
        return await self._connector.execute_query_all_async(query, **values)
