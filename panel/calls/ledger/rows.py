"""A call as ledgers store it: plain values with their hashes, and how they are read back and checked."""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar, get_args

from panel.calls.ledger.parts import hashes_in, put_together
from panel.core.errors import DamagedRecord
from panel.core.hashing import digest
from panel.core.requests import Call, CallRequest, RawReply, Usage

T = TypeVar("T")

State = Literal["open", "kept", "settled", "abandoned", "maybe_paid"]
#: States of a call whose raw reply is there.
REPLIED: frozenset[State] = frozenset({"kept", "settled"})


@dataclass(frozen=True)
class StoredReply:
    """A reply as the ledger holds it; `run` is the run that paid for it."""

    id: int
    key: str
    run: str
    raw: RawReply
    usage: Usage | None
    cost_usd: float | None
    finished: str
    settled: bool


@dataclass(frozen=True)
class Damage:
    """Something stored that is not what it claims to be.

    Attributes:
        place: Table and row, or file and position.
        what: What is wrong, in words.
        repaired: Whether it is mended already.
    """

    place: str
    what: str
    repaired: bool = False


@dataclass(frozen=True)
class Row:
    """One call with the request it belongs to, as stored: nothing of it is parsed.

    Attributes:
        id: Its number in this ledger.
        uid: Its name in all ledgers: a call that was copied keeps it.
        owner_lives: Whether the process that sent it still runs, so that something may still change.
        skeleton: The request as JSON with hashes for its texts; None if it is missing.
        texts: Those texts by hash, as far as they are there.
        headers: JSON.
        usage: JSON.
    """

    id: int
    uid: str
    key: str
    run: str
    tool: str
    persona: str
    model: str
    state: str
    reserved_usd: float | None
    status: int | None
    headers: str
    body: bytes | None
    body_hash: str | None
    usage: str | None
    cost_usd: float | None
    why: str | None
    started: str
    finished: str | None
    owner_lives: bool
    skeleton: str | None
    texts: Mapping[str, str] = field(default_factory=dict)


def reply_of(row: Row, place: str) -> StoredReply:
    """The reply of a call that has one; `place` is the ledger's.

    Raises:
        DamagedRecord: a stored value is not what it was; names table and row.
    """
    with _reading(place, "calls", row.id):
        _dollars(row)
        return StoredReply(
            id=row.id,
            key=row.key,
            run=row.run,
            raw=RawReply(status=_status(row), headers=_headers(row), body=_body(row)),
            usage=_usage(row),
            cost_usd=row.cost_usd,
            finished=row.finished or "",
            settled=row.state == "settled",
        )


def call_of(row: Row, place: str) -> Call:
    """The call as the record `panel.call/1`; `place` is the ledger's.

    Raises:
        DamagedRecord: a stored value is not what it was, or the texts do not hash to the key.
    """
    with _reading(place, "requests", row.key):
        request = _request(row)
    with _reading(place, "calls", row.id):
        body = None if row.body is None else _body(row).decode("utf-8", errors="replace")
        return Call(
            key=row.key,
            run=row.run,
            tool=row.tool,
            persona=row.persona,
            request=request,
            status=row.status,
            headers=_headers(row),
            body=body,
            usage=_usage(row),
            reserved_usd=row.reserved_usd,
            cost_usd=row.cost_usd,
            state=_state(row),
            why=row.why,
            started=row.started,
            finished=row.finished,
        )


async def calls_of(rows: AsyncIterable[Row], place: str) -> AsyncIterator[Call]:
    """`rows` as calls.

    Raises:
        DamagedRecord: at the first row that is damaged.
    """
    async for row in rows:
        yield call_of(row, place)


def damage_of(row: Row) -> list[Damage]:
    """All that is wrong with one stored call; every hash is derived again."""
    parts: list[tuple[str, object, Callable[[Row], object]]] = [
        ("requests", row.key, _request),
        ("calls", row.id, _state),
        ("calls", row.id, lambda row: datetime.fromisoformat(row.started)),
        ("calls", row.id, lambda row: row.finished and datetime.fromisoformat(row.finished)),
        ("calls", row.id, _dollars),
        ("calls", row.id, _headers),
        ("calls", row.id, _usage),
        ("calls", row.id, lambda row: _status(row) and _body(row) if _replied(row) else None),
    ]
    found = []
    for table, number, read in parts:
        try:
            read(row)
        except (KeyError, TypeError, ValueError) as error:
            found.append(Damage(f"table {table}, row {number}", _in_words(error)))
    return found


def _request(row: Row) -> CallRequest:
    if row.skeleton is None:
        raise ValueError("the request is missing")
    for name in hashes_in(row.skeleton):
        if digest(row.texts[name]) != name:
            raise ValueError(f"the text {name} is not the one that was stored")
    request = put_together(row.skeleton, row.texts)
    if request.key != row.key:
        raise ValueError("its texts do not hash to its key")
    return request


def _state(row: Row) -> State:
    for state in get_args(State):
        if state == row.state:
            return state  # type: ignore[no-any-return]  # get_args knows no Literal
    raise ValueError(f"there is no state {row.state!r}")


def _dollars(row: Row) -> None:
    for name, amount in (("reserved_usd", row.reserved_usd), ("cost_usd", row.cost_usd)):
        if amount is not None and not (isinstance(amount, int | float) and 0 <= amount < math.inf):
            raise ValueError(f"{name} is no amount: {amount!r}")


def _headers(row: Row) -> dict[str, str]:
    headers = json.loads(row.headers)
    if not isinstance(headers, dict) or not all(isinstance(text, str) for text in headers.values()):
        raise ValueError("the headers are none")
    return headers


def _replied(row: Row) -> bool:
    return row.state in REPLIED


def _status(row: Row) -> int:
    if not isinstance(row.status, int) or not 100 <= row.status <= 599:  # noqa: PLR2004 (HTTP's)
        raise ValueError(f"the reply has no HTTP status: {row.status!r}")
    return row.status


def _body(row: Row) -> bytes:
    if row.body is None or digest(row.body) != row.body_hash:
        raise ValueError("the body is not the one that was stored")
    return row.body


def _usage(row: Row) -> Usage | None:
    return None if row.usage is None else Usage.model_validate_json(row.usage)


@contextmanager
def _reading(place: str, table: str, row: object) -> Iterator[None]:
    """Whatever is wrong with a stored row is damage, and says which row it is."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        message = f"table {table}, row {row}: {_in_words(error)}"
        raise DamagedRecord(message, file=place, hint="panel runs verify") from error


def _in_words(error: Exception) -> str:
    return f"the text {error} is missing" if isinstance(error, KeyError) else str(error)
