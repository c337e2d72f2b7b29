"""JSON Feed: items become launches, what is wrong with them is named by item and id."""

import json
from typing import Any

from panel.evidence.launches.readers.json_feed import MAX_BYTES
from tests.evidence.launches.lists import bad, names, only, read_as


def feed(*items: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items})


def test_an_item_becomes_a_launch():
    item = {
        "id": 7,
        "url": "https://quill.example",
        "title": "Quill",
        "content_html": "<p>Makes slides.</p>",
        "date_published": "2026-11-19T23:30:00-05:00",
        "tags": ["Writing", "AI"],
        "authors": [{"name": "Ann"}],
    }
    launch = only(read_as("json_feed", feed(item)))
    assert launch.place == "list:item 1 [7]"
    assert (launch.name, launch.url, launch.launched) == ("Quill", "https://quill.example", "2026-11-20")
    assert (launch.category, launch.entry_text) == ("Writing", "Makes slides.")
    assert launch.facts == (("author", "Ann"), ("tags", "AI"))


def test_what_is_wrong_with_items_is_named_in_order():
    found = read_as(
        "json_feed",
        feed(
            {"id": "1", "title": "A"},
            "text",
            {"id": "1", "title": "B"},
            {"id": "4"},
            {"id": "5", "title": "E", "date_published": "2026-02-31"},
        ),
    )
    assert names(found) == ["A", "E"]
    assert bad(found) == [
        "list:item 2: is no object",
        "list:item 3 [1]: an entry with this id stands further up in the feed",
        "list:item 4 [4]: the entry has no title, so the launch has no name",
    ]
    assert only(found[-1:]).warnings == (
        "list:item 5 [5]: the date '2026-02-31' is no date, so it is left out",
    )


def test_what_is_no_json_feed_is_said_once():
    assert bad(read_as("json_feed", '{"items": [NaN]}')) == [
        "list: holds NaN, which JSON does not know; nothing of the feed is read"
    ]
    assert "has no list `items`" in bad(read_as("json_feed", "[1]"))[0]
    assert bad(read_as("json_feed", b'\n{"a": "\xe9"}')) == ["list:2: is not UTF-8 (save it as UTF-8)"]
    assert "is more than is read" in bad(read_as("json_feed", b" " * (MAX_BYTES + 1)))[0]
