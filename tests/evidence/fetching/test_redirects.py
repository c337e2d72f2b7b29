"""Redirects are followed by hand: every hop is a new URL, checked like the first."""

import pytest

from panel.evidence.fetching.endings import NotFetched
from tests.evidence.fetching.internet import Internet, missing, page, redirect

URL = "https://tool.example/"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_a_redirect_leads_to_the_text_and_says_where_it_was(status):
    internet = Internet({URL: redirect("/docs/#top", status), f"{URL}docs/": page("Hello")})
    found = internet.get(URL)
    assert (found.text, found.url, found.final_url) == ("Hello", URL, f"{URL}docs/")


@pytest.mark.parametrize(
    ("to", "final"),
    [
        ("b", "https://tool.example/a/b"),
        ("../c?d", "https://tool.example/c?d"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example", "http://other.example/"),
        ("/caf\u00c3\u00a9", "https://tool.example/caf%C3%A9"),
    ],
)
def test_a_location_may_be_relative(to, final):
    internet = Internet({f"{URL}a/": redirect(to), final: page("Hello")})
    assert internet.get(f"{URL}a/").final_url == final


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://127.0.0.1/", "loopback"),
        ("http://169.254.169.254/latest/", "metadata"),
        ("//[::ffff:10.0.0.1]/", "private"),
        ("http://inner.example/", "has the address 192.168.1.1, which is private"),
        ("http://tool.example:22/", "port 22"),
        ("https://me:hunter2@tool.example/", "password"),
        ("file:///etc/passwd", "no http"),
        ("ftp://tool.example/", "no http"),
        ("javascript:alert(1)", "no http"),
    ],
)
def test_a_redirect_to_where_nobody_may_go_is_refused_at_that_hop(to, reason):  # C13
    internet = Internet({URL: redirect(to)}, {"inner.example": ["192.168.1.1"]})
    with pytest.raises(NotFetched, match=reason) as caught:
        internet.get(URL, robots=False)
    assert caught.value.kind == "refused"
    assert caught.value.url == URL
    assert caught.value.hop in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert len(internet.connections) == 1


def test_five_redirects_are_followed():
    pages = {f"{URL}{n}": redirect(f"/{n + 1}") for n in range(5)} | {f"{URL}5": page("Hello")}
    assert Internet(pages).get(f"{URL}0").final_url == f"{URL}5"


def test_of_fifty_redirects_the_sixth_is_too_much_and_the_limit_is_named():  # C13
    internet = Internet({f"{URL}{n}": redirect(f"/{n + 1}") for n in range(50)})
    with pytest.raises(NotFetched, match="too often") as caught:
        internet.get(f"{URL}0")
    assert (caught.value.limit.name, caught.value.limit.value) == ("redirects", 5)
    assert len(internet.asked) == 6


@pytest.mark.parametrize(
    ("pages", "circle"),
    [
        ({URL: redirect("/")}, "one page"),
        ({URL: redirect("#again")}, "one page"),
        ({URL: redirect("/b"), f"{URL}b": redirect("/c"), f"{URL}c": redirect("/b")}, "2 pages"),
    ],
)
def test_a_circle_is_named(pages, circle):
    internet = Internet(pages)
    with pytest.raises(NotFetched, match=f"in a circle of {circle}") as caught:
        internet.get(URL)
    assert caught.value.kind == "redirect"
    assert len(internet.asked) == len(pages)


@pytest.mark.parametrize("to", ["http://[", "http://[::1", "//[x]y/"])
def test_a_redirect_to_what_is_no_address_is_named(to):
    with pytest.raises(NotFetched, match=r"no address|broken IPv6"):
        Internet({URL: redirect(to)}).get(URL)


def test_a_redirect_to_nowhere_is_named():
    internet = Internet({URL: page(b"", "302 Found")})
    with pytest.raises(NotFetched, match="to nowhere"):
        internet.get(URL)


def test_the_callers_headers_stay_at_the_first_site():
    pages = {
        URL: redirect("/b"),
        f"{URL}b": redirect("https://other.example/"),
        "https://other.example/": redirect("http://tool.example/c"),
        "http://tool.example/c": page(),
    }
    internet = Internet(pages)
    internet.get(URL, headers={"Authorization": "Bearer t"}, robots=False)
    assert [request.headers.get("authorization") for request in internet.requests] == [
        "Bearer t",
        "Bearer t",
        None,
        None,
    ]


def test_the_body_of_a_redirect_or_an_error_is_not_read():
    for status in ("302 Found", "404 Not Found"):
        endless = [page(b"", status, Location=f"{URL}b", Content_Length="99999999"), *[b"x" * 65_536] * 1_000]
        internet = Internet({URL: endless, f"{URL}b": missing()})
        with pytest.raises(NotFetched, match="answered 404 Not Found") as caught:
            internet.get(URL, robots=False)
        assert caught.value.status == 404
        assert internet.open == 0
