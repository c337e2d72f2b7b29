"""Every reader: found by its file, chosen by name or content, never raising, accounting for everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.errors import InputError
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.readers.base import LaunchList, names, read_list, reader, reader_of
from tests.evidence.launches.lists import bad, in_folder, listing, read_as
from tests.evidence.launches.lists import names as launched

FORMS = [name for name in names() if name != "folder"]


def test_there_is_a_reader_for_every_form_of_the_contract():
    assert names() == ["folder", "json_feed", "jsonl", "table", "xml_feed"]


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.jsonl", "torn", "jsonl"),
        ("a.CSV", "x", "table"),
        ("https://a.example/feed.xml?x=1", "", "xml_feed"),
        ("a.json", '{"version": "https://jsonfeed.org/version/1.1", "items": []}', "json_feed"),
        ("a.json", '{"name": "Quill"}', "jsonl"),
        ("feed", ' \n<?xml version="1.0"?><rss>', "xml_feed"),
        ("feed", "\ufeff<feed xmlns='x'>", "xml_feed"),
        ("feed", '{"version": "https://jsonfeed.org/version/1", "items": []}', "json_feed"),
        ("list", '\ufeff{"name": "Quill"}', "jsonl"),
        ("list", "url,Name\r\n", "table"),
    ],
)
def test_the_form_is_told_by_name_else_by_content(name, content, form):
    assert reader_of(listing(content, name)) is reader(form)


def test_a_folder_is_a_list(tmp_path):
    assert reader_of(LaunchList(str(tmp_path), path=tmp_path)) is reader("folder")


def test_what_is_no_list_is_an_error_that_names_the_forms():
    with pytest.raises(InputError, match=r"list\.bin: is no launch list") as caught:
        read_list(listing(b"\x00\x01", "list.bin"))
    assert "JSONL, CSV" in str(caught.value.hint)


def test_a_list_that_is_not_there_is_said_at_once(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_list(LaunchList("gone.jsonl", path=tmp_path / "gone.jsonl"))


def test_reading_a_list_leaves_out_what_it_names_twice(tmp_path):
    in_folder(tmp_path, {"l.jsonl": '{"name": "Quill"}\n{"name": "quill"}\n'})
    found = list(read_list(LaunchList("l.jsonl", path=tmp_path / "l.jsonl")))
    assert launched(found) == ["Quill"]
    assert len(bad(found)) == 1


@pytest.mark.parametrize("form", FORMS)
@given(data=st.binary(max_size=400))
def test_no_reader_raises_on_any_bytes(form, data):
    for item in read_as(form, data):
        assert isinstance(item, Launch | BadLine)
        assert item.place.startswith("list")


NEAR = {
    "jsonl": [
        b'{"name": "a"}',
        b"\n",
        b"\r\n",
        b"{",
        b"}",
        b'"',
        b"NaN",
        b"[",
        b"\xff",
        b"\0",
        b"\xe2\x80\xa8",
        b",",
    ],
    "table": [b"name,url\n", b'"', b",", b"\n", b"\r", b"a", b'""', b"\0", b"\xe9", b";"],
    "xml_feed": [
        b"<rss>",
        b"<channel>",
        b"<item>",
        b"</item>",
        b"<title>a</title>",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<!DOCTYPE x [",
        b"]>",
        b"&x;",
        b"<entry/>",
        b"<",
        b">",
        b"\xff\xfe",
        b"<guid>1</guid>",
        b"<?xml version='1.0' encoding='",
        b"'?>",
        b"\n",
    ],
    "json_feed": [b'{"items": [', b'{"title": "a"}', b"]}", b",", b'"id": 1', b"{", b"}", b"null", b"\xff"],
}


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_no_reader_raises_on_bytes_that_are_almost_right(form, data):
    content = b"".join(data.draw(st.lists(st.sampled_from(NEAR[form]), max_size=30)))
    assert all(isinstance(item, Launch | BadLine) for item in read_as(form, content))
