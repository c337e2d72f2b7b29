"""Every way in which no reply comes: what cause it is given, whether it may have been paid, what is said."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import time
import traceback
import tracemalloc
import zlib

import pytest

from panel.calls.faults import Fault
from panel.core.errors import InputError
from panel.core.requests import Message
from tests.calls.providers.dialects import BAIT, CHAT, MESSAGES, RESPONSES
from tests.standin import Cut, Delay, Drip, Hang, Raw, Reset, StandIn, Status, always

MEGABYTE = 1_000_000


def fault_of(dialect, server, answer=None, *, base_url=None, **asking):
    """The fault that asking ends in."""
    server.script = always(answer)
    with pytest.raises(Fault) as caught:
        dialect.ask(base_url or dialect.url_of(server), **asking)
    return caught.value


# ---------------------------------------------------------------- statuses

STATUSES = [
    (400, "request", False),
    (401, "key", False),
    (402, "quota", False),
    (403, "permission", False),
    (404, "model", False),
    (408, "server", True),
    (409, "server", True),
    (413, "too_large", False),
    (422, "request", False),
    (429, "rate_limit", True),
    (500, "server", True),
    (502, "server", True),
    (503, "overloaded", True),
    (504, "server", True),
    (529, "overloaded", True),
]


@pytest.mark.parametrize(("status", "cause", "retry"), STATUSES)
def test_a_status_has_its_cause_and_is_asked_only_once(dialect, server, status, cause, retry):
    fault = fault_of(dialect, server, Status(status, "The server's own words."))
    assert (fault.cause, fault.status, fault.retry, fault.maybe_paid) == (cause, status, retry, False)
    assert f"HTTP {status}: The server's own words." in fault.message
    assert server.count == 1


@pytest.mark.parametrize(
    ("which", "status", "code", "cause"),
    [
        (RESPONSES, 429, "insufficient_quota", "quota"),
        (CHAT, 429, "billing_hard_limit_reached", "quota"),
        (MESSAGES, 429, "enforced_spend_limit_reached", "quota"),
        (MESSAGES, 429, "contract_spend_limit_reached", "quota"),
        (RESPONSES, 400, "context_length_exceeded", "too_large"),
        (CHAT, 400, "model_not_found", "model"),
    ],
)
def test_a_code_says_more_than_its_status(server, which, status, code, cause):
    fault = fault_of(which, server, Status(status, "See there.", code))
    assert (fault.cause, fault.retry) == (cause, False)


def test_a_spend_limit_the_account_set_itself_is_quota(server):
    words = "You have reached your specified API usage limits."
    assert fault_of(MESSAGES, server, Status(400, words)).cause == "quota"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_names_its_variable(dialect, server, status):
    variable = "ANTHROPIC_API_KEY" if dialect is MESSAGES else "OPENAI_API_KEY"
    assert variable in fault_of(dialect, server, Status(status)).message


def test_an_unknown_model_is_named(dialect, server):
    fault = fault_of(dialect, server, Status(404, "Not found"), model="gone-1")
    assert "the model asked for is gone-1" in fault.message


def test_too_long_a_prompt_says_how_long_it_was(dialect, server):
    message = Message(role="user", parts=("x" * 5_000, "y" * 700))
    fault = fault_of(dialect, server, Status(413), messages=(message,))
    assert "5,700 characters were sent" in fault.message


def test_another_host_is_named(dialect, server):
    assert f"at 127.0.0.1:{server.port}: HTTP 500" in fault_of(dialect, server, Status(500)).message


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "1"}, 1),
        ({"retry-after": "86400"}, 86_400),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
        ({"date": "Fri, 20 Nov 2026 20:00:00 GMT", "retry-after": "Fri, 20 Nov 2026 20:01:30 GMT"}, 90),
    ],
)
def test_the_wish_to_wait_is_passed_on(dialect, server, headers, seconds):
    assert fault_of(dialect, server, Status(429, headers=headers)).retry_after == seconds


# ---------------------------------------------------------------- what an error may not let out


@pytest.mark.parametrize("status", [400, 401, 500])
def test_an_error_that_quotes_the_key_does_not_get_it_out(dialect, server, status):
    fault = fault_of(dialect, server, Status(status, f"Incorrect API key provided: {BAIT}. Or {BAIT[:12]}…"))
    stack = traceback.TracebackException.from_exception(fault, capture_locals=True).stack
    shown = str([frame.locals for frame in stack if "/panel/calls/" in frame.filename])
    assert "***" in fault.message
    assert "exchange" in shown
    for telling in (BAIT, BAIT[:8], BAIT[-8:]):
        assert telling not in fault.message
        assert telling not in shown
    assert fault.__cause__ is None
    assert fault.__context__ is None


def test_an_error_that_quotes_the_prompt_does_not_get_it_out(dialect, server):
    dossier = "A dossier of a very particular wording that nobody else would ever use."
    message = Message(role="user", parts=(dossier, "task"))
    fault = fault_of(dialect, server, Status(400, f"cannot parse {dossier!r}"), messages=(message,))
    assert "particular" not in fault.message
    assert fault.message.endswith("HTTP 400: its message repeats the prompt")


def test_a_reply_that_quotes_the_key_is_kept_without_it(dialect, server):
    server.script = always(Raw(200, {"x-request-id": f"for-{BAIT}"}, f'{{"echo": "{BAIT}"}}'.encode()))
    raw = dialect.ask(dialect.url_of(server))
    assert raw.body == b'{"echo": "***"}'
    assert BAIT[:8] not in str(raw.headers)


def test_a_message_is_one_short_printable_line(dialect, server):
    fault = fault_of(dialect, server, Status(400, "\x1b[31mred\r\nforged line\x00 " + "long " * 5_000))
    assert fault.message.isprintable()
    assert len(fault.message) < 400
    assert "\\x1b[31mred forged line\\x00" in fault.message


@pytest.mark.parametrize("status", [403, 502])
def test_a_page_instead_of_an_error_is_quoted_in_part(dialect, server, status):
    page = b"<!doctype html><h1>Blocked</h1>" + b"<p>x</p>" * 500
    fault = fault_of(dialect, server, Raw(status, {"content-type": "text/html"}, page))
    assert "not JSON: <!doctype html><h1>Blocked</h1>" in fault.message
    assert len(fault.message) < 400


# ---------------------------------------------------------------- broken connections

NO_ANSWER = {
    "reset": Reset(),
    "closed": Cut("nothing"),
    "reset in the body": Reset(after_bytes=40),
    "half a body": Cut("half"),
    "longer than it is": Cut("long_length"),
    "no last chunk": Cut("no_last_chunk"),
    "no HTTP": Raw(200, {"transfer-encoding": "chunked"}, b"zz\r\nno chunk\r\n"),
    "head of 256 KB": Raw(200, {"x-big": "y" * 256_000}, b"{}"),
}


@pytest.mark.parametrize("case", NO_ANSWER)
def test_a_connection_that_breaks_after_the_request_left_may_have_been_paid(dialect, server, case):
    fault = fault_of(dialect, server, NO_ANSWER[case])
    assert (fault.cause, fault.retry, fault.maybe_paid) == ("connection", True, True)
    assert "the connection broke" in fault.message
    assert server.count == 1


def test_a_reply_that_is_reset_while_it_is_read_is_told_as_that(dialect, server):
    fault = fault_of(dialect, server, Reset(after_bytes=40))
    assert fault.message.endswith(": the connection broke while the reply was read")


@pytest.mark.parametrize("port", ["99999999", "65536", "abc"])
def test_a_port_that_cannot_be_is_refused_with_the_address(dialect, port):
    with pytest.raises(InputError, match=rf"base_url: 'http://127\.0\.0\.1:{port}/v1' is no .*: Port "):
        dialect.ask(f"http://127.0.0.1:{port}/v1")


def test_an_error_whose_body_is_cut_off_is_still_that_error(dialect, server):
    fault = fault_of(dialect, server, Cut("half", Status(500)))
    assert (fault.cause, fault.status, fault.maybe_paid) == ("server", 500, False)


def test_a_body_longer_than_it_says_is_cut_where_it_says(dialect, server):
    server.script = always(Cut("short_length"))
    url = dialect.url_of(server)
    with pytest.raises(Fault, match="not JSON"):
        dialect.connect(url).read(dialect.request(url), dialect.ask(url))


def test_a_refused_connection_was_not_paid(dialect):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(Fault) as caught:
            dialect.ask(f"http://127.0.0.1:{port}/v1")
    assert (caught.value.cause, caught.value.retry, caught.value.maybe_paid) == ("connection", True, False)
    assert "no connection" in caught.value.message


# ---------------------------------------------------------------- deadlines


@pytest.mark.parametrize(
    "answer", [Hang(), Delay(30), Drip(0.05)], ids=["no answer", "late answer", "one byte now and then"]
)
def test_the_deadline_holds_over_the_whole_call(dialect, server, answer):
    dialect.ask(dialect.url_of(server))  # loading an SDK for the first time is no part of the deadline
    start = time.monotonic()
    fault = fault_of(dialect, server, answer, deadline=0.3)
    assert time.monotonic() - start < 1.5
    assert (fault.cause, fault.retry, fault.maybe_paid) == ("deadline", False, True)
    assert "within the deadline of 0.3 s" in fault.message


def test_a_deadline_that_passes_before_the_request_left_was_not_paid(dialect, server):
    fault = fault_of(dialect, server, deadline=0)
    assert (fault.cause, fault.maybe_paid) == ("deadline", False)
    assert server.count == 0


def test_a_cancelled_call_is_cancelled_and_nothing_else(dialect, server):
    server.script = always(Hang())
    url = dialect.url_of(server)

    async def cancelled():
        provider = dialect.connect(url)
        task = asyncio.ensure_future(provider.send(dialect.request(url), deadline=30))
        await asyncio.to_thread(server.wait_for, in_flight=1)
        task.cancel()
        try:
            await task
        finally:
            await provider.close()

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


# ---------------------------------------------------------------- redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_named_and_not_followed(dialect, server, status):
    with StandIn() as elsewhere:
        location = {"location": f"http://user:{BAIT}@127.0.0.1:{elsewhere.port}{dialect.path}"}
        fault = fault_of(dialect, server, Raw(status, location, b""))
        assert elsewhere.count == 0
    assert (fault.cause, fault.status, fault.retry) == ("request", status, False)
    assert f"redirected to 127.0.0.1:{elsewhere.port}, which is not followed" in fault.message


@pytest.mark.parametrize("location", ["", "/elsewhere", "http://[::1", "\x00"])
def test_a_redirect_to_nowhere_is_not_followed_either(dialect, server, location):
    fault = fault_of(dialect, server, Raw(307, {"location": location} if location else {}, b""))
    assert fault.cause in {"request", "connection"}
    assert server.count == 1


# ---------------------------------------------------------------- size


def bomb(megabytes):
    """Zeros that a gzip decoder makes that many megabytes of."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)), packer.flush()])


def test_a_gzip_bomb_is_a_fault_and_takes_no_memory(dialect, server):
    dialect.ask(dialect.url_of(server))
    body = bomb(100)
    tracemalloc.start()
    try:
        fault = fault_of(dialect, server, Raw(200, {"content-encoding": "gzip"}, body))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60 * MEGABYTE
    assert (fault.cause, fault.maybe_paid) == ("envelope", True)
    assert "larger than 8,000,000 bytes" in fault.message


def test_a_reply_that_is_too_large_is_a_fault_that_says_so(dialect, server):
    fault = fault_of(dialect, server, Raw(200, {}, b" " * (8 * MEGABYTE + 1)))
    assert (fault.cause, fault.maybe_paid) == ("envelope", True)
    assert "larger than 8,000,000 bytes" in fault.message


def test_an_error_that_is_too_large_is_still_that_error(dialect, server):
    fault = fault_of(dialect, server, Raw(503, {"content-encoding": "gzip", "retry-after": "3"}, bomb(20)))
    assert (fault.cause, fault.retry_after) == ("overloaded", 3)


def test_compression_that_is_broken_is_a_fault(dialect, server):
    fault = fault_of(dialect, server, Raw(200, {"content-encoding": "gzip"}, b"no gzip at all"))
    assert (fault.cause, fault.maybe_paid) == ("envelope", True)


def test_an_honest_compressed_reply_is_read(dialect, server):
    body = gzip.compress(json.dumps(dialect.good("yes")).encode())
    server.script = always(Raw(200, {"content-encoding": "gzip"}, body))
    url = dialect.url_of(server)
    assert dialect.connect(url).read(dialect.request(url), dialect.ask(url)).text == "yes"


# ---------------------------------------------------------------- a reply that is none


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<html>\x1b[1mhello</html>"),
        ("application/json", b"null"),
        ("application/json", b"[]"),
        ("application/json", b""),
        ("application/json", b'{"id": "x'),
        ("application/json", b'{"id": "\xff"}'),
        ("text/event-stream", b'data: {"type": "response.created"}\n\n'),
        ("application/json", b'{"error": {"message": "no"}}'),
    ],
)
def test_a_body_of_status_200_is_handed_back_as_it_came_and_then_refused(dialect, server, kind, body):
    server.script = always(Raw(200, {"content-type": kind}, body))
    url = dialect.url_of(server)
    raw = dialect.ask(url)
    assert (raw.status, raw.body, raw.headers["content-type"]) == (200, body, kind)
    with pytest.raises(Fault) as caught:
        dialect.connect(url).read(dialect.request(url), raw)
    assert (caught.value.cause, caught.value.raw, caught.value.maybe_paid) == ("envelope", raw, True)
