"""What of the site's folder is served, and that nothing else is."""

import asyncio
import gzip
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.votes.client import Browser, application


@pytest.fixture
def get(tmp_path):
    """Ask for a path of a site."""
    (tmp_path / "secret.txt").write_text("not yours")

    def get(path, method="GET", **headers):
        async def go():
            app, store = application(tmp_path)
            try:
                named = [(name.replace("_", "-"), value) for name, value in headers.items()]
                return await Browser(app).ask(method, path, headers=named)
            finally:
                await store.close()

        return asyncio.run(go())

    return get


@pytest.fixture
def site(tmp_path, get):
    get("/")  # makes the folder
    return tmp_path / "site"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("votes.js", "text/javascript; charset=utf-8"),
        ("a-vs-b.json", "application/json"),
        ("feed.atom", "application/atom+xml"),
        ("sitemap.xml", "application/xml"),
        ("badge.svg", "image/svg+xml"),
        ("share.PNG", "image/png"),
        ("unknown.thing", "application/octet-stream"),
    ],
)
def test_a_file_has_the_right_type_and_is_not_guessed_at(get, site, name, kind):
    (site / name).write_bytes(b"content")
    answer = get(f"/{name}")
    assert (answer.status, answer.body) == (200, b"content")
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_folder_is_its_index_and_never_a_listing(get, site):
    (site / "empty").mkdir()
    (site / "empty" / "hidden-name.html").touch()
    assert get("/tools/codestral/").text == "<h1>codestral</h1>"
    moved = get("/tools/codestral")
    assert (moved.status, moved.headers["location"]) == (308, "codestral/")
    for path in ("/empty/", "/tools/"):
        assert get(path).status == 404
        assert "hidden-name" not in get(path).text


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 300_000])
def test_a_file_of_any_size_comes_whole(get, site, size):
    content = bytes(number % 251 for number in range(size))
    (site / "file.bin").write_bytes(content)
    answer = get("/file.bin")
    assert answer.body == content
    assert answer.headers["content-length"] == str(size)
    head = get("/file.bin", "HEAD")
    assert (head.headers["content-length"], head.body) == (str(size), b"")


def test_what_has_not_changed_is_not_sent_again(get, site):
    (site / "index.html").write_text("one")
    first = get("/")
    tag = first.headers["etag"]
    for asked in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        for encoding in ("gzip", "identity"):
            again = get("/", if_none_match=asked, accept_encoding=encoding)
            assert (again.status, again.body) == (304, b"")
            assert (again.headers["etag"], again.headers["vary"]) == (tag, "Accept-Encoding")
            assert "content-encoding" not in again.headers
    (site / "index.html").write_text("two")
    assert get("/", if_none_match=tag).text == "two"


@pytest.mark.parametrize("size", [499, 500, 65_535, 65_536, 65_537, 300_000])
def test_a_text_is_compressed_for_who_can_read_it(get, site, size):
    content = (b"<p>0123456789 ship or skip</p>\n" * 10_000)[:size]
    (site / "page.html").write_bytes(content)
    packed, plain = get("/page.html", accept_encoding="br, gzip"), get("/page.html", accept_encoding="br")
    assert plain.body == content
    assert plain.headers["content-length"] == str(size)
    assert "content-encoding" not in plain.headers
    # One address, two ways to say the same: caches keep them apart, and the tag promises no bytes.
    assert packed.headers["etag"] == plain.headers["etag"]
    assert plain.headers["etag"].startswith('W/"')
    if size < 500:
        assert packed.body == content
        return
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == content
    assert len(packed.body) < size / 5
    assert packed.headers.get("content-length", str(len(packed.body))) == str(len(packed.body))


def test_a_head_says_no_length_that_would_not_be_sent_and_a_part_is_the_whole(get, site):
    (site / "page.html").write_bytes(b"words " * 1000)
    head = get("/page.html", "HEAD", accept_encoding="gzip")
    assert (head.status, head.body, "content-length" in head.headers) == (200, b"", False)
    whole = get("/page.html")
    assert {head.headers[name] == whole.headers[name] for name in ("etag", "vary", "content-type")} == {True}
    part = get("/page.html", range="bytes=0-9", accept_encoding="gzip")
    assert (part.status, gzip.decompress(part.body)) == (200, b"words " * 1000)


@pytest.mark.parametrize("name", ["share.png", "favicon.ico", "font.woff2", "file.bin"])
def test_what_is_compressed_already_is_not_compressed_again(get, site, name):
    (site / name).write_bytes(b"0" * 5000)
    answer = get(f"/{name}", accept_encoding="gzip")
    assert (answer.body, answer.headers["content-length"]) == (b"0" * 5000, "5000")
    assert "content-encoding" not in answer.headers
    assert answer.headers["etag"].startswith('"')


def test_the_sites_own_page_that_there_is_none_is_compressed_too(get, site):
    (site / "404.html").write_text("<h1>Nothing here</h1>" * 100)
    answer = get("/nope", accept_encoding="gzip")
    assert (answer.status, gzip.decompress(answer.body)) == (404, b"<h1>Nothing here</h1>" * 100)


OUTSIDE = [
    "/../secret.txt", "/tools/../../secret.txt", "//etc/passwd", "/tools//codestral/", "/./index.html",
    "/..%2fsecret.txt", "/..\\secret.txt", "/\\..\\secret.txt", "/a\0b", "/index.html\0", "/\ud800",
    "/.hidden", "/.git/config", "/x" * 2000, "/" + "x" * 300, "/index.html/", "/index.html/x", "/C:",
    "/~root",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_of_the_folder_and_nothing_hidden_is_served(get, site, path):
    (site / "index.html").write_text("home")
    (site / ".hidden").write_text("hidden")
    answer = get(path)
    assert answer.status == 404
    assert b"hidden" not in answer.body


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(["..", ".", "", "tools", "secret.txt", "\\", "a\0", "~", "%2e%2e"]), max_size=6)
)
def test_no_path_made_of_such_parts_leads_out(get, parts):
    assert b"not yours" not in get("/" + "/".join(parts)).body


def test_a_link_that_leads_out_a_pipe_and_a_circle_are_not_served(get, site, tmp_path):
    (site / "out.txt").symlink_to(tmp_path / "secret.txt")
    (site / "circle").symlink_to(site / "circle")
    os.mkfifo(site / "pipe")
    for path in ("/out.txt", "/circle", "/pipe"):
        assert get(path).status == 404


def test_the_sites_own_page_says_that_there_is_none(get, site):
    assert get("/nope").headers["content-type"].startswith("text/plain")
    (site / "404.html").write_text("<h1>Nothing here</h1>")
    answer = get("/nope")
    assert (answer.status, answer.text) == (404, "<h1>Nothing here</h1>")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_files_are_only_read(get, site, method):
    (site / "index.html").write_text("home")
    assert get("/", method).status == 405
    assert get("/", "HEAD").status == 200


def test_without_a_site_there_is_nothing_and_no_error(get, site):
    for path in sorted(site.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert get("/nope").status == 404
