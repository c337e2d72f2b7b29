"""Around the application: headers on every answer; an error of ours is one line in the log, no traceback."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Says = Callable[[str], None]

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # With no-referrer browsers would send a form's Origin as null, which is refused.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: Seconds in which the same line is said once.
_QUIET_SECONDS = 10.0


class Guard:
    """The application with nothing leaving it but answers.

    Args:
        app: What is guarded.
        says: Told in one line of an unexpected error; nothing of the request is in it.
        policy: What a page of the site may load, and where its forms may go.
    """

    def __init__(self, app: ASGIApp, says: Says, policy: str) -> None:
        self._app, self._says = app, says
        framed = f"{policy}; frame-ancestors 'none'"  # no page can say this of itself
        self._headers = {"Content-Security-Policy": framed, **_HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 (the application has answered 500; here it is only said)
            self._says(f"unexpected {type(error).__name__}{_place(error)}; this is a bug in panel")


class Rarely:
    """Says a line only if the same one was not said just now: a full disk fills no log.

    Args:
        says: Who says it.
        clock: Seconds that never go back.
    """

    def __init__(self, says: Says, clock: Callable[[], float] = time.monotonic) -> None:
        self._says, self._clock = says, clock
        self._last = ("", float("-inf"))

    def __call__(self, line: str) -> None:
        """Say it, or be quiet."""
        said, at = self._last
        if line != said or self._clock() - at >= _QUIET_SECONDS:
            self._last = (line, self._clock())
            self._says(line)


def _place(error: Exception) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f" at {Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else ""
