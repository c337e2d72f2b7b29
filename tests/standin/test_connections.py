"""Below the SDKs: bytes on a socket, requests no SDK would send, scripts that fail, starts and stops."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.standin import Answer, Delay, Hang, Held, Seen, StandIn, Text, always, first

BODY = json.dumps(
    {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello?"}]}
).encode()
VERSION = {"anthropic-version": "2026-10-21"}


def post(server: StandIn, path: str = "/v1/messages", body: bytes = BODY, **headers: str) -> tuple[int, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(server.url + path, body, {**VERSION, **named})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@contextmanager
def connected(server: StandIn) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        yield connection


def head(*headers: str) -> bytes:
    lines = ("POST /v1/messages HTTP/1.1", "Host: x", "Anthropic-Version: 1", *headers)
    return "\r\n".join((*lines, "", "")).encode()


def answer_on(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    start, _, rest = received.partition(b"\r\n\r\n")
    length = int(start.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(rest) < length:
        rest += connection.recv(65536)
    return rest


def test_a_connection_is_kept_and_requests_may_follow_one_another_at_once() -> None:
    whole = head(f"Content-Length: {len(BODY)}") + BODY
    with StandIn() as server, connected(server) as connection:
        connection.sendall(whole)
        one = json.loads(answer_on(connection))
        connection.sendall(whole[:30])
        time.sleep(0.01)
        connection.sendall(whole[30:])
        other = json.loads(answer_on(connection))
        assert one["id"] != other["id"]
        assert (server.count, server.answered) == (2, 2)


def test_a_body_in_chunks_and_one_that_waits_to_be_asked_for() -> None:
    half = len(BODY) // 2
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (BODY[:half], BODY[half:], b""))
    with StandIn() as server, connected(server) as connection:
        connection.sendall(head("Transfer-Encoding: chunked") + chunks)
        assert json.loads(answer_on(connection))["type"] == "message"
        connection.sendall(head(f"Content-Length: {len(BODY)}", "Expect: 100-continue"))
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(BODY)
        assert json.loads(answer_on(connection))["type"] == "message"
        assert [seen.raw for seen in server.requests] == [BODY, BODY]


@pytest.mark.parametrize(
    "nonsense", [b"\x16\x03\x01\r\n\r\n", head("Content-Length: -1"), head("Content-Length: x")]
)
def test_what_is_no_http_gets_a_400_and_is_no_request(nonsense: bytes) -> None:
    with StandIn() as server, connected(server) as connection:
        connection.sendall(nonsense)
        assert b"error" in answer_on(connection)
        assert server.count == 0


def test_any_other_path_is_a_404_in_the_words_of_the_vendor_that_was_meant() -> None:
    with StandIn() as server:
        assert post(server, "/v1/messages/nothing")[1]["error"]["type"] == "not_found_error"
        request = urllib.request.Request(server.url + "/v1/models")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=5)
        with caught.value as error:
            assert (error.code, json.load(error)["error"]["type"]) == (404, "invalid_request_error")
        assert [seen.api for seen in server.requests] == ["unknown", "unknown"]


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in json.loads(BODY).items() if key != name}


def having(**more: Any) -> dict[str, Any]:
    return {**json.loads(BODY), **more}


def talk(*roles: str) -> dict[str, Any]:
    return having(messages=[{"role": role, "content": "Hello?"} for role in roles])


ANTHROPIC_REFUSES = {
    "model: Field": without("model"),
    "max_tokens: Field": without("max_tokens"),
    "greater than": having(max_tokens=0),
    "messages: at least": having(messages=[]),
    "first message": talk("assistant", "user"),
    "prefill": talk("user", "assistant"),
    "`top_k`": having(top_k=3),
    "frequency: Extra": having(frequency=1),
    "non-empty": having(messages=[{"role": "user", "content": [{"type": "text", "text": " "}]}]),
    "maximum of 4": having(
        system=[{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}] * 5,
    ),
    "json_schema": having(output_config={"format": {"type": "json_object"}}),
    "format.name": having(output_config={"format": {"type": "json_schema", "name": "x", "schema": {}}}),
    "effort": having(output_config={"effort": {"not": "a word"}}),
}
OPENAI_REFUSES: dict[str, dict[str, Any]] = {
    "model parameter": {"messages": [{"role": "user", "content": "Hello?"}]},
    "'messages'": {"model": "m"},
    "empty array": {"model": "m", "messages": []},
    "'max_output_tokens'": {"model": "m", "messages": [], "max_output_tokens": 5},
    "'guest'": {"model": "m", "messages": [{"role": "guest", "content": "Hello?"}]},
    "the word 'json'": {
        "model": "m",
        "messages": [{"role": "user", "content": "Hello?"}],
        "response_format": {"type": "json_object"},
    },
    "response_format.name": {
        "model": "m",
        "messages": [{"role": "user", "content": "Hello?"}],
        "response_format": {"type": "json_schema", "json_schema": {"strict": True}},
    },
}


def test_requests_the_vendors_do_not_take_never_reach_the_script() -> None:
    asked: list[Seen] = []

    def script(seen: Seen) -> None:
        asked.append(seen)

    with StandIn(script) as server:
        for words, body in ANTHROPIC_REFUSES.items():
            status, error = post(server, body=json.dumps(body).encode())
            assert (status, error["error"]["type"]) == (400, "invalid_request_error")
            assert words in error["error"]["message"]
        for words, body in OPENAI_REFUSES.items():
            status, error = post(server, "/v1/chat/completions", json.dumps(body).encode())
            assert (status, error["error"]["type"]) == (400, "invalid_request_error")
            assert words in error["error"]["message"]
        assistant = {"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}
        wrong = json.dumps({"model": "m", "input": [assistant]}).encode()
        assert "output_text" in post(server, "/v1/responses", wrong)[1]["error"]["message"]
        assert "anthropic-version" in post(server, anthropic_version=" ")[1]["error"]["message"]
        for junk in (
            b"",
            b"null",
            b"[]",
            b"{",
            b"\xff",
            b"[" * 100_000,
            b'{"messages": [1, {"content": [2]}]}',
        ):
            assert post(server, body=junk)[0] == 400
            assert post(server, "/v1/responses", junk)[0] == 400
        assert server.problems == []
    assert asked == []


def test_256_connections_wait_side_by_side() -> None:
    go = threading.Event()
    whole = head(f"Content-Length: {len(BODY)}") + BODY
    with StandIn(always(Held(go, Delay(0.1)))) as server, ExitStack() as stack:
        connections = [stack.enter_context(connected(server)) for _ in range(256)]
        for connection in connections:
            connection.sendall(whole)
        server.wait_for(in_flight=256, timeout=30)
        go.set()
        assert len({answer_on(connection) for connection in connections}) == 256
        assert (server.peak_in_flight, server.answered, server.in_flight) == (256, 256, 0)


def test_a_client_that_leaves_was_not_answered_and_waits_for_nobody() -> None:
    with StandIn(always(Delay(30, Text("late")))) as server:
        with connected(server) as connection:
            connection.sendall(head(f"Content-Length: {len(BODY)}") + BODY)
            server.wait_for(count=1, in_flight=1)
        end = time.monotonic() + 5
        while server.in_flight and time.monotonic() < end:
            time.sleep(0.005)
        assert (server.in_flight, server.answered) == (0, 0)


def test_an_answer_is_held_until_a_test_lets_it_go() -> None:
    go = threading.Event()
    with StandIn(always(Held(go))) as server, ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(post, server) for _ in range(2)]
        server.wait_for(in_flight=2)
        assert server.answered == 0
        go.set()
        assert [one.result()[0] for one in waiting] == [200, 200]
        with pytest.raises(TimeoutError, match="2 arrived, 0 in flight, 2 answered"):
            server.wait_for(count=3, timeout=0.01)


def test_a_script_that_fails_is_a_500_and_does_not_go_unseen() -> None:
    def script(_seen: Seen) -> Answer | None:
        raise KeyError("oops")

    def run() -> None:
        with StandIn(script) as server:
            assert post(server)[0] == 500
            server.script = lambda _seen: "no answer"  # type: ignore[assignment,return-value]
            assert post(server)[0] == 500
            assert len(server.problems) == 2

    with pytest.raises(AssertionError, match="oops"):
        run()


def test_it_stops_at_once_in_the_middle_of_anything_and_starts_again_where_it_was() -> None:
    server = StandIn(first(1, Hang()), keep=1)
    with server:
        port = server.port
        with connected(server) as connection:
            connection.sendall(head(f"Content-Length: {len(BODY)}") + BODY)
            server.wait_for(in_flight=1)
            started = time.monotonic()
            server.stop()
            assert time.monotonic() - started < 4
            assert connection.recv(1) == b""
        with pytest.raises(ConnectionRefusedError), connected(server):
            pass
        server.start()
        assert server.port == port
        assert post(server)[0] == 200
        assert (server.count, server.answered, [seen.index for seen in server.requests]) == (2, 1, [1])
        with pytest.raises(OSError, match="address"):
            StandIn(port=port).start()
