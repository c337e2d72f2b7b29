"""A command at work: one event loop, and what SIGINT and SIGTERM do to it."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable

import typer

from panel.core.errors import ExitCode

#: How long answers that are on their way are waited for after a first Ctrl-C.
GRACE_SECONDS = 10.0
#: What ends a command well: Ctrl-C, a service manager, a terminal that is closed.
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_async(work: Callable[[asyncio.Event], Awaitable[ExitCode]], *, of_many: bool = False) -> ExitCode:
    """Run `work` to its end; SIGINT and SIGTERM set the event it is given, a second SIGINT stops at once.

    `work` is expected to send nothing more once the event is set and to come back soon; after ten seconds it
    is cancelled. A second SIGTERM changes nothing: timeout(1) sends one to the process and one to its group.
    `of_many` is for hundreds of calls at once: then the loop is uvloop's, where that is there.
    """
    try:
        with asyncio.Runner(loop_factory=_loop_of_many if of_many else None) as runner:
            return runner.run(_guarded(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def collect_rarely() -> None:
    """Let the collector of reference circles look less often: a long list makes many values and few circles.

    Its looks took a tenth of the time of a batch. It is for commands that end with their process.
    """
    gc.set_threshold(20_000, 20, 100)


def _loop_of_many() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # there is none for this Python or system
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _guarded(work: Callable[[asyncio.Event], Awaitable[ExitCode]]) -> ExitCode:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work(stop))

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            if number is signal.SIGINT:
                task.cancel()
            return
        stop.set()
        typer.echo("stopping: waiting for answers on their way; Ctrl-C again stops at once", err=True)
        loop.call_later(GRACE_SECONDS, task.cancel)

    # `nohup` has a command outlive its terminal: a hang-up that was to be ignored is ignored.
    outlives = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    ends = [number for number in _ENDS if not (outlives and number is signal.SIGHUP)]
    for number in ends:
        loop.add_signal_handler(number, on_signal, number)
    try:
        return await task
    finally:
        for number in ends:
            loop.remove_signal_handler(number)
