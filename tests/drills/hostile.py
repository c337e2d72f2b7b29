"""What strangers send to the vote server: wrong methods, paths, heads, bodies, cookies, votes."""

from __future__ import annotations

import random
from collections.abc import Callable

TOOL = "codestral"
_PATHS = (
    "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%5c..%5cboot.ini", "/%00", "/a%00.html",
    "//etc/passwd", "/.git/config", "/.env", "/votes.secret", "/votes.sqlite", "/votes/../votes.secret",
    "/votes/%2e%2e", "/votes/%00", "/votes/%ff%fe", "/votes/<script>alert(1)</script>", "/votes//",
    "/votes/a/b", "/votes/nobody", "/votes/CODESTRAL", "/votes/codestral%0d%0aX:1",
    "/wp-login.php", "/cgi-bin/x?y=|id",
    "/%f0%9f%92%a9", "/;/index.html", "/index.html/", "/index.html%20", "/index.html::$DATA", "/con",
    "/~root/", "/votes/codestral?vote=ship",
)  # fmt: skip
_METHODS = ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND", "BREW", "get", "POST", "X" * 200)
_BODIES = (
    b"", b"{", b"[" * 2000, b"null", b'{"vote":"ship"}', b'{"vote":["ship"]}', b'{"vote":"ship","token":{}}',
    b'{"vote":NaN}', b"\xff\xfe\x00", b"\x00" * 500, b'{"a":' * 400, b'"' + b"x" * 1500 + b'"', b"vote=ship",
    b"vote=ship&vote=skip", b"&" * 2000, b"vote=%00&token=%ff", b"1e999999", b'{"vote":"\\ud800"}',
)  # fmt: skip
_COOKIES = (
    "voter=", "voter=a.b.c", "voter=" + "0" * 32 + ".1." + "0" * 64, "voter=" + "9" * 5000, "voter=\xe9",
    'voter="\\000"', "=;=;=", "; " * 500, "__Host-voter=x; voter=y", "a=b; " * 300,
    "voter=" + "f" * 32 + ".99999999999999999999.x",
)  # fmt: skip
_KINDS = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "",
    "x" * 500, "application/json; charset=utf-7",
)  # fmt: skip
_HEADERS = (
    "Host: [", "Host: evil.example", "Origin: null", "Origin: http://[",
    "X-Forwarded-For: " + "1.2.3.4," * 500, "X-Forwarded-For: \xff",
    "Content-Length: 99999999999999999999", "Content-Length: -1",
    "Content-Length: 5\r\nContent-Length: 6",
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Range: bytes=0-1,1-2,2-3,-1,5-",
    "If-None-Match: " + '"x",' * 900,
    "Expect: 100-continue", "Upgrade: websocket\r\nConnection: Upgrade", "Upgrade: h2c",
    "Accept: " + "text/html;q=0." * 300,
    "Accept-Encoding: \x01", ": empty", "Folded: a\r\n b", "Sec-Fetch-Site: cross-site",
    "Referer: http://[", "Bad Name: x",
    "Authorization: Basic " + "A" * 4000,
)  # fmt: skip


def _head(method: str, path: str, *headers: str) -> bytes:
    return ("\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers]) + "\r\n\r\n").encode(
        "latin-1"
    )


def _path(dice: random.Random) -> bytes:
    return _head("GET", dice.choice(_PATHS), "Connection: close")


def _long_path(dice: random.Random) -> bytes:
    return _head("GET", "/" + "a/" * dice.randrange(500, 12_000), "Connection: close")


def _method(dice: random.Random) -> bytes:
    return _head(
        dice.choice(_METHODS), dice.choice(["/", "/votes/codestral", "/votes.json"]), "Connection: close"
    )


def _vote(dice: random.Random) -> bytes:
    body = dice.choice(_BODIES)
    return (
        _head(
            "POST",
            f"/votes/{TOOL}",
            "Connection: close",
            dice.choice(["Origin: http://127.0.0.1", "Origin: https://evil.example", "X: y"]),
            f"Content-Type: {dice.choice(_KINDS)}",
            f"Cookie: {dice.choice(_COOKIES)}",
            f"Content-Length: {len(body)}",
        )
        + body
    )


def _huge_body(dice: random.Random) -> bytes:
    size = dice.choice([3000, 100_000, 1_000_000])
    kind = "Content-Type: application/json"
    origin = "Origin: http://127.0.0.1"
    if dice.random() < 0.5:
        return _head("POST", f"/votes/{TOOL}", origin, kind, f"Content-Length: {size}") + b"x" * size
    chunk = f"{size:x}\r\n".encode() + b"x" * size + b"\r\n0\r\n\r\n"
    return _head("POST", f"/votes/{TOOL}", origin, kind, "Transfer-Encoding: chunked") + chunk


def _header(dice: random.Random) -> bytes:
    path = dice.choice(["/", f"/votes/{TOOL}", "/votes.json", "/nowhere"])
    return _head(dice.choice(["GET", "POST", "HEAD"]), path, dice.choice(_HEADERS), "Connection: close")


def _header_flood(dice: random.Random) -> bytes:
    return _head(
        "GET", "/", *(f"X-{n}: {'y' * dice.randrange(100)}" for n in range(dice.randrange(200, 3000)))
    )


def _noise(dice: random.Random) -> bytes:
    return dice.randbytes(dice.randrange(1, 3000))


def _pipelined(dice: random.Random) -> bytes:
    return _head("GET", dice.choice(_PATHS)) * 20 + _head("GET", "/", "Connection: close")


def _half(dice: random.Random) -> bytes:
    whole = _vote(dice)
    return whole[: dice.randrange(1, len(whole))]


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    _path, _long_path, _method, _vote, _vote, _vote, _huge_body, _header, _header, _header_flood, _noise,
    _pipelined, _half,
)  # fmt: skip


def hostile(dice: random.Random) -> tuple[str, bytes]:
    """Something hostile, by the name of its kind."""
    kind = dice.choice(KINDS)
    return kind.__name__.strip("_"), kind(dice)
