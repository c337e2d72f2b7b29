"""A question that is posted: the same guards and limits, no redirect, and a token for its own host only."""

import pytest

from panel.evidence.fetching.endings import NotFetched
from panel.evidence.fetching.limits import Limits
from tests.evidence.fetching.internet import Internet, InTurn, page, redirect, run

API = "https://api.tool.example/graphql"
JSON = ("application/json",)
HEADERS = {"Authorization": "Bearer hush-hush", "Content-Type": "application/json"}
QUESTION = b'{"query": "{ posts }"}'
ANSWER = page(b'{"data": {}}', kind="application/json")


def posted(pages, url=API, *, limits=None, **internet):
    web = Internet(pages, **internet)
    fetcher = web.fetcher(**({"limits": limits} if limits else {}))
    return web, run(fetcher.post(url, QUESTION, accept=JSON, headers=HEADERS))


def refused(pages, url=API, **more):
    web = Internet(pages)
    with pytest.raises(NotFetched) as caught:
        run(web.fetcher(**more).post(url, QUESTION, accept=JSON, headers=HEADERS))
    assert "hush-hush" not in str(caught.value)
    return web, caught.value


def test_the_body_and_the_headers_are_sent_and_the_answer_is_read():
    web, answer = posted({API: ANSWER})
    (request,) = web.requests
    assert (request.method, request.body) == ("POST", QUESTION)
    assert request.headers["content-length"] == str(len(QUESTION))
    assert request.headers["authorization"] == "Bearer hush-hush"
    assert answer.body == b'{"data": {}}'


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Same", "308 Same"])
@pytest.mark.parametrize("to", ["https://evil.example/", "https://api.tool.example/other"])
def test_a_redirect_is_not_followed(status, to):
    web, error = refused({API: redirect(to, status), to: ANSWER})
    assert error.kind == "redirect"
    assert web.asked == [API]


@pytest.mark.parametrize(
    "url", ["http://api.tool.example/", "https://127.0.0.1/", "https://169.254.169.254/", "ftp://x.example/"]
)
def test_it_goes_to_public_addresses_only_and_never_unencrypted(url):
    web, error = refused({url: ANSWER}, url)
    assert error.kind == "refused"
    assert (web.connections, web.written) == ([], [])


def test_a_name_of_a_private_address_is_refused_before_a_byte_is_sent():
    web = Internet({API: ANSWER}, names={"api.tool.example": ["10.0.0.7"]})
    with pytest.raises(NotFetched, match=r"10\.0\.0\.7, which is private"):
        run(web.fetcher().post(API, QUESTION, accept=JSON, headers=HEADERS))
    assert (web.connections, web.written) == ([], [])


def test_the_limits_and_kinds_of_a_get_hold():
    large = page(b"1" * 2_000, kind="application/json")
    assert refused({API: large}, limits=Limits(bytes=1_000, interval=0.0))[1].limit.name == "bytes"
    assert refused({API: page("<p>Log in")})[1].kind == "type"
    assert refused({API: [60.0, ANSWER]})[1].limit.name == "seconds"


def test_a_host_in_trouble_is_asked_once_more_with_the_same_question():
    web, _ = posted({API: InTurn(page(b"", "503 Service Unavailable"), ANSWER)})
    assert [request.body for request in web.requests] == [QUESTION, QUESTION]


def test_a_header_that_is_none_is_refused_and_not_shown():
    web = Internet({API: ANSWER})
    with pytest.raises(NotFetched, match="Authorization") as caught:
        run(web.fetcher().post(API, QUESTION, accept=JSON, headers={"Authorization": "Bearer hush-hush\n"}))
    assert "hush-hush" not in str(caught.value)
    assert web.connections == []


def test_a_closed_client_posts_nothing():
    async def work(fetcher):
        await fetcher.close()
        await fetcher.post(API, QUESTION, accept=JSON)

    with pytest.raises(RuntimeError, match="closed"):
        run(work(Internet().fetcher()))
