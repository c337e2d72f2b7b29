"""A client that asks nothing: it writes down what would be asked, for a batch."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO

from panel.calls.client import Client
from panel.calls.errand import Answer, CallState
from panel.calls.faults import Fault, unsent
from panel.calls.vendor_batches.notes import keys_in_batches
from panel.calls.vendor_batches.piles import Wanted
from panel.core.requests import CallRequest


@dataclass
class _Panel:
    """The calls of one tool, and the money that is set aside for them."""

    calls: list[Wanted] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    fits: bool = True


class Gathering(Client):
    """Looks calls up in the ledger like any client; those that are missing it gathers instead of making them.

    A conversation that lacks an answer stops there. One round gathers what is missing, submits it and
    collects; there are as many rounds as conversations have turns. The requests wait in a temporary file, so
    that memory holds their keys alone.

    A tool whose calls do not all fit under the cap is not gathered at all, so that no panel is half asked.
    """

    #: Made when they are first needed: the constructor is the client's.
    _file: IO[bytes] | None = None
    _keys: set[str] | None = None
    _in_batches: asyncio.Future[frozenset[str]] | None = None

    @cached_property
    def _of(self) -> dict[str, _Panel]:
        """What was asked for about tools that are not over yet."""
        return {}

    @cached_property
    def refused(self) -> dict[str, Fault]:
        """By key, why a call is not made and not gathered; whoever submits and collects fills it in."""
        return {}

    def start_round(self) -> None:
        """Forget what was gathered, and look again at which batches are open."""
        if self._file is not None:
            self._file.close()
        self._file = self._keys = self._in_batches = None
        self._give_back_all()

    def wanted(self) -> Iterator[Wanted]:
        """The requests that were gathered, each once, read from the file one by one.

        The money that was set aside for them is given back: whoever sends them sets it aside again.
        """
        for tool in list(self._of):
            self.is_over(tool)
        self._give_back_all()
        if self._file is not None:
            self._file.seek(0)
            for line in self._file:
                fields = json.loads(line)
                yield Wanted(request=CallRequest.model_validate(fields.pop("request")), **fields)

    async def send(
        self,
        request: CallRequest,
        *,
        tool: str,
        persona: str,
        known: int | None = None,
        on_state: Callable[[CallState], None] | None = None,  # noqa: ARG002 (it is doing nothing)
    ) -> Answer:
        """Gather the request.

        Raises:
            Fault: always: with cause `pending`; with that of `refused` if it is not made, as this process
                knows; with `budget` if it does not fit under the cap beside what was gathered; or as a
                client that may not ask.
            InputError: the price is unknown and there is a cap.
            AccountError: the provider cannot be connected.
        """
        if self._mode == "from_ledger":
            raise unsent("not_in_ledger", "the ledger holds no answer, and --from-ledger makes no call")
        if self.is_stopped:
            raise unsent("stopped", "stopped before it was gathered")
        upper = self._prices.upper_bound(self._provider(request.provider).vendor, request, batch=True)
        self.budget.require_price(upper, model=request.model)
        if request.key in self.refused:
            why = self.refused[request.key]
            raise unsent(why.cause, why.message, status=why.status)  # anew: whoever catches it may change it
        if request.key in await self._open():
            raise unsent("pending", "it is in a vendor's batch that is not collected yet")
        panel = self._of.setdefault(tool, _Panel())
        try:
            panel.held.append(self.budget.reserve(upper, model=request.model))
        except Fault:
            panel.fits = False
            raise
        panel.calls.append(Wanted(request, tool, persona, None if self._mode == "fresh" else known))
        raise unsent("pending", "it is gathered for a vendor's batch")

    def is_over(self, tool: str) -> None:
        """Nothing more is asked about a tool in this round: gather its calls, or none of them."""
        super().is_over(tool)
        panel = self._of.pop(tool, None)
        if panel is None:
            return
        if panel.fits:
            self._held.extend(panel.held)
            for wanted in panel.calls:
                self._gather(wanted)
        else:
            self._give_back(panel.held)

    async def close(self) -> None:
        """Let go of the providers' connections, and of what was gathered."""
        self.start_round()
        await super().close()

    @cached_property
    def _held(self) -> list[float]:
        """What is set aside for calls that were gathered."""
        return []

    def _give_back_all(self) -> None:
        self._give_back(self._held)
        self._held.clear()

    def _give_back(self, amounts: Sequence[float]) -> None:
        for amount in amounts:
            self.budget.settle(amount, 0.0)

    def _gather(self, wanted: Wanted) -> None:
        if self._file is None or self._keys is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the client)
            self._keys = set()
        if wanted.request.key not in self._keys:
            self._keys.add(wanted.request.key)
            fields = {
                "request": wanted.request.as_json(),
                "tool": wanted.tool,
                "persona": wanted.persona,
                "known": wanted.known,
            }
            self._file.seek(0, os.SEEK_END)  # whoever reads may have stopped anywhere
            self._file.write(json.dumps(fields).encode() + b"\n")

    async def _open(self) -> frozenset[str]:
        """The keys of all calls in batches that are open; in mode `fresh` those of this run's."""
        if self._in_batches is None:
            run = self.run if self._mode == "fresh" else None
            self._in_batches = asyncio.ensure_future(keys_in_batches(self.ledger, run=run))
        return await asyncio.shield(self._in_batches)
