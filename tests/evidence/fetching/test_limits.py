"""Bombs, endless and crawling replies end at a limit, and the limit is named with its value."""

import asyncio
import gzip
import io
import itertools
import tracemalloc
import zipfile
import zlib

import pytest

from panel.evidence.fetching.endings import NotFetched
from panel.evidence.fetching.limits import Limits
from tests.evidence.fetching.internet import HTML, Internet, page, run

URL = "https://tool.example/"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def gzipped(body, **headers):
    return page(body, Content_Encoding="gzip", **headers)


def fails(answer, **options):
    internet = Internet({URL: answer})
    with pytest.raises(NotFetched) as caught:
        internet.get(URL, robots=False, **options)
    assert internet.open == 0
    return caught.value


def bomb(members=1):
    """50 MB of zeros in 50 kB, or compressed more than once."""
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = b"".join([packed.compress(bytes(1_000_000)) for _ in range(50)] + [packed.flush()])
    for _ in range(members - 1):
        data = gzip.compress(data)
    return data


@pytest.mark.parametrize(
    ("answer", "name", "value"),
    [
        (page(b"x" * 5_000_001), "bytes", 5_000_000),
        (page(b"x", Content_Length="20000000"), "bytes", 5_000_000),
        (page(b"x", Content_Length="9" * 19), "bytes", 5_000_000),
        ([HEAD, *[b"x" * 65_536] * 400], "bytes", 5_000_000),
        ([CHUNKED, *[b"10000\r\n" + b"x" * 65_536 + b"\r\n"] * 400], "bytes", 5_000_000),
        ([CHUNKED, *[b"1\r\nx\r\n" * 10_000] * 100], "pieces", 50_000),
        (gzipped(bomb()), "bytes", 5_000_000),
        (gzipped(gzip.compress(bytes(3_000_000))), "ratio", 200),
        (
            [b"HTTP/1.1 200 OK\r\n", *[b"X-Padding: %s\r\n" % (b"x" * 1_000)] * 80, b"\r\n"],
            "header_bytes",
            65_536,
        ),
        ([b"HTTP/1.1 200 OK\r\n", *[b"X: " + b"x" * 60_000] * 1_000], "header_bytes", 102_400),
        ([b"HTTP/1.1 200 OK", 3_600.0], "seconds", 20.0),
        (itertools.chain([HEAD], itertools.cycle([b"x", 1.0])), "seconds", 20.0),
        (itertools.cycle([b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.5]), "seconds", 20.0),
        (itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.cycle([b"x", 1.0])), "seconds", 20.0),
    ],
    ids=itertools.count(),
)
def test_too_much_ends_at_a_named_limit(answer, name, value):  # C14
    error = fails(answer)
    assert error.kind == "limit"
    assert (error.limit.name, error.limit.value) == (name, value)
    assert name in str(error)
    assert (f"{value:,}" if isinstance(value, int) else f"{value:g}") in str(error)


def test_a_bomb_is_not_unpacked_to_find_out_that_it_is_one():
    answer = gzipped(bomb())
    tracemalloc.start()
    try:
        assert fails(answer).limit.name == "bytes"
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8_000_000  # what is kept up to the limit, and one step


def test_a_zip_file_is_no_text_and_is_not_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(10_000_000))
    assert fails(page(file.getvalue(), kind="application/zip")).kind == "type"


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (page(b"Hello", Content_Length="50"), "broken", "without sending complete message"),
        (gzipped(gzip.compress(b"Hello" * 999)[:-9]), "broken", "end too early"),
        (gzipped(b"Hello"), "broken", "compressed data are broken"),
        (gzipped(gzip.compress(b"Hello") + b"more"), "encoding", "follows the end"),
        (gzipped(gzip.compress(b"Hello") * 2), "encoding", "follows the end"),
        (page(bomb(2), Content_Encoding="gzip, gzip"), "encoding", "gzip, gzip"),
        (page(b"Hello", Content_Encoding="br"), "encoding", "br, which was not asked for"),
        (page(b"Hello", Content_Encoding="zstd"), "encoding", "zstd"),
        (page(b"x", Content_Length="1\r\nContent-Length: 2"), "broken", "reply is broken"),
        (page(b"x", Content_Length="-5"), "broken", "reply is broken"),
        ([CHUNKED, b"zz\r\n"], "broken", "reply is broken"),
        ([CHUNKED, b"5\r\nHel"], "broken", "reply is broken"),
        (b"", "broken", "disconnected"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "broken", "reply is broken"),
        (page(kind="application/pdf"), "type", "application/pdf; read are: text/html"),
        (page(kind="image/png"), "type", "image/png"),
        (page(kind="text/\x7fhtml"), "type", "is text/\\x7fhtml"),
        (page(kind=None), "type", "no named type"),
        (page(b"", "204 No Content"), "status", "answered 204 No Content"),
        (page(b"part", "206 Partial Content"), "status", "answered 206"),
        (page(b"", "304 Not Modified"), "status", "answered 304"),
        (page(b"", "101 Switching Protocols"), "broken", "reply is broken"),
        (page(b"", "410 Gone"), "status", "answered 410 Gone"),
        (page(b"", "799 What"), "status", "answered 799"),
    ],
    ids=itertools.count(),
)
def test_what_is_not_the_text_is_named(answer, kind, reason):
    error = fails(answer)
    assert (error.kind, error.limit) == (kind, None)
    assert reason in error.reason


def test_more_than_announced_is_not_read():
    assert Internet({URL: page("Hello, world", Content_Length="5")}).get(URL).text == "Hello"


def test_a_compressed_page_is_read():
    text = "<p>" + "Hello " * 2_000
    internet = Internet({URL: gzipped(gzip.compress(text.encode()))})
    assert internet.get(URL).text == text
    assert internet.requests[-1].headers["accept-encoding"] == "gzip"


def test_exactly_as_much_as_is_allowed_is_read():
    internet = Internet({URL: page(b"x" * 1_000)})
    assert len(internet.get(URL, limits=Limits(bytes=1_000)).body) == 1_000
    assert fails(page(b"x" * 1_001), limits=Limits(bytes=1_000)).limit.name == "bytes"


def test_the_seconds_are_for_all_redirects_together():
    def slow(n):
        return [6.0, page(b"", "302 Found", Location=f"{URL}{n}")]

    internet = Internet({URL: slow(1), f"{URL}1": slow(2), f"{URL}2": slow(3), f"{URL}3": slow(4)})
    with pytest.raises(NotFetched) as caught:
        internet.get(URL, robots=False)
    assert caught.value.limit.name == "seconds"
    assert caught.value.hop == f"{URL}3"


def test_a_slow_but_steady_page_within_the_time_is_read():
    internet = Internet({URL: [HEAD, *[b"x", 1.0] * 15]})
    assert internet.get(URL, robots=False).text == "x" * 15


def test_a_resolver_that_never_answers_ends_at_the_limit():
    internet = Internet()

    async def stuck(_name):
        await asyncio.sleep(3_600)

    with pytest.raises(NotFetched) as caught:
        run(internet.fetcher(resolve=stuck).get(URL, accept=HTML, robots=False))
    assert caught.value.limit.name == "seconds"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (["text/html"], "TEXT/HTML; charset=utf-8"),
        (["application/rss+xml", "text/*"], "text/plain"),
        (["*/*"], None),
        (["text/html"], "text/html, text/html"),
    ],
)
def test_the_caller_says_what_kinds_are_read(accept, kind):
    internet = Internet({URL: page("Hello", kind=kind)})
    assert internet.get(URL, accept=accept).text == "Hello"
    assert internet.requests[-1].headers["accept"] == ", ".join(accept)


def test_a_reply_that_keeps_this_program_busy_without_a_pause_ends_at_the_limit():
    internet = Internet({URL: [CHUNKED, b"1\r\nx\r\n" * 1_000]})
    ticks = itertools.count()
    fetcher = internet.fetcher(clock=lambda: float(next(ticks)))
    with pytest.raises(NotFetched) as caught:
        run(fetcher.get(URL, accept=HTML, robots=False))
    assert caught.value.limit.name == "seconds"
