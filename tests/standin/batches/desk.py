"""Where batches are handed in and asked for: all that a vendor remembers of them."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.standin.apis.base import Outcome, Reading, Rejection, Tokens, Vendor
from tests.standin.batches import anthropic, openai
from tests.standin.batches.answers import CREATES, IN_BATCH, Batch, LineReply
from tests.standin.composing import Reply
from tests.standin.http1 import Request
from tests.standin.vendors.anthropic import Anthropic
from tests.standin.vendors.openai import OpenAI

#: Has a line answered: path, headers and body as those of a live call.
AnswerLine = Callable[[str, Mapping[str, str], bytes], Reply]

_ONE = re.compile(r"/v1/(?:messages/)?batches/([\w-]+)(/results|/cancel)?")
_FILE = re.compile(r"/v1/files/([\w-]+)/content")
_ALL = "/standin/batches"


@dataclass
class Filed:
    """A batch as the vendor has it.

    Attributes:
        id: Its id.
        created: In seconds since 1970.
        headers: Of its create.
        lines: Path and body of each call, by custom id, in the order they came.
        fate: How it goes.
        metadata: As it was given.
        wrong: What does not validate.
        results: Of each line that has any, in the order they are told; None until it has ended.
        files: Ids of the files of results.
    """

    id: str
    created: float
    headers: Mapping[str, str]
    lines: dict[str, tuple[str, dict[str, Any]]]
    fate: Batch
    metadata: dict[str, Any]
    wrong: list[dict[str, Any]] = field(default_factory=list)
    results: list[tuple[str, Reply]] | None = None
    files: dict[str, str | None] = field(default_factory=dict)

    @property
    def made(self) -> list[str]:
        """Custom ids of the lines that were made and are paid for."""
        good = [name for name, reply in self.results or () if reply.status == 200 and name in self.lines]
        return list(dict.fromkeys(good))


class Desk:
    """The batches of one server; used by its thread only, and looked at by tests.

    Args:
        answer: Has a line answered.

    Attributes:
        batches: By id, in order of arrival.
        clock: Seconds since 1970; tests may replace it.
        edit: Changes the bytes of a file of results before it is told.
    """

    def __init__(self, answer: AnswerLine) -> None:
        self.batches: dict[str, Filed] = {}
        self.files: dict[str, bytes] = {}
        self.clock = time.time
        self.edit: Callable[[bytes], bytes] = lambda content: content
        self._answer = answer

    def visit(self, request: Request) -> Visit | None:
        """The endpoint that takes a request; None if it is about no batch."""
        path = request.path
        known = path in (*CREATES, _ALL, "/v1/files") or _ONE.fullmatch(path) or _FILE.fullmatch(path)
        return Visit(self, request) if known else None

    @property
    def custom_ids(self) -> list[str]:
        """Every call that was handed over, as often as it was."""
        return [name for batch in self.batches.values() for name in batch.lines]

    def store(self, content: bytes) -> str:
        """Keep a file; its id."""
        name = f"file-{len(self.files)}"
        self.files[name] = content
        return name

    def file(self, batch: Filed) -> None:
        """Keep a batch."""
        self.batches[batch.id] = batch

    def look(self, batch: Filed) -> Filed:
        """The batch as it is now: ended, if it is time."""
        fate = batch.fate
        waits = fate.until is not None and not fate.until.is_set()
        if batch.results is None and not waits and self.clock() >= batch.created + fate.delay:
            results = [] if batch.wrong or fate.ends == "failed" else list(self._results(batch))
            if fate.order == "reversed":
                results.reverse()
            if fate.order == "shuffled":
                random.Random(batch.id).shuffle(results)
            batch.results = results
        return batch

    def _results(self, batch: Filed) -> Iterator[tuple[str, Reply]]:
        fate, replies = batch.fate, []
        headers = {**batch.headers, "content-type": "application/json", IN_BATCH: batch.id}
        for number, (name, (path, body)) in enumerate(batch.lines.items()):
            if fate.ends != "completed" and number >= fate.made:
                why = "expired" if fate.ends == "expired" else "canceled"
                replies.append((name, LineReply(0, None, unmade=why)))
                continue
            reply = self._answer(path, headers, json.dumps(body).encode())
            replies += [(name, reply)] * (reply.times if isinstance(reply, LineReply) else 1)
        yield from replies
        for number in range(fate.strangers):
            yield (
                f"{number:064x}",
                next((reply for _, reply in replies if reply.status == 200), LineReply(0, None)),
            )


class Visit:
    """One request to the desk; an `Api` that answers from what the desk remembers."""

    name: Any = "batches"

    def __init__(self, desk: Desk, request: Request) -> None:
        self.path = request.path
        self.fate = Batch()
        self._desk = desk
        self._request = request
        anthropics = self.path.startswith("/v1/messages")
        self.vendor: Vendor = Anthropic() if anthropics else OpenAI()
        self._dialect: Any = anthropic if anthropics else openai

    def read(self, body: Any) -> Reading:  # noqa: ARG002 (nothing of it is for a model)
        """Nothing."""
        return Reading()

    def check(self, headers: Mapping[str, str], body: dict[str, Any]) -> Rejection | None:  # noqa: ARG002 (see Api)
        """What the vendor would refuse the request for."""
        if self._is_create:
            return self._dialect.refused(body, self._desk.files)
        if (one := _ONE.fullmatch(self.path)) and one[1] not in self._desk.batches:
            return Rejection(404, f"No batch found with id '{one[1]}'.")
        if one and one[2] == "/results" and self._desk.look(self._desk.batches[one[1]]).results is None:
            return Rejection(404, "Results are not available before the batch has ended.")
        if (file := _FILE.fullmatch(self.path)) and file[1] not in self._desk.files:
            return Rejection(404, f"No such File object: {file[1]}")
        return None

    def envelope(self, outcome: Outcome, tokens: Tokens, body: dict[str, Any], ident: str) -> Any:  # noqa: ARG002 (see Api)
        """What the vendor says; whatever the model would say to a create, it is taken."""
        if self._is_create:
            return self._shown(self._created(body))
        if one := _ONE.fullmatch(self.path):
            return self._about(self._desk.look(self._desk.batches[one[1]]), one[2])
        return self._filed() if "/files" in self.path else self._list()

    def _about(self, batch: Filed, what: str | None) -> Any:
        if what == "/results":
            return self._desk.edit(self._dialect.results(batch))
        if what == "/cancel" and batch.results is None:
            batch.fate = Batch(ends="cancelled")
        return self._shown(batch)

    def _filed(self) -> Any:
        desk, file = self._desk, _FILE.fullmatch(self.path)
        if file:
            return desk.edit(desk.files[file[1]])
        content = openai.uploaded(self._request.headers, self._request.body)
        return {"id": desk.store(content), "object": "file", "bytes": len(content), "purpose": "batch"}

    @property
    def _is_create(self) -> bool:
        return self.path in CREATES and self._request.method == "POST"

    def _created(self, body: dict[str, Any]) -> Filed:
        desk = self._desk
        lines = self._dialect.lines(body, desk.files)
        batch = Filed(
            id=f"{self._dialect.PREFIX}{len(desk.batches)}",
            created=desk.clock(),
            headers=self._request.headers,
            lines={line["custom_id"]: self._dialect.call(line) for line in lines},
            fate=self.fate,
            metadata=body.get("metadata") or {},
            wrong=self._dialect.wrong(body, lines),
        )
        desk.file(batch)
        return batch

    def _list(self) -> Any:
        if self.path == _ALL:
            return [_told(self._desk.look(batch)) for batch in self._desk.batches.values()]
        mine = [batch for batch in self._desk.batches.values() if batch.id.startswith(self._dialect.PREFIX)]
        newest = sorted(mine, key=lambda batch: -batch.created)
        return {"data": [self._shown(self._desk.look(batch)) for batch in newest], "has_more": False}

    def _shown(self, batch: Filed) -> dict[str, Any]:
        return self._dialect.shown(batch, self._desk.store)


def _told(batch: Filed) -> dict[str, Any]:
    return {
        "id": batch.id,
        "custom_ids": list(batch.lines),
        "ended": batch.results is not None,
        "made": batch.made,
    }
