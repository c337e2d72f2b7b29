"""Anthropic's Message Batches: all requests in one body, all results in one file."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from panel.calls.faults import Fault
from panel.calls.providers.anthropic import Anthropic, messages_body
from panel.calls.providers.base import Provider
from panel.calls.vendor_batches.apis.base import (
    BatchApi,
    BatchLimits,
    BatchStatus,
    Line,
    Result,
    Sought,
    as_of_create,
    custom_id_of,
)
from panel.calls.vendor_batches.exchange import SEND_SECONDS, BatchWire
from panel.calls.wire.complaints import Complaint, cause_of, complaint_of
from panel.calls.wire.envelopes import object_of, text_of
from panel.core.requests import CallRequest, RawReply

_BATCHES = "/v1/messages/batches"
_DAY = 86_400.0
#: The vendor takes 100,000 requests and 256 MB, and keeps results for 29 days.
LIMITS = BatchLimits(lines=10_000, bytes=20_000_000, kept_seconds=28 * _DAY)
_COUNTS = ("processing", "succeeded", "errored", "canceled", "expired")
#: The HTTP status that goes with an error's type, which results do not have.
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "overloaded_error": 529,
}
_SERVER_ERROR = 500


def batches_of(provider: Provider) -> BatchApi:
    """The batches of an account, at its host or at a gateway that speaks its language."""
    assert isinstance(provider, Anthropic)
    return AnthropicBatches(BatchWire(provider.vendor.name, provider.wire))


class AnthropicBatches:
    """Batches of Messages; `wire` leads to the batch endpoints."""

    limits = LIMITS

    def __init__(self, wire: BatchWire) -> None:
        self._wire = wire

    def line(self, request: CallRequest) -> Line:
        """The request as a line: its params are the body of the live call."""
        custom_id = custom_id_of(request)
        text = json.dumps({"custom_id": custom_id, "params": messages_body(request)})
        return Line(custom_id, f"{request.model} /v1/messages", text.encode())

    async def create(self, lines: Sequence[Line], *, label: str) -> str:  # noqa: ARG002 (it takes none)
        """Send all requests.

        Raises:
            Fault: there is no id. `maybe_paid` says that there may be a batch all the same.
        """
        content = b'{"requests":[' + b",".join(line.text for line in lines) + b"]}"
        try:
            made = await self._wire.ask(lambda sdk: _post(sdk, _BATCHES, content), seconds=SEND_SECONDS)
        except Fault as fault:
            raise as_of_create(fault) from None
        return self._wire.id_in(made)

    async def find(self, sought: Sought) -> list[str]:
        """Batches of that size made since then, oldest first: this vendor takes no label."""
        every = self._wire.listed(_BATCHES, after="after_id", created=_created, since=sought.since)
        found = [
            text_of(each.get("id")) async for each in every if sum(_counts(each).values()) == sought.lines
        ]
        return found[::-1]

    async def status(self, batch: str) -> BatchStatus:
        """How far it is; while it runs the vendor counts nothing as done."""
        found = await self._wire.get(f"{_BATCHES}/{quote(batch)}")
        counts = _counts(found)
        total = sum(counts.values())
        ended = found.get("processing_status") == "ended"
        return BatchStatus("ended" if ended else "running", total, total - counts["processing"])

    async def results(self, batch: str) -> AsyncIterator[Result]:
        """The lines of its file."""
        with await self._wire.fetch(f"{_BATCHES}/{quote(batch)}/results") as file:
            for result in self._wire.results([file], self._result):
                yield result

    def _result(self, line: dict[str, Any]) -> RawReply | Fault:
        result = object_of(line.get("result"))
        kind = text_of(result.get("type"))
        if kind == "succeeded":
            return RawReply(status=200, body=json.dumps(result.get("message")).encode())
        if kind in {"canceled", "expired"}:
            return Fault("server", f"in a batch: {kind} before it was made")
        if kind != "errored":
            return Fault("server", "in a batch: a result of no known type", maybe_paid=True)
        error = object_of(result.get("error"))
        complaint = complaint_of(error) or Complaint("an error without a message")
        said = self._wire.redactor.line(f"in a batch: {complaint.message}")
        status = _STATUS.get(text_of(object_of(error.get("error")).get("type")), _SERVER_ERROR)
        return Fault(cause_of(status, complaint), said, status=status)

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()


async def _post(sdk: Any, path: str, content: bytes) -> None:
    import httpx2

    options = {"headers": {"content-type": "application/json"}}
    await sdk.post(path, content=content, cast_to=httpx2.Response, options=options)


def _counts(batch: dict[str, Any]) -> dict[str, int]:
    counts = object_of(batch.get("request_counts"))
    return {name: counts[name] if isinstance(counts.get(name), int) else 0 for name in _COUNTS}


def _created(batch: dict[str, Any]) -> float:
    try:
        return datetime.fromisoformat(text_of(batch.get("created_at"))).timestamp()
    except ValueError:
        return 0.0
