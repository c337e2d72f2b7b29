"""A provider that costs money, needs no network, and notes outside of everything each call it answers.

Put on the path of `panel.calls.providers` it is `--provider counting`. Into the file that the environment's
COUNTING_LOG names it writes a line `sent <key>` before each answer, and a line `read <key>` when a reply is
read: the first time that happens right after the ledger has acknowledged it. COUNTING_SECONDS is how long an
answer takes.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

from panel.calls.providers.base import Provider
from panel.calls.providers.offline import OfflineReader
from panel.calls.vendors import Connection, Vendor
from panel.core.domain import Persona
from panel.core.requests import CallRequest, RawReply, Reply, Usage

#: A model on the price list, so that every call costs something.
VENDOR = Vendor("counting", "claude-sonnet-5-5", None, None, None, price_id="anthropic")


def connect(_connection: Connection) -> Provider:
    """The provider; where it counts is in the environment."""
    return Counting(os.environ["COUNTING_LOG"])


class Counting:
    """The offline reader's answers at a price; `log` is the file it counts in."""

    vendor = VENDOR

    def __init__(self, log: str) -> None:
        self._log = log
        self._reader = OfflineReader()

    def options(self, persona: Persona) -> dict[str, Any]:
        """What the reader goes by."""
        return self._reader.options(persona)

    async def send(self, request: CallRequest, *, deadline: float) -> RawReply:
        """Count, then answer."""
        self._note("sent", request)
        await asyncio.sleep(float(os.environ.get("COUNTING_SECONDS", "0")))
        raw = await self._reader.send(request, deadline=deadline)
        return raw.model_copy(
            update={"body": json.dumps(json.loads(raw.body) | {"key": request.key}).encode()}
        )

    def read(self, request: CallRequest, raw: RawReply) -> Reply:
        """Count, then read; it used a thousand tokens and wrote a hundred."""
        self._note("read", request)
        reply = self._reader.read(request, raw)
        return reply.model_copy(
            update={"served_model": None, "usage": Usage(input_tokens=1000, output_tokens=100)}
        )

    async def close(self) -> None:
        """Nothing to let go of."""

    def _note(self, what: str, request: CallRequest) -> None:
        there = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.write(there, f"{what} {request.key}\n".encode())
        os.close(there)
