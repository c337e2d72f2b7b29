"""OpenAI and every server that speaks its Chat Completions: Responses at its own host, Chat elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from panel.calls.faults import Cause
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
from panel.core.hashing import bare, digest_of
from panel.core.requests import CallRequest, Ending, Message, RawReply, Reply, Usage

if TYPE_CHECKING:
    import httpx2

Api = Literal["responses", "chat"]

VENDOR = Vendor(
    name="openai",
    default_model="gpt-6.1-terra",
    key_variable="OPENAI_API_KEY",
    base_url_variable="OPENAI_BASE_URL",
    own_url="https://api.openai.com/v1",
    price_id="openai",
    cache_minimums={"": 1024},
)

_RESPONSES, _CHAT = "/responses", "/chat/completions"
#: The reply format's name: constant, because the vendor's caches go by it.
_FORMAT_NAME = "verdict"
#: Sent where a server needs no key: the SDK insists on one.
_NO_KEY = "none"
#: Explicit cache breakpoints exist from gpt-5.6 on; older models and other names get none.
_FIRST_WITH_BREAKPOINTS = (5, 6)
_VERSION = re.compile(r"gpt-(\d+)(?:\.(\d+))?(?![\w.])")

#: What a failed response's error code stands for; codes of policy are refusals, all others the request's.
_FAILED: dict[str, Cause] = {"server_error": "server", "rate_limit_exceeded": "rate_limit"}
_POLICY = frozenset({"invalid_prompt", "bio_policy", "misalignment_policy_violation"})


def connect(connection: Connection) -> Provider:
    """OpenAI, or the server at the connection's base URL; nothing is sent and no SDK loaded yet."""
    return OpenAI(connection)


class OpenAI:
    """Asks by the Responses API or by Chat Completions, as the request's options say."""

    vendor = VENDOR

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.wire = Wire(VENDOR, connection, _client, _load)

    def options(self, _persona: Persona) -> dict[str, Any]:
        """Which API is asked: the two may answer the same messages differently."""
        return {"api": self._api}

    async def send(self, request: CallRequest, *, deadline: float) -> RawReply:
        """Send once and return the reply unread.

        Raises:
            Fault: there is no reply of status 2xx.
        """
        chat = self._api_of(request) == "chat"
        path, body = (_CHAT, chat_body) if chat else (_RESPONSES, responses_body)
        # By the SDK's way for any path: `.create()` adds models of all fields, which cost more than sending.
        return await self.wire.post(
            path, body, request, deadline=deadline, options={"security": {"bearer_auth": True}}
        )

    def read(self, request: CallRequest, raw: RawReply) -> Reply:
        """Read a stored reply.

        Raises:
            Fault: the envelope is broken, says that the request failed, or holds no answer.
        """
        envelope = open_envelope(raw, self.wire.redactor)
        return _read_chat(envelope) if self._api_of(request) == "chat" else _read_response(envelope)

    async def close(self) -> None:
        """Let go of connections."""
        await self.wire.close()

    @property
    def _api(self) -> Api:
        chosen = self._connection.settings.get("openai_api", "auto")
        if chosen in {"responses", "chat"}:
            return "chat" if chosen == "chat" else "responses"
        return "responses" if self._connection.base_url is None else "chat"

    def _api_of(self, request: CallRequest) -> str:
        return str(request.options.get("api", self._api))


def _load() -> None:
    """Import the SDK, which takes a second or two."""
    import openai  # noqa: F401 (it is there from now on)


def _client(connection: Connection, http: httpx2.AsyncClient) -> Any:
    with without_environment("OPENAI_"):
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            api_key=connection.key.reveal() if connection.key else _NO_KEY,
            base_url=connection.base_url or VENDOR.own_url,
            max_retries=0,
            timeout=http.timeout,
            http_client=http,
        )


# ---------------------------------------------------------------- what is sent


def responses_body(request: CallRequest) -> dict[str, Any]:
    """The request as the Responses API takes it."""
    return {
        "model": request.model,
        "input": [
            _turn(message, marked=n == 0 and _has_breakpoints(request.model))
            for n, message in enumerate(request.messages)
        ],
        "instructions": without_surrogates(request.system),
        "max_output_tokens": request.max_output_tokens,
        "prompt_cache_key": _cache_key(request),
        "store": False,
        "text": {"format": {"type": "json_schema", **_format(request)}},
    }


def chat_body(request: CallRequest) -> dict[str, Any]:
    """The request as Chat Completions take it: texts only, which every server understands."""
    turns = [{"role": message.role, "content": _whole(message)} for message in request.messages]
    return {
        "model": request.model,
        "messages": [{"role": "system", "content": without_surrogates(request.system)}, *turns],
        "max_completion_tokens": request.max_output_tokens,
        "response_format": {"type": "json_schema", "json_schema": _format(request)},
    }


def _format(request: CallRequest) -> dict[str, Any]:
    return {"name": _FORMAT_NAME, "strict": True, "schema": request.schema_}


def _turn(message: Message, *, marked: bool) -> dict[str, Any]:
    """One turn; `marked` ends the cached prefix after the last part but one."""
    if message.role == "assistant":
        return {"role": "assistant", "content": _whole(message)}
    parts: list[dict[str, Any]] = [
        {"type": "input_text", "text": without_surrogates(part)} for part in message.parts
    ]
    if marked and len(parts) > 1:
        parts[-2]["prompt_cache_breakpoint"] = {"mode": "explicit"}
    return {"role": "user", "content": parts}


def _whole(message: Message) -> str:
    return without_surrogates("\n\n".join(message.parts))


def _has_breakpoints(model: str) -> bool:
    version = _VERSION.match(model)
    return version is not None and (int(version[1]), int(version[2] or 0)) >= _FIRST_WITH_BREAKPOINTS


def _cache_key(request: CallRequest) -> str:
    """The same for all seats of one dossier: they share everything but the first message's last part."""
    return _name_of((request.system, *request.messages[0].parts[:-1]))


@lru_cache(maxsize=64)  # seats that are asked together
def _name_of(shared: tuple[str, ...]) -> str:
    return bare(digest_of(list(shared)))


# ---------------------------------------------------------------- what came back: Responses


def _read_response(envelope: Envelope) -> Reply:
    body = envelope.body
    usage = _usage(body.get("usage"), "input_tokens", "output_tokens")
    if body.get("status") == "failed":
        return _failed(envelope, usage)
    if envelope.complaint:
        raise envelope.fault(f"the reply is an error: {envelope.complaint.message}", usage=usage)
    items = objects_of(body.get("output"))
    parts = [part for item in items if _is_answer(item) for part in objects_of(item.get("content"))]
    text = joined([part.get("text") for part in parts if part.get("type") == "output_text"])
    refusals = [part.get("refusal") for part in parts if part.get("type") == "refusal"]
    if refusals:
        return envelope.reply(text, "refused", detail=joined(refusals) or "no reason given", usage=usage)
    tools = [item for item in items if text_of(item.get("type")).endswith("_call")]
    if tools:
        named = text_of(tools[0].get("name")) or tools[0]["type"]
        raise envelope.fault(f"unexpected tool: {named}", usage=usage)
    return _by_status(envelope, text, usage)


def _is_answer(item: dict[str, Any]) -> bool:
    """Commentary is a message too, but not the answer."""
    return item.get("type") == "message" and text_of(item.get("phase")) in {"", "final_answer"}


def _by_status(envelope: Envelope, text: str, usage: Usage | None) -> Reply:
    status = text_of(envelope.body.get("status"))
    if status in {"completed", ""}:
        return envelope.reply(text, "complete", usage=usage)
    if status == "incomplete":
        reason = text_of(object_of(envelope.body.get("incomplete_details")).get("reason"))
        ending: Ending = "refused" if reason == "content_filter" else "truncated"
        return envelope.reply(text, ending, detail=reason or "no reason given", usage=usage)
    raise envelope.fault(f"the response is not finished: its status is {status!r}", usage=usage)


def _failed(envelope: Envelope, usage: Usage | None) -> Reply:
    """A failed response: refused by policy, else a fault by its error code.

    Raises:
        Fault: for every code that is not one of policy.
    """
    error = object_of(envelope.body.get("error"))
    code = text_of(error.get("code")) or "no code"
    words = f"{code}: {text_of(error.get('message'))}"
    if code in _POLICY:
        return envelope.reply("", "refused", detail=words, usage=usage)
    cause = _FAILED.get(code, "request")
    paid = usage is not None
    raise envelope.fault(f"the response failed: {words}", cause=cause, maybe_paid=paid, usage=usage)


# ---------------------------------------------------------------- what came back: Chat


def _read_chat(envelope: Envelope) -> Reply:
    usage = _usage(envelope.body.get("usage"), "prompt_tokens", "completion_tokens")
    if envelope.complaint:
        raise envelope.fault(f"the reply is an error: {envelope.complaint.message}", usage=usage)
    choices = objects_of(envelope.body.get("choices"))
    if not choices:
        raise envelope.fault("empty answer: the reply has no choices", usage=usage)
    message = object_of(choices[0].get("message"))
    text, refusal = _content(message.get("content")), text_of(message.get("refusal"))
    reason = text_of(choices[0].get("finish_reason"))
    if refusal.strip() or reason == "content_filter":
        return envelope.reply(text, "refused", detail=refusal.strip() or "content_filter", usage=usage)
    if reason in {"tool_calls", "function_call"} or message.get("tool_calls") or message.get("function_call"):
        called = object_of((objects_of(message.get("tool_calls")) or [{}])[0].get("function"))
        raise envelope.fault(f"unexpected tool: {text_of(called.get('name')) or reason}", usage=usage)
    if reason == "length":
        return envelope.reply(text, "truncated", detail="length", usage=usage)
    # Servers have their own words for an ordinary end, and some have none: what is cut off shows in the JSON.
    detail = None if reason in {"stop", ""} else f"finish_reason {reason!r}"
    return envelope.reply(text, "complete", detail=detail, usage=usage)


def _content(content: Any) -> str:
    """A message's text: a string, or with some servers a list of text parts."""
    parts = [part.get("text") for part in objects_of(content) if part.get("type") in {"text", "output_text"}]
    return text_of(content) or joined(parts)


def _usage(fields: Any, read: str, output: str) -> Usage | None:
    """What was used; None where the reply does not say."""
    if not isinstance(fields, dict):
        return None
    counts = Counts(fields)
    return counts.usage(
        read=counts.of(read, required=True),
        cached=counts.of(f"{read}_details", "cached_tokens"),
        written=counts.of(f"{read}_details", "cache_write_tokens"),
        output=counts.of(output, required=True),
        reasoning=counts.of(f"{output}_details", "reasoning_tokens"),
    )
