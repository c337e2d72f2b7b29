"""Which addresses are public: the one rule that decides where this program connects.

Written over `ipaddress` and not taken from a library: of ssrfguard 0.4.1, the nearest, the clients are for
httpx and not for the httpx2 of this project, and its table lets through `::ffff:0:127.0.0.1` (RFC 2765), the
address space nobody was given, 6to4 and Teredo around a public address, and Azure's 168.63.129.16.
`is_global` of the standard library answers another question (is it routed?) and changes with its version.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IPAddress = IPv4Address | IPv6Address

#: IANA's IPv4 Special-Purpose Address Registry, multicast (RFC 5771), and two addresses where clouds answer.
#: The narrower stands before the wider: the first that matches gives the reason.
_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), name)
    for network, name in (
        ("0.0.0.0/8", "unspecified, this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a carrier's customers (CGNAT)"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's metadata service"),
        ("169.254.169.254/32", "a cloud's metadata service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("255.255.255.255/32", "broadcast"),
        ("240.0.0.0/4", "reserved"),
    )
)

#: Names for what lies outside of global unicast; it is refused without a name, too.
_V6_NAMES: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), name)
    for network, name in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4-compatible, no longer used"),
        ("::ffff:0:0:0/96", "IPv4-translated"),
        ("64:ff9b:1::/48", "a local NAT64 prefix"),
        ("100::/64", "discard-only"),
        ("fd00:ec2::254/128", "a cloud's metadata service"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)

#: The only IPv6 space that is given out (RFC 4291, IANA), and what of it is no host's of its own.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_V6_INSIDE: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), name)
    for network, name in (
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "for documentation"),
    )
)

#: Where an IPv6 address only wraps an IPv4 one that the network in between connects to. Networks without IPv4
#: reach all IPv4 hosts through the second (RFC 6052), so it is opened, not refused.
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
#: Interface identifiers of ISATAP (RFC 5214, section 6.1), followed by the IPv4 address that is connected to.
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
_LOW = 0xFFFF_FFFF


def why_not_public(address: IPAddress) -> str | None:
    """What keeps us from an address, in words that follow "is"; None for a public host. Pure.

    6to4 and Teredo are refused whatever they wrap: their relays connect to the address inside, and a site
    that is reached only so is none we need. Known to be let through: NAT64 under a prefix of a network's own.
    """
    if isinstance(address, IPv4Address):
        return next((name for network, name in _V4 if address in network), None)
    if address.scope_id is not None:
        return "of one network interface only"
    if address in _MAPPED or address in _NAT64:
        return _why_not_wrapped(address)
    if address not in _GLOBAL_UNICAST:
        return next((name for network, name in _V6_NAMES if address in network), "reserved")
    wraps = int(address) >> 32 & _LOW in _ISATAP
    reason = _why_not_wrapped(address) if wraps else None
    return reason or next((name for network, name in _V6_INSIDE if address in network), None)


def _why_not_wrapped(address: IPv6Address) -> str | None:
    inner = IPv4Address(int(address) & _LOW)
    reason = why_not_public(inner)
    return reason and f"a wrapping of {inner}, which is {reason}"
