"""Anthropic's error shape, headers and rate limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from tests.standin.apis.base import Gauge, Rejection

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


class Anthropic:
    """What the endpoints of Anthropic share."""

    name: Literal["openai", "anthropic"] = "anthropic"

    def key(self, headers: Mapping[str, str]) -> str:
        """The bearer token, or the older `x-api-key`."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return (token if scheme.lower() == "bearer" else headers.get("x-api-key", "")).strip()

    def error(self, rejection: Rejection, request_id: str) -> dict[str, Any]:
        """`{"type": "error", "error": {type, message, details}, "request_id"}`."""
        fallback = "invalid_request_error" if rejection.status < 500 else "api_error"
        kind = _TYPES.get(rejection.status, fallback)
        details = {}
        if rejection.code and rejection.code in _TYPES.values():
            kind = rejection.code
        elif rejection.code:
            details["error_code"] = rejection.code
        return {
            "type": "error",
            "error": {"type": kind, "message": rejection.message, "details": details},
            "request_id": f"req_{request_id}",
        }

    def headers(self, request_id: str) -> dict[str, str]:
        """The id of the request."""
        return {"request-id": f"req_{request_id}"}

    def limit_headers(self, requests: Gauge, tokens: Gauge) -> dict[str, str]:
        """`anthropic-ratelimit-*`, the resets as RFC 3339, what is left of the tokens in whole thousands."""
        found = {}
        gauges = (
            ("requests", requests),
            ("tokens", tokens),
            ("input-tokens", tokens),
            ("output-tokens", tokens),
        )
        for name, gauge in gauges:
            left = gauge.remaining if name == "requests" else round(gauge.remaining, -3)
            reset = datetime.now(UTC) + timedelta(seconds=gauge.reset)
            found[f"anthropic-ratelimit-{name}-limit"] = str(gauge.limit)
            found[f"anthropic-ratelimit-{name}-remaining"] = str(left)
            found[f"anthropic-ratelimit-{name}-reset"] = reset.strftime("%Y-%m-%dT%H:%M:%SZ")
        return found
