"""robots.txt is asked once per site, and obeyed."""

import asyncio
import time

import pytest

from panel.evidence.fetching.endings import NotFetched
from panel.evidence.fetching.exchange import Reply
from panel.evidence.fetching.limits import Limits
from panel.evidence.fetching.robots import rules_of
from panel.evidence.fetching.urls import Reach, place_of
from tests.evidence.fetching.internet import HTML, Internet, InTurn, missing, page, redirect, run

SITE = "https://tool.example"
URL = f"{SITE}/page"
ROBOTS = f"{SITE}/robots.txt"


def text(lines):
    return page(lines, kind="text/plain")


def site(robots):
    return Internet({ROBOTS: robots, URL: page("Hello")})


@pytest.mark.parametrize(
    "robots",
    [
        "",
        "User-agent: *\nDisallow: /private",
        "User-agent: *\nDisallow: /\n\nUser-agent: shipskip\nAllow: /",
        "User-agent: SHIPSKIP\nDisallow: /\nAllow: /pag",
        "User-agent: otherbot\nDisallow: /",
        "User-agent: tool.example\nDisallow: /",  # in our contact, which is no name of ours
        "<html>not found</html>",
        b"\xff\xfe\x00nonsense\x00",
    ],
    ids=str,
)
def test_a_page_that_is_not_closed_is_fetched(robots):
    internet = site(text(robots))
    assert internet.get(URL).text == "Hello"
    assert [request.url for request in internet.requests] == [ROBOTS, URL]


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent: *\nDisallow: /",
        "user-agent: shipskip\ndisallow: /p",
        "\ufeffUser-agent: *\nDisallow: *age$",
    ],
)
def test_a_page_that_is_closed_is_not_asked_for(robots):
    internet = site(text(robots))
    with pytest.raises(NotFetched, match=r"robots.txt of tool.example asks programs not to fetch") as caught:
        internet.get(URL)
    assert caught.value.kind == "robots"
    assert internet.asked == []


def test_an_api_for_programs_may_be_asked_without_it():
    internet = site(text("User-agent: *\nDisallow: /"))
    assert internet.get(URL, robots=False).text == "Hello"
    assert internet.asked == [request.url for request in internet.requests]


@pytest.mark.parametrize("status", ["404 Not Found", "403 No", "401 Who", "410 Gone", "400 Bad"])
def test_a_site_without_one_is_open(status):
    assert site(page(b"", status)).get(URL).text == "Hello"


@pytest.mark.parametrize("status", ["429 Slow", "500 Oops", "503 Busy"])
def test_a_site_in_trouble_is_closed_for_now(status):
    internet = site(page(b"", status))
    with pytest.raises(NotFetched, match=f"robots.txt answered {status[:3]}") as caught:
        internet.get(URL)
    assert caught.value.kind == "robots"
    assert internet.asked == []


def test_it_is_asked_once_for_all_pages_of_a_site_also_at_the_same_time():
    urls = [f"{SITE}/{n}" for n in range(6)]
    internet = Internet({ROBOTS: [0.5, text("")], **{url: page(url) for url in urls}})

    async def work():
        fetcher = internet.fetcher()
        await asyncio.gather(*(fetcher.get(url, accept=HTML) for url in urls))
        await fetcher.get(urls[0], accept=HTML)

    run(work())
    assert [request.url for request in internet.requests].count(ROBOTS) == 1


def test_each_port_and_scheme_is_a_site_of_its_own_and_so_is_the_end_of_a_redirect():
    closed = text("User-agent: *\nDisallow: /")
    internet = Internet({URL: redirect("http://tool.example/page"), "http://tool.example/robots.txt": closed})
    with pytest.raises(NotFetched, match=r"redirected to http://tool\.example/page: robots\.txt"):
        internet.get(URL)
    assert internet.asked == [URL]


def test_if_whoever_asks_is_cancelled_the_next_one_asks():
    internet = Internet({ROBOTS: InTurn([3.0, text("")], text("")), URL: page("Hello")})

    async def work():
        fetcher = internet.fetcher()
        first = asyncio.create_task(fetcher.get(URL, accept=HTML))
        second = asyncio.create_task(fetcher.get(URL, accept=HTML))
        await asyncio.sleep(1)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return await second

    assert run(work()).text == "Hello"
    assert internet.open == 0


def test_it_is_asked_again_after_a_day_or_ten_minutes_where_the_site_was_in_trouble():
    answers = InTurn(page(b"", "501 No"), text(""), text("User-agent: *\nDisallow: /"))
    internet = Internet({ROBOTS: answers, URL: page()})

    async def work():
        fetcher = internet.fetcher()
        endings = []
        for wait in (0, 60, 600, 60, 86_400):
            await asyncio.sleep(wait)
            try:
                await fetcher.get(URL, accept=HTML)
                endings.append("fetched")
            except NotFetched as error:
                endings.append(error.kind)
        return endings

    assert run(work()) == ["robots", "robots", "fetched", "fetched", "robots"]


def test_its_redirects_are_followed_and_checked():
    internet = Internet(
        {ROBOTS: redirect("/r.txt"), f"{SITE}/r.txt": text("User-agent: *\nDisallow: /"), URL: page()}
    )
    with pytest.raises(NotFetched, match="asks programs not to fetch"):
        internet.get(URL)
    internet = site(redirect("http://127.0.0.1/"))
    with pytest.raises(
        NotFetched, match=r"robots\.txt leads to http://127\.0\.0\.1/: 127\.0\.0\.1 is loopback"
    ):
        internet.get(URL)
    assert len(internet.connections) == 1


def test_of_a_long_one_the_beginning_is_read():
    lines = "User-agent: *\nDisallow: /page\n" + "# padding\n" * 1_000_000
    with pytest.raises(NotFetched, match="asks programs not to fetch"):
        site(text(lines)).get(URL)


def test_one_that_never_ends_costs_its_seconds_and_closes_the_site():
    internet = site([b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", *[b"#", 1.0] * 1_000])
    with pytest.raises(NotFetched) as caught:
        internet.get(URL)
    assert (caught.value.kind, "limit robots_seconds: 10" in caught.value.reason) == ("robots", True)
    assert internet.asked == []


def test_the_interval_it_asks_for_is_kept_up_to_a_bound():
    for asked, kept in ((4, 4.0), (86_400, 10.0), (0, 1.0)):
        urls = [f"{SITE}/{n}" for n in range(3)]
        internet = Internet(
            {ROBOTS: text(f"User-agent: *\nCrawl-delay: {asked}"), **{url: page() for url in urls}}
        )

        async def work(internet=internet, urls=urls):
            fetcher = internet.fetcher(limits=Limits(interval=1.0))
            for url in urls:
                await fetcher.get(url, accept=HTML)

        run(work())
        times = [request.at for request in internet.requests[1:]]
        assert times[2] - times[1] == pytest.approx(kept, abs=0.1)


def reply(body):
    return Reply(place_of(ROBOTS, Reach()), 200, {}, body)


def test_one_made_to_take_forever_is_not_read():
    agents = "".join(f"User-agent: a{n}\n" for n in range(15_000)) + "Disallow: /x\n" * 15_000
    started = time.perf_counter()
    assert "too many rules" in rules_of(reply(agents.encode())).closed
    assert time.perf_counter() - started < 1


def test_the_largest_one_that_is_read_is_read_quickly():
    agents = (
        "".join(f"User-agent: a{n}\n" for n in range(9)) + "User-agent: *\n" + "Disallow: /x*y*z\n" * 18_000
    )
    started = time.process_time()
    rules = rules_of(reply(agents.encode()))
    assert rules.parsed.can_fetch(f"{SITE}/{'x' * 2_000}", "shipskip")
    assert time.process_time() - started < 2


def test_no_text_is_too_strange_to_be_read():
    assert rules_of(reply(b"\x00\r\ruser agent\n:::\nDisallow")).parsed is not None
    assert rules_of(Reply(place_of(ROBOTS, Reach()), 404, {})).closed is None
    assert missing().startswith(b"HTTP/1.1 404")


def test_what_is_remembered_of_all_sites_together_is_bounded():
    lines = "User-agent: *\n" + "Disallow: /x\n" * 30_000
    sites = [f"https://tool-{n}.example" for n in range(40)]
    pages = {f"{one}/robots.txt": text(lines) for one in sites} | {f"{one}/": page("Hello") for one in sites}
    fetcher = Internet(pages).fetcher()

    async def work():
        for one in sites:
            assert (await fetcher.get(f"{one}/", accept=HTML)).text == "Hello"

    run(work())
    kept = [site.rules.size for site in fetcher._robots._sites.values()]
    assert 900_000 < sum(kept) == fetcher._robots._remembered <= 1_000_000
