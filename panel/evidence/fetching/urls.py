"""URLs, read strictly: what a host could mean beside the obvious is refused before a name is resolved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote

from panel.evidence.fetching.addresses import IPAddress, why_not_public
from panel.evidence.fetching.endings import Trouble, visible

#: Servers refuse longer request lines; nothing that is meant to be read has one.
MAX_LENGTH = 4_096
_DEFAULT_PORTS = {"http": 80, "https": 443}

#: RFC 3986, appendix B, for the two schemes we speak.
_URL = re.compile(r"(?i:(https?))://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
#: What a browser would read as an IPv4 address (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
#: Names that mean this machine or this network whatever a resolver says (RFC 6761, 6762, 7686, 8375, 9476;
#: `internal` is ICANN's for private use).
_LOCAL = ("alt", "home.arpa", "internal", "invalid", "local", "localhost", "onion", "test")
_MAX_NAME = 253
#: Left as they are in a path and query; all else is percent-encoded.
_SAFE = "%/:?@!$&'()*+,;=~-._[]"


@dataclass(frozen=True)
class Reach:
    """Where may be connected to: the ports, and a rule that says what keeps us from an address.

    The default is the public web. Another one is for tests, and for whoever keeps their own pages inside.
    """

    ports: frozenset[int] = field(default=frozenset(_DEFAULT_PORTS.values()))
    why_not: Callable[[IPAddress], str | None] = why_not_public


@dataclass(frozen=True)
class Place:
    """Where one request goes.

    Attributes:
        scheme: http or https.
        host: In ASCII, lower case; an IPv6 address without brackets.
        port: Written or the scheme's.
        target: Path and query, percent-encoded.
        address: The host, where it is an address and not a name.
    """

    scheme: str
    host: str
    port: int
    target: str
    address: IPAddress | None

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL and in the Host header."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what shares a robots.txt and may share credentials."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The URL in its one spelling, without a fragment."""
        return self.origin + self.target


def place_of(url: str, reach: Reach) -> Place:
    """Where a URL leads; nothing is resolved or opened for it. Pure.

    Args:
        url: As somebody wrote it; not stripped.
        reach: Ports, and the rule for a host that is an address.

    Raises:
        Trouble: it is none that is gone to.
    """
    if len(url) > MAX_LENGTH:
        raise _refused(f"is longer than {MAX_LENGTH:,} characters")
    if any(character.isspace() or not character.isprintable() or character == "\\" for character in url):
        raise _refused("holds white space, a backslash or characters nobody sees")
    match = _URL.fullmatch(url)
    if match is None:
        raise _refused("is no http:// or https:// address")
    scheme, authority, path, query = match.groups()
    scheme = scheme.lower()
    host, port = _split(authority)
    if port is not None and not port.isdigit() and "@" in url:  # a password with a slash in it
        raise _refused("carries a user name or password")
    host, address = _host(host)
    number = _port(port, scheme)
    if number not in reach.ports:
        raise _refused(f"port {number} is not one that pages are served at")
    reason = reach.why_not(address) if address is not None else None
    if reason:
        raise _refused(f"{address} is {reason}")
    target = quote(f"{path or '/'}{query or ''}", safe=_SAFE)
    return Place(scheme, host, number, target, address)


def _split(authority: str) -> tuple[str, str | None]:
    if "@" in authority:
        raise _refused("carries a user name or password")
    if authority.startswith("["):
        inside, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise _refused("has a broken IPv6 address")
        return f"[{inside}]", rest[1:] or None
    host, colon, port = authority.partition(":")
    return host, port if colon and port else None


def _port(port: str | None, scheme: str) -> int:
    if port is None:
        return _DEFAULT_PORTS[scheme]
    match = re.fullmatch(r"[1-9][0-9]{0,4}", port)
    if match is None:
        raise _refused("has no usual port")
    return int(port)


def _host(host: str) -> tuple[str, IPAddress | None]:
    if host.startswith("["):
        return _ipv6(host[1:-1])
    name = _ascii(host)
    labels = name.split(".")
    if not name or len(name) > _MAX_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused(f"has no usual host: {visible(host, 80)}")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(name)
    if len(labels) == 1 or any(name == local or name.endswith(f".{local}") for local in _LOCAL):
        raise _refused(f"{name} is a name of this machine or network")
    return name, None


def _ipv4(name: str) -> tuple[str, IPAddress]:
    try:
        address = IPv4Address(name)
    except AddressValueError:
        raise _refused(f"{name} is an IPv4 address spelled in an unusual way") from None
    return name, address


def _ipv6(text: str) -> tuple[str, IPAddress]:
    if not text.isascii() or "%" in text:
        raise _refused("has an unusual IPv6 address, or one with a zone")
    try:
        address = IPv6Address(text)
    except AddressValueError:
        raise _refused("has a broken IPv6 address") from None
    return str(address), address


def _ascii(host: str) -> str:
    """The host as the name system spells it, by IDNA 2008 (RFC 5891).

    No mapping (UTS 46) comes before: full-width and circled digits, other dots, invisible joiners and capital
    letters outside ASCII are refused, not turned into something else.
    """
    import idna

    name = "".join(letter.lower() if letter.isascii() else letter for letter in host)
    try:
        if not name.isascii():
            return idna.encode(name, strict=True, std3_rules=True).decode("ascii")
        for label in name.split("."):
            if label.startswith("xn--"):
                idna.ulabel(label)
    except (idna.IDNAError, UnicodeError):
        raise _refused(f"has no valid international host name: {visible(host, 80)}") from None
    return name


def _refused(reason: str) -> Trouble:
    return Trouble("refused", reason)
