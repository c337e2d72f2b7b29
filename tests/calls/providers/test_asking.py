"""What leaves through the real SDKs, byte for byte where it matters, and what never does."""

from __future__ import annotations

import asyncio
import logging
import os

import httpx2
import pytest

from panel.calls.faults import Fault
from panel.calls.providers import base
from panel.calls.vendors import Connection, Secret
from panel.core.errors import InputError
from panel.core.requests import Message
from tests.calls.providers.dialects import BAIT, CHAT, MESSAGES, PERSONA, RESPONSES, SCHEMA
from tests.standin import Headers, StandIn, Text, always

FOLLOWED = (
    Message(role="user", parts=("The dossier on one tool.", "Your seat and its moves.")),
    Message(role="assistant", parts=('{"decision": "ship"}',)),
    Message(role="user", parts=("That contradicts your findings.",)),
)
FORMAT = {"name": "verdict", "strict": True, "schema": SCHEMA}


def asked(dialect, server, **changes):
    """The request as it arrived."""
    dialect.ask(dialect.url_of(server), **changes)
    return server.requests[-1]


# ---------------------------------------------------------------- bodies


def test_the_body_for_responses(server):
    assert asked(RESPONSES, server).body == {
        "model": "gpt-6.1-terra",
        "instructions": "House rules of the panel.",
        "input": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "input_text",
                        "text": "The dossier on one tool.",
                        "prompt_cache_breakpoint": {"mode": "explicit"},
                    },
                    {"type": "input_text", "text": "Your seat and its moves."},
                ],
            }
        ],
        "text": {"format": {"type": "json_schema", **FORMAT}},
        "max_output_tokens": 700,
        "prompt_cache_key": "f6bd73f7cfaa71e8ec6d1732a77c30732e810ee8acfadcdea522e0fc22c9c449",
        "store": False,
    }


def test_the_body_for_chat(server):
    assert asked(CHAT, server).body == {
        "model": "gpt-6.1-terra",
        "messages": [
            {"role": "system", "content": "House rules of the panel."},
            {"role": "user", "content": "The dossier on one tool.\n\nYour seat and its moves."},
        ],
        "response_format": {"type": "json_schema", "json_schema": FORMAT},
        "max_completion_tokens": 700,
    }


def test_the_body_for_messages(server):
    assert asked(MESSAGES, server).body == {
        "model": "claude-sonnet-5-5",
        "system": [{"type": "text", "text": "House rules of the panel."}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "text",
                        "text": "The dossier on one tool.",
                        "cache_control": {"type": "ephemeral"},
                    },
                    {"type": "text", "text": "Your seat and its moves."},
                ],
            }
        ],
        "max_tokens": 700,
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    }


def test_a_repair_shows_the_model_its_own_words(dialect, server):
    seen = asked(dialect, server, messages=FOLLOWED)
    assert [role for role in seen.roles if role != "system"] == ["user", "assistant", "user"]
    turns = seen.body["input" if dialect is RESPONSES else "messages"][-2:]
    said, again = '{"decision": "ship"}', "That contradicts your findings."
    expected = {
        "responses": [said, [{"type": "input_text", "text": again}]],
        "chat": [said, again],
        "messages": [[{"type": "text", "text": said}], [{"type": "text", "text": again}]],
    }
    assert [turn["content"] for turn in turns] == expected[dialect.id]


def test_only_the_first_message_is_marked_for_the_cache(server):
    later = (*FOLLOWED, Message(role="assistant", parts=("{}",)), Message(role="user", parts=("one", "two")))
    for dialect in (RESPONSES, MESSAGES):
        raw = asked(dialect, server, messages=later).raw
        assert raw.count(b"prompt_cache_breakpoint") + raw.count(b"cache_control") == 1


def test_a_request_of_a_single_part_is_not_marked(server):
    for dialect in (RESPONSES, MESSAGES):
        raw = asked(dialect, server, messages=(Message(role="user", parts=("All in one.",)),)).raw
        assert b"prompt_cache_breakpoint" not in raw
        assert b"cache_control" not in raw


@pytest.mark.parametrize(
    ("model", "marked"),
    [
        ("gpt-6.1-terra", True),
        ("gpt-6-luna", True),
        ("gpt-5.6", True),
        ("gpt-5.10-mini", True),
        ("gpt-5.4-mini", False),
        ("gpt-5", False),
        ("gpt-5-2025-08-07", False),
        ("gpt-4o", False),
        ("gpt-oss-120b", False),
        ("o3", False),
        ("ft:gpt-6.1-terra:us", False),
    ],
)
def test_breakpoints_are_sent_only_to_models_that_are_known_to_take_them(server, model, marked):
    assert (b"prompt_cache_breakpoint" in asked(RESPONSES, server, model=model).raw) is marked


def test_seats_of_one_dossier_share_a_cache_key_and_other_dossiers_do_not(server):
    def key(dossier, task):
        return asked(RESPONSES, server, messages=(Message(role="user", parts=(dossier, task)),)).body[
            "prompt_cache_key"
        ]

    assert key("dossier", "builder") == key("dossier", "skeptic") != key("other", "builder")
    assert len(key("dossier", "builder")) <= 64


@pytest.mark.parametrize("which", [RESPONSES, MESSAGES], ids=lambda d: d.id)
def test_the_second_seat_reads_the_dossier_from_the_vendors_cache(server, which):
    url, dossier = which.url_of(server), "A long dossier. " * 400

    def usage(task):
        request = which.request(url, messages=(Message(role="user", parts=(dossier, task)),))
        return which.connect(url).read(request, which.ask(url, messages=request.messages)).usage

    first, second = usage("The builder's task."), usage("The skeptic's task.")
    assert first.cache_write_tokens > 1_024
    assert (first.cached_tokens, second.cached_tokens) == (0, first.cache_write_tokens)


def test_no_sampling_parameters_tools_or_metadata_are_sent(dialect, server):
    sent = asked(dialect, server, sample=3).body
    assert (
        not {"temperature", "top_p", "top_k", "seed", "tools", "metadata", "stream", "n", "user"}
        & sent.keys()
    )


def test_the_same_request_is_the_same_bytes(dialect, server):
    assert asked(dialect, server).raw == asked(dialect, server).raw


def test_lone_surrogates_leave_as_replacement_characters(dialect, server):
    parts = ("dossier \ud800", "task \udfff")
    seen = asked(dialect, server, system="rules \ud83d", messages=(Message(role="user", parts=parts),))
    assert "dossier \ufffd" in seen.text
    assert "task \ufffd" in seen.text
    assert seen.system == "rules \ufffd"


def test_more_output_than_the_sdk_likes_without_streaming_can_be_asked_for(dialect, server):
    assert asked(dialect, server, max_output_tokens=40_000).max_tokens == 40_000


# ---------------------------------------------------------------- which API


@pytest.mark.parametrize(
    ("base_url", "setting", "api"),
    [
        (None, "auto", "responses"),
        (None, "chat", "chat"),
        ("http://localhost:11434/v1", "auto", "chat"),
        ("http://localhost:11434/v1", "responses", "responses"),
    ],
)
def test_openai_speaks_responses_at_its_own_host_and_chat_elsewhere_unless_told(base_url, setting, api):
    provider = base.connect("openai", Connection(base_url=base_url, settings={"openai_api": setting}))
    assert provider.options(PERSONA) == {"api": api}


def test_the_api_a_request_names_is_the_one_asked_and_read(server):
    url = CHAT.url_of(server)
    request = CHAT.request(url)

    async def once(provider):
        raw = await provider.send(request, deadline=5)
        await provider.close()
        return provider.read(request, raw)

    reply = asyncio.run(once(RESPONSES.connect(url)))
    assert server.requests[-1].api == "chat"
    assert reply.ending == "complete"


@pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/"])
def test_a_gateway_for_anthropic_may_be_given_with_or_without_v1(server, tail):
    MESSAGES.ask(server.url + tail)
    assert server.requests[-1].path == "/v1/messages"


@pytest.mark.parametrize("url", ["http://[::1", "localhost:11434", "/v1"])
def test_a_base_url_that_is_none_is_refused_before_anything_is_sent(dialect, url):
    with pytest.raises(InputError, match="no http"):
        dialect.connect(url)


# ---------------------------------------------------------------- headers

FOREIGN = {
    "OPENAI_API_KEY": "env-key",
    "OPENAI_ADMIN_KEY": "env-admin",
    "OPENAI_ORG_ID": "org-env",
    "OPENAI_PROJECT_ID": "proj-env",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/evil",
    "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer env-key\nX-Env: env-header",
    "ANTHROPIC_API_KEY": "env-key",
    "ANTHROPIC_AUTH_TOKEN": "env-token",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9/evil",
    "ANTHROPIC_PROFILE": "env-profile",
    "ANTHROPIC_CUSTOM_HEADERS": "Authorization: Bearer env-key\nX-Env: env-header",
}


@pytest.mark.parametrize("key", [BAIT, None])
def test_nothing_in_the_environment_changes_key_host_or_headers(dialect, server, monkeypatch, key):
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)
    headers = asked(dialect, server, key=key).headers
    assert headers["authorization"] == f"Bearer {key or 'none'}"
    assert "env" not in " ".join(headers.values())
    assert not {"x-env", "openai-organization", "openai-project", "x-api-key"} & headers.keys()


def test_the_environment_is_left_as_it_was(dialect, server, monkeypatch):
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    asked(dialect, server)
    assert dict(os.environ) == before


def test_anthropics_version_is_sent(server):
    assert asked(MESSAGES, server).headers["anthropic-version"] == "2026-10-21"


def test_what_leaves_has_the_address_and_headers_that_the_sdk_gives_its_own_calls(dialect, server):
    url = dialect.url_of(server)
    ours, paths = {}, {"chat": "/chat/completions", "responses": "/responses", "messages": "/v1/messages"}

    async def both():
        provider = dialect.connect(url)
        request = dialect.request(url)
        await provider.send(request, deadline=5)
        ours.update(server.requests[-1].body)
        await provider.wire.send(
            lambda sdk: sdk.post(paths[dialect.id], body=ours, cast_to=httpx2.Response), request, deadline=5
        )
        await provider.close()

    asyncio.run(both())
    one, other = server.requests[-2:]
    assert one.raw == other.raw
    assert (one.path, one.headers) == (other.path, other.headers)


def test_only_headers_worth_keeping_are_kept(dialect, server):
    kept = {
        "retry-after": "1",
        "x-ratelimit-remaining-requests": "9",
        "anthropic-ratelimit-tokens-remaining": "9000",
        "x-request-id": "req_9",
    }
    personal = {
        "Set-Cookie": "a=b",
        "OpenAI-Organization": "acme",
        "Anthropic-Workspace-Id": "w",
        "Server": "s",
    }
    server.script = always(Headers(headers=kept | personal))
    headers = dialect.ask(dialect.url_of(server)).headers
    assert kept.items() <= headers.items()
    assert headers.keys() <= kept.keys() | {"content-type", "date", "request-id"}


# ---------------------------------------------------------------- clients


def test_one_provider_serves_several_loops_and_can_be_used_again_after_closing(dialect, server):
    url = dialect.url_of(server)
    provider = dialect.connect(url)

    async def twice():
        for _ in range(2):
            await provider.send(dialect.request(url), deadline=5)
        await provider.close()
        raw = await provider.send(dialect.request(url), deadline=5)
        await provider.close()
        return raw.status

    assert [asyncio.run(twice()) for _ in range(2)] == [200, 200]
    assert server.count == 6


def test_calls_side_by_side_do_not_mix(dialect, server):
    server.script = lambda seen: Text(f'"{seen.task}"')
    url = dialect.url_of(server)
    provider = dialect.connect(url)

    async def one(task):
        request = dialect.request(url, messages=(Message(role="user", parts=("The dossier.", task)),))
        return provider.read(request, await provider.send(request, deadline=5)).text

    async def all_of_them():
        texts = await asyncio.gather(*(one(f"task {n}") for n in range(12)))
        await provider.close()
        return texts

    texts = asyncio.run(all_of_them())
    assert all(text.endswith(f'task {n}"') for n, text in enumerate(texts))


def test_a_proxy_of_the_environment_is_asked(dialect, server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", server.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Fault, match="HTTP 404"):  # the stand-in is no proxy, and knows no whole address
        dialect.ask("http://vendor.invalid/v1")
    assert server.requests[-1].path == f"http://vendor.invalid{dialect.path}"


def test_a_name_and_password_in_the_address_log_in_there(dialect, server):
    url = dialect.url_of(server).replace("http://", "http://user:secret@")
    dialect.ask(url)
    assert server.requests[-1].headers["authorization"] == "Basic dXNlcjpzZWNyZXQ="


def test_at_debug_level_neither_prompt_nor_key_is_logged(dialect, server, caplog, monkeypatch):
    monkeypatch.setenv("OPENAI_LOG", "debug")
    monkeypatch.setenv("ANTHROPIC_LOG", "debug")
    with caplog.at_level(logging.DEBUG):
        asked(dialect, server)
    assert caplog.text
    for telling in (BAIT[:8], "dossier on one tool", "House rules"):
        assert telling not in caplog.text


def test_a_key_with_an_odd_character_does_not_get_out(dialect):
    with StandIn() as server, pytest.raises(Fault) as caught:
        dialect.ask(dialect.url_of(server), key=f"{BAIT}\r\nX-Evil: 1")
    assert caught.value.cause == "request"
    assert server.count == 0
    assert BAIT[:8] not in caught.value.message


def test_secrets_do_not_show():
    assert BAIT not in repr(Connection(key=Secret(BAIT)))
