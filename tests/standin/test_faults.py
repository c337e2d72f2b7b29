"""What the stand-in breaks and refuses, seen through both vendors' real SDKs."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from tests import standin
from tests.standin import StandIn, always, sequence
from tests.standin.asking import APIS, DOSSIER, TASK, VERDICT, Asker, closed

each_api = pytest.mark.parametrize("api", APIS)


@pytest.fixture(scope="module")
def ask() -> Iterator[Asker]:
    with Asker() as asker:
        yield asker


# ---------------------------------------------------------------- no answers


STATUSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
    529: "InternalServerError",
}


@each_api
@pytest.mark.parametrize("code", STATUSES)
def test_statuses_raise_what_the_sdk_raises_for_them(ask: Asker, api: str, code: int) -> None:
    sdk = anthropic if api == "messages" else openai
    answer = standin.Status(code, "Try later.", headers={"Retry-After": "7"})
    with StandIn(always(answer)) as server:
        with pytest.raises(sdk.APIStatusError, match="Try later") as caught:
            ask(api, server)
        assert (server.count, server.answered, server.statuses) == (1, 1, {code: 1})
    assert issubclass(type(caught.value), getattr(sdk, STATUSES[code]))
    assert caught.value.response.headers["retry-after"] == "7"
    assert caught.value.request_id.startswith("req_")


def test_codes_stand_where_each_vendor_puts_them(ask: Asker) -> None:
    with StandIn(always(standin.Status(429, code_name="insufficient_quota"))) as server:
        with pytest.raises(openai.RateLimitError) as caught:
            ask("chat", server)
        assert (caught.value.code, caught.value.type) == ("insufficient_quota", "insufficient_quota")
        server.script = always(standin.Status(429, code_name="enforced_spend_limit_reached"))
        with pytest.raises(anthropic.RateLimitError) as limited:
            ask("messages", server)
        error = json.loads(limited.value.response.content)["error"]
        assert error["type"] == "rate_limit_error"
        assert error["details"] == {"error_code": "enforced_spend_limit_reached"}


@each_api
def test_a_model_nobody_knows_and_a_missing_key(ask: Asker, api: str) -> None:
    sdk = anthropic if api == "messages" else openai
    with StandIn(require_key=True, unknown_models={"gone-1"}) as server:
        with pytest.raises(sdk.NotFoundError, match="gone-1"):
            ask(api, server, model="gone-1")
        with pytest.raises(sdk.AuthenticationError):
            ask(api, server, extra_headers={"authorization": "Bearer"})
        assert ask(api, server).verdict
        assert server.statuses == {200: 1, 401: 1, 404: 1}


@pytest.mark.parametrize("sampling", ["temperature", "top_p", "top_k"])
def test_anthropic_takes_no_sampling_parameters(ask: Asker, sampling: str) -> None:
    with StandIn() as server, pytest.raises(anthropic.BadRequestError, match=sampling):
        ask("messages", server, extra_body={sampling: 1})


@each_api
def test_a_schema_the_vendor_does_not_take_is_refused_with_its_place(ask: Asker, api: str) -> None:
    sdk = anthropic if api == "messages" else openai
    open_object = {**VERDICT, "additionalProperties": True}
    with StandIn() as server:
        with pytest.raises(sdk.BadRequestError, match="additionalProperties"):
            ask(api, server, schema=open_object)
        with pytest.raises(sdk.BadRequestError, match="minLength"):
            ask(api, server, schema=closed(name={"type": "string", "minLength": 1}))


# ---------------------------------------------------------------- the wire


BROKEN = {
    "reset before": standin.Reset(),
    "reset after": standin.Reset(after_bytes=10),
    "half": standin.Cut("half"),
    "long length": standin.Cut("long_length"),
    "no last chunk": standin.Cut("no_last_chunk"),
    "nothing": standin.Cut("nothing"),
}


@each_api
@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_a_broken_transfer_is_an_error_and_never_counted_as_answered(
    ask: Asker, api: str, fault: standin.Answer
) -> None:
    broken = (openai.APIConnectionError, anthropic.APIConnectionError, httpx2.TransportError)
    with StandIn(sequence([fault, None])) as server:
        with pytest.raises(broken):
            ask(api, server)
        assert ask(api, server).verdict
        assert (server.count, server.answered, server.statuses) == (2, 1, {200: 1})


def test_a_length_that_is_too_short_cuts_the_envelope(ask: Asker) -> None:
    with StandIn(always(standin.Cut("short_length"))) as server, pytest.raises(json.JSONDecodeError):
        ask("chat", server)


@each_api
def test_an_answer_that_never_comes_and_one_that_comes_drop_by_drop(ask: Asker, api: str) -> None:
    slow = (openai.APITimeoutError, anthropic.APITimeoutError, TimeoutError)
    with StandIn(always(standin.Hang())) as server:
        with pytest.raises(slow):
            ask(api, server, timeout=0.05)
        server.script = always(standin.Drip(0.01))
        with pytest.raises(slow):
            ask.runner.run(asyncio.wait_for(ask.ask(api, server), 0.1))
        server.script = always(standin.Drip(0.0, standin.Raw(body=b"{}")))
        assert ask(api, server).body == {}
        assert (server.count, server.answered) == (3, 1)


@pytest.mark.parametrize("body", [b"<html>", b"null", b"[]", b'{"half":', b"\xff\xfe", b"event: done\n\n"])
def test_any_body_can_be_sent(ask: Asker, body: bytes) -> None:
    answer = standin.Raw(200, {"Content-Type": "text/html", "x-odd": "1"}, body)
    with StandIn(always(answer)) as server:
        for api in APIS:
            url, version = f"{server.url}{PATHS[api]}", {"anthropic-version": "2026-10-21"}
            got = ask.runner.run(ask.openai._client.post(url, json=REQUESTS[api], headers=version))
            assert (got.status_code, got.content, got.headers["x-odd"]) == (200, body, "1")


PATHS = {"responses": "/v1/responses", "chat": "/v1/chat/completions", "messages": "/v1/messages"}
REQUESTS: dict[str, dict[str, Any]] = {
    "responses": {"model": "m", "input": "Hello?"},
    "chat": {"model": "m", "messages": [{"role": "user", "content": "Hello?"}]},
    "messages": {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello?"}]},
}


# ---------------------------------------------------------------- many at once


def test_it_counts_what_is_in_flight_and_refuses_what_is_too_much(ask: Asker) -> None:
    go = threading.Event()

    async def let_go(server: StandIn) -> None:
        try:
            await asyncio.to_thread(server.wait_for, count=6, timeout=30)
        finally:
            go.set()

    with StandIn(always(standin.Held(go)), max_in_flight=4) as server:
        asked = [ask.ask("chat", server, DOSSIER, f"{TASK} {n}") for n in range(6)]
        *heard, _ = ask.many(*asked, let_go(server))
        limited = [answer for answer in heard if isinstance(answer, openai.RateLimitError)]
        assert (len(limited), server.count, server.answered, server.statuses) == (2, 6, 6, {200: 4, 429: 2})
        assert {error.response.headers["retry-after"] for error in limited} == {"1"}
        assert (server.in_flight, len(server.requests)) == (0, 6)
        assert server.peak_in_flight >= 5


def test_rate_limits_are_shown_as_each_vendor_shows_them(ask: Asker) -> None:
    with StandIn(limits=standin.Limits(requests=3, tokens=9_000, seconds=600, enforce=True)) as server:
        headers = ask("chat", server).headers
        assert headers["x-ratelimit-remaining-requests"] == "2"
        assert headers["x-ratelimit-reset-requests"] == "3m20s"
        headers = ask("messages", server).headers
        assert headers["anthropic-ratelimit-requests-remaining"] == "1"
        assert headers["anthropic-ratelimit-tokens-limit"] == "9000"
        ask("responses", server)
        with pytest.raises(openai.RateLimitError) as caught:
            ask("responses", server)
        assert 100 <= int(caught.value.response.headers["retry-after"]) <= 200
