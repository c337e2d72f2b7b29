"""The files of a built site, and nothing else: no listing, no way out of the folder, no hidden file.

Texts are compressed on their way: they are the same for every reader and hold no secret. Answers about votes
hold a reader's token and are not, so that their length tells nobody what is in them (BREACH).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import quote

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

#: Said here and not by the machine's own list, which differs from one to the next.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".pdf": "application/pdf",
    ".wasm": "application/wasm",
}
_UNKNOWN = "application/octet-stream"
#: Of 1 to 9: above it a page takes twice the time and is hardly smaller.
_COMPRESSION = 6
#: What the middleware says of a text it sends, for the answers that send none.
_VARIES = {"Vary": "Accept-Encoding"}
_LONGEST_PATH = 1024
_INDEX, _NOT_FOUND = "index.html", "404.html"


#: Bytes read and sent at a time: what a client that reads slowly costs.
_CHUNK = 64 * 1024


class _File(NamedTuple):
    """An open file, the caller's to close. Its tag is a weak one where its bytes may be sent compressed."""

    media_type: str
    size: int
    tag: str
    content: BinaryIO

    @property
    def headers(self) -> dict[str, str]:
        """What is said of it whether or not it is sent."""
        return {"ETag": self.tag, "Cache-Control": "no-cache"}


class SiteFiles:
    """The site in a folder. A file is opened once, so that a rebuild meanwhile never mixes two of them.

    Args:
        root: The folder; it may be a link that is changed while we serve, and may not be there yet.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def respond(self, request: Request) -> ASGIApp:
        """The file at the request's path, or that there is none."""
        # Not request.url: a client's Host can make it unreadable.
        found = await asyncio.to_thread(self._find, request.scope["path"])
        if isinstance(found, str):
            return RedirectResponse(found, status_code=308)
        if found is None:
            return await asyncio.to_thread(self._missing)
        return _answer(found, request)

    def _find(self, path: str) -> _File | str | None:
        """The file, where to go instead, or None."""
        names = path.removeprefix("/").split("/")
        wants_folder = names[-1] == ""
        names = names[:-1] if wants_folder else names
        if len(path) > _LONGEST_PATH or not all(map(_is_name, names)):
            return None
        try:
            place = Path(os.path.realpath(self._root.joinpath(*names)))
            if not place.is_relative_to(os.path.realpath(self._root)):
                return None
            if place.is_dir():
                # Relative: the name a client gives this server does not come back to it.
                return self._find(f"{path}{_INDEX}") if wants_folder else f"{quote(names[-1])}/"
            return None if wants_folder else _open(place)
        except (OSError, ValueError):  # ValueError: what no file system takes for a name
            return None

    def _missing(self) -> ASGIApp:
        page = self._find(f"/{_NOT_FOUND}")
        if isinstance(page, _File):
            return _sent(page, status=404)
        return PlainTextResponse("There is no such page.\n", status_code=404)


def _is_name(name: str) -> bool:
    """Whether a part of a path may be one of the site's: nothing hidden, nothing a system reads otherwise."""
    return bool(name) and not name.startswith(".") and name.isprintable() and not set(name) & set('\\:*?"<>|')


def _open(place: Path) -> _File | None:
    file = open(os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb", buffering=0)  # noqa: PTH123, SIM115 (flags; closed by who gets it)
    about = os.fstat(file.fileno())
    if not stat.S_ISREG(about.st_mode):  # a pipe or a device would be read for ever
        file.close()
        return None
    tag = f'"{hashlib.file_digest(file, "sha256").hexdigest()[:32]}"'
    file.seek(0)
    media_type = _TYPES.get(place.suffix.lower(), _UNKNOWN)
    return _File(media_type, about.st_size, f"W/{tag}" if _is_text(media_type) else tag, file)


def _is_text(media_type: str) -> bool:
    """Whether it is worth compressing: pictures and fonts are compressed already."""
    return media_type.startswith("text/") or media_type.endswith(("json", "xml"))


def _answer(file: _File, request: Request) -> ASGIApp:
    asked = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if asked & {file.tag.removeprefix("W/"), "*"}:
        file.content.close()
        varies = _VARIES if _is_text(file.media_type) else {}
        return Response(status_code=304, headers=file.headers | varies)
    return _sent(file)


def _sent(file: _File, status: int = 200) -> ASGIApp:
    answer = _FileResponse(file, status)
    return GZipMiddleware(answer, compresslevel=_COMPRESSION) if _is_text(file.media_type) else answer


class _FileResponse(Response):
    """A file on its way, read no faster than the client takes it; closed in the end."""

    def __init__(self, file: _File, status: int) -> None:
        super().__init__(status_code=status)
        self.headers.update(
            {"Content-Length": str(file.size), "Content-Type": file.media_type, **file.headers}
        )
        self._content, self._text = file.content, _is_text(file.media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 (what ASGI hands over)
        """Send it."""
        head = scope["method"] == "HEAD"
        if head and self._text:
            self.headers.update(_VARIES)
            del self.headers["Content-Length"]  # how long it would be depends on who asks
        with self._content:
            start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            await send(start)
            more = True
            while more:
                chunk = await asyncio.to_thread(self._content.read, 0 if head else _CHUNK)
                more = len(chunk) == _CHUNK
                await send({"type": "http.response.body", "body": chunk, "more_body": more})
