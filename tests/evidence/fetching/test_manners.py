"""Other people's servers are asked slowly, by few at once, and left alone when they say so."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from panel.evidence.fetching.endings import NotFetched
from panel.evidence.fetching.limits import Limits
from panel.evidence.fetching.manners import Manners, asked_wait
from tests.evidence.fetching.internet import HTML, NOW, Internet, InTurn, loop_time, page, run

URL = "https://tool.example/"
BUSY = page(b"", "503 Service Unavailable")


def gather(internet, urls, **limits):
    """All at once by one fetcher; errors are values."""

    async def work():
        fetcher = internet.fetcher(limits=Limits(**limits))
        tasks = [fetcher.get(url, accept=HTML, robots=False) for url in urls]
        return await asyncio.gather(*tasks, return_exceptions=True)

    return run(work())


def slow_pages(urls, seconds=5.0):
    return {url: [seconds, page(url)] for url in urls}


def gaps(internet):
    times = [request.at for request in internet.requests]
    return [later - earlier for earlier, later in pairwise(times)]


def test_two_requests_to_one_host_begin_an_interval_apart():
    urls = [f"{URL}{n}" for n in range(5)]
    internet = Internet({url: page(url) for url in urls})
    gather(internet, urls, interval=1.0)
    assert len(internet.requests) == 5
    assert all(0.99 <= gap <= 1.1 for gap in gaps(internet))


def test_at_most_two_requests_are_in_flight_to_one_host():
    urls = [f"{URL}{n}" for n in range(6)]
    internet = Internet(slow_pages(urls))
    found = gather(internet, urls, interval=0.0)
    assert [one.text for one in found] == urls
    assert internet.most_open == 2


def test_hosts_do_not_wait_for_one_another_up_to_the_limit_over_all():
    urls = [f"https://tool-{n}.example/" for n in range(30)]
    internet = Internet(slow_pages(urls))
    assert all(not isinstance(one, Exception) for one in gather(internet, urls, at_once=7, interval=1.0))
    assert internet.most_open == 7


def test_waiting_for_a_turn_does_not_use_up_the_seconds():
    urls = [f"{URL}{n}" for n in range(20)]
    internet = Internet(slow_pages(urls))
    found = gather(internet, urls, interval=3.0, seconds=6.0)
    assert [one.text for one in found] == urls


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 Oops", "502 Bad", "503 Busy", "504 Late"])
def test_a_passing_failure_is_tried_once_more_after_a_pause(status):
    internet = Internet({URL: InTurn(page(b"", status), page("Hello"))})
    assert internet.get(URL, robots=False).text == "Hello"
    assert gaps(internet) == [pytest.approx(2.0, abs=0.1)]


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 Oops", "503 Service Unavailable"])
def test_a_lasting_failure_is_not_tried_a_third_time(status):
    internet = Internet({URL: page(b"", status)})
    with pytest.raises(NotFetched, match=f"answered {status[:3]}") as caught:
        internet.get(URL, robots=False)
    assert caught.value.status == int(status[:3])
    assert len(internet.requests) == 2


@pytest.mark.parametrize("status", ["400 Bad", "401 Who", "403 No", "404 Not Found", "410 Gone", "501 Never"])
def test_a_final_answer_is_not_asked_again(status):
    internet = Internet({URL: page(b"", status)})
    with pytest.raises(NotFetched):
        internet.get(URL, robots=False)
    assert len(internet.requests) == 1


def test_one_repetition_is_all_for_a_fetch_with_redirects():
    moved = page(b"", "302 Found", Location="/b")
    pages = {URL: InTurn(BUSY, moved), f"{URL}b": InTurn(BUSY, page("Hello"))}
    internet = Internet(pages)
    with pytest.raises(NotFetched, match="answered 503"):
        internet.get(URL, robots=False)
    assert len(internet.requests) == 3


def test_retry_after_is_sat_out():
    internet = Internet({URL: InTurn(page(b"", "429 Slow", Retry_After="17"), page("Hello"))})
    assert internet.get(URL, robots=False).text == "Hello"
    assert gaps(internet) == [pytest.approx(17.0, abs=0.1)]


def test_a_longer_wait_is_handed_back_and_the_host_is_left_alone_until_then():
    other = "https://other.example/"
    internet = Internet({URL: page(b"", "429 Slow", Retry_After="3600"), other: page("Hello")})

    async def work():
        fetcher = internet.fetcher()
        errors = []
        for _ in range(3):
            with pytest.raises(NotFetched) as caught:
                await fetcher.get(URL, accept=HTML, robots=False)
            errors.append(caught.value)
        await fetcher.get(other, accept=HTML, robots=False)
        await asyncio.sleep(3_600)
        with pytest.raises(NotFetched, match="answered 429"):
            await fetcher.get(URL, accept=HTML, robots=False)
        return errors

    first, second, third = run(work())
    assert (first.kind, first.status, first.retry_after) == ("busy", 429, 3_600.0)
    assert second.kind == third.kind == "busy"
    assert second.limit.name == "longest_wait"
    assert second.retry_after == pytest.approx(3_600.0, abs=1)
    assert len([url for url in internet.asked if url == URL]) == 2


def test_a_host_that_forbids_with_a_time_is_left_alone_until_then():
    limited = page(
        b"",
        "403 rate limit exceeded",
        X_RateLimit_Remaining="0",
        X_RateLimit_Reset=str(int(NOW.timestamp()) + 900),
    )
    internet = Internet({URL: limited})

    async def work():
        fetcher = internet.fetcher()
        for _ in range(2):
            with pytest.raises(NotFetched) as caught:
                await fetcher.get(URL, accept=HTML, robots=False)
        return caught.value

    assert run(work()).kind == "busy"
    assert len(internet.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "Fri, 20 Nov 2026 21:05:05 GMT"}, 60.0),
        ({"retry-after": "Fri, 20 Nov 2026 21:05:05 GMT", "date": "Fri, 20 Nov 2026 21:05:00 GMT"}, 5.0),
        ({"retry-after": "Fri, 20 Nov 2020 21:05:05 GMT"}, 0.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}, 90.0),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "tomorrow"}, None),
        ({}, None),
    ],
)
def test_what_a_server_asks_to_wait(headers, seconds):
    assert asked_wait(headers, NOW) == seconds


def test_a_date_of_another_zone_counts_the_same():
    later = (NOW + timedelta(seconds=30)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    assert asked_wait({"retry-after": later}, NOW) == 30.0


def test_a_turn_is_given_back_by_whoever_is_cancelled():
    async def work():
        manners = Manners(Limits(at_once=1, per_host=1, interval=0.0), loop_time, asyncio.sleep)

        async def hold():
            async with manners.turn("tool.example"):
                await asyncio.sleep(3_600)

        for _ in range(3):
            holding, waiting = asyncio.create_task(hold()), asyncio.create_task(hold())
            await asyncio.sleep(0.1)
            waiting.cancel()
            holding.cancel()
            await asyncio.gather(holding, waiting, return_exceptions=True)
        async with asyncio.timeout(1), manners.turn("tool.example"):
            return True

    assert run(work())


def test_hosts_at_rest_are_forgotten():
    async def work():
        manners = Manners(Limits(), loop_time, asyncio.sleep)
        manners.hold("busy.example", 1e9)
        for n in range(5_000):
            async with manners.turn(f"tool-{n}.example"):
                await asyncio.sleep(2)
        assert "busy.example" in manners._hosts
        return len(manners._hosts)

    assert run(work()) <= 1_001
