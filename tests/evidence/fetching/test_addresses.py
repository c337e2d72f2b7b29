"""The address rule: nothing but a public host gets through, whatever it is wrapped in."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from panel.evidence.fetching.addresses import why_not_public

V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
V6 = st.integers(0, 2**128 - 1).map(IPv6Address)
#: Near the edges of what is special, where a random address never falls.
SPECIAL = st.sampled_from(
    [
        "::",
        "::ffff:0:0",
        "::ffff:0:0:0",
        "64:ff9b::",
        "64:ff9b:1::",
        "100::",
        "2001::",
        "2001:db8::",
        "2002::",
        "2000::",
        "2001:200::",
        "3fff::",
        "4000::",
        "fc00::",
        "fe80::",
        "fec0::",
        "ff00::",
        "2606:4700::",
    ]
)


def wrapped(prefix: str, inner: str, shift: int = 0) -> IPv6Address:
    return IPv6Address(int(IPv6Address(prefix)) | int(IPv4Address(inner)) << shift)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("100.64.0.1", "CGNAT"),
        ("100.100.100.200", "CGNAT"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("168.63.129.16", "metadata"),
        ("169.254.169.254", "metadata"),
        ("169.254.170.2", "link-local"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.0.0.192", "protocols"),
        ("192.88.99.1", "6to4"),
        ("192.168.1.1", "private"),
        ("198.19.0.1", "benchmarks"),
        ("203.0.113.9", "documentation"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("::ffff:0:7f00:1", "IPv4-translated"),
        ("64:ff9b:1::7f00:1", "NAT64"),
        ("100::1", "discard"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
        ("2001:db8::1", "documentation"),
        ("2002:7f00:1::", "6to4"),
        ("2002:808:808::", "6to4"),
        ("3fff::1", "documentation"),
        ("4000::1", "reserved"),
        ("5f00::1", "reserved"),
        ("fc00::1", "private"),
        ("fd00:ec2::254", "metadata"),
        ("fe80::1", "link-local"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("2606:4700::1%eth0", "interface"),
        ("2606:4700::5efe:127.0.0.1", "127.0.0.1, which is loopback"),
        ("2606:4700::200:5efe:10.0.0.1", "10.0.0.1, which is private"),
        ("2002:808:808::5efe:8.8.8.8", "6to4"),
    ],
)
def test_what_is_not_public_is_named(address, reason):
    assert reason in why_not_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "223.255.255.255",
        "2606:4700::6810:84e5",
        "2a00:1450:4001::1",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_what_is_public_is_let_through(address):
    assert why_not_public(ip_address(address)) is None


@settings(deadline=None)
@given(V4)
@example(IPv4Address("127.0.0.1"))
@example(IPv4Address("192.168.255.255"))
def test_an_ipv4_address_is_judged_alike_bare_mapped_and_behind_nat64(address):
    bare = why_not_public(address)
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        inside = why_not_public(wrapped(prefix, str(address)))
        assert (inside is None) == (bare is None)
        assert bare is None or bare in inside


@settings(deadline=None)
@given(V4, st.integers(0, 2**16 - 1))
def test_6to4_and_teredo_are_refused_whatever_is_inside(address, low):
    assert why_not_public(IPv6Address(0x2002 << 112 | int(address) << 80 | low))
    assert why_not_public(IPv6Address(0x2001_0000 << 96 | low << 64 | int(address) ^ 0xFFFFFFFF))


@settings(deadline=None)
@given(V4 | V6 | st.builds(lambda base, low: IPv6Address(int(IPv6Address(base)) | low), SPECIAL, V4.map(int)))
def test_nothing_is_let_through_that_the_standard_library_calls_special(address):
    inner = address
    if address.version == 6 and (int(address) >> 32 in {0xFFFF, 0x64_FF9B << 64}):
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    if why_not_public(address) is None:
        assert inner.is_global
        assert not any((inner.is_multicast, inner.is_reserved, inner.is_link_local, inner.is_loopback))
