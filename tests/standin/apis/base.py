"""What an endpoint is, and the records that pass between it and the rest of the stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

#: 20 November 2026; every answer says it was made then, so that equal requests get equal bytes.
CREATED = 1_795_176_000

Ending = Literal["complete", "length", "filter", "refusal", "tool"]


@dataclass(frozen=True)
class Block:
    """One text of a request.

    Attributes:
        role: "system" (developer and instructions too), "user" or "assistant".
        text: The text.
        message: Which message it stands in, from 0; -1 for a system text outside the messages.
        ttl: How long the prompt cache shall keep all up to here; None without a cache mark.
    """

    role: str
    text: str
    message: int = -1
    ttl: str | None = None


@dataclass(frozen=True)
class Reading:
    """A request's contents, read without complaint: what cannot be read is left out.

    Attributes:
        blocks: All texts in the order of the prompt.
        roles: The messages' roles.
        schema: The JSON schema of the answer.
        max_tokens: The limit of the output.
        scope: All else that must be equal for two requests to share a prompt cache.
        implicit: Whether the vendor caches without being asked to.
        reasoning: Whether the model thinks before it answers.
    """

    blocks: tuple[Block, ...] = ()
    roles: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None
    max_tokens: int | None = None
    scope: str = ""
    implicit: bool = False
    reasoning: bool = False


@dataclass(frozen=True)
class Rejection:
    """Why a request is not answered.

    Attributes:
        status: HTTP status.
        message: Words.
        code: The vendor's code, where it has one beside the type that goes with the status.
        param: The field at fault; OpenAI names it.
        headers: More headers of the answer.
    """

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What the model came to say, before the vendor's envelope is put around it.

    Attributes:
        text: Its text; None is a JSON null.
        ending: Why it stopped.
        refusal: Its refusal, said in the vendor's own way.
        tool: Name and JSON arguments of a tool it calls.
        bare: No choice, no output, no content at all.
    """

    text: str | None = None
    ending: Ending = "complete"
    refusal: str | None = None
    tool: tuple[str, str] | None = None
    bare: bool = False


@dataclass(frozen=True)
class Tokens:
    """What a call used.

    Attributes:
        input: All input tokens, the cached and the written included.
        cached: Those read from the prompt cache.
        written: Those written into it.
        ttl: How long the written ones are kept.
        output: All output tokens, reasoning included.
        reasoning: Those spent on thinking.
    """

    input: int
    cached: int = 0
    written: int = 0
    ttl: str | None = None
    output: int = 0
    reasoning: int = 0


class Vendor(Protocol):
    """What all endpoints of one vendor share."""

    name: Literal["openai", "anthropic"]

    def key(self, headers: Mapping[str, str]) -> str:
        """The API key that came with a request; empty if none did."""
        ...

    def error(self, rejection: Rejection, request_id: str) -> dict[str, Any]:
        """The body of an error."""
        ...

    def headers(self, request_id: str) -> dict[str, str]:
        """What every answer carries."""
        ...

    def limit_headers(self, requests: Gauge, tokens: Gauge) -> dict[str, str]:
        """The rate limits as headers."""
        ...


@dataclass(frozen=True)
class Gauge:
    """One rate limit: how much in all, how much is left, and seconds until all of it is there again."""

    limit: int
    remaining: int
    reset: float


class Api(Protocol):
    """One endpoint."""

    name: Literal["responses", "chat", "messages"]
    path: str
    vendor: Vendor

    def read(self, body: Any) -> Reading:
        """The contents of a body that may be anything."""
        ...

    def check(self, headers: Mapping[str, str], body: dict[str, Any]) -> Rejection | None:
        """What the vendor would refuse the request for."""
        ...

    def envelope(self, outcome: Outcome, tokens: Tokens, body: dict[str, Any], ident: str) -> dict[str, Any]:
        """The whole answer.

        Args:
            outcome: What the model said.
            tokens: What that used.
            body: The request, parts of which are echoed.
            ident: A word made from the request, which ids are made of.
        """
        ...


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; none if it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def integer(value: Any) -> int | None:
    """The value if it is a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
