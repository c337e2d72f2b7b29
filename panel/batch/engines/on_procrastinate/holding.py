"""The jobs in a worker's hands: given back to the others without blame, and none kept by mistake."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from procrastinate import exceptions
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from panel.batch.engines.on_procrastinate.connecting import Connector
from panel.core.errors import StoppedEarly

#: Procrastinate's own way to give a job back counts an attempt; here attempts are deaths.
_GIVE_BACK = (
    "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL, scheduled_at = %(at)s"
    " WHERE id = %(job)s AND status = 'doing' AND worker_id = %(worker)s"
)
_GIVE_BACK_STRAYS = (
    "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL"
    " WHERE status = 'doing' AND worker_id = %(worker)s AND id <> ALL(%(held)s)"
)


class Holding(JobManager):
    """Procrastinate's jobs, and which of them this process has in its hands."""

    connector: Connector

    def __init__(self, connector: Connector) -> None:
        super().__init__(connector)
        self._breaks = 0
        self._held: set[int] = set()

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Take a job; after a break also give back what was given to us and never arrived.

        Nobody else would: it is held by a worker that gives signs of life.
        """
        job = await super().fetch_job(queues, worker_id)
        if job is not None and job.id is not None:
            self._held.add(job.id)
        if self._breaks != self.connector.breaks:
            self._breaks = self.connector.breaks
            held = sorted(self._held)
            await self.connector.execute_query_async(_GIVE_BACK_STRAYS, worker=worker_id, held=held)
        return job

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """Note that a job is over."""
        with self._letting_go(job):
            await super().finish_job(job, status, delete_job)

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,  # noqa: ARG002 (the base class has it)
        queue: str | None = None,  # noqa: ARG002 (same)
        lock: str | None = None,  # noqa: ARG002 (same)
    ) -> None:
        """Give a job back, unless it was taken from us meanwhile."""
        with self._letting_go(job):
            await self.connector.execute_query_async(
                _GIVE_BACK, at=retry_at, job=job.id, worker=job.worker_id
            )

    @contextlib.contextmanager
    def _letting_go(self, job: Job) -> Iterator[None]:
        """Whatever becomes of it: nobody waits here for the end of a job.

        A job that is not there any more is over already. If the server is away for too long the worker learns
        it from its signs of life, and others get the job.
        """
        try:
            with contextlib.suppress(exceptions.ConnectorException, StoppedEarly):
                yield
        finally:
            assert job.id is not None
            self._held.discard(job.id)
