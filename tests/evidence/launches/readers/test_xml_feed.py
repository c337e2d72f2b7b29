"""RSS and Atom: entries become launches; DTDs, broken entries and impossible dates are named."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.readers.base import LaunchList, read_list
from tests.evidence.launches.lists import bad, names, only, read_as

SAMPLES = Path(__file__).parents[5] / "shared" / "launches" / "feed-samples"


def rss(*items: str, head: str = "") -> str:
    return f'{head}<rss version="2.0">\n<channel><title>T</title>\n' + "\n".join(items) + "\n</channel></rss>"


def item(title: str, inner: str = "", guid: str | None = None) -> str:
    known = f"<guid>{guid or title}</guid>"
    return f"<item><title>{title}</title>{known}{inner}</item>"


def launches(found: list[Launch | BadLine]) -> list[Launch]:
    return [each for each in found if isinstance(each, Launch)]


def test_an_rss_item_becomes_a_launch():
    inner = (
        "<link>https://quill.example/</link><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>"
        "<category>Writing</category><category>AI</category>"
        "<description>&lt;p&gt;Makes &lt;b&gt;slides&lt;/b&gt;.&lt;/p&gt;</description>"
    )
    launch = only(read_as("xml_feed", rss(item("Quill &amp; Co", inner, "g1"))))
    assert launch.place == "list:3 [g1]"
    assert (launch.name, launch.url, launch.launched) == (
        "Quill & Co",
        "https://quill.example/",
        "2026-11-20",
    )
    assert (launch.category, launch.facts, launch.entry_text) == (
        "Writing",
        (("tags", "AI"),),
        "Makes slides.",
    )
    assert launch.warnings == ()


def test_an_atom_entry_becomes_a_launch():
    feed = """<?xml version="1.0" encoding="ISO-8859-1"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
      <entry><id>urn:1</id><title type="html">Caf\u00e9 &lt;b&gt;AI&lt;/b&gt;</title>
      <link rel="alternate" href="https://cafe.example"/><updated>2026-11-19T23:30:00-05:00</updated>
      <content type="text">Serves tea.</content><author><name>Ann</name></author></entry></feed>"""
    launch = only(read_as("xml_feed", feed.encode("latin-1")))
    assert (launch.name, launch.launched, launch.entry_text) == ("Café AI", "2026-11-20", "Serves tea.")
    assert launch.place == "list:2 [urn:1]"


def test_rdf_feeds_are_read():
    feed = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel><items><rdf:Seq><rdf:li/></rdf:Seq></items></channel>"
        '<item rdf:about="x"><title>Quill</title><link>https://q.example</link></item></rdf:RDF>'
    )
    assert only(read_as("xml_feed", feed)).url == "https://q.example"


def test_a_dtd_is_refused_and_the_rest_of_the_feed_goes_on():  # C17
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
    feed = rss(
        item("Good"),
        item("Laughs", "<description>&l9;</description>"),
        item("&x;", guid="2"),
        item("Also good"),
        head=head,
    )
    found = read_as("xml_feed", feed)
    assert names(found) == ["Good", "Also good"]
    assert bad(found) == [
        "list:2: has a DTD, which is refused and left out; the entries are read without it",
        "list:6: the entry needs &l9;, which only the refused DTD defines",
        "list:7: the entry needs &x;, which only the refused DTD defines",
    ]


def test_impossible_dates_are_reported_with_the_id_and_left_out():  # C19
    dates = {
        "epoch": "<pubDate>1970-01-01</pubDate>",
        "future": "<pubDate>Fri, 20 Nov 2099 10:00:00 GMT</pubDate>",
        "feb": "<pubDate>Tue, 31 Feb 2026 10:00:00 GMT</pubDate>",
        "iso-feb": "<pubDate>2026-02-31T10:00:00Z</pubDate>",
        "missing": "",
        "fine": "<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate>",
    }
    found = launches(read_as("xml_feed", rss(*(item(name, date) for name, date in dates.items()))))
    assert [launch.name for launch in found] == list(dates)
    assert [launch.launched for launch in found] == [None, None, None, None, None, "2026-11-21"]
    assert [launch.warnings[0] if launch.warnings else None for launch in found] == [
        "list:3 [epoch]: the date '1970-01-01' is before there were feeds, so it is left out",
        "list:4 [future]: the date 'Fri, 20 Nov 2099 10:00:00 GMT' lies in the future, so it is left out",
        "list:5 [feb]: the date 'Tue, 31 Feb 2026 10:00:00 GMT' is no date, so it is left out",
        "list:6 [iso-feb]: the date '2026-02-31T10:00:00Z' is no date, so it is left out",
        None,
        None,
    ]


def test_ids_given_twice_and_missing_fields_are_reported_in_order():  # C19
    found = read_as(
        "xml_feed",
        rss(
            item("A", guid="1"),
            item("B", guid="1"),
            "<item><guid>3</guid></item>",
            "<item><title>D</title></item>",
            item("E"),
        ),
    )
    assert names(found) == ["A", "D", "E"]
    assert bad(found) == [
        "list:4 [1]: an entry with this id stands further up in the feed",
        "list:5 [3]: the entry has no title, so the launch has no name",
    ]
    assert launches(found)[1].warnings == ("list:6: the entry has no id",)


def test_an_entry_that_is_broken_does_not_stop_the_rest():
    unclosed = "<item><title>Unclosed</title>"
    endless = f"<item><title>Endless</title><description>{'x ' * 200_000}"
    sloppy = item("Sloppy &nbsp; & <b>bold", "<description>a < b</description>")
    found = read_as("xml_feed", rss(item("A"), unclosed, item("B"), endless, item("C"), sloppy, item("D")))
    assert names(found)[:3] == ["A", "B", "C"]
    assert names(found)[-1] == "D"
    assert [message.split(":", 2)[1] for message in bad(found)] == ["4", "6"]
    assert len(found) == 7


def test_cdata_and_comments_may_hold_the_words_of_the_form():
    inner = "<description><![CDATA[</item><item><title>fake</title></item>]]></description>"
    found = read_as("xml_feed", rss(item("A", inner), "<!-- <item><title>gone</title></item> -->", item("B")))
    assert names(found) == ["A", "B"]
    assert bad(found) == []


def test_cdata_that_never_ends_hides_no_other_entry():
    found = read_as("xml_feed", rss(item("A"), "<item><title><![CDATA[lost", item("B"), item("C")))
    assert names(found) == ["A", "B", "C"]
    assert len(bad(found)) == 1


def test_a_link_that_is_no_web_address_is_named():
    assert bad(read_as("xml_feed", rss(item("A", "<link>javascript:alert(1)</link>")))) == [
        "list:3 [A]: url: 'javascript:alert(1)' is no web address (write https://…, or leave it out)"
    ]


def test_what_is_no_feed_is_said_and_an_empty_feed_is_fine():
    assert bad(read_as("xml_feed", "<html><body>Not found</body></html>")) == [
        "list: is no RSS or Atom feed: it has neither a root element nor entries"
    ]
    assert read_as("xml_feed", rss()) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "<item>" * 100_000,
        "<item><![CDATA[" * 50_000,
        "<!--" * 200_000,
        "<!DOCTYPE [" * 50_000,
        "<item><title>" * 50_000,
        "<rss" + " a='b'" * 100_000,
        "<item>" + "<b>" * 300_000,
        "<" * 1_000_000,
        "<item" * 200_000,
        "]]>" * 200_000,
    ],
)
def test_hostile_feeds_take_bounded_time(hostile):
    started = time.monotonic()
    for _ in read_as("xml_feed", "<rss><channel>" + hostile):
        pass
    assert time.monotonic() - started < 10


@given(st.integers(1, 60), st.integers(0, 3), st.sets(st.integers(0, 59)))
def test_entries_come_in_order_wherever_chunks_end(count, padding, broken):
    items = [f"<item><title>{n}</title>" if n in broken else item(str(n)) for n in range(count)]
    found = read_as("xml_feed", rss(*items, head=" " * (65_536 - padding * 40)))
    assert names(found) == [str(n) for n in range(count) if n not in broken]
    assert len(found) == count


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no ../shared/launches beside the project")
@pytest.mark.parametrize(
    ("name", "count"),
    [("feed-rs-releases.atom", 4), ("micromegas-blog.rss.xml", 20), ("micromegas-blog.json", 20)],
)
def test_real_feeds_are_read_whole(name, count):
    found = list(read_list(LaunchList(name, path=SAMPLES / name)))
    assert len(found) == count
    assert all(launch.url and launch.launched and launch.entry_text for launch in launches(found))
    assert bad(found) == []
