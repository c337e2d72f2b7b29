"""What is remembered of a batch in the ledger, written before anything is sent and before anything waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import ValidationError

from panel.calls.ledger.base import Ledger
from panel.calls.ledger.processes import Process, lives, this_process
from panel.core.domain import Value
from panel.core.errors import DamagedRecord

#: How far a batch is, as far as is known here:
#: claiming  its calls are being claimed; nothing was sent
#: creating  it is being sent
#: unsure    it was sent and no answer came: the vendor has it or not
#: sent      the vendor has it
#: over      every call of it is settled or given back
BatchState = Literal["claiming", "creating", "unsure", "sent", "over"]

#: Seconds after its creation by which a vendor ends a batch, done or not: both sell a day.
WINDOW = 86_400.0
#: Seconds after which whoever sends a batch from another machine counts as gone. The note is written before
#: each try; one try and the wait after it take less.
_LONGEST_SENDING = 1_800.0
#: The batches that this process is sending now.
_SENDING: set[str] = set()


class BatchNote(Value):
    """One batch.

    Attributes:
        id: Our name for it: its label at the vendor, and the lease its calls are claimed under.
        provider: Whose batch API.
        model: The one model that is asked.
        run: The run that pays.
        state: See `BatchState`.
        created: When it was first noted, in seconds since 1970.
        changed: When this note was written.
        lines: Its calls, once they are claimed.
        vendor_id: The vendor's name for it, once that is known.
        found: Whether that was found and not told, so that it is ours only if its results are.
        not_ours: Vendor's names that were found and are not ours.
        machine: Where it is sent from.
        pid: By which process.
        started: Which began then.
    """

    id: str
    provider: str
    model: str
    run: str
    state: BatchState
    created: float
    changed: float
    lines: int = 0
    vendor_id: str | None = None
    found: bool = False
    not_ours: tuple[str, ...] = ()
    machine: str = ""
    pid: int = 0
    started: str | None = None

    def by_this_process(self) -> BatchNote:
        """The note, signed."""
        who = this_process()
        return self.model_copy(update={"machine": who.machine, "pid": who.pid, "started": who.started})

    def is_being_sent(self, now: float) -> bool:
        """Whether the process that sends it is still at it; then nobody else may touch it."""
        if self.state not in {"claiming", "creating"}:
            return False
        sender = Process(self.machine, self.pid, self.started)
        if sender == this_process():
            return self.id in _SENDING
        return lives(sender, float("inf") if now - self.changed > _LONGEST_SENDING else 0.0)


@contextmanager
def sending(note: BatchNote) -> Iterator[None]:
    """Whoever collects in this process leaves the batch alone meanwhile."""
    _SENDING.add(note.id)
    try:
        yield
    finally:
        _SENDING.discard(note.id)


class Notes:
    """The notes of all batches of a ledger.

    A ledger's leases are the list of those that are open: a lease begins with a batch's first claim and is
    released when all is over, and two processes that send at once cannot overwrite each other's entry.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def write(self, note: BatchNote) -> None:
        """Remember a note in place of the earlier one."""
        notes: dict[str, str | None] = {_name(note.id): note.model_dump_json()}
        if note.vendor_id is not None:
            notes[_vendors_name(note.provider, note.vendor_id)] = note.id
        await self._ledger.mark(notes)

    async def disown(self, note: BatchNote) -> BatchNote:
        """Remember that what was found is another's; the note without it."""
        assert note.vendor_id is not None
        without = note.model_copy(
            update={
                "state": "unsure",
                "vendor_id": None,
                "found": False,
                "not_ours": (*note.not_ours, note.vendor_id),
            }
        )
        await self._ledger.mark(
            {
                _vendors_name(note.provider, note.vendor_id): None,
                _name(note.id): without.model_dump_json(),
            }
        )
        return without

    async def close(self, note: BatchNote) -> None:
        """Remember that all is over, and end the lease."""
        await self.write(note.model_copy(update={"state": "over"}))
        await self._ledger.release(note.id)

    async def open(self) -> list[BatchNote]:
        """The notes of all batches that are not over, oldest first.

        Raises:
            DamagedRecord: one of them cannot be read, so that nobody knows what its calls wait for.
        """
        names = [_name(lease) for lease in await self._ledger.leases()]
        found = await self._ledger.marked(names)
        notes = [_read(name, text, self._ledger.place) for name, text in found.items()]
        for note in notes:
            if note.state == "over":  # whoever closed it died before the lease was released
                await self._ledger.release(note.id)
        return sorted((note for note in notes if note.state != "over"), key=lambda note: note.created)

    async def unclaimed(self, provider: str, vendor_ids: list[str]) -> list[str]:
        """Those of a vendor's batches that no note names, in their order."""
        names = {_vendors_name(provider, each): each for each in vendor_ids}
        taken = await self._ledger.marked(list(names))
        return [each for name, each in names.items() if name not in taken]


async def keys_in_batches(ledger: Ledger, *, run: str | None = None) -> frozenset[str]:
    """The keys of all calls in open batches, or in those of a run.

    Those whose lease is over are among them: their replies can still be collected.
    """
    calls = [call for lease in await ledger.leases() for call in await ledger.leased(lease)]
    return frozenset(call.key for call in calls if run is None or call.run == run)


def _read(name: str, text: str, place: str) -> BatchNote:
    try:
        return BatchNote.model_validate_json(text)
    except ValidationError as error:
        raise DamagedRecord(
            f"table marks, row {name}: it is no note of a batch ({error.error_count()} fields are wrong)",
            file=place,
            hint="put the ledger back from a copy; until then results of this batch cannot be taken in",
        ) from error


def _name(batch: str) -> str:
    return f"vendor batch/{batch}"


def _vendors_name(provider: str, vendor_id: str) -> str:
    return f"vendor batch of {provider}/{vendor_id}"
