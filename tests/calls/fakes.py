"""A provider that plays a script and a clock that jumps: what stands in for the world in these tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from panel.calls.faults import Fault
from panel.calls.ledger.base import Bounds, Claim, Granted, Intent
from panel.calls.vendors import Vendor
from panel.core.domain import Persona
from panel.core.requests import CallRequest, Message, RawReply, Reply, Usage

#: A model on the price list of genai-prices: $2 in, $10 out, $0.10 cached, $2.50 written per million tokens.
MODEL = "claude-sonnet-5-5"
VENDOR = Vendor("fake", MODEL, None, None, None, price_id="anthropic")
FREE_VENDOR = Vendor("fake", "reader", None, None, None, price_id=None)

SCHEMA = {"type": "object", "properties": {"decision": {"enum": ["ship", "skip"]}}}


def request(text: str = "Is it worth an afternoon?", **changes: Any) -> CallRequest:
    """A small request; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "provider": "fake",
        "model": MODEL,
        "system": "You are one of four reviewers.",
        "messages": (Message(role="user", parts=("The dossier.", text)),),
        "schema": SCHEMA,
        "max_output_tokens": 1000,
    }
    return CallRequest.model_validate(fields | changes)


def raw(text: str = "ship", *, usage: dict[str, Any] | None = None, **more: Any) -> RawReply:
    """A reply in the envelope that `ScriptedProvider` reads."""
    tokens = {"input_tokens": 1000, "output_tokens": 100} if usage is None else usage
    body = {"text": text, "usage": tokens or None, **more}
    return RawReply(status=200, headers={"request-id": "r-1"}, body=json.dumps(body).encode())


Step = RawReply | Fault | BaseException | Callable[[], Any]


@dataclass
class ScriptedProvider:
    """Answers with the next step of its script, then for ever with `always`.

    A step is a reply, an exception to raise, or a coroutine function whose result is the reply.
    `sent` holds the requests that arrived, `deadlines` the seconds each was given; `arrived` says that
    there is one.
    """

    script: list[Step] = field(default_factory=list)
    always: Step | None = None
    vendor: Vendor = VENDOR
    sent: list[CallRequest] = field(default_factory=list)
    deadlines: list[float] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False

    def options(self, _persona: Persona) -> dict[str, Any]:
        return {}

    async def send(self, request: CallRequest, *, deadline: float) -> RawReply:
        self.sent.append(request)
        self.deadlines.append(deadline)
        step = self.script.pop(0) if self.script else self.always
        assert step is not None, "the script has ended"
        self.arrived.set()
        await asyncio.sleep(0)
        if isinstance(step, BaseException):
            raise _copy(step) if isinstance(step, Fault) else step
        return step if isinstance(step, RawReply) else await step()

    def read(self, _request: CallRequest, raw: RawReply) -> Reply:
        try:
            body = json.loads(raw.body)
            usage = None if body["usage"] is None else Usage.model_validate(body["usage"])
            return Reply(
                text=body["text"],
                ending="complete",
                usage=usage,
                served_model=body.get("model"),
                response_id=body.get("id"),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise Fault("envelope", f"not the envelope: {error}", raw=raw) from error

    async def close(self) -> None:
        self.closed = True


def _copy(fault: Fault) -> Fault:
    return Fault(
        fault.cause,
        fault.message,
        status=fault.status,
        retry_after=fault.retry_after,
        raw=fault.raw,
        maybe_paid=fault.maybe_paid,
    )


@dataclass
class FakeClock:
    """A clock that only sleeping moves, and that remembers how long was slept."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class SteppingLedger:
    """A ledger in memory whose every write takes the same few steps of the event loop.

    Unlike a real one it forgets a write whose task is cancelled before it is done: the worst to build on.
    """

    def __init__(self, _path: object) -> None:
        self.rows: list[dict[str, Any]] = []

    async def claim(
        self,
        _request: CallRequest,
        intent: Intent,
        *,
        known: int | None = None,  # noqa: ARG002 (nobody else asks)
        most_unanswered: int | None = None,  # noqa: ARG002 (nothing is asked so often)
        bounds: Bounds | None = None,  # noqa: ARG002 (nobody shares it)
    ) -> Claim:
        await asyncio.sleep(0)
        self.rows.append({"state": "open", "usd": intent.reserved_usd})
        await asyncio.sleep(0)
        return Granted(len(self.rows) - 1)

    async def keep(self, call: int, _raw: RawReply) -> None:
        await self._change(call, state="kept")

    async def settle(self, call: int, *, usage: Usage | None, cost_usd: float | None) -> None:
        await self._change(call, state="settled", usage=usage, usd=cost_usd)

    async def abandon(self, call: int, *, status: int | None, why: str, maybe_paid: bool) -> None:
        state = {"state": "maybe_paid"} if maybe_paid else {"state": "abandoned", "usd": 0.0}
        await self._change(call, status=status, why=why, **state)

    async def close(self) -> None:
        pass

    async def _change(self, call: int, **values: Any) -> None:
        await asyncio.sleep(0)
        self.rows[call].update(values)
        await asyncio.sleep(0)
