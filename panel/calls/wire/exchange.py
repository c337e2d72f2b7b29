"""One request through a vendor's SDK, sent once and watched: its raw reply handed back, or its fault raised.

What is judged is what happened on the wire, never the SDK's exceptions: their texts may hold the key, they
differ between versions, and some failures come past them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from pydantic_core import to_json

from panel.calls.faults import Cause, Fault
from panel.calls.vendors import Connection, Vendor
from panel.calls.wire.complaints import cause_of, complaint_in, retry_after
from panel.calls.wire.observed import CURRENT, Answered, Exchange, ReplyTooLarge
from panel.calls.wire.texts import Redactor, repeats_prompt
from panel.core.errors import InputError
from panel.core.requests import CallRequest, RawReply

if TYPE_CHECKING:
    import httpx2

    from panel.calls.wire.http_client import OneReplyClient

#: Response headers worth keeping: request ids, rate limits, times and the type. No organisation, no cookie.
_KEPT = frozenset({"content-type", "date", "request-id", "retry-after", "retry-after-ms", "x-request-id"})
_KEPT_PREFIXES = ("x-ratelimit-", "anthropic-ratelimit-")
#: Of a server's complaint no more characters than this are looked at.
_MOST_WORDS = 4_000


@contextmanager
def without_environment(prefix: str) -> Iterator[None]:
    """Hide the variables with that prefix while an SDK is built.

    SDKs read keys, hosts, organisations, profiles, headers and log levels from them, some with no way to
    decline. What counts here is decided by the workspace alone. What is awaited inside runs without them too.
    """
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(prefix)}
    try:
        yield
    finally:
        os.environ.update(hidden)


#: Asks once through an SDK's client.
Create = Callable[[Any], Awaitable[object]]


@dataclass(frozen=True)
class _Client:
    """An SDK's client, and the HTTP client under it."""

    sdk: Any
    http: OneReplyClient
    #: Of those that find no letterhead one has it written, the others wait.
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Wire:
    """A vendor's SDK, built once per event loop when it is first needed.

    Args:
        vendor: Whose.
        connection: How to reach it.
        build: Makes the SDK's client over an HTTP client.
        load: Imports the SDK, which takes a second or two; called in a thread, and more than once.

    Raises:
        InputError: the connection's base URL is none.
    """

    def __init__(
        self,
        vendor: Vendor,
        connection: Connection,
        build: Callable[[Connection, httpx2.AsyncClient], Any],
        load: Callable[[], None],
    ) -> None:
        self.redactor = Redactor(connection.key)
        self._vendor = vendor
        self._connection = connection
        self._build = build
        self._load = load
        self._is_loaded = False
        self._clients: MutableMapping[asyncio.AbstractEventLoop, _Client] = WeakKeyDictionary()
        self._letterheads: dict[str, httpx2.Request] = {}
        self._who = f"{vendor.name} at {_host(connection.base_url)}" if connection.base_url else vendor.name

    async def send(self, create: Create, request: CallRequest, *, deadline: float) -> RawReply:
        """Have `create` ask once through the SDK's client.

        Args:
            create: Calls the SDK's method.
            request: What is asked, for messages.
            deadline: Seconds for all of it.

        Raises:
            Fault: there is no reply of status 2xx.
        """
        return await self._watched(lambda client: create(client.sdk), request, deadline)

    async def post(
        self,
        path: str,
        body: Callable[[CallRequest], dict[str, Any]],
        request: CallRequest,
        *,
        deadline: float,
        **options: Any,
    ) -> RawReply:
        """Post a body of our own making to the address and with the headers that the SDK's `post` gives it.

        The SDK writes them once, for a path: they are the same for every call, and to have them written anew
        each time costs more than all else that sending takes.

        Args:
            path: Where to, below the base URL.
            body: Makes the body.
            request: What is asked.
            deadline: Seconds for all of it.
            options: What else the SDK's `post` is given.

        Raises:
            Fault: there is no reply of status 2xx.
        """

        async def posted(client: _Client) -> None:
            import httpx2

            if path not in self._letterheads:
                async with client.writing:
                    if path not in self._letterheads:
                        self._letterheads[path] = await self._letterhead(path, options)
            head = self._letterheads[path]
            await client.http.answer(
                httpx2.Request(head.method, head.url, headers=head.headers, content=to_json(body(request)))
            )

        return await self._watched(posted, request, deadline)

    async def _letterhead(self, path: str, options: Mapping[str, Any]) -> httpx2.Request:
        """What the SDK would send to a path, as far as it does not depend on the body; nothing is sent."""
        import httpx2

        from panel.calls.wire.http_client import NotSentClient

        http = NotSentClient()
        sdk = self._build(self._connection, http)
        await sdk.post(path, body={}, cast_to=httpx2.Response, **options)
        assert http.kept is not None
        for name in ("content-length", "transfer-encoding"):
            http.kept.headers.pop(name, None)
        return http.kept

    async def _watched(
        self, ask: Callable[[_Client], Awaitable[object]], request: CallRequest, deadline: float
    ) -> RawReply:
        """Ask once, and judge what happened on the wire meanwhile.

        Raises:
            Fault: there is no reply of status 2xx.
        """
        exchange = Exchange()
        token = CURRENT.set(exchange)
        late, problem = False, ""
        try:
            if not self._is_loaded:
                await self._loaded()
            client = self._client()
            async with asyncio.timeout(deadline):
                await ask(client)
        except TimeoutError:
            late = True
        except Exception as error:  # noqa: BLE001 (an SDK may raise anything; the exchange says what happened)
            problem = self.redactor.line(_named(error))
        finally:
            CURRENT.reset(token)
            exchange = exchange.take()
        # Outside the handler: a fault that drags the SDK's exception along would show what that holds.
        if exchange.answered is not None:
            return self._judged(exchange.answered, request)
        if exchange.error is None and late:
            message = f"{self._who}: no answer within the deadline of {deadline:.3g} s"
            raise Fault("deadline", message, maybe_paid=exchange.left)
        raise self._broken(exchange, problem, request)

    def over(self, http: Callable[[], httpx2.AsyncClient]) -> Wire:
        """The same SDK over another HTTP client, which notes in the current exchange what happens."""
        return Wire(self._vendor, self._connection, lambda to, _: self._build(to, http()), self._load)

    async def close(self) -> None:
        """Close the client of the running loop; those of loops that ended ended with them."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.sdk.close()

    async def _loaded(self) -> None:
        """Have the SDK imported while the loop goes on: other calls, and the display, do not stand still.

        Of the environment only the log level is read on import, and other threads may want the rest.
        """
        with without_environment(f"{self._vendor.name.upper()}_LOG"):
            await asyncio.to_thread(self._load_all)
        self._is_loaded = True

    def _load_all(self) -> None:
        import panel.calls.wire.http_client  # noqa: F401 (it takes its time as well)

        self._load()

    def _client(self) -> _Client:
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            from panel.calls.wire.http_client import OneReplyClient

            http = OneReplyClient()
            client = self._clients[loop] = _Client(self._build(self._connection, http), http)
        return client

    # ------------------------------------------------------------ what came of it

    def _judged(self, answered: Answered, request: CallRequest) -> RawReply:
        """The reply, if its status says that it is one.

        Raises:
            Fault: it says something else.
        """
        status, headers = answered.status, answered.headers
        if 200 <= status < 300:  # noqa: PLR2004 (HTTP's successes)
            body = self.redactor.body(answered.body)
            return RawReply(status=status, headers=self._kept(headers), body=body)
        raise self._status_fault(answered, request)

    def _status_fault(self, answered: Answered, request: CallRequest) -> Fault:
        status, headers = answered.status, answered.headers
        if 300 <= status < 400:  # noqa: PLR2004 (HTTP's redirections)
            words = f"redirected to {_target(headers)}, which is not followed"
            return self._fault("request", words, request, status=status)
        complaint = complaint_in(status, answered.body)
        cause, waiting = cause_of(status, complaint), retry_after(headers)
        fault = self._fault(cause, complaint.message, request, status=status, retry_after=waiting)
        fault.headers = self._kept(headers)
        return fault

    def _kept(self, headers: Mapping[str, str]) -> dict[str, str]:
        return self.redactor.headers({name: text for name, text in headers.items() if _is_kept(name)})

    def _broken(self, exchange: Exchange, problem: str, request: CallRequest) -> Fault:
        import httpx2

        error = exchange.error
        if error is None:
            return self._fault("request", f"could not be asked: {problem}", request)
        if isinstance(error, (ReplyTooLarge, httpx2.DecodingError)):
            return self._fault("envelope", _named(error), request, maybe_paid=True)
        if isinstance(error, (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)):
            return self._fault("request", _named(error), request)
        broke = "the connection broke" if exchange.left else "no connection"
        if exchange.left and isinstance(error, httpx2.ReadError) and not str(error):
            words = f"{broke} while the reply was read"
        else:
            words = f"{broke}: {_named(error)}"
        return self._fault("connection", words, request, maybe_paid=exchange.left)

    def _fault(
        self,
        cause: Cause,
        words: str,
        request: CallRequest,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        maybe_paid: bool = False,
    ) -> Fault:
        """A fault in one line: who, the HTTP status, the words without key or prompt, what to look at."""
        said = self.redactor.line(words[:_MOST_WORDS])
        if repeats_prompt(words[:_MOST_WORDS], request):
            said = "its message repeats the prompt"
        place = f"HTTP {status}: " if status is not None else ""
        message = f"{self._who}: {place}{said}{self._look_at(cause, request)}"
        return Fault(cause, message, status=status, retry_after=retry_after, maybe_paid=maybe_paid)

    def _look_at(self, cause: Cause, request: CallRequest) -> str:
        if cause == "quota":
            return f" (the quota of the account behind {self._vendor.key_variable} is used up)"
        if cause in {"key", "permission"}:
            return f" (the key is that of {self._vendor.key_variable})"
        if cause == "schema":
            return " (the reply schema is the same in every call: this model does not take it)"
        if cause == "model":
            return f" (the model asked for is {request.model})"
        if cause == "too_large":
            characters = sum(len(part) for message in request.messages for part in message.parts)
            return f" ({characters:,} characters were sent)"
        return ""


def _host(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        host, _port = parts.netloc, parts.port  # to ask for a port that cannot be is what raises
    except ValueError as error:
        raise InputError(f"{base_url!r} is no http(s) address: {error}", field="base_url") from None
    if not host:
        raise InputError(f"{base_url!r} is no http(s) address", field="base_url")
    return host


def _is_kept(header: str) -> bool:
    return header in _KEPT or header.startswith(_KEPT_PREFIXES)


def _target(headers: Mapping[str, str]) -> str:
    """The host a redirect leads to."""
    try:
        host = urlsplit(headers.get("location", "")).netloc.rpartition("@")[2]
    except ValueError:
        return "an unreadable address"
    return host or "another path"


def _named(error: Exception) -> str:
    """An exception in words; its name says the most where the text is empty or a bare number."""
    name, text = type(error).__name__, str(error)
    return f"{name}: {text}" if text else name
