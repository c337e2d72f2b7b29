"""Asks the application as a browser does, in this process: cookies are kept, redirects are not followed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from panel.core.records import Records
from panel.votes.addresses import networks
from panel.votes.app import Parts, build
from panel.votes.identity import Identities
from panel.votes.known_tools import KnownTools
from panel.votes.limits import Limits
from panel.votes.site_files import SiteFiles
from panel.votes.stores.sqlite import open_file

SECRET = b"a secret of thirty-two bytes....."
HOST = "votes.example"
HERE = f"http://{HOST}"


def application(folder, *, store=None, trust=(), says=None, secret=SECRET, **parts):
    """The application over a site with pages of two tools, and the store it uses."""
    site = folder / "site"
    for slug in ("codestral", "cursor"):
        (site / "tools" / slug).mkdir(parents=True, exist_ok=True)
        (site / "tools" / slug / "index.html").write_text(f"<h1>{slug}</h1>")
    store = store or open_file(folder / "votes.sqlite")
    chosen = {"limits": Limits(), "url": None} | parts
    app = build(
        Parts(
            store=store,
            identities=Identities(secret),
            tools=KnownTools(Records(folder / "runs"), site, folder),
            files=SiteFiles(site),
            trusted=networks(trust),
            says=says or _fail,
            **chosen,
        )
    )
    return app, store


def _fail(line):
    raise AssertionError(line)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict
    body: bytes
    cookies: list = field(default_factory=list)

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()


@dataclass
class Browser:
    """Someone who reads the site."""

    app: object
    peer: str | None = "203.0.113.7"
    scheme: str = "http"
    cookies: dict = field(default_factory=dict)

    async def ask(self, method, path, *, body=b"", query=b"", headers=()):
        sent, incoming = [], [{"type": "http.request", "body": body, "more_body": False}]
        given = [("host", HOST), *headers]
        if self.cookies:
            given.append(("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())))
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode("utf-8", "replace"),
            "query_string": query, "scheme": self.scheme, "http_version": "1.1", "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in given],
            "client": None if self.peer is None else (self.peer, 40000), "server": (HOST, 80), "state": {},
        }  # fmt: skip

        async def receive():
            return incoming.pop(0) if incoming else {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        await self.app(scope, receive, send)
        answer = Answer(sent[0]["status"], {}, b"".join(each.get("body", b"") for each in sent[1:]))
        for name, value in ((name.decode(), value.decode()) for name, value in sent[0]["headers"]):
            answer.headers[name] = value
            if name == "set-cookie":
                answer.cookies.append(value)
                found = re.match(r"([^=]+)=([^;]*)", value)
                self.cookies[found[1]] = found[2]
        return answer

    async def get(self, path, *, query=b"", headers=()):
        return await self.ask("GET", path, query=query, headers=headers)

    async def post(self, tool, fields, *, headers=(("origin", HERE),), as_json=False):
        kind = "application/json" if as_json else "application/x-www-form-urlencoded"
        body = json.dumps(fields) if as_json else urlencode(fields)
        given = [("content-type", kind), ("content-length", str(len(body))), *headers]
        return await self.ask("POST", f"/votes/{tool}", body=body.encode(), headers=given)

    async def vote(self, choice, tool="codestral", *, headers=(("origin", HERE),)):
        """Look at the tool's votes, then vote, as the site's script does."""
        token = (await self.get(f"/votes/{tool}")).json["token"]
        return await self.post(tool, {"vote": choice, "token": token}, headers=headers, as_json=True)
