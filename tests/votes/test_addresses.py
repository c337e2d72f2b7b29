import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.errors import InputError
from panel.votes.addresses import Origins, client_address, is_trusted, networks, prefix

PROXIES = networks(["10.0.0.0/8", "fd00::/8", "127.0.0.1"])


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["1.2.3.4, 198.51.100.1, 10.0.0.9"], "198.51.100.1"),
        ("10.0.0.2", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["198.51.100.1, nonsense"], "10.0.0.2"),
        ("10.0.0.2", [], "10.0.0.2"),
        ("10.0.0.2", ["10.0.0.3, 10.0.0.4"], "10.0.0.3"),
        ("::ffff:10.0.0.2", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.2", [",".join(["1.2.3.4"] * 5000) + ",10.0.0.1"], "1.2.3.4"),
        (None, ["198.51.100.1"], ""),
        ("/run/socket", ["198.51.100.1"], ""),
    ],
)
def test_the_client_is_the_last_stranger_our_proxies_name(peer, said, client):
    assert client_address(peer, said, PROXIES) == client


@given(st.lists(st.text(max_size=40)), st.sampled_from(["203.0.113.7", "10.0.0.2"]))
def test_whatever_a_header_says_a_client_has_an_address(said, peer):
    found = client_address(peer, said, PROXIES)
    assert prefix(found) != "unknown"
    if peer == "203.0.113.7":
        assert found == peer


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_network_is_a_household_or_an_office(address, network):
    assert prefix(address) == network


def test_a_mark_is_of_one_network_one_day_and_one_process():
    origins = Origins()
    mark = origins.mark("203.0.113.7", "2026-11-20")
    assert mark == origins.mark("203.0.113.99", "2026-11-20")
    assert mark != origins.mark("203.0.114.7", "2026-11-20")
    assert mark != origins.mark("203.0.113.7", "2026-11-21")
    assert mark != Origins().mark("203.0.113.7", "2026-11-20")


def test_a_proxy_that_is_no_address_is_a_usage_error():
    assert is_trusted("127.0.0.1", PROXIES)
    assert not is_trusted("127.0.0.2", PROXIES)
    assert not is_trusted(None, PROXIES)
    with pytest.raises(InputError, match=r"--trust-proxy: 'proxy\.local'"):
        networks(["proxy.local"])
