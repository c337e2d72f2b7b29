"""A request as the stand-in saw it: what scripts decide by, and what tests look at afterwards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from tests.standin.apis.base import Block, Reading

ApiName = Literal["responses", "chat", "messages", "unknown"]

_MOVE = re.compile(r"^- `([a-z0-9_]+)`", re.MULTILINE)
_OPENS = re.compile(r"^<<<DOSSIER [0-9a-f]{12,}[ \t]*$", re.MULTILINE)
_CLOSES = re.compile(r"^DOSSIER [0-9a-f]{12,} END>>>[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Seen:
    """One request.

    Attributes:
        path: Without the query.
        headers: By lower-case name.
        body: The JSON object; empty if there was none.
        raw: The body's bytes.
        api: The endpoint; "unknown" for any other path.
        model: As asked for; empty if it is missing.
        system: All text in the system role, in order.
        parts: The user's text parts, in order, over all messages.
        roles: The messages' roles, in order.
        turn: How many messages are the user's.
        index: The n-th request of this server, from 0.
        moves: The persona's moves, in the order of the task.
        task: The text part with persona and task; the last user part if none lists moves.
        dossier: The user's text before the task, without its marker lines.
        schema: The JSON schema the answer must fit, None if none was sent.
        max_tokens: The limit of the output, None if none was sent.
        arrived: Seconds on the monotonic clock.
    """

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    raw: bytes
    api: ApiName
    model: str
    system: str
    parts: tuple[str, ...]
    roles: tuple[str, ...]
    turn: int
    index: int
    moves: tuple[str, ...]
    task: str
    dossier: str
    schema: dict[str, Any] | None
    max_tokens: int | None
    arrived: float

    @cached_property
    def text(self) -> str:
        """All text of the user."""
        return "\n\n".join(self.parts)

    @cached_property
    def sha256(self) -> str:
        """Of the body's bytes, in hex."""
        return hashlib.sha256(self.raw).hexdigest()


def see(
    path: str,
    headers: Mapping[str, str],
    body: Any,
    raw: bytes,
    *,
    api: ApiName,
    reading: Reading,
    index: int,
    arrived: float,
) -> Seen:
    """Put together what was seen of a request; `body` may be anything JSON can say."""
    found = body if isinstance(body, dict) else {}
    model = found.get("model")
    dossier, task = _dossier_and_task(reading.blocks)
    return Seen(
        path=path,
        headers=headers,
        body=found,
        raw=raw,
        api=api,
        model=model if isinstance(model, str) else "",
        system="\n\n".join(block.text for block in reading.blocks if block.role == "system"),
        parts=tuple(block.text for block in reading.blocks if block.role == "user"),
        roles=reading.roles,
        turn=reading.roles.count("user"),
        index=index,
        moves=tuple(dict.fromkeys(_MOVE.findall(task))),
        task=task,
        dossier=dossier,
        schema=reading.schema,
        max_tokens=reading.max_tokens,
        arrived=arrived,
    )


def _dossier_and_task(blocks: tuple[Block, ...]) -> tuple[str, str]:
    """The text before the task, and the task: the newest message of the user whose last part lists moves."""
    messages: dict[int, list[str]] = {}
    for block in blocks:
        if block.role == "user":
            messages.setdefault(block.message, []).append(block.text)
    newest_first = [_split(texts) for texts in reversed(messages.values())]
    with_moves = next((found for found in newest_first if _MOVE.search(found[1])), None)
    return with_moves or (newest_first[0] if newest_first else ("", ""))


def _split(texts: list[str]) -> tuple[str, str]:
    if len(texts) > 1:
        return _between_markers("\n".join(texts[:-1])), texts[-1]
    closings = list(_CLOSES.finditer(texts[0]))
    if not closings:
        return "", texts[0]
    end = closings[-1].end()
    return _between_markers(texts[0][:end]), texts[0][end:]


def _between_markers(text: str) -> str:
    opening = _OPENS.search(text)
    closings = list(_CLOSES.finditer(text))
    return text[opening.end() if opening else 0 : closings[-1].start() if closings else len(text)]
