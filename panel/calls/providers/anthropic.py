"""Anthropic's Messages API, at its own host or at a gateway that speaks it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from panel.calls.providers.base import Provider
from panel.calls.vendors import Connection, Vendor
from panel.calls.wire.envelopes import (
    Counts,
    Envelope,
    joined,
    object_of,
    objects_of,
    open_envelope,
    text_of,
)
from panel.calls.wire.exchange import Wire, without_environment
from panel.calls.wire.texts import without_surrogates
from panel.core.domain import Persona
from panel.core.requests import CallRequest, Message, RawReply, Reply, Usage

if TYPE_CHECKING:
    import httpx2

VENDOR = Vendor(
    name="anthropic",
    default_model="claude-sonnet-5-5",
    key_variable="ANTHROPIC_API_KEY",
    base_url_variable="ANTHROPIC_BASE_URL",
    own_url="https://api.anthropic.com",
    price_id="anthropic",
    cache_minimums={
        # The vendor's table of models; one that is not in it gets the largest number there.
        "": 4096,
        "claude-opus-5": 512,
        "claude-fable-5": 512,
        "claude-sonnet-5": 1024,
        "claude-sonnet-4-6": 1024,
        "claude-sonnet-4-5": 1024,
        "claude-opus-4-8": 1024,
        "claude-opus-4-7": 2048,
    },
)

_MESSAGES = "/v1/messages"
#: Sent where a gateway needs no key: the SDK insists on one.
_NO_KEY = "none"
#: Stop reasons that cut an answer off.
_CUT = frozenset({"max_tokens", "model_context_window_exceeded"})


def connect(connection: Connection) -> Provider:
    """Anthropic, or the gateway at the connection's base URL; nothing is sent and no SDK loaded yet."""
    return Anthropic(connection)


class Anthropic:
    """Asks by the Messages API."""

    vendor = VENDOR

    def __init__(self, connection: Connection) -> None:
        self.wire = Wire(VENDOR, connection, _client, _load)

    def options(self, _persona: Persona) -> dict[str, Any]:
        """None: everything that changes an answer is in the request already."""
        return {}

    async def send(self, request: CallRequest, *, deadline: float) -> RawReply:
        """Send once and return the reply unread.

        Raises:
            Fault: there is no reply of status 2xx.
        """
        # By the SDK's way for any path: `.create()` adds models of all fields, which cost more than sending.
        return await self.wire.post(_MESSAGES, messages_body, request, deadline=deadline)

    def read(self, request: CallRequest, raw: RawReply) -> Reply:  # noqa: ARG002 (the body says it all)
        """Read a stored reply.

        Raises:
            Fault: the envelope is broken, or holds no answer.
        """
        return _read_message(open_envelope(raw, self.wire.redactor))

    async def close(self) -> None:
        """Let go of connections."""
        await self.wire.close()


def _load() -> None:
    """Import the SDK, which takes a second or two."""
    import anthropic  # noqa: F401 (it is there from now on)


def _client(connection: Connection, http: httpx2.AsyncClient) -> Any:
    # The SDK adds /v1 itself; OpenAI's habit of a base URL that ends in it is forgiven.
    base_url = (connection.base_url or str(VENDOR.own_url)).rstrip("/").removesuffix("/v1")
    with without_environment("ANTHROPIC_"):
        from anthropic import AsyncAnthropic

        client = AsyncAnthropic(
            api_key=connection.key.reveal() if connection.key else _NO_KEY,
            base_url=base_url,
            max_retries=0,
            # Given, so that the SDK's rule against long answers without streaming (above 21,333 tokens)
            # stays out of it: the deadline of the call is what bounds the time.
            timeout=http.timeout,
            http_client=http,
            open_telemetry=False,
        )
    # At DEBUG this SDK logs whole prompts.
    logging.getLogger("anthropic").setLevel(logging.WARNING)
    return client


# ---------------------------------------------------------------- what is sent


def messages_body(request: CallRequest) -> dict[str, Any]:
    """The request as the Messages API takes it; house rules and dossier are marked for the cache."""
    return {
        "max_tokens": request.max_output_tokens,
        "messages": [_turn(message, marked=n == 0) for n, message in enumerate(request.messages)],
        "model": request.model,
        "output_config": {"format": {"type": "json_schema", "schema": request.schema_}},
        "system": [_block(request.system)],
    }


def _turn(message: Message, *, marked: bool) -> dict[str, Any]:
    """One turn; `marked` ends the cached prefix after the last part but one."""
    blocks = [_block(part) for part in message.parts]
    if marked and len(blocks) > 1:
        blocks[-2]["cache_control"] = {"type": "ephemeral"}
    return {"role": message.role, "content": blocks}


def _block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": without_surrogates(text)}


# ---------------------------------------------------------------- what came back


def _read_message(envelope: Envelope) -> Reply:
    body = envelope.body
    usage = _usage(body.get("usage"))
    if envelope.complaint:
        raise envelope.fault(f"the reply is an error: {envelope.complaint.message}", usage=usage)
    blocks, reason = objects_of(body.get("content")), text_of(body.get("stop_reason"))
    text = joined([block.get("text") for block in blocks if block.get("type") == "text"])
    if reason == "refusal":
        return envelope.reply(text, "refused", detail=_refusal(body.get("stop_details")), usage=usage)
    tools = [block for block in blocks if text_of(block.get("type")).endswith("tool_use")]
    if tools or reason == "tool_use":
        name = text_of(tools[0].get("name")) if tools else "without a name"
        raise envelope.fault(f"unexpected tool: {name}", usage=usage)
    if reason == "pause_turn":
        raise envelope.fault("the reply is not finished: stop_reason is 'pause_turn'", usage=usage)
    if reason in _CUT:
        return envelope.reply(text, "truncated", detail=reason, usage=usage)
    # Gateways have their own words for an ordinary end: what is cut off shows in the JSON.
    detail = None if reason in {"end_turn", "stop_sequence", ""} else f"stop_reason {reason!r}"
    return envelope.reply(text, "complete", detail=detail, usage=usage)


def _refusal(details: Any) -> str:
    said = [text_of(object_of(details).get(field)) for field in ("category", "explanation")]
    return ": ".join(word for word in said if word) or "no reason given"


def _usage(fields: Any) -> Usage | None:
    """What was used; None where the reply does not say. Input is the sum of its three kinds."""
    if not isinstance(fields, dict):
        return None
    counts = Counts(fields)
    cached, written = counts.of("cache_read_input_tokens"), counts.of("cache_creation_input_tokens")
    return counts.usage(
        read=counts.of("input_tokens", required=True) + cached + written,
        cached=cached,
        written=written,
        output=counts.of("output_tokens", required=True),
        reasoning=counts.of("output_tokens_details", "thinking_tokens"),
    )
