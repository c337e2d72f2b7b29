"""What an HTTP answer that is no reply says: its cause, its words, and how long it asks to wait."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from panel.calls.faults import Cause, cause_of_status
from panel.core.http_dates import moment

#: Error codes and types that mean that there is no money left, whatever the status.
_NO_MONEY = frozenset(
    {
        "insufficient_quota",  # OpenAI, 429
        "billing_hard_limit_reached",  # OpenAI, 400 or 429
        "billing_not_active",  # OpenAI, 429
        "billing_error",  # Anthropic, 402
        "enforced_spend_limit_reached",  # Anthropic, 429 without retry-after
        "contract_spend_limit_reached",  # Anthropic, 429 without retry-after
    }
)
#: Anthropic answers a self-set spend limit and an empty balance with a plain 400; only the words differ.
_NO_MONEY_IN_WORDS = re.compile(
    r"\busage limits?\b|\bspend(?:ing)? limits?\b|\bcredit balance\b", re.IGNORECASE
)
_WORDED_AS_NO_MONEY = frozenset({400, 403})

_TOO_LONG = frozenset({"context_length_exceeded", "request_too_large", "exceed_context_size_error"})
_TOO_LONG_IN_WORDS = re.compile(
    r"\bcontext (?:length|limit|window|size)\b|\bprompt is too long\b|\btoo many tokens\b", re.IGNORECASE
)
_WORDED_AS_TOO_LONG = frozenset({400, 413, 422})
#: One schema serves all calls: if it is refused once, it is refused always.
_SCHEMA_IN_WORDS = re.compile(
    r"\b(?:invalid|unsupported)\b.{0,40}\bschema\b|\bschema\b.{0,80}"
    r"(?:invalid|unsupported|not (?:supported|permitted|allowed)|too complex)",
    re.IGNORECASE | re.DOTALL,
)
#: OpenAI's 429 for one request that is larger than the limit per minute: waiting does not make it smaller.
_LARGER_THAN_THE_LIMIT = re.compile(r"^request too large\b", re.IGNORECASE)

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_EXCERPT = 200


@dataclass(frozen=True)
class Complaint:
    """What a server says is wrong.

    Attributes:
        message: Its words, unbounded and unchecked.
        codes: Its error types and codes.
    """

    message: str
    codes: frozenset[str] = frozenset()


def complaint_in(status: int, body: bytes) -> Complaint:
    """The complaint in an error's body, of either vendor's shape or of a server in between."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        excerpt = body[: 4 * _EXCERPT].decode("utf-8", "replace")[:_EXCERPT].strip()
        return Complaint(f"{_phrase(status)}, not JSON: {excerpt}" if excerpt else _phrase(status))
    return complaint_of(data) or Complaint(_phrase(status))


def complaint_of(data: Any) -> Complaint | None:
    """The complaint in parsed JSON, None where there is none.

    Known shapes: `{"error": {message, type, code, details}}`, `{"error": "…"}`, `{"message": "…"}`, and
    `{"detail": "…"}` or a list of details.
    """
    error = data.get("error") or data if isinstance(data, dict) else data
    if isinstance(error, str):
        return Complaint(error)
    if not isinstance(error, dict):
        return None
    details = error.get("details")
    codes = [
        error.get("type"),
        error.get("code"),
        details.get("error_code") if isinstance(details, dict) else None,
    ]
    known = frozenset(code for code in codes if isinstance(code, str))
    message = error.get("message") or error.get("detail")
    if isinstance(message, list) and message and isinstance(message[0], dict):
        message = message[0].get("msg")  # FastAPI's list of what does not validate
    if isinstance(message, str) and message:
        return Complaint(message, known)
    return Complaint(", ".join(sorted(known)), known) if known else None


def cause_of(status: int, complaint: Complaint) -> Cause:
    """The cause of an error: by its codes and words where they say more than its status."""
    worded = status in _WORDED_AS_NO_MONEY and _NO_MONEY_IN_WORDS.search(complaint.message)
    if worded or complaint.codes & _NO_MONEY:
        return "quota"
    if complaint.codes & _TOO_LONG or _LARGER_THAN_THE_LIMIT.search(complaint.message):
        return "too_large"
    if status in _WORDED_AS_TOO_LONG and _TOO_LONG_IN_WORDS.search(complaint.message):
        return "too_large"
    if "model_not_found" in complaint.codes:
        return "model"
    if status == HTTPStatus.BAD_REQUEST and _SCHEMA_IN_WORDS.search(complaint.message):
        return "schema"
    return cause_of_status(status)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait; None where it does not, or says nothing usable.

    `retry-after-ms` is the more exact of the two and goes first. A date counts from the response's own
    `date`, so that a clock that is wrong on either side does no harm. Large values are kept: how long is
    too long is the retry policy's to say.

    Args:
        headers: The response's headers, names in lower case.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after", "")
    seconds = _number(text)
    if seconds is not None:
        return seconds
    until, now = moment(text), moment(headers.get("date", ""))
    if until is None or now is None or until <= now:
        return None
    return (until - now).total_seconds()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"


def _number(text: str) -> float | None:
    stripped = text.strip()
    if not _SECONDS.fullmatch(stripped):
        return None
    value = float(stripped)
    return value if math.isfinite(value) else None
