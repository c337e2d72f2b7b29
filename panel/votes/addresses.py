"""Where a request comes from: the client behind proxies that are trusted, and the network it is in."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Iterable, Sequence

from panel.core.errors import InputError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: The part of an address that is one household, office or phone: bits of IPv4 and of IPv6.
_BITS = {4: 24, 6: 64}
#: Proxies in a row that are looked through.
_MOST_HOPS = 16


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The proxies that are trusted, each an address or a network such as `10.0.0.0/8`.

    Raises:
        InputError: one is neither.
    """
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError:
            raise InputError(
                f"{text!r} is no address or network such as 10.0.0.0/8", field="--trust-proxy"
            ) from None
    return tuple(found)


def is_trusted(peer: str | None, trusted: Sequence[Network]) -> bool:
    """Whether whoever is connected is one of our proxies, whose words about the client count."""
    address = _address(peer or "")
    return address is not None and _is_in(address, trusted)


def client_address(peer: str | None, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address of the client, as far as those who say so are trusted; empty if there is none.

    Args:
        peer: Who is connected.
        forwarded_for: The values of X-Forwarded-For, in the order of the headers. It is read from its end,
            where our own proxies write; what stands before the first stranger is the stranger's word.
        trusted: Our proxies.
    """
    address = _address(peer or "")
    if address is None:
        return ""
    hops = [hop for value in forwarded_for for hop in value.split(",")][-_MOST_HOPS:]
    while hops and _is_in(address, trusted):
        before = _address(hops.pop())
        if before is None:
            break
        address = before
    return str(address)


def prefix(address: str) -> str:
    """The network an address is in: /24 of IPv4, /64 of IPv6; `unknown` for what is no address."""
    found = _address(address)
    if found is None:
        return "unknown"
    return str(ipaddress.ip_network((found, _BITS[found.version]), strict=False))


class Origins:
    """Marks for networks. The salt lives in this process only, so no mark leads back to an address."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)

    def mark(self, address: str, day: str) -> str:
        """The mark that all votes of this day from the address's network share.

        Args:
            address: The client's.
            day: `2026-11-20`; the same network has another mark on another day.
        """
        text = f"{day} {prefix(address)}".encode()
        return hmac.new(self._salt, text, hashlib.sha256).hexdigest()[:16]


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _is_in(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in trusted)
