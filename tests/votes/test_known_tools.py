import os

import pytest

from panel.core.decisions import FILE, decide
from panel.core.published import Published, Withdrawn
from panel.core.records import Records
from panel.votes.known_tools import KnownTools


def review(folder, slug, run="20261120T210405.123Z-0000"):
    path = folder / "runs" / run / "reviews" / f"{slug}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


def say(folder, kind, slug, of="tool"):
    more = {"record": f"run/{slug}"} if kind is Published else {}
    decide(folder, kind(of=of, name=slug, author="Ada", time="2026-11-20T21:04:05Z", **more))


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def page(tmp_path):
    folder = tmp_path / "site" / "tools"
    folder.mkdir(parents=True)

    def page(slug):
        (folder / f"{slug}.html").touch()
        return folder / f"{slug}.html"

    return page


def known(folder, **more):
    return KnownTools(Records(folder / "runs"), folder / "site", folder, **more)


def test_a_tool_with_a_page_in_the_site_is_known_and_no_other(tmp_path, page):
    review(tmp_path, "reviewed")
    page("published"), page("index")
    tools = known(tmp_path)
    assert tools.has("published")
    assert tools.page("published") == "/tools/published.html"
    assert not any(map(tools.has, ("reviewed", "other", "index", "", "..", "Reviewed", "../runs", "a\0b")))


def test_a_page_that_comes_or_goes_while_serving_is_noticed_at_once(tmp_path, page):
    tools = known(tmp_path)
    assert not tools.has("new")
    built = page("new")
    assert tools.has("new")
    built.unlink()
    assert not tools.has("new")


def test_a_tool_is_withdrawn_from_the_word_on_and_not_from_the_next_build(tmp_path, page):
    page("one"), page("two")
    say(tmp_path, Published, "one")
    tools = known(tmp_path)
    assert tools.has("one")
    say(tmp_path, Withdrawn, "one")
    say(tmp_path, Withdrawn, "two", of="comparison")
    assert (tools.has("one"), tools.has("two")) == (False, True)
    say(tmp_path, Published, "one")
    assert tools.has("one")
    say(tmp_path, Withdrawn, "one")
    (tmp_path / FILE).unlink()
    assert tools.has("one")


def test_words_are_read_again_only_when_they_changed(tmp_path, page):
    page("one")
    say(tmp_path, Withdrawn, "one")
    tools = known(tmp_path)
    assert not tools.has("one")
    about = (tmp_path / FILE).stat()
    (tmp_path / FILE).write_bytes(b" " * about.st_size)
    os.utime(tmp_path / FILE, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert not tools.has("one")  # as far as can be seen it is the same file


def test_words_that_cannot_be_read_leave_what_was_known(tmp_path, page):
    page("one"), page("two")
    say(tmp_path, Withdrawn, "one")
    tools = known(tmp_path)
    assert not tools.has("one")
    with (tmp_path / FILE).open("a") as file:
        file.write('{"kind": 7\n{}\n')
    assert (tools.has("one"), tools.has("two")) == (False, True)


def test_where_nothing_is_live_on_a_built_site_nothing_is_to_be_voted_on(tmp_path):
    review(tmp_path, "reviewed")
    tools = known(tmp_path)
    assert tools.has("reviewed")
    (tmp_path / "site").mkdir(exist_ok=True)
    (tmp_path / "site" / ".panel-site.json").write_text("{}")
    assert not tools.has("reviewed")


def test_without_a_site_every_reviewed_tool_is_known_but_a_withdrawn_one(tmp_path):
    clock = Clock()
    review(tmp_path, "reviewed")
    tools = known(tmp_path, clock=clock)
    assert (tools.has("reviewed"), tools.has("new")) == (True, False)
    review(tmp_path, "new")
    assert not tools.has("new")  # folders are not read for every question
    clock.now += 11
    assert tools.has("new")
    say(tmp_path, Withdrawn, "new")
    assert not tools.has("new")
