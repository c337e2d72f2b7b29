"""Where launches come from: files, folders, feeds, and the ready-made sources."""

import asyncio
import json
from datetime import timedelta

import pytest

from panel.batch.lists import fetcher_for, open_list
from panel.core.errors import InputError
from panel.core.records import utc_now
from panel.evidence.launches.launch import BadLine
from tests.batch.launches import write_list
from tests.batch.web import Web
from tests.batch.working import kit_of

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


def test_a_feed_that_cannot_be_fetched_is_said(tmp_path):
    with pytest.raises(InputError, match="404"):
        opened(tmp_path, FEED, Web({}))


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
