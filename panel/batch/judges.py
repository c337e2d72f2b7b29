"""Replies of a long list weighed in a second process: the first has its time for sending and keeping.

The second process gets values and gives values (`weigh`), keeps nothing that could be lost, and may die at
any time: what it has not answered then, and all that comes after, is weighed in the first one. Why it is
built like this: docs/decisions/0013.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

from panel.core.domain import Persona
from panel.judgement.grounding import Index
from panel.reviewers.rubric import GivenAway, ReplyInvalid
from panel.session import Session
from panel.weighing import Scale, Weighed, weigh

#: Replies after which a list is long enough: a process takes about a second of CPU to start.
MANY = 400
#: Seconds that it may take to end once nobody talks to it any more; then it is killed.
_TO_END = 2.0
_LENGTH = struct.Struct(">I")


@asynccontextmanager
async def judging(session: Session, says: Callable[[str], None]) -> AsyncIterator[None]:
    """Let the replies of a session be weighed in a second process, until the block is left.

    Args:
        session: The command at work.
        says: Told in words when that process has died.
    """
    if not can_help():
        yield
        return
    judges = Judges(says)
    before, session.weighing = session.weighing, judges
    try:
        yield
    finally:
        session.weighing = before
        await judges.close()


def can_help() -> bool:
    """Whether a second process gains anything here: where there are two processors, and POSIX's processes."""
    if sys.platform == "win32":
        return False
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) > 1
    return (os.cpu_count() or 1) > 1


class Judges:
    """Weighs here until there were many replies, then in a second process as long as that lives.

    Args:
        says: Told in words when that process has died.
        many: After how many replies it is started.
    """

    def __init__(self, says: Callable[[str], None], *, many: int = MANY) -> None:
        self._says = says
        self._left = many
        self._last = 0
        self._begun: Judge | None = None
        #: The second process while replies go there.
        self.judge: Judge | None = None
        self._starting: asyncio.Task[None] | None = None

    @contextmanager
    def about(self, index: Index) -> Iterator[Scale]:
        """As `Weighing` says."""
        self._last += 1
        number = self._last
        try:
            yield partial(self._weigh, number, index)
        finally:
            if self.judge is not None:
                self.judge.forget(number)

    async def _weigh(self, number: int, index: Index, persona: Persona, text: str, canary: str) -> Weighed:
        self._left -= 1
        if self._left == 0:
            self._starting = asyncio.ensure_future(self.start())
        if self.judge is not None:
            found = await self.judge.weigh(number, index, persona, text, canary)
            if isinstance(found, ReplyInvalid | GivenAway):
                raise found
            if found is not None:
                return found
        return weigh(index, persona, text, canary)

    async def start(self) -> None:
        """Start the second process, and use it once it can weigh; if it cannot, all goes on in this one."""
        try:
            self._begun = await start_judge(self._died)
        except OSError as error:
            self._says(f"no second process to judge in ({error}): replies are judged in this one")
            return
        if await self._begun.is_ready:
            self.judge = self._begun

    def _died(self) -> None:
        self.judge = None
        self._says("the process that judges replies has died: they are judged in the first one from now on")

    async def close(self) -> None:
        """End the second process, wherever it stands."""
        self.judge = None
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
        if self._begun is not None:
            await self._begun.close()


# ---------------------------------------------------------------- this side


class Judge(asyncio.Protocol):
    """The second process, as the first one sees it.

    Args:
        process: It.
        on_death: Called if it ends without being asked to.
    """

    def __init__(self, process: subprocess.Popen[bytes], on_death: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        self.process = process
        #: Becomes True once it can weigh, False if it dies before.
        self.is_ready: asyncio.Future[bool] = loop.create_future()
        #: How many replies it was given.
        self.asked = 0
        self._on_death: Callable[[], None] | None = on_death
        self._loop = loop
        self._transport: asyncio.WriteTransport | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._dossiers: set[int] = set()
        self._personas: dict[int, Persona] = {}
        self._buffer = bytearray()

    async def weigh(
        self, number: int, index: Index, persona: Persona, text: str, canary: str
    ) -> Weighed | ReplyInvalid | GivenAway | None:
        """What `weigh` gives or raises; None if that cannot be had from there.

        Args:
            number: The tool's, by which its dossier is kept there.
            index: Its dossier.
            persona: Whose reply it is.
            text: The reply's.
            canary: What no answer may hold.
        """
        if self._transport is None:
            return None
        new: list[tuple[str, int, Any]] = []
        if number not in self._dossiers:
            self._dossiers.add(number)
            new.append(("dossier", number, index.dossier))
        if id(persona) not in self._personas:
            self._personas[id(persona)] = persona
            new.append(("persona", id(persona), persona))
        self.asked = asked = self.asked + 1
        future = self._waiting[asked] = self._loop.create_future()
        self._write(*new, ("weigh", asked, (number, id(persona), text, canary)))
        try:
            return await future  # type: ignore[no-any-return]  # as `_answer` made it
        finally:
            self._waiting.pop(asked, None)

    def forget(self, number: int) -> None:
        """Nothing more is asked about this tool."""
        if number in self._dossiers:
            self._dossiers.remove(number)
            self._write(("forget", number, None))

    def _write(self, *messages: tuple[str, int, Any]) -> None:
        if self._transport is not None:
            self._transport.write(b"".join(pickle.dumps(each, pickle.HIGHEST_PROTOCOL) for each in messages))

    async def close(self) -> None:
        """End the process, and wait for that."""
        self._on_death = None
        if self._transport is not None:
            self._transport.abort()
        await asyncio.to_thread(_ended, self.process)

    # ------------------------------------------------------------ as asyncio.Protocol says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a way to it."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's are no subclasses

    def data_received(self, data: bytes) -> None:
        """It has answered, with the length of the answer before it."""
        buffer = self._buffer
        buffer += data
        start = 0
        while len(buffer) - start >= _LENGTH.size:
            end = start + _LENGTH.size + _LENGTH.unpack_from(buffer, start)[0]
            if len(buffer) < end:
                break
            asked, found = pickle.loads(buffer[start + _LENGTH.size : end])  # noqa: S301 (our own process)
            start = end
            waiting = self._waiting.get(asked, self.is_ready)
            if not waiting.done():
                waiting.set_result(found)
        del buffer[:start]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (however it came)
        """It has died, or was asked to end."""
        self._transport = None
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(None)
        if not self.is_ready.done():
            self.is_ready.set_result(False)
        if self._on_death is not None:
            self._on_death()
            self._loop.run_in_executor(None, _ended, self.process)


async def start_judge(on_death: Callable[[], None]) -> Judge:
    """Start the second process; it answers once `is_ready` says so.

    Args:
        on_death: Called if it ends without being asked to.

    Raises:
        OSError: it cannot be started.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-P", "-m", "panel.batch.judges"]
        path = os.pathsep.join(each or str(Path.cwd()) for each in sys.path)
        try:
            process = subprocess.Popen(  # noqa: ASYNC220, S603 (a matter of milliseconds; our own program)
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": path},
                start_new_session=True,  # Ctrl-C is for the first one alone
            )
        except OSError:
            ours.close()
            raise
    loop = asyncio.get_running_loop()
    _, judge = await loop.create_connection(lambda: Judge(process, on_death), sock=ours)
    return judge


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# ---------------------------------------------------------------- the other side


def serve(connection: socket.socket) -> None:
    """Weigh what is asked for, one after the other, until nobody is there any more.

    A reply on which `weigh` fails in any other way than it says is left to whoever asked.
    """
    indexes: dict[int, Index] = {}
    personas: dict[int, Persona] = {}
    incoming = connection.makefile("rb")

    def answer(asked: int, found: Any) -> None:
        data = pickle.dumps((asked, found), pickle.HIGHEST_PROTOCOL)
        connection.sendall(_LENGTH.pack(len(data)) + data)

    answer(0, True)
    while True:
        what, number, value = pickle.load(incoming)  # noqa: S301 (our own process)
        if what == "dossier":
            indexes[number] = Index(value)
        elif what == "persona":
            personas[number] = value
        elif what == "forget":
            del indexes[number]
        else:
            about, persona, text, canary = value
            answer(number, _weighed(indexes[about], personas[persona], text, canary))


def _weighed(
    index: Index, persona: Persona, text: str, canary: str
) -> Weighed | ReplyInvalid | GivenAway | None:
    try:
        return weigh(index, persona, text, canary)
    except (ReplyInvalid, GivenAway) as told:
        return told
    except Exception:  # noqa: BLE001 (whoever asked does it again and meets it)
        return None


def main() -> None:
    """Serve whoever started this process; it ends with them, and by nothing that is meant for them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    gc.set_threshold(20_000, 20, 100)  # as for the first process: many values, few circles
    with contextlib.suppress(EOFError, OSError), socket.socket(fileno=os.dup(0)) as connection:
        serve(connection)


if __name__ == "__main__":
    main()
