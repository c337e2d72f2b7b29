"""The client as its callers see it: a text, "not modified", or one error that says why."""

import asyncio
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.core.errors import ExitCode, InputError
from panel.evidence.fetching.endings import NotFetched
from panel.evidence.fetching.fetched import Fetched, NotModified, Validators
from panel.evidence.fetching.fetcher import Fetcher, user_agent
from tests.evidence.fetching.internet import HTML, NOW, PUBLIC, Internet, InTurn, page, redirect, run

URL = "https://tool.example/"


def test_a_text_comes_with_where_and_when_it_was():
    answer = page(
        "Größe", ETag='"abc"', Last_Modified="Fri, 20 Nov 2026 08:00:00 GMT", Set_Cookie="a=b", Link="<x>"
    )
    found = Internet({URL: answer}).get(URL)
    assert found == Fetched(
        url=URL,
        final_url=URL,
        status=200,
        headers={"content-type": "text/html", "link": "<x>"},
        body="Größe".encode(),
        text="Größe",
        charset="utf-8",
        retrieved=NOW,
        etag='"abc"',
        last_modified="Fri, 20 Nov 2026 08:00:00 GMT",
    )
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_request_says_who_asks_and_nothing_else():
    internet = Internet({URL: page()})
    internet.get(URL, robots=False)
    assert internet.requests[0].headers == {
        "host": "tool.example",
        "user-agent": "shipskip/0.0 (+mailto:me@tool.example)",
        "accept": "text/html",
        "accept-encoding": "gzip",
        "connection": "close",
    }


def test_who_asks_is_made_of_the_version_and_a_contact_that_is_not_invented():
    assert user_agent("0.1.0") == "shipskip/0.1.0"
    assert user_agent("0.1.0", "https://me.example/bot") == "shipskip/0.1.0 (+https://me.example/bot)"
    for broken in ("", "a\r\nHost: b", "größe"):
        with pytest.raises(ValueError, match="printable ASCII"):
            Fetcher(user_agent=broken)


# ---------------------------------------------------------------- what has not changed


def twice(internet, second=URL):
    async def work():
        fetcher = internet.fetcher()
        first = await fetcher.get(URL, accept=HTML, robots=False)
        return first, await fetcher.get(second, accept=HTML, robots=False, earlier=first.validators)

    return run(work())


def test_what_has_not_changed_is_not_sent_again():
    internet = Internet(
        {URL: InTurn(page(ETag='W/"1"', Last_Modified="yesterday"), page(b"", "304 Not Modified"))}
    )
    first, second = twice(internet)
    assert second == NotModified(URL, first.validators, NOW)
    sent = internet.requests[1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"1"', "yesterday")


def test_what_has_changed_is_sent_again():
    internet = Internet({URL: InTurn(page("old", ETag='"1"'), page("new", ETag='"2"'))})
    assert [found.text for found in twice(internet)] == ["old", "new"]


def test_only_the_place_that_gave_a_text_is_asked_whether_it_changed():
    final = "https://other.example/new"
    internet = Internet(
        {URL: redirect(final), final: InTurn(page(ETag='"1"'), page(b"", "304 Not Modified"))}
    )
    _, second = twice(internet)
    assert isinstance(second, NotModified)
    assert [request.headers.get("if-none-match") for request in internet.requests] == [
        None,
        None,
        None,
        '"1"',
    ]


def test_a_page_that_moved_is_fetched_whole():
    internet = Internet({URL: InTurn(page("old", ETag='"1"'), redirect("/b")), f"{URL}b": page("new")})
    assert twice(internet)[1].text == "new"
    assert "if-none-match" not in internet.requests[2].headers


def test_a_server_that_says_unchanged_unasked_is_an_error():
    internet = Internet({URL: page(b"", "304 Not Modified")})
    with pytest.raises(NotFetched, match="answered 304"):
        internet.get(URL, earlier=Validators("https://other.example/", '"1"'))


def test_validators_that_are_no_header_lines_are_not_sent():
    internet = Internet({URL: page()})
    internet.get(URL, robots=False, earlier=Validators(URL, "a\r\nX: y", "ü"))
    assert not {"if-none-match", "if-modified-since", "x"} & internet.requests[0].headers.keys()


# ---------------------------------------------------------------- errors


def test_an_error_is_one_line_that_names_the_url_the_hop_the_reason_and_the_limit():
    internet = Internet({URL: redirect("/big"), f"{URL}big": page(b"x", Content_Length="6000000")})
    with pytest.raises(NotFetched) as caught:
        internet.get(URL)
    assert str(caught.value) == (
        "https://tool.example/: redirected to https://tool.example/big: "
        "the body is too large (limit bytes: 5,000,000)"
    )
    assert isinstance(caught.value, InputError)
    assert caught.value.exit_code is ExitCode.INPUT
    assert caught.value.__cause__ is None


def test_a_token_that_was_pasted_with_its_line_end_is_refused_unshown():
    internet = Internet({URL: page()})
    for value in ("hunter2\n", " hunter2", "hünter2"):
        with pytest.raises(NotFetched, match="header line Authorization") as caught:
            internet.get(URL, headers={"Authorization": value})
        assert "nter2" not in str(caught.value)
    assert internet.connections == []


HEADER_LINES = [
    *(b"Content-Type: text/html", b"Content-Type: text/html; charset=utf-16", b"Content-Encoding: gzip"),
    *(b"Transfer-Encoding: chunked", b"Content-Length: 3", b"Content-Length: 99999999999999999999"),
    *(
        b"Location: /",
        b"Location: \xff",
        b"Location: http://[",
        b"Date: x",
        b"Retry-After: \xb2",
        b"ETag: \xe9",
    ),
]


def reply_of(status, lines, body):
    return b"HTTP/1.1 " + b"\r\n".join([status, *lines]) + b"\r\n\r\n" + body


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200)
    | st.builds(
        reply_of,
        st.sampled_from([b"200 OK", b"302 x", b"304 x", b"429 x", b"999", b"-1 x", b"200"]),
        st.lists(st.sampled_from(HEADER_LINES) | st.binary(max_size=20), max_size=5),
        st.binary(max_size=50),
    )
)
def test_whatever_a_server_sends_is_a_text_or_an_error_of_ours(raw):
    internet = Internet({URL: raw})
    ending = outcome(internet)
    assert isinstance(ending, Fetched) or str(ending).isprintable()
    assert internet.open == 0


def outcome(internet):
    try:
        return internet.get(URL, robots=False)
    except NotFetched as error:
        return error


# ---------------------------------------------------------------- its life


def test_a_cancelled_fetch_closes_its_connection():
    internet = Internet({URL: [3_600.0]})

    async def work():
        task = asyncio.create_task(internet.fetcher().get(URL, accept=HTML, robots=False))
        await asyncio.sleep(1)
        assert internet.open == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(work())
    assert internet.connections == [(PUBLIC, 443)]
    assert internet.open == 0


def test_a_closed_fetcher_takes_no_more():
    internet = Internet({URL: page("Hello")})

    async def work():
        async with internet.fetcher() as fetcher:
            assert (await fetcher.get(URL, accept=HTML)).text == "Hello"
        with pytest.raises(RuntimeError, match="closed"):
            await fetcher.get(URL, accept=HTML)

    run(work())
