"""Runs a stand-in by hand or under a test: `python -m tests.standin --latency 0.2 --script skeptic-skips`."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
import threading
from pathlib import Path

from tests.standin.reception import Script
from tests.standin.scripts import NAMED
from tests.standin.server import StandIn


def main() -> int:
    """Serve until SIGTERM or SIGINT; the address is the first line on stdout."""
    given = _arguments()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    server = StandIn(
        given.script,
        latency=given.latency,
        require_key=given.require_key,
        max_in_flight=given.max_in_flight,
        unknown_models=given.unknown_model,
        log=given.log,
        port=given.port,
        keep=0,
    )
    try:
        with server:
            sys.stdout.write(f"{server.url}\n")
            sys.stdout.flush()
            stopped.wait()
    except (OSError, AssertionError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument(
        "--script",
        type=_script,
        default="default",
        help=f"{', '.join(sorted(NAMED))}, or module:function, a function that makes a script",
    )
    parser.add_argument("--log", type=Path, help="file for one JSON line a request, and one for its end")
    parser.add_argument("--require-key", action="store_true", help="401 without a key")
    parser.add_argument("--max-in-flight", type=int, help="429 above so many requests at once")
    parser.add_argument(
        "--unknown-model", action="append", default=[], help="404 for this model (repeatable)"
    )
    return parser.parse_args()


def _script(name: str) -> Script:
    module, colon, function = name.partition(":")
    if colon:
        made: Script = getattr(importlib.import_module(module), function)()
        return made
    if name not in NAMED:
        raise argparse.ArgumentTypeError(f"no script {name!r}; there are: {', '.join(sorted(NAMED))}")
    return NAMED[name]()


if __name__ == "__main__":
    sys.exit(main())
