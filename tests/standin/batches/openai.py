"""OpenAI's batches: a file of lines goes up, a batch is made of it, two files of results come down."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from email.parser import BytesParser
from typing import Any

from tests.standin.apis.base import Rejection, mapping
from tests.standin.composing import Reply

PREFIX = "batch_"
MOST_LINES = 50_000


def uploaded(headers: Mapping[str, str], body: bytes) -> bytes:
    """The file in a multipart upload."""
    kind = headers.get("content-type", "").encode()
    message = BytesParser().parsebytes(b"content-type: " + kind + b"\r\n\r\n" + body)
    parts = {part.get_param("name", header="content-disposition"): part for part in message.get_payload()}
    assert parts["purpose"].get_payload() == "batch"
    content: bytes = parts["file"].get_payload(decode=True)
    return content.rstrip(b"\r\n")


def refused(body: dict[str, Any], files: Mapping[str, bytes]) -> Rejection | None:
    """Why no batch is made at all; the file is validated later."""
    if body.get("input_file_id") not in files:
        return Rejection(400, "Invalid 'input_file_id'.", param="input_file_id")
    if body.get("completion_window") != "24h":
        return Rejection(400, "Invalid 'completion_window': must be '24h'.", param="completion_window")
    return None


def lines(body: dict[str, Any], files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The lines of the file."""
    return [json.loads(line) for line in files[body["input_file_id"]].splitlines()]


def call(line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The path and the body of a line."""
    return line["url"], line["body"]


def wrong(body: dict[str, Any], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What does not validate: one endpoint, one model, every id once, not too many."""
    found = []
    if len({line["custom_id"] for line in lines}) < len(lines):
        found.append(("duplicate_custom_id", "The custom_id of every line must be unique."))
    if {line["url"] for line in lines} != {body.get("endpoint")}:
        found.append(("invalid_url", "The URL of every line must be the batch's endpoint."))
    if len({line["body"].get("model") for line in lines}) > 1:
        found.append(("mismatched_model", "All requests of a batch must be for the same model."))
    if len(lines) > MOST_LINES:
        found.append(("too_many_tasks", f"A batch has at most {MOST_LINES} lines."))
    return [{"code": code, "line": 1, "message": words, "param": None} for code, words in found]


def shown(batch: Any, store: Callable[[bytes], str]) -> dict[str, Any]:
    """The batch object; the files of an ended one are made when it is first shown."""
    ended = batch.results is not None
    failed = batch.wrong or (ended and batch.fate.ends == "failed")
    results = batch.results or []
    good = [(name, reply) for name, reply in results if reply.status == 200]
    bad = [(name, reply) for name, reply in results if reply.status != 200]
    errors = len({name for name, _ in bad if name in batch.lines})
    if ended and not batch.files:
        batch.files = {
            "output_file_id": store(_jsonl(good)) if good else None,
            "error_file_id": store(_jsonl(bad)) if bad else None,
        }
    reasons = batch.wrong or [{"code": batch.fate.code, "line": 2, "message": "Not this one.", "param": None}]
    status = batch.fate.ends if ended else "in_progress"
    return {
        "id": batch.id,
        "object": "batch",
        "status": "failed" if failed else status,
        "created_at": int(batch.created),
        "metadata": batch.metadata,
        "request_counts": {
            "total": len(batch.lines),
            "completed": len(batch.lines) - errors if ended and not failed else 0,
            "failed": errors,
        },
        "errors": {"object": "list", "data": reasons} if failed else None,
        "output_file_id": None,
        "error_file_id": None,
        **batch.files,
    }


def _jsonl(results: list[tuple[str, Reply]]) -> bytes:
    return b"".join(json.dumps(_line(name, reply)).encode() + b"\n" for name, reply in results)


def _line(name: str, reply: Reply) -> dict[str, Any]:
    line = {"id": f"batch_req_{name[:24]}", "custom_id": name, "response": None, "error": None}
    unmade = getattr(reply, "unmade", "")
    if unmade:
        code = "batch_expired" if unmade == "expired" else "batch_cancelled"
        return {**line, "error": {"code": code, "message": "This request was not executed in time."}}
    request_id = reply.headers.get("x-request-id", "")
    content = mapping(reply.content)
    return {**line, "response": {"status_code": reply.status, "request_id": request_id, "body": content}}
