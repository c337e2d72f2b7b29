"""The files of a built site, and nothing else: no listing, no way out of the folder, no hidden file."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

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
_LONGEST_PATH = 1024
_INDEX, _NOT_FOUND = "index.html", "404.html"


class _File(NamedTuple):
    name: str
    content: bytes


class SiteFiles:
    """The site in a folder. A file is read whole, so that a rebuild meanwhile never mixes two of them.

    Args:
        root: The folder; it may be a link that is changed while we serve, and may not be there yet.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def respond(self, request: Request) -> Response:
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
            return None if wants_folder else _read(place)
        except (OSError, ValueError):  # ValueError: what no file system takes for a name
            return None

    def _missing(self) -> Response:
        page = self._find(f"/{_NOT_FOUND}")
        if isinstance(page, _File):
            return Response(page.content, status_code=404, media_type=_TYPES[".html"])
        return PlainTextResponse("There is no such page.\n", status_code=404)


def _is_name(name: str) -> bool:
    """Whether a part of a path may be one of the site's: nothing hidden, nothing a system reads otherwise."""
    return bool(name) and not name.startswith(".") and name.isprintable() and not set(name) & set('\\:*?"<>|')


def _read(place: Path) -> _File | None:
    descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        # A pipe or a device would be read for ever.
        return _File(place.name, file.read()) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None


def _answer(file: _File, request: Request) -> Response:
    tag = f'"{hashlib.sha256(file.content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    asked = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if asked & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    media_type = _TYPES.get(Path(file.name).suffix.lower(), _UNKNOWN)
    return Response(file.content, headers={**headers, "Content-Type": media_type})
