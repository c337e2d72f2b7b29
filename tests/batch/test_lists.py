"""Where launches come from: files, folders, feeds, and the ready-made sources."""

import asyncio
import json
from datetime import datetime, timedelta

import pytest

from panel.batch.lists import fetcher_for, open_list
from panel.core.errors import InputError
from panel.core.records import utc_now
from panel.evidence.fetching.endings import NotFetched, Trouble
from panel.evidence.launches.launch import BadLine
from tests.batch.launches import write_list
from tests.batch.web import Web
from tests.batch.working import kit_of
from tests.evidence.fetching.internet import Internet, InTurn, page, run

FEED = "https://feeds.example/new.xml"
RSS = (
    "<rss version='2.0'><channel><title>New</title><item><guid>1</guid><title>Ferry</title>"
    "<link>/ferry</link><description>Ferry moves files.</description></item></channel></rss>"
)


def opened(tmp_path, reference, web=None):
    workspace = kit_of(tmp_path).workspace
    found = asyncio.run(open_list(str(reference), workspace, web))
    return found, list(found.lines)


def test_a_file_is_known_by_its_absolute_path_and_says_how_many_lines_it_has(tmp_path, monkeypatch):
    path = write_list(tmp_path, 3)
    monkeypatch.chdir(tmp_path)
    found, lines = opened(tmp_path, path.name)
    assert (found.name, found.key, found.total) == (path.name, str(path), 3)
    assert found.folder.samefile(path.parent)
    assert [line.place for line in lines] == [f"{path.name}:{n}" for n in (1, 2, 3)]


def test_a_csv_a_folder_and_a_feed_are_read_too(tmp_path):
    (tmp_path / "l.csv").write_text("name,text\nFerry,Ferry moves files.\n")
    (tmp_path / "l.xml").write_text(RSS.replace("/ferry<", "https://ferry.example/<"))
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "ferry.md").write_text("---\nname: Ferry\n---\n\nFerry moves files.\n")
    for name in ("l.csv", "l.xml", "d"):
        found, (launch,) = opened(tmp_path, tmp_path / name)
        assert (launch.name, found.total) == ("Ferry", None)


def test_a_feed_is_fetched_and_its_relative_links_are_its_own_sites(tmp_path):
    web = Web({FEED: (RSS, "application/rss+xml")})
    found, (launch,) = opened(tmp_path, FEED, web)
    assert (found.key, found.folder, found.total) == (FEED, None, None)
    assert launch.url == "https://feeds.example/ferry"
    assert web.robots == [True]


def test_a_list_that_was_fetched_names_no_file_of_this_machine(tmp_path):
    (tmp_path / "secret.md").write_text("# Secret\n\nNot for strangers.\n")
    line = json.dumps({"name": "Ferry", "readme": str(tmp_path / "secret.md")})
    found, (launch,) = opened(
        tmp_path, "https://x.example/l.jsonl", Web({"https://x.example/l.jsonl": (line, "text/plain")})
    )
    assert found.folder is None
    assert not isinstance(launch, BadLine)


@pytest.mark.parametrize(
    ("trouble", "help_"),
    [
        (Trouble("status", "answered 404", status=404), "name another list"),
        (Trouble("robots", "asks programs to stay away"), "name another list"),
        (Trouble("status", "answered 503", status=503), "run the same command again later"),
        (Trouble("unreachable", "feeds.example has no address"), "run the same command again later"),
        (Trouble("busy", "asks to wait", retry_after=90.2), "run the same command again in 91 seconds"),
    ],
)
def test_a_feed_that_cannot_be_fetched_is_said_with_what_may_help(tmp_path, trouble, help_):
    def nothing(url):
        raise NotFetched(url, trouble)

    with pytest.raises(InputError, match=trouble.reason) as found:
        opened(tmp_path, FEED, Web(nothing))
    assert found.value.hint.startswith(help_)


def hit(number, **fields):
    return {"objectID": str(number), "title": f"Show HN: Tool {number} – an editor", "url": None} | fields


def test_show_hn_gives_the_posts_of_the_last_two_days_page_by_page(tmp_path):
    pages = [{"hits": [hit(n) for n in range(100)]}, {"hits": [hit(n) for n in range(100, 130)]}]
    web = Web(lambda _url: (json.dumps(pages.pop(0)), "application/json"))
    found, lines = opened(tmp_path, "show-hn", web)
    assert (found.key, len(lines), pages) == ("show-hn", 130, [])
    assert lines[0].name == "Tool 0"
    assert "page=0" in web.asked[0]
    assert "page=1" in web.asked[1]
    since = int((utc_now() - timedelta(days=2)).timestamp())
    assert any(f"created_at_i%3E%3D{second}" in web.asked[0] for second in range(since - 30, since + 1))


def test_a_post_that_moves_to_the_next_page_meanwhile_is_named_once(tmp_path):
    pages = [{"hits": [hit(n) for n in range(100)]}, {"hits": [hit(99), hit(100)]}]
    _, lines = opened(tmp_path, "show-hn", Web(lambda _url: (json.dumps(pages.pop(0)), "application/json")))
    assert sum(not isinstance(line, BadLine) for line in lines) == 101


def test_a_github_topic_is_asked_with_the_users_token_if_there_is_one(tmp_path):
    item = {"name": "ferry", "full_name": "o/ferry", "html_url": "https://github.com/o/ferry"}
    web = Web(lambda _url: (json.dumps({"items": [item]}), "application/json"))
    workspace = kit_of(tmp_path).workspace
    workspace.environment["GITHUB_TOKEN"] = "ghp-of-a-test"
    found = asyncio.run(open_list("github:ai-agents", workspace, web))
    (launch,) = found.lines
    assert (launch.name, launch.url) == ("ferry", "https://github.com/o/ferry")
    assert "topic%3Aai-agents" in web.asked[0]
    assert web.headers[0]["Authorization"] == "Bearer ghp-of-a-test"
    assert web.robots == [False], "an API that is documented for programs"
    assert found.key == "github:ai-agents"


API = "https://api.producthunt.com/v2/api/graphql"
TOKEN = "ph-token-of-a-test"


def posts(*numbers, following=None):
    """An answer of Product Hunt with these posts."""
    edges = [{"node": {"name": f"Tool {n}", "slug": f"tool-{n}", "tagline": "An editor"}} for n in numbers]
    info = {"endCursor": following, "hasNextPage": following is not None}
    answer = {"data": {"posts": {"pageInfo": info, "edges": edges}}}
    return page(json.dumps(answer), kind="application/json")


def product_hunt(tmp_path, answer, token=TOKEN):
    workspace = kit_of(tmp_path).workspace
    workspace.environment["PRODUCT_HUNT_TOKEN"] = token
    internet = Internet({API: answer})
    found = run(open_list("product-hunt", workspace, internet.fetcher()))
    return internet.requests, found, list(found.lines)


def test_product_hunt_is_asked_page_by_page_with_the_users_token(tmp_path):
    requests, found, lines = product_hunt(tmp_path, InTurn(posts(1, 2, following="c1"), posts(3)))
    assert found.key == "product-hunt"
    assert [line.name for line in lines] == ["Tool 1", "Tool 2", "Tool 3"]
    assert [request.method for request in requests] == ["POST", "POST"]
    assert {request.headers["authorization"] for request in requests} == {f"Bearer {TOKEN}"}
    asked = [json.loads(request.body)["variables"] for request in requests]
    assert [each["after"] for each in asked] == [None, "c1"]
    since = datetime.fromisoformat(asked[0]["since"])
    assert timedelta(days=2) <= utc_now() - since < timedelta(days=2, minutes=5)


def test_product_hunt_gives_five_hundred_launches_at_most(tmp_path):
    requests, _, _ = product_hunt(tmp_path, posts(1, following="again"))
    assert len(requests) == 25


@pytest.mark.parametrize("token", ["", "  "])
def test_without_a_token_product_hunt_is_not_asked_and_the_variable_is_named(tmp_path, token):
    with pytest.raises(InputError, match="PRODUCT_HUNT_TOKEN") as caught:
        product_hunt(tmp_path, posts(1), token)
    assert "producthunt.com" in caught.value.hint


@pytest.mark.parametrize("status", ["401 Unauthorized", "302 Found"])
def test_product_hunt_that_does_not_answer_is_said_without_the_token(tmp_path, status):
    with pytest.raises(InputError, match=r"api\.producthunt\.com") as caught:
        product_hunt(tmp_path, page(b"{}", status, kind="application/json", Location="https://x.example/"))
    assert TOKEN not in f"{caught.value} {caught.value.hint}"
    assert ("is the token right" in (caught.value.hint or "")) == status.startswith("401")


def test_a_folder_may_be_named_like_a_file(tmp_path):
    folder = tmp_path / "tools.jsonl"
    folder.mkdir()
    (folder / "ferry.md").write_text("---\nname: Ferry\n---\n\nFerry moves files.\n")
    found, (launch,) = opened(tmp_path, folder)
    assert (launch.name, found.total) == ("Ferry", None)


@pytest.mark.parametrize("reference", ["gone.jsonl", "github:", "product-hunt:x", "ftp://x.example/l.xml"])
def test_what_is_no_list_is_said_with_what_there_is(tmp_path, reference):
    with pytest.raises(InputError) as found:
        opened(tmp_path, reference, Web({}))
    assert "show-hn" in (found.value.hint or "")


def test_the_client_gives_the_address_to_complain_to(tmp_path):
    async def go():
        async with fetcher_for(kit_of(tmp_path, contact="ops@x.example").workspace) as fetcher:
            return fetcher._exchange

    exchange = asyncio.run(go())
    assert any("ops@x.example" in str(value) for value in vars(exchange).values())
