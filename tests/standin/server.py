"""The stand-in itself: a server on loopback, in a thread and an event loop of its own."""

from __future__ import annotations

import asyncio
import threading
import time
import traceback
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.standin.apis.base import Rejection
from tests.standin.batches.desk import Desk
from tests.standin.composing import rejected
from tests.standin.http1 import BadRequest, Connection, Request, WatchedReader
from tests.standin.limits import Limits
from tests.standin.playing import Play
from tests.standin.reception import Latency, Reception, Rules, Script
from tests.standin.routes import vendor_of
from tests.standin.seen import Seen
from tests.standin.tally import Tally

_HOST = "127.0.0.1"
_BACKLOG = 1_024
_STOPS_WITHIN = 5.0
_LOOK_EVERY = 0.002


class StandIn:
    """A server that speaks both vendors' wire formats.

    Args:
        script: Says what is answered; None, and wherever it says None: a valid default answer. It runs in
            the server's loop and must not wait: `Delay` and `Held` do that.
        latency: Seconds before each answer of the script begins, or a function of the request.
        require_key: Whether a request without a key is refused.
        max_in_flight: More requests than this at once are answered with 429.
        unknown_models: Models that are answered with 404.
        limits: Rate limits to show in headers.
        log: A file for one JSON line a request, and one more when it is over.
        port: 0 takes a free one.
        keep: How many requests are kept in `requests`; None: all.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        latency: Latency = 0.0,
        require_key: bool = False,
        max_in_flight: int | None = None,
        unknown_models: Collection[str] = (),
        limits: Limits | None = None,
        log: Path | None = None,
        port: int = 0,
        keep: int | None = None,
    ) -> None:
        rules = Rules(latency, require_key, max_in_flight, unknown_models, limits)
        self._reception = Reception(script, rules)
        self._tally = Tally(log, keep)
        self._port = port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    # ------------------------------------------------------------ its life

    def start(self) -> Self:
        """Listen; returns when it does.

        Raises:
            OSError: the port is taken.
        """
        self._ready.clear()
        self._failure = None
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """Close all connections and stop listening; `start` opens the same port again."""
        if self._thread is None:
            return
        if self._loop is not None and self._over is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_STOPS_WITHIN)
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._tally.close()
        if kind is None and self.problems:
            raise AssertionError(f"a script of the stand-in failed:\n{self.problems[0]}")

    # ------------------------------------------------------------ where it is

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{_HOST}:{self._port}"

    @property
    def openai_base_url(self) -> str:
        """What OPENAI_BASE_URL is set to."""
        return f"{self.url}/v1"

    @property
    def anthropic_base_url(self) -> str:
        """What ANTHROPIC_BASE_URL is set to."""
        return self.url

    # ------------------------------------------------------------ what it saw

    @property
    def script(self) -> Script | None:
        """What it answers by; may be replaced while it runs."""
        return self._reception.script

    @script.setter
    def script(self, script: Script | None) -> None:
        self._reception.script = script

    @property
    def desk(self) -> Desk:
        """The batches it was handed; a test looks while nobody asks."""
        return self._reception.desk

    @property
    def requests(self) -> list[Seen]:
        """All requests so far, refused ones too, in order of arrival (a snapshot)."""
        return self._tally.requests

    @property
    def count(self) -> int:
        """How many requests arrived whole."""
        return self._tally.count

    @property
    def answered(self) -> int:
        """How many answers of any status were written whole."""
        return self._tally.answered

    @property
    def statuses(self) -> dict[int, int]:
        """How many answers of each status were written whole."""
        return self._tally.statuses

    @property
    def in_flight(self) -> int:
        """How many requests wait for their answer now."""
        return self._tally.in_flight

    @property
    def peak_in_flight(self) -> int:
        """The most requests that ever waited at once."""
        return self._tally.peak_in_flight

    @property
    def problems(self) -> list[str]:
        """Tracebacks of scripts that failed; leaving the `with` block raises the first."""
        return self._reception.problems

    def wait_for(
        self, *, count: int = 0, in_flight: int = 0, answered: int = 0, timeout: float = 5.0
    ) -> None:
        """Wait until at least so many requests arrived, are waiting, or were answered.

        Raises:
            TimeoutError: they did not.
        """
        end = time.monotonic() + timeout
        while self.count < count or self.in_flight < in_flight or self.answered < answered:
            if time.monotonic() > end:
                state = f"{self.count} arrived, {self.in_flight} in flight, {self.answered} answered"
                raise TimeoutError(f"the stand-in waited {timeout:g} s in vain: {state}")
            time.sleep(_LOOK_EVERY)

    # ------------------------------------------------------------ its loop

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 (it is raised in the thread that started this one)
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        connections: set[asyncio.Task[None]] = set()

        def protocol() -> asyncio.StreamReaderProtocol:
            reader = WatchedReader()

            async def connected(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                task = asyncio.current_task()
                assert task is not None
                connections.add(task)
                try:
                    await self._converse(Connection(reader, writer))
                finally:
                    connections.discard(task)
                    writer.close()

            return asyncio.StreamReaderProtocol(reader, connected)

        server = await loop.create_server(protocol, _HOST, self._port, backlog=_BACKLOG)
        self._port = server.sockets[0].getsockname()[1]
        self._loop, self._over = loop, asyncio.Event()
        self._ready.set()
        await self._over.wait()
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        # The transports say goodbye in the next round of the loop.
        await asyncio.sleep(0)

    async def _converse(self, connection: Connection) -> None:
        keep = True
        try:
            while keep:
                request = await connection.next_request()
                if request is None:
                    return
                keep = await self._answer(request, connection)
        except BadRequest as error:
            reply = rejected(vendor_of("", {}), Rejection(400, str(error)), "0")
            await Play(reply, connection, keep=False, at_last=lambda: None).send()
        except asyncio.CancelledError:
            # Only `_serve` cancels, when all is over.
            return
        except Exception as error:  # noqa: BLE001 (a mistake of the stand-in's own must not go unseen)
            self.problems.append("".join(traceback.format_exception(error)))

    async def _answer(self, request: Request, connection: Connection) -> bool:
        """Answer one request; whether the connection can be used again."""
        seen, api, reading = self._reception.see(request)
        self._tally.arrived(seen)
        status, counted = 0, False

        def at_last() -> None:
            nonlocal counted
            counted = True
            self._tally.over(seen, status, complete=True)

        try:
            reply = self._reception.reply(seen, api, reading, self._tally.in_flight)
            status = reply.status
            keep = request.headers.get("connection", "").lower() != "close"
            play = Play(reply, connection, keep=keep, at_last=at_last)
            if await play.wait():
                self._reception.cache.store(reply.entries)
                await play.send()
            if counted and not play.complete:
                self._tally.retract(seen, status)
        finally:
            if not counted:
                self._tally.over(seen, status, complete=False)
        return play.keep
