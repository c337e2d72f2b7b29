"""From a place to an open connection: resolved once, every address checked, connected to exactly that one."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING

from panel.evidence.fetching.addresses import IPAddress
from panel.evidence.fetching.endings import Limit, Trouble, visible
from panel.evidence.fetching.limits import Limits
from panel.evidence.fetching.urls import Place, Reach

if TYPE_CHECKING:
    from httpcore2 import AsyncNetworkStream

#: A name's addresses, as text; raises OSError where there are none. Asked once for each connection.
Resolve = Callable[[str], Awaitable[Sequence[str]]]
#: A connection to an address and port within so many seconds; the only thing here that opens a socket.
Connect = Callable[[str, int, float], Awaitable["AsyncNetworkStream"]]


async def system_resolver(name: str) -> Sequence[str]:
    """What the machine's resolver says, /etc/hosts included.

    Each look-up has a thread of its own: none can be interrupted, and in a pool a few names whose servers
    never answer would keep all others waiting. The fetcher's `at_once` and deadline bound their number.

    Raises:
        OSError: there is no such name.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str], error: OSError | None) -> None:
        if answer.done():
            return  # whoever asked has gone
        if error is None:
            answer.set_result(found)
        else:
            answer.set_exception(error)

    def look_up() -> None:
        found, failed = [], None
        try:
            found = [str(row[4][0]) for row in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
        except OSError as error:
            failed = error
        except UnicodeError:  # the standard library's own IDNA codec
            failed = OSError("no name of the name system")
        with suppress(RuntimeError):  # the loop is closed: whoever asked has gone
            loop.call_soon_threadsafe(settle, found, failed)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    return await answer


async def tcp(address: str, port: int, seconds: float) -> AsyncNetworkStream:
    """A TCP connection to a numeric address, without any proxy.

    Raises:
        httpcore2.ConnectError, httpcore2.ConnectTimeout: there is none to be had.
    """
    import httpcore2

    return await httpcore2.AnyIOBackend().connect_tcp(address, port, timeout=seconds)


def system_certificates() -> ssl.SSLContext:
    """The authorities this machine trusts; SSL_CERT_FILE and SSL_CERT_DIR are honoured."""
    import httpcore2

    return httpcore2.default_ssl_context()


@dataclass(frozen=True)
class Door:
    """The only way out.

    Proxies of the environment are not asked: a proxy resolves the name and connects by itself, and what is
    checked here would be checked for nothing.
    """

    reach: Reach
    limits: Limits
    resolve: Resolve
    connect: Connect

    async def open(self, place: Place) -> AsyncNetworkStream:
        """An open connection to `place`, without TLS.

        Raises:
            Trouble: an address is not public, or none of the first few can be reached.
        """
        addresses = [place.address] if place.address else await self._resolved(place.host)
        self._check(place.host, addresses)
        failure: Trouble | None = None
        for address in addresses[: self.limits.addresses]:
            try:
                with explained():
                    stream = await self.connect(str(address), place.port, self.limits.connect_seconds)
            except Trouble as trouble:
                failure = trouble
                continue
            await _check_peer(stream, address, place.port)
            return stream
        assert failure is not None, "a host has addresses"
        raise failure

    async def _resolved(self, host: str) -> list[IPAddress]:
        try:
            answers = list(dict.fromkeys(await self.resolve(host)))
        except OSError:
            raise Trouble("unreachable", f"{host} has no address") from None
        if not answers:
            raise Trouble("unreachable", f"{host} has no address")
        try:
            return [ip_address(answer) for answer in answers]
        except ValueError:
            raise Trouble("refused", f"{host} resolves to what is no address") from None

    def _check(self, host: str, addresses: list[IPAddress]) -> None:
        reasons = {address: self.reach.why_not(address) for address in addresses}
        for address, reason in reasons.items():
            if reason is not None:
                named = f"{address}" if str(address) == host else f"{host} has the address {address}, which"
                mixed = None in reasons.values()
                raise Trouble("refused", f"{named} is {reason}{', beside public ones' if mixed else ''}")


async def _check_peer(stream: AsyncNetworkStream, address: IPAddress, port: int) -> None:
    """Before a byte is sent: the other end is who was meant, and not what a firewall rule put there."""
    with explained():
        peer = stream.get_extra_info("server_addr")
    if peer is None or ip_address(peer[0]) != address or peer[1] != port:
        await stream.aclose()
        raise Trouble("refused", f"connected to {address}, but another address answered")


@contextmanager
def explained() -> Iterator[None]:
    """Turns what goes wrong on the network into a `Trouble`; what is ours to repair goes through."""
    import httpcore2

    try:
        yield
    except httpcore2.RemoteProtocolError as error:
        raise _broken(error) from None
    except httpcore2.TimeoutException:
        raise Trouble("unreachable", "no connection in time") from None
    except (httpcore2.NetworkError, OSError) as error:
        raise Trouble("unreachable", f"no connection: {visible(str(error) or 'closed', 160)}") from None


def _broken(error: Exception) -> Trouble:
    import h11

    cause = error.__cause__
    too_large = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    if isinstance(cause, h11.RemoteProtocolError) and cause.error_status_hint == too_large:
        from httpcore2 import AsyncHTTP11Connection

        most = Limit("header_bytes", AsyncHTTP11Connection.MAX_INCOMPLETE_EVENT_SIZE)
        return Trouble("limit", "header lines without end", limit=most)
    return Trouble("broken", f"the reply is broken: {visible(str(error), 160)}")
