from panel.core.records import Records
from panel.votes.known_tools import KnownTools


def review(folder, slug, run="20261120T210405.123Z-0000"):
    path = folder / "runs" / run / "reviews" / f"{slug}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_tool_with_a_review_or_a_page_is_known_and_no_other(tmp_path):
    review(tmp_path, "reviewed")
    (tmp_path / "site" / "tools").mkdir(parents=True)
    (tmp_path / "site" / "tools" / "published.html").touch()
    tools = KnownTools(Records(tmp_path / "runs"), tmp_path / "site")
    assert tools.has("reviewed")
    assert tools.has("published")
    assert (tools.page("published"), tools.page("reviewed")) == ("/tools/published.html", None)
    assert not any(map(tools.has, ("other", "", "..", "Reviewed", "../runs", "a\0b")))


def test_a_new_review_is_found_while_serving_but_folders_are_not_read_for_every_question(tmp_path):
    clock = Clock()
    tools = KnownTools(Records(tmp_path / "runs"), tmp_path / "site", clock=clock)
    review(tmp_path, "new")
    assert not tools.has("new")
    clock.now += 11
    assert tools.has("new")
    assert tools.remembers("new")
