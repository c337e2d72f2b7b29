"""Lists through vendors' batches, in rounds: what is missing is gathered, sent, collected, and judged again.

A conversation has an opening and at most one repair and one re-ask, so that a tool needs one to three rounds.
Between two of them the process may end; another one goes on, days later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from panel.batch.pending import FromSnapshots, Waiting
from panel.batch.run import Batch
from panel.batch.tasks import Listed
from panel.calls.faults import Cause, Fault
from panel.calls.vendor_batches.batches import VendorBatches
from panel.calls.vendor_batches.gathering import Gathering
from panel.calls.vendor_batches.notes import BatchNote
from panel.calls.vendor_batches.submitting import LeftBecause
from panel.core.records import Records

#: What is done of it: all, until every answer is there; only the sending; only what can be taken in now.
Part = Literal["all", "submit", "collect"]
#: Rounds in a row that brought no answer; then something is wrong that waiting does not mend.
_MOST_IN_VAIN = 3
#: Why a call was not sent where a later round would find the same, and the fault it is of its seat.
_FOR_GOOD: dict[LeftBecause, Cause] = {
    "unanswered": "unanswered",
    "too_large": "too_large",
    "refused": "request",
}

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Rounds:
    """What the rounds of one run share.

    Attributes:
        batches: The vendors'.
        client: Gathers what is missing.
        waiting: The tools that were asked about.
        records: Where their dossiers are.
        begin: Makes the batch that judges in one round.
        tell: Told in words what is sent and taken in.
    """

    batches: VendorBatches
    client: Gathering
    waiting: Waiting
    records: Records
    begin: Callable[[], Awaitable[Batch]]
    tell: Tell

    async def carry_out(
        self, part: Part, lists: Sequence[Listed], *, over: asyncio.Event, stop: asyncio.Event
    ) -> AsyncIterator[Batch]:
        """Do one part, or all of it.

        Args:
            part: Which.
            lists: What is taken in, unless it is only collected.
            over: Once set no tool is begun and nothing is waited for any more.
            stop: Once set nothing more is sent either; it sets `over` as well.

        Yields:
            The batches that judged, one a round, which say how they ended.

        Raises:
            PanelError: the run cannot go on (disk, ledger).
            Fault: a vendor takes no batch.
        """
        if part != "collect":
            # What an earlier process gathered may be in no batch.
            yield await self._round(lists, over, stop)
        in_vain = 0
        while part != "submit" and len(self.waiting) and not over.is_set():
            came = await self.batches.collect(wait=part == "all", stop=over, tell=self._tell)
            self.client.refused.update(came.refused)
            in_vain = 0 if came.kept or came.refused or came.refused_whole else in_vain + 1
            if in_vain == _MOST_IN_VAIN or (came.open and not came.over):
                break  # nothing comes, or: the vendor is not ready, or nothing is waited for any more
            yield await self._round([], over, stop)

    async def _round(self, lists: Sequence[Listed], over: asyncio.Event, stop: asyncio.Event) -> Batch:
        """Judge what has its answers, and send what is missing."""
        batch = await self.begin()
        await batch.work([self._asked_about(), *lists], stop=over)
        await asyncio.to_thread(self.waiting.settle)
        sent = await self.batches.submit(self.client.wanted(), stop=stop, tell=self._tell)
        self.client.start_round()
        for key, left in sent.left.items():
            cause = _FOR_GOOD.get(left.because)
            if cause is not None:
                how = "; --retry-maybe-paid asks once more" if cause == "unanswered" else ""
                self.client.refused[key] = Fault(cause, f"{left.why}{how}")
        if sent.batches:
            batches = f"{len(sent.batches):,} batch{'es' if len(sent.batches) > 1 else ''}"
            self.tell(f"{sent.calls:,} calls sent in {batches}, at most ${sent.most_usd:.2f}")
        return batch

    def _asked_about(self) -> Listed:
        return Listed(self.waiting.start_round(), FromSnapshots(self.records))

    def _tell(self, note: BatchNote, what: str) -> None:
        self.tell(f"{note.provider} {note.model} {note.vendor_id or note.id}: {what}")
