"""The connection goes to exactly the address that was checked, whatever the name says next."""

import asyncio
import socket
import ssl
import threading

import httpcore2
import pytest

from panel.evidence.fetching.connecting import system_certificates, system_resolver
from panel.evidence.fetching.endings import NotFetched
from panel.evidence.fetching.limits import Limits
from tests.evidence.fetching.internet import HTML, OTHER, PUBLIC, PUBLIC_V6, Internet, page, redirect, run

URL = "http://tool.example/"


def test_a_page_is_fetched_from_the_address_its_name_has():
    internet = Internet({URL: page("Hello")}, {"tool.example": [OTHER]})
    assert internet.get(URL, robots=False).text == "Hello"
    assert internet.lookups == ["tool.example"]
    assert internet.connections == [(OTHER, 80)]


def test_the_connection_is_to_the_address_but_host_and_certificate_are_the_names():
    internet = Internet({"https://tool.example/": page("Hello")}, {"tool.example": [OTHER]})
    assert internet.get("https://tool.example/", robots=False).text == "Hello"
    assert internet.connections == [(OTHER, 443)]
    [request] = internet.requests
    assert (request.tls_name, request.headers["host"]) == ("tool.example", "tool.example")


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [PUBLIC, "10.0.0.1"],
        ["::1", PUBLIC],
        [PUBLIC, "64:ff9b::7f00:1"],
        [PUBLIC_V6, "fe80::1%2"],
    ],
    ids=str,
)
def test_a_name_with_any_inner_address_is_refused_whole(addresses):  # C12
    internet = Internet({URL: page()}, {"tool.example": addresses})
    with pytest.raises(NotFetched, match=r"tool\.example has the address .*, which is ") as caught:
        internet.get(URL)
    assert caught.value.kind == "refused"
    assert ("beside public ones" in caught.value.reason) == (len(addresses) > 1)
    assert internet.connections == []


def test_a_name_that_turns_inward_after_the_check_is_not_followed_there():  # C12
    internet = Internet({URL: page("Hello")}, {"tool.example": [[PUBLIC], ["127.0.0.1"]]})
    assert internet.get(URL, robots=False).text == "Hello"
    assert internet.connections == [(PUBLIC, 80)]


def test_a_name_that_has_turned_inward_is_refused_at_the_next_request():
    internet = Internet({URL: page()}, {"tool.example": [[PUBLIC], ["127.0.0.1"]]})
    with pytest.raises(NotFetched, match="loopback"):  # robots.txt came first
        internet.get(URL)
    assert internet.connections == [(PUBLIC, 80)]


def test_a_redirect_to_the_same_name_is_checked_again():
    pages = {URL: redirect("/next"), f"{URL}next": page()}
    internet = Internet(pages, {"tool.example": [[PUBLIC], ["169.254.169.254"]]})
    with pytest.raises(NotFetched, match=r"redirected to http://tool\.example/next: .*metadata") as caught:
        internet.get(URL, robots=False)
    assert caught.value.hop == "http://tool.example/next"
    assert internet.connections == [(PUBLIC, 80)]


def test_another_machine_answering_at_the_address_is_sent_nothing():
    internet = Internet({URL: page()}, peers={PUBLIC: "10.0.0.1"})
    with pytest.raises(NotFetched, match="another address answered"):
        internet.get(URL)
    assert (internet.written, internet.open) == ([], 0)


def test_the_next_address_is_tried_where_one_is_dead():
    internet = Internet(
        {URL: page("Hello")}, {"tool.example": [PUBLIC_V6, PUBLIC]}, dead=frozenset({PUBLIC_V6})
    )
    assert internet.get(URL, robots=False).text == "Hello"
    assert internet.connections == [(PUBLIC_V6, 80), (PUBLIC, 80)]


def test_of_many_dead_addresses_only_the_first_few_are_tried():
    many = [f"93.184.216.{n}" for n in range(100)]
    internet = Internet({}, {"tool.example": many}, dead=frozenset(many))
    with pytest.raises(NotFetched) as caught:
        internet.get(URL, robots=False, limits=Limits(addresses=3))
    assert caught.value.kind == "unreachable"
    assert len(internet.connections) == 3


@pytest.mark.parametrize(
    ("addresses", "reason"), [([], "has no address"), (["nonsense"], "what is no address")]
)
def test_a_name_without_an_address_is_named(addresses, reason):
    internet = Internet({}, {"tool.example": addresses})
    with pytest.raises(NotFetched, match=f"tool.example .*{reason}"):
        internet.get(URL)
    assert internet.connections == []


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    internet = Internet({URL: page("Hello")})
    assert internet.get(URL, robots=False).text == "Hello"
    assert internet.connections == [(PUBLIC, 80)]
    assert internet.requests[0].target == "/"


def test_a_certificate_that_does_not_hold_is_named_without_a_traceback():
    internet = Internet({"https://tool.example/": page()})

    async def no_tls(*arguments):
        stream = await internet.connect(*arguments)

        async def start_tls(*_arguments, **_options):
            raise httpcore2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")

        stream.start_tls = start_tls
        return stream

    fetcher = internet.fetcher(connect=no_tls)
    with pytest.raises(NotFetched, match="self-signed certificate") as caught:
        run(fetcher.get("https://tool.example/", accept=HTML))
    assert caught.value.kind == "unreachable"
    assert internet.open == 0


def test_certificates_are_checked_against_the_name():
    context = system_certificates()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


# ---------------------------------------------------------------- the machine's resolver


def test_the_machines_resolver_is_asked_in_a_thread():
    assert set(asyncio.run(system_resolver("localhost"))) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "\udcff.example"])
def test_what_is_no_name_has_no_address(name):
    with pytest.raises(OSError):  # noqa: PT011 [its words are the system's]
        asyncio.run(system_resolver(name))


def test_a_look_up_that_never_answers_keeps_nobody_waiting(monkeypatch):
    release = threading.Event()

    def stuck(name, *_arguments, **_options):
        if name == "stuck.example":
            release.wait(5)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", stuck)

    async def work():
        waiting = [asyncio.create_task(system_resolver("stuck.example")) for _ in range(50)]
        assert await system_resolver("tool.example") == [PUBLIC]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(asyncio.wait_for(work(), 3))
    release.set()
