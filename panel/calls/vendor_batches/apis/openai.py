"""OpenAI's Batch API: a file of requests goes up, a batch is made of it, files of results come down."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, aclosing
from typing import Any
from urllib.parse import quote

from panel.calls.faults import Fault
from panel.calls.providers.base import Provider
from panel.calls.providers.openai import OpenAI, chat_body, responses_body
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
from panel.calls.wire.envelopes import object_of, objects_of, text_of
from panel.core.requests import CallRequest, RawReply

_FILES, _BATCHES = "/files", "/batches"
_DAY = 86_400.0
#: The vendor takes 50,000 lines and 200 MB, and keeps results for 30 days.
LIMITS = BatchLimits(lines=10_000, bytes=20_000_000, kept_seconds=29 * _DAY)
#: By the API that a request is for: the path of its lines, and the body of its live call.
_BODIES = {"responses": ("/v1/responses", responses_body), "chat": ("/v1/chat/completions", chat_body)}
_AUTHORISED = {"security": {"bearer_auth": True}}
_ENDED = frozenset({"completed", "expired", "cancelled"})
#: Errors of lines that were never made, so that they cost nothing.
_NEVER_MADE = frozenset({"batch_expired", "batch_cancelled"})
#: Errors of batches that are taken once others are over.
_FULL = frozenset({"token_limit_exceeded"})


def batches_of(provider: Provider) -> BatchApi:
    """The batches of an account, at its host or at a server that speaks its language."""
    assert isinstance(provider, OpenAI)
    return OpenAIBatches(BatchWire(provider.vendor.name, provider.wire, options=_AUTHORISED))


class OpenAIBatches:
    """Batches of Responses or Chat Completions; `wire` leads to the batch endpoints."""

    limits = LIMITS

    def __init__(self, wire: BatchWire) -> None:
        self._wire = wire

    def line(self, request: CallRequest) -> Line:
        """The request as a line: its body is that of the live call."""
        url, body = _BODIES[request.options["api"]]
        custom_id = custom_id_of(request)
        text = json.dumps({"custom_id": custom_id, "method": "POST", "url": url, "body": body(request)})
        return Line(custom_id, f"{request.model} {url}", text.encode())

    async def create(self, lines: Sequence[Line], *, label: str) -> str:
        """Send the file, then have a batch made of it.

        Raises:
            Fault: there is no id. `maybe_paid` says that there may be a batch all the same.
        """
        url = lines[0].together.rpartition(" ")[2]
        try:
            file = await self._upload(lines, label)
        except Fault as fault:
            fault.maybe_paid = False  # a file alone costs nothing
            raise
        body = {
            "input_file_id": file,
            "endpoint": url,
            "completion_window": "24h",
            "metadata": {"label": label},
        }
        try:
            made = await self._wire.ask(lambda sdk: _post(sdk, _BATCHES, body))
            return self._wire.id_in(made)
        except Fault as fault:
            raise as_of_create(fault) from None

    async def _upload(self, lines: Sequence[Line], label: str) -> str:
        content = b"".join(line.text + b"\n" for line in lines)

        async def send(sdk: Any) -> None:
            await sdk.files.create(file=(f"{label}.jsonl", content, "application/jsonl"), purpose="batch")

        return self._wire.id_in(await self._wire.ask(send, seconds=SEND_SECONDS))

    async def find(self, sought: Sought) -> list[str]:
        """The id of the batch with that label, if there is one."""
        every = self._wire.listed(_BATCHES, after="after", created=_created, since=sought.since)
        async with aclosing(every):  # type: ignore[type-var]  # an async generator
            async for each in every:
                if object_of(each.get("metadata")).get("label") == sought.label:
                    return [text_of(each.get("id"))]
        return []

    async def status(self, batch: str) -> BatchStatus:
        """How far it is."""
        found = await self._wire.get(f"{_BATCHES}/{quote(batch)}")
        counts = object_of(found.get("request_counts"))
        total, done, failed = (_number(counts.get(name)) for name in ("total", "completed", "failed"))
        status = text_of(found.get("status"))
        if status == "failed":
            why, for_now = _errors(found)
            return BatchStatus("refused", total, 0, why=why, for_now=for_now)
        if status not in _ENDED:
            return BatchStatus("running", total, done + failed)
        return BatchStatus("ended", total, done + failed, cut_short=status != "completed")

    async def results(self, batch: str) -> AsyncIterator[Result]:
        """The lines of both its files, good ones and errors; either may not be there."""
        found = await self._wire.get(f"{_BATCHES}/{quote(batch)}")
        names = [text_of(found.get(name)) for name in ("output_file_id", "error_file_id")]
        with ExitStack() as open_files:
            files = [
                open_files.enter_context(await self._wire.fetch(f"{_FILES}/{quote(name)}/content"))
                for name in names
                if name
            ]
            for result in self._wire.results(files, self._result):
                yield result

    def _result(self, line: dict[str, Any]) -> RawReply | Fault:
        response = object_of(line.get("response"))
        status, body = _number(response.get("status_code")), response.get("body")
        if 200 <= status < 300:  # noqa: PLR2004 (HTTP's successes)
            headers = self._wire.redactor.headers({"x-request-id": text_of(response.get("request_id"))})
            return RawReply(status=status, headers=headers, body=json.dumps(body).encode())
        error = object_of(line.get("error"))
        complaint = complaint_of(error) or complaint_of(body) or Complaint("an error without a message")
        said = self._wire.redactor.line(f"in a batch: {complaint.message}")
        if status:
            return Fault(cause_of(status, complaint), said, status=status)
        if error.get("code") in _NEVER_MADE:
            return Fault("server", said)
        return Fault("server", said, maybe_paid=True)

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()


async def _post(sdk: Any, path: str, body: dict[str, Any]) -> None:
    import httpx2

    await sdk.post(path, body=body, cast_to=httpx2.Response, options=_AUTHORISED)


def _created(batch: dict[str, Any]) -> float:
    return float(_number(batch.get("created_at")))


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _errors(batch: dict[str, Any]) -> tuple[str, bool]:
    """Why the vendor refuses a batch: its first complaints, with their lines; and whether it only is full."""
    errors = objects_of(object_of(batch.get("errors")).get("data"))
    said = [f"line {each.get('line')}: {text_of(each.get('message'))}" for each in errors[:3]]
    full = any(text_of(each.get("code")) in _FULL for each in errors)
    return "; ".join(said) or "the vendor does not say why", full
