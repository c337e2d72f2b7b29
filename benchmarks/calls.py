"""What one call over HTTP costs this process in CPU: a bare HTTP client, a vendor's bare SDK, our provider.

    python -m benchmarks.calls [--vendor openai|anthropic] [--calls 2000] [--concurrency 64]

A loopback server in a process of its own answers every request with the same reply. What is counted is the
user and system time of the client's process alone; every way is measured in turn, `--rounds` times, and the
median is printed with the smallest and the largest. OpenAI is asked by Responses. `--profile send` prints
where the time of one way goes instead.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import logging
import multiprocessing
import pstats
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from typing import Any

import httpx2

from panel.calls.providers import anthropic, base, openai
from panel.calls.providers.base import Provider
from panel.calls.vendors import Connection, Secret
from panel.core.requests import CallRequest, Message

#: As long as house rules, a dossier, a seat's task and a verdict usually are.
RULES = "You are one of four reviewers, and you have not used the tool. " * 40
DOSSIER, TASK = "The dossier says a lot of the tool. " * 220, "You are the builder. Answer each move. " * 60
VERDICT = json.dumps(
    {
        "findings": [
            {"move": f"move-{n}", "says": "It is one file. " * 20, "leans": "for", "weight": "major"}
            for n in range(4)
        ],
        "paragraph": "It ships. " * 60,
        "decision": "ship",
    }
)
FINDING = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("move", "says", "leans", "weight")},
    "required": ["move", "says", "leans", "weight"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "findings": {"type": "array", "items": FINDING},
        "paragraph": {"type": "string"},
        "decision": {"type": "string", "enum": ["ship", "skip"]},
    },
    "required": ["findings", "paragraph", "decision"],
    "additionalProperties": False,
}
RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "model": "gpt-6.1-terra",
    "status": "completed",
    "error": None,
    "output": [
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": VERDICT, "annotations": []}],
        }
    ],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "usage": {
        "input_tokens": 3000,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 500,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 3500,
    },
}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5-5",
    "content": [{"type": "text", "text": VERDICT}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 3000, "output_tokens": 500},
}
#: Headers that a vendor sends beside the reply.
HEADERS = {
    "content-type": "application/json",
    "date": "Fri, 20 Nov 2026 21:00:00 GMT",
    "x-request-id": "req_0123456789",
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-limit-tokens": "2000000",
    "x-ratelimit-remaining-tokens": "1999000",
    "x-ratelimit-reset-tokens": "30ms",
    "server": "loopback",
    "set-cookie": "a=b; path=/",
}

Ask = Callable[[CallRequest], Awaitable[Any]]


# ---------------------------------------------------------------- the server


class Answering(asyncio.Protocol):
    """Answers each request on a connection with the same bytes, `latency` seconds after its last byte."""

    def __init__(self, answers: dict[bytes, bytes], latency: float) -> None:
        self.answers, self.latency = answers, latency
        self.received, self.missing = bytearray(), 0
        self.answer = b""

    def connection_made(self, transport: Any) -> None:
        """Keep what answers go to."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Count the body's bytes down to the last."""
        if not self.missing:
            self.received += data
            head, found, body = bytes(self.received).partition(b"\r\n\r\n")
            if not found:
                return
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            self.answer = self.answers[head.split(b" ", 2)[1]]
            self.missing, data = length, body
            self.received.clear()
        self.missing -= len(data)
        if not self.missing:
            asyncio.get_running_loop().call_later(self.latency, self.transport.write, self.answer)


def serve(pipe: Pipe, latency: float) -> None:
    """Serve on a free port, say which, and go on until killed."""

    def answer(reply: dict[str, Any]) -> bytes:
        body = json.dumps(reply).encode()
        headers = HEADERS | {"content-length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body

    answers = {b"/v1/responses": answer(RESPONSE), b"/v1/messages": answer(MESSAGE)}

    async def forever() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Answering(answers, latency), "127.0.0.1", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


# ---------------------------------------------------------------- the ways to ask


@dataclass(frozen=True)
class Ways:
    """One vendor's ways to be asked, at one address."""

    vendor: str
    url: str

    def body(self, request: CallRequest) -> dict[str, Any]:
        """The request as the vendor's API takes it."""
        return (openai.responses_body if self.vendor == "openai" else anthropic.messages_body)(request)

    async def bare_http(self, stack: AsyncExitStack) -> Ask:
        """The HTTP client alone: JSON out, bytes back."""
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        client = await stack.enter_async_context(httpx2.AsyncClient(limits=limits, timeout=None))
        url = self.url + ("/v1/responses" if self.vendor == "openai" else "/v1/messages")
        return lambda request: client.post(url, json=self.body(request))

    async def bare_sdk(self, stack: AsyncExitStack) -> Ask:
        """The SDK as it comes, without retries: `.create()` and its model of the response."""
        if self.vendor == "openai":
            from openai import AsyncOpenAI  # noqa: PLC0415 (only one SDK is measured)

            sdk = AsyncOpenAI(api_key="none", base_url=f"{self.url}/v1", max_retries=0)
            create: Any = sdk.responses.create
        else:
            from anthropic import AsyncAnthropic  # noqa: PLC0415 (only one SDK is measured)

            sdk = AsyncAnthropic(api_key="none", base_url=self.url, max_retries=0)
            create = sdk.messages.create
        await stack.enter_async_context(sdk)
        return lambda request: create(**self.body(request))

    async def send(self, stack: AsyncExitStack) -> Ask:
        """Our provider: the reply's bytes."""
        provider = self._provider(stack)
        return lambda request: provider.send(request, deadline=60)

    async def send_and_read(self, stack: AsyncExitStack) -> Ask:
        """Our provider: the reply's text and usage."""
        provider = self._provider(stack)

        async def ask(request: CallRequest) -> None:
            reply = provider.read(request, await provider.send(request, deadline=60))
            assert reply.text == VERDICT

        return ask

    def _provider(self, stack: AsyncExitStack) -> Provider:
        connection = Connection(
            base_url=self.url + ("/v1" if self.vendor == "openai" else ""),
            key=Secret("sk-none-0123456789"),
            settings={"openai_api": "responses"},
        )
        provider = base.connect(self.vendor, connection)
        stack.push_async_callback(provider.close)
        return provider


#: By the name they are printed with.
WAYS: dict[str, Callable[[Ways, AsyncExitStack], Awaitable[Ask]]] = {
    "bare httpx2": Ways.bare_http,
    "bare SDK .create()": Ways.bare_sdk,
    "send": Ways.send,
    "send + read": Ways.send_and_read,
}


def request(n: int, vendor: str) -> CallRequest:
    """The n-th question; four of them share a dossier."""
    return CallRequest(
        provider=vendor,
        model=str(base.vendor_of(vendor).default_model),
        system=RULES,
        messages=(Message(role="user", parts=(f"{DOSSIER}{n // 4}", f"{TASK}{n % 4}")),),
        schema=SCHEMA,
        max_output_tokens=2000,
        options={"api": "responses"} if vendor == "openai" else {},
    )


# ---------------------------------------------------------------- measuring


@dataclass(frozen=True)
class Cost:
    """What a call came to: CPU in ms for one, wall time in seconds for all."""

    cpu: float
    wall: float


async def ask_all(ask: Ask, requests: list[CallRequest], concurrency: int) -> None:
    """Ask all of them, so many at a time."""
    waiting = iter(requests)

    async def worker() -> None:
        for one in waiting:
            await ask(one)

    await asyncio.gather(*(worker() for _ in range(concurrency)))


async def measured(
    way: str, ways: Ways, flags: argparse.Namespace, profile: cProfile.Profile | None = None
) -> Cost:
    """The cost of `flags.calls` calls that way, once connections are open and the SDK is loaded."""
    async with AsyncExitStack() as stack:
        ask = await WAYS[way](ways, stack)
        await ask_all(
            ask, [request(-n, ways.vendor) for n in range(2 * flags.concurrency)], flags.concurrency
        )
        requests = [request(n, ways.vendor) for n in range(flags.calls)]
        if profile:
            profile.enable()
        cpu, wall = time.process_time(), time.perf_counter()
        await ask_all(ask, requests, flags.concurrency)
        cost = Cost((time.process_time() - cpu) * 1000 / flags.calls, time.perf_counter() - wall)
        if profile:
            profile.disable()
        return cost


def run(ways: Ways, flags: argparse.Namespace) -> None:
    """Print a line for each way, or one way's profile."""
    if flags.profile:
        profile = cProfile.Profile()
        asyncio.run(measured(flags.profile, ways, flags, profile))
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)
        return
    print(f"{flags.vendor}, {flags.calls} calls, {flags.concurrency} in flight, rounds: {flags.rounds}")
    costs: dict[str, list[Cost]] = {way: [] for way in WAYS}
    for _ in range(flags.rounds):
        for way, found in costs.items():
            found.append(asyncio.run(measured(way, ways, flags)))
    for way, found in costs.items():
        cpu, wall = sorted(cost.cpu for cost in found), statistics.median(cost.wall for cost in found)
        middle = statistics.median(cpu)
        print(f"{way:20} {middle:5.2f} ms CPU a call ({cpu[0]:.2f} to {cpu[-1]:.2f}), wall {wall:5.2f} s")


def main() -> None:
    """Read the flags and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vendor", choices=("openai", "anthropic"), default="openai")
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--latency", type=float, default=0.02, help="seconds the server takes to answer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", choices=tuple(WAYS))
    flags = parser.parse_args()
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    server = spawn.Process(target=serve, args=(there, flags.latency), daemon=True)
    server.start()
    try:
        run(Ways(flags.vendor, f"http://127.0.0.1:{here.recv()}"), flags)
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
