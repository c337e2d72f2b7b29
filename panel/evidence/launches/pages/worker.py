"""The process that reads web pages: one request in, one answer out, until its input ends.

Run as `python -m panel.evidence.launches.pages.worker`; started by `pages.reading` and by nothing else.
A frame is its length as four bytes, then that many bytes: a page in UTF-8 inwards, JSON outwards.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import BinaryIO

from panel.evidence.launches.pages.main_text import main_text

LENGTH = 4


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None where the stream ends, in the middle of one or between two."""
    head = stream.read(LENGTH)
    size = int.from_bytes(head, "big")
    data = stream.read(size) if len(head) == LENGTH else b""
    return data if len(head) == LENGTH and len(data) == size else None


def write_frame(stream: BinaryIO, data: bytes) -> None:
    """Write one frame and send it off."""
    stream.write(len(data).to_bytes(LENGTH, "big") + data)
    stream.flush()


def serve(requests: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    """Answer every page with its main text. A page that takes longer than `seconds` ends the process.

    The alarm is the process's own, so that no page is worked on for ever when who asked is gone.
    """
    main_text(
        "<html><body><p>Loads what a first page needs before any page's time is measured.</p></body></html>"
    )
    write_frame(answers, b"{}")
    while (page := read_frame(requests)) is not None:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = _answer(page)
        signal.setitimer(signal.ITIMER_REAL, 0)
        write_frame(answers, json.dumps(answer).encode("ascii"))


def _answer(page: bytes) -> dict[str, object]:
    try:
        text, notes = main_text(page.decode("utf-8", errors="replace"))
    except MemoryError:
        return {"error": "memory"}
    except Exception as error:  # noqa: BLE001  [whatever a parser trips over is the page's fault, and is said]
        return {"error": f"{type(error).__name__}: {str(error)[:200]}"}
    return {"text": text, "notes": notes}


def main() -> None:
    """Set the limits given as arguments (seconds a page, bytes of memory), then serve."""
    import resource

    seconds, memory = float(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    serve(sys.stdin.buffer, sys.stdout.buffer, seconds)


if __name__ == "__main__":
    main()
