"""OpenAI's error shape, headers and rate limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from tests.standin.apis.base import Gauge, Rejection

_TYPES = {
    429: "requests",
    500: "server_error",
    502: "server_error",
    503: "server_error",
    504: "server_error",
}
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
#: Codes that stand in the type as well.
_ALSO_TYPES = frozenset({"insufficient_quota"})


class OpenAI:
    """What the endpoints of OpenAI share."""

    name: Literal["openai", "anthropic"] = "openai"

    def key(self, headers: Mapping[str, str]) -> str:
        """The bearer token."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def error(self, rejection: Rejection, request_id: str) -> dict[str, Any]:  # noqa: ARG002 (it is a header)
        """`{"error": {message, type, param, code}}`."""
        code = rejection.code or _CODES.get(rejection.status)
        kind = code if code in _ALSO_TYPES else _TYPES.get(rejection.status, "invalid_request_error")
        return {"error": {"message": rejection.message, "type": kind, "param": rejection.param, "code": code}}

    def headers(self, request_id: str) -> dict[str, str]:
        """The id of the request."""
        return {"x-request-id": f"req_{request_id}"}

    def limit_headers(self, requests: Gauge, tokens: Gauge) -> dict[str, str]:
        """`x-ratelimit-*`, the resets as `6m0s`."""
        found = {}
        for name, gauge in (("requests", requests), ("tokens", tokens)):
            found[f"x-ratelimit-limit-{name}"] = str(gauge.limit)
            found[f"x-ratelimit-remaining-{name}"] = str(gauge.remaining)
            found[f"x-ratelimit-reset-{name}"] = _duration(gauge.reset)
        return found


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
