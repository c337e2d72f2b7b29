"""A stored reply opened strictly by hand: one JSON object, no key twice, counts that can be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from panel.calls.faults import Cause, Fault
from panel.calls.wire.complaints import Complaint, complaint_of, retry_after
from panel.calls.wire.texts import Redactor, without_surrogates
from panel.core.requests import Ending, RawReply, Reply, Usage

#: No single call uses more tokens than this; a count above it is the vendor's mistake.
MOST_TOKENS = 10_000_000
_EXCERPT = 200
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Envelope:
    """A reply's JSON object, and the way to say what is wrong with it.

    Attributes:
        raw: The reply as it came.
        body: Its JSON object.
        redactor: Keeps keys out of messages.
    """

    raw: RawReply
    body: dict[str, Any]
    redactor: Redactor

    def fault(
        self,
        message: str,
        *,
        cause: Cause = "envelope",
        maybe_paid: bool = True,
        usage: Usage | None = None,
    ) -> Fault:
        """What to raise for this reply. It came with status 200: unless told otherwise it was paid."""
        return Fault(
            cause,
            self.redactor.line(message),
            status=self.raw.status,
            retry_after=retry_after(self.raw.headers),
            raw=self.raw,
            maybe_paid=maybe_paid,
            usage=usage,
            served_model=self._name("model"),
        )

    @property
    def complaint(self) -> Complaint | None:
        """The error this reply holds although its status is 200; None if it holds none."""
        if not self.body.get("error") and self.body.get("type") != "error":
            return None
        return complaint_of(self.body) or Complaint("an error without a message")

    def reply(
        self, text: str, ending: Ending, *, detail: str | None = None, usage: Usage | None = None
    ) -> Reply:
        """What was read, with the model and id every vendor's envelope has.

        Raises:
            Fault: the answer is complete and blank.
        """
        if ending == "complete" and not text.strip():
            raise self.fault("empty answer", usage=usage)
        return Reply(
            text=without_surrogates(text),
            ending=ending,
            detail=self.redactor.line(detail) if detail else None,
            served_model=self._name("model"),
            response_id=self._name("id"),
            usage=usage,
        )

    def _name(self, field: str) -> str | None:
        return self.redactor.line(text_of(self.body.get(field)), _LONGEST_NAME) or None


def open_envelope(raw: RawReply, redactor: Redactor) -> Envelope:
    """The JSON object in a reply's body.

    Raises:
        Fault: with cause `envelope`: not UTF-8, not JSON, not an object, a key twice, or nested too deep.
    """
    broken = Envelope(raw, {}, redactor)
    try:
        body = json.loads(
            raw.body.decode("utf-8-sig"), object_pairs_hook=_each_key_once, parse_constant=_refuse
        )
    except UnicodeDecodeError:
        problem = "the reply is not UTF-8"
    except RecursionError:
        problem = "the reply is nested too deep"
    except _Unfit as unfit:
        problem = f"the reply {unfit}"
    except ValueError:
        problem = f"not JSON: {raw.body.decode('utf-8-sig').strip()[:_EXCERPT] or 'the body is empty'}"
    else:
        if isinstance(body, dict):
            return Envelope(raw, body, redactor)
        problem = f"the reply is {_kind(body)}, not a JSON object"
    raise broken.fault(problem)


class _Unfit(ValueError):
    """JSON that says more than one thing, or says what JSON cannot."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Unfit(f"holds the key {next(key for key in keys if keys.count(key) > 1)!r} twice")
    return found


def _refuse(constant: str) -> Any:
    raise _Unfit(f"holds {constant}, which JSON does not know")


def _kind(value: Any) -> str:
    kinds: dict[type, str] = {list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value), "a number")


# ---------------------------------------------------------------- fields that may be anything


def text_of(value: Any) -> str:
    """The value if it is a text, else nothing."""
    return value if isinstance(value, str) else ""


def object_of(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[dict[str, Any]]:
    """The objects of the value if it is a list, else none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


# ---------------------------------------------------------------- what it used


class Counts:
    """Token counts read one by one; what is wrong with any of them is remembered and never raised.

    Args:
        fields: The vendor's usage object.
    """

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields
        self._doubts: list[str] = []

    def of(self, *path: str, required: bool = False) -> int:
        """The count at `path`; 0 where it is left out and not required, or cannot be."""
        value: Any = self._fields
        for step in path:
            value = object_of(value).get(step)
        if value is None and not required:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_TOKENS:
            self._doubts.append(f"{'.'.join(path)} is {_shown(value)}")
            return 0
        return value

    def usage(self, *, read: int, cached: int, written: int, output: int, reasoning: int) -> Usage:
        """The counts as usage, with what is to be doubted in them.

        Args:
            read: All input tokens, cached and cache-written included.
            cached: Those of them that came from a cache.
            written: Those of them that went into one.
            output: All output tokens, reasoning included.
            reasoning: Those of them that were reasoning.
        """
        doubts = list(self._doubts)
        if not doubts and read == 0:
            doubts.append("it says that nothing was read")
        if cached + written > read:
            doubts.append("it says that more was cached than was read")
        return Usage(
            input_tokens=read,
            cached_tokens=cached,
            cache_write_tokens=written,
            output_tokens=output,
            reasoning_tokens=reasoning,
            doubt=f"usage: {'; '.join(doubts)}" if doubts else None,
        )


def joined(pieces: Sequence[Any]) -> str:
    """The texts among `pieces`, one after the other."""
    return "".join(piece for piece in pieces if isinstance(piece, str))


def _shown(value: Any) -> str:
    if isinstance(value, int) and abs(value) > MOST_TOKENS:
        return "beyond any model" if value > 0 else "negative"
    return "missing" if value is None else repr(value)[:40]
