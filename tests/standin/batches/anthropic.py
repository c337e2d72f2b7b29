"""Anthropic's message batches: all requests in one body, all results in one file."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.standin.apis.base import Rejection, mapping, objects
from tests.standin.composing import Reply

PREFIX = "msgbatch_"
MOST_LINES = 100_000
_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_KINDS = ("processing", "succeeded", "errored", "canceled", "expired")


def refused(body: dict[str, Any], files: Mapping[str, bytes]) -> Rejection | None:  # noqa: ARG001 (OpenAI's)
    """Why no batch is made at all; what is wrong with a request shows in its result."""
    requests = objects(body.get("requests"))
    names = [str(request.get("custom_id")) for request in requests]
    if not requests or len(requests) > MOST_LINES:
        return Rejection(400, f"requests: there must be 1 to {MOST_LINES}")
    if not all(_CUSTOM_ID.fullmatch(name) for name in names):
        return Rejection(400, "requests: custom_id must match '^[a-zA-Z0-9_-]{1,64}$'")
    return Rejection(400, "requests: custom_id must be unique") if len(set(names)) < len(names) else None


def lines(body: dict[str, Any], files: Mapping[str, bytes]) -> list[dict[str, Any]]:  # noqa: ARG001 (OpenAI's)
    """The requests."""
    return objects(body["requests"])


def call(line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The path and the body of a line."""
    return "/v1/messages", mapping(line.get("params"))


def wrong(body: dict[str, Any], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:  # noqa: ARG001 (OpenAI's)
    """Nothing: this vendor validates request by request."""
    return []


def shown(batch: Any, store: Callable[[bytes], str]) -> dict[str, Any]:  # noqa: ARG001 (OpenAI's)
    """The batch object; its counts say nothing before it has ended."""
    ended = batch.results is not None
    counts = Counter({"processing": len(batch.lines)})
    if ended:
        kinds = {name: _kind(reply) for name, reply in batch.results if name in batch.lines}
        counts = Counter(
            kinds.get(name, "errored" if batch.fate.ends == "failed" else "succeeded") for name in batch.lines
        )
    made = datetime.fromtimestamp(batch.created, UTC)
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": "ended" if ended else "in_progress",
        "request_counts": {kind: counts[kind] for kind in _KINDS},
        "created_at": _written(made),
        "expires_at": _written(made + timedelta(days=1)),
        "results_url": f"https://elsewhere.example/v1/messages/batches/{batch.id}/results" if ended else None,
    }


def results(batch: Any) -> bytes:
    """The file of results."""
    found = batch.results
    if batch.fate.ends == "failed":
        error = {"type": "error", "error": {"type": "invalid_request_error", "message": "Not this one."}}
        return _jsonl(
            {"custom_id": name, "result": {"type": "errored", "error": error}} for name in batch.lines
        )
    return _jsonl({"custom_id": name, "result": _result(reply)} for name, reply in found)


def _kind(reply: Reply) -> str:
    return getattr(reply, "unmade", "") or ("succeeded" if reply.status == 200 else "errored")


def _result(reply: Reply) -> dict[str, Any]:
    kind = _kind(reply)
    if kind == "succeeded":
        return {"type": kind, "message": reply.content}
    return {"type": kind, "error": reply.content} if kind == "errored" else {"type": kind}


def _jsonl(lines: Any) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
