"""Errors are told apart by their codes and words, and a server's wish to wait is read with distrust."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.wire.complaints import cause_of, complaint_in, retry_after

NOW = "Fri, 20 Nov 2026 21:00:00 GMT"


def cause(status, error):
    body = error if isinstance(error, bytes) else json.dumps(error).encode()
    return cause_of(status, complaint_in(status, body))


OPENAI = {
    "quota": (429, {"message": "You exceeded your current quota.", "code": "insufficient_quota"}),
    "quota by type": (429, {"message": "You exceeded your current quota.", "type": "insufficient_quota"}),
    "hard limit": (
        400,
        {"message": "Billing hard limit has been reached", "code": "billing_hard_limit_reached"},
    ),
    "too long": (400, {"message": "Too long.", "code": "context_length_exceeded"}),
    "larger than the limit": (
        429,
        {"message": "Request too large for gpt-6.1-terra on tokens per min (TPM)"},
    ),
    "no such model": (400, {"message": "The model `x` does not exist", "code": "model_not_found"}),
    "bad schema": (400, {"message": "Invalid schema for response_format", "param": "text.format.schema"}),
    "slow down": (503, {"message": "Slow Down"}),
}


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("quota", "quota"),
        ("quota by type", "quota"),
        ("hard limit", "quota"),
        ("too long", "too_large"),
        ("larger than the limit", "too_large"),
        ("no such model", "model"),
        ("bad schema", "schema"),
        ("slow down", "overloaded"),
    ],
)
def test_openais_errors(case, expected):
    status, error = OPENAI[case]
    assert cause(status, {"error": error}) == expected


@pytest.mark.parametrize(
    ("status", "kind", "message", "code", "expected"),
    [
        (400, "invalid_request_error", "You have reached your specified API usage limits.", None, "quota"),
        (400, "invalid_request_error", "Your credit balance is too low to access the API.", None, "quota"),
        (402, "billing_error", "Pay first.", None, "quota"),
        (429, "rate_limit_error", "Spend limit.", "enforced_spend_limit_reached", "quota"),
        (429, "rate_limit_error", "Spend limit.", "contract_spend_limit_reached", "quota"),
        (429, "rate_limit_error", "This would exceed the rate limit.", None, "rate_limit"),
        (
            400,
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000 maximum",
            None,
            "too_large",
        ),
        (413, "request_too_large", "Request exceeds the maximum size", None, "too_large"),
        (400, "invalid_request_error", "output_config.format.schema: not supported", None, "schema"),
        (401, "authentication_error", "invalid key", None, "key"),
        (403, "permission_error", "not yours", None, "permission"),
        (404, "not_found_error", "model: claude-none", None, "model"),
        (409, "conflict_error", "again", None, "server"),
        (500, "api_error", "oops", None, "server"),
        (504, "timeout_error", "too slow", None, "server"),
        (529, "overloaded_error", "Overloaded", None, "overloaded"),
    ],
)
def test_anthropics_errors(status, kind, message, code, expected):
    details = {"error_code": code} if code else None
    error = {"type": "error", "error": {"type": kind, "message": message, "details": details}}
    assert cause(status, error) == expected


@pytest.mark.parametrize(
    "body",
    [
        {
            "error": {
                "code": 400,
                "message": "the request exceeds the available context size",
                "type": "exceed_context_size_error",
            }
        },
        {"object": "error", "message": "This model's maximum context length is 8192 tokens.", "code": 400},
    ],
)
def test_other_servers_say_too_long_in_their_own_words(body):
    assert cause(400, body) == "too_large"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": "model not loaded"}', "model not loaded"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (
            b'{"detail": [{"loc": ["body", "x"], "msg": "field required", "input": "SECRET"}]}',
            "field required",
        ),
        (b'{"error": {"type": "odd_error"}}', "odd_error"),
        (b"<html>Bad\x00 gateway</html>", "Bad Gateway, not JSON: <html>Bad\x00 gateway</html>"),
        (b"", "Bad Gateway"),
        (b"null", "Bad Gateway"),
        (b"[]", "Bad Gateway"),
        (b"{}", "Bad Gateway"),
        (b"[" * 100_000, "Bad Gateway, not JSON: " + "[" * 200),
    ],
)
def test_a_complaint_is_found_in_every_shape_of_error(body, words):
    assert complaint_in(502, body).message == words


def test_a_status_nobody_knows_has_no_phrase():
    assert complaint_in(799, b"").message == "no reason given"


@given(status=st.integers(400, 599), body=st.binary(max_size=80))
def test_no_error_body_breaks_the_reading(status, body):
    assert complaint_in(status, body).message


# ---------------------------------------------------------------- how long to wait


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1", 1), ("0", 0), (" 20 ", 20), ("1.5", 1.5), ("86400", 86_400), ("9" * 15, float("9" * 15))],
)
def test_seconds_are_kept_as_they_are_however_many(value, seconds):
    assert retry_after({"retry-after": value}) == seconds


@pytest.mark.parametrize(
    "value", ["-5", "nan", "inf", "abc", "", " ", "1e3", "0x10", "1_0", "+5", "١", "9" * 400, "5, 6", NOW]
)
def test_what_is_no_time_to_wait_is_absent(value):
    assert retry_after({"retry-after": value, "date": NOW}) is None


def test_milliseconds_go_first():
    assert retry_after({"retry-after-ms": "1500", "retry-after": "2"}) == 1.5


def test_unusable_milliseconds_leave_the_seconds():
    assert retry_after({"retry-after-ms": "soon", "retry-after": "2"}) == 2


@pytest.mark.parametrize("server", ["20:00:00", "21:00:00", "22:00:00"])
def test_a_date_counts_from_the_responses_own_clock(server):
    hour, minute, _ = server.split(":")
    headers = {
        "date": f"Fri, 20 Nov 2026 {server} GMT",
        "retry-after": f"Fri, 20 Nov 2026 {hour}:{int(minute) + 2:02d}:00 GMT",
    }
    assert retry_after(headers) == 120


@pytest.mark.parametrize(
    ("until", "now"),
    [
        ("Fri, 20 Nov 2026 20:00:00 GMT", NOW),
        ("Fri, 20 Nov 2026 22:00:00 GMT", ""),
        ("Fri, 20 Nov 2026 22:00:00 GMT", "yesterday"),
        ("Fri, 32 Nov 2026 22:00:00 GMT", NOW),
        ("Fri, 20 Nov 99999 22:00:00 GMT", NOW),
    ],
)
def test_a_past_date_or_one_without_a_clock_to_count_from_is_absent(until, now):
    assert retry_after({"retry-after": until, "date": now}) is None


@given(value=st.text(max_size=40), date=st.text(max_size=40))
def test_no_header_breaks_the_reading(value, date):
    waiting = retry_after({"retry-after": value, "date": date})
    assert waiting is None or waiting >= 0
