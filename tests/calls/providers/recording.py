"""Recorded answers: how they are recorded, what is left out of them, and what each must say of itself.

`PANEL_RECORD=standin pytest tests/calls/providers/test_cassettes.py` records all of them anew against the
stand-in; without it nothing is recorded and a request that is not on its cassette fails.
`PANEL_RECORD=live PANEL_LIVE=1 pytest -m live` records one good answer of each vendor into `cassettes/live/`,
for whoever has keys; those cassettes name the host they were recorded against.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import httpx2
import vcr
import yaml
from vcr.stubs.httpx_stubs import vcr_handle_async_request

from panel.calls.vendors import Secret
from panel.calls.wire.connections import Connections
from panel.calls.wire.texts import Redactor
from tests.calls.providers.dialects import BAIT
from tests.standin import Answer, Headers, Refusal, Status, Text, Truncated

FOLDER = Path(__file__).parent / "cassettes"
#: Where a cassette says the answers came from; its port does not matter and nothing listens there.
HOST = "http://stand-in.invalid"
STATEMENT = "recorded against the stand-in of tests/standin: no vendor's model said any of this"

_REQUEST_HEADERS = frozenset({"content-type", "anthropic-version"})
_RESPONSE_HEADERS = frozenset({"content-type", "date", "request-id", "retry-after", "x-request-id"})
_KEY_LIKE = re.compile(r"sk-[\w-]{8,}|Bearer|authorization|x-api-key|cookie|organization", re.IGNORECASE)
_DATE = "Fri, 20 Nov 2026 21:00:00 GMT"


@dataclass(frozen=True)
class Case:
    """What is on one cassette: what the stand-in answers, and how that ends.

    Attributes:
        answer: What the stand-in is told to answer.
        outcome: The reply's ending, or the fault's cause.
    """

    answer: Answer
    outcome: str


CASES = {
    "good": Case(Text('{"says": "It is one file.", "decision": "ship"}'), "complete"),
    "refusal": Case(Refusal("I will not judge this.", kind="stop"), "refused"),
    "truncation": Case(Truncated('{"says": "It is on'), "truncated"),
    "401": Case(Status(401, f"Incorrect API key provided: {BAIT}."), "key"),
    "429": Case(Status(429, "Slow down.", headers={"retry-after": "7"}), "rate_limit"),
}


def answer_of(case: Case) -> Answer:
    """The answer with a date that does not change from one recording to the next."""
    return Headers(case.answer, {"date": _DATE})


def path_of(dialect: str, case: str) -> Path:
    """Where a cassette lies."""
    return FOLDER / f"{dialect}-{case}.yaml"


def recorder(*, record: bool, statement: str = STATEMENT, key: str = BAIT) -> vcr.VCR:
    """VCR that plays cassettes, or records them without anything that is nobody's business.

    Args:
        record: Whether to record.
        statement: What a recorded cassette says of itself.
        key: The key to be taken out of answers that quote it.
    """
    machine = _Recorder(
        record_mode="all" if record else "none",
        match_on=["method", "uri", "json"],
        before_record_request=_canonical,
        before_record_response=partial(_harmless, redactor=Redactor(Secret(key))),
        serializer="stated",
    )
    machine.register_matcher("json", _same_json)
    machine.register_serializer("stated", _Stated(statement))
    return machine


def problems_of(text: str) -> list[str]:
    """What is wrong with a cassette's text: it holds something like a key, or does not say what it is."""
    found = [f"holds {match.group()!r}" for match in _KEY_LIKE.finditer(text)]
    if yaml.safe_load(text).get("statement") != STATEMENT:
        found.append("does not say that it was recorded against the stand-in")
    return found


class _Recorder(vcr.VCR):
    """VCR, which knows httpx2's own transport, in the place of ours as well."""

    @contextmanager
    def use_cassette(self, path: str) -> Iterator[Any]:
        with super().use_cassette(path) as cassette:
            ours = vcr_handle_async_request(cassette, Connections.handle_async_request, httpx2)
            with mock.patch.object(Connections, "handle_async_request", ours):
                yield cassette


@dataclass(frozen=True)
class _Stated:
    """YAML with the statement at its top."""

    statement: str

    def serialize(self, cassette: dict[str, Any]) -> str:
        # Without VCR's own YAML classes: texts and lists only.
        plain = json.loads(json.dumps({"statement": self.statement, **cassette}))
        return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)

    @staticmethod
    def deserialize(text: str) -> Any:
        return yaml.safe_load(text)


def _canonical(request: Any) -> Any:
    """The request at the host that is none, with the headers that matter to what is answered."""
    request.uri = re.sub(r"^http://(127\.0\.0\.1|stand-in\.invalid)(:\d+)?", HOST, request.uri)
    for name in [name for name in request.headers if name.lower() not in _REQUEST_HEADERS]:
        del request.headers[name]
    return request


def _harmless(response: dict[str, Any], *, redactor: Redactor) -> dict[str, Any]:
    """The response with the headers that are read, and without the key it may quote."""
    headers = {name.lower(): value for name, value in response["headers"].items()}
    body = redactor.body(response["body"]["string"])
    kept = {name: value for name, value in headers.items() if name in _RESPONSE_HEADERS}
    return {**response, "headers": kept, "body": {"string": body}}


def _same_json(one: Any, other: Any) -> None:
    assert json.loads(one.body) == json.loads(other.body), "the body differs"
