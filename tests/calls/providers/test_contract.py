"""What every provider must do, whichever it is: runs over every file of the folder."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

from panel.calls.faults import Fault
from panel.calls.providers import base
from panel.calls.providers.base import Provider
from panel.calls.vendors import Connection, Secret, Vendor
from panel.core.errors import InputError
from panel.core.requests import CallRequest, Message, RawReply
from tests.calls.providers.dialects import BAIT, PERSONA, SCHEMA

NAMES = base.names()
#: Loading any of these costs a second or more, or is not needed before something is sent.
HEAVY = ("openai", "anthropic", "httpx2", "httpcore2", "genai_prices", "jinja2")


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def provider(name):
    return base.connect(name, Connection(base_url="http://127.0.0.1:9/v1", key=Secret(BAIT)))


def request_to(provider):
    vendor = provider.vendor
    return CallRequest(
        provider=vendor.name,
        model=vendor.default_model or "some-model",
        system="Rules.",
        messages=(Message(role="user", parts=("The dossier.", "The task.")),),
        schema_=SCHEMA,
        max_output_tokens=100,
        options=provider.options(PERSONA),
    )


def test_every_file_of_the_folder_is_found():
    assert {"anthropic", "offline", "openai"} <= set(NAMES)
    assert "base" not in NAMES


def test_a_provider_nobody_wrote_is_named_with_those_there_are():
    with pytest.raises(InputError, match=r"no provider 'nobody'; there are: auto, .*offline"):
        base.connect("nobody", Connection())


def test_the_vendor_has_the_files_name(name):
    vendor = base.vendor_of(name)
    assert isinstance(vendor, Vendor)
    assert vendor.name == name


def test_a_vendor_with_a_host_of_its_own_says_where_its_key_and_its_address_come_from(name):
    vendor = base.vendor_of(name)
    if vendor.own_url is not None:
        assert vendor.own_url.startswith("https://")
        assert vendor.key_variable
        assert vendor.base_url_variable


def test_connect_gives_a_provider(provider, name):
    assert isinstance(provider, Provider)
    assert provider.vendor is base.vendor_of(name)


def test_its_file_loads_no_sdk_and_neither_does_connecting(name):
    program = (
        "import sys; from panel.calls import vendors; from panel.calls.providers import base; "
        f"base.connect({name!r}, vendors.Connection(key=vendors.Secret('x'))); "
        f"print(*[heavy for heavy in {HEAVY!r} if heavy in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_options_are_json_and_the_same_every_time(provider):
    options = provider.options(PERSONA)
    assert json.loads(json.dumps(options, allow_nan=False)) == options
    assert options == provider.options(PERSONA)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 50_000, b"<html>"])
def test_a_body_that_is_no_reply_is_a_fault_that_keeps_it(provider, body):
    raw = RawReply(status=200, body=body)
    with pytest.raises(Fault) as caught:
        provider.read(request_to(provider), raw)
    assert caught.value.cause == "envelope"
    assert caught.value.raw == raw


def test_nothing_shows_the_key(provider):
    assert BAIT not in repr(provider)
    assert BAIT not in str(vars(provider))


def test_it_can_be_closed_without_having_been_used_and_twice(provider):
    async def close_twice():
        await provider.close()
        await provider.close()

    asyncio.run(close_twice())


def test_what_it_sends_back_it_can_read(name):
    if base.vendor_of(name).own_url is not None:
        pytest.skip("asks a model: test_asking.py sends its requests to the stand-in")
    provider = base.connect(name, Connection())
    request = request_to(provider)
    raw = asyncio.run(provider.send(request, deadline=5))
    assert raw.status == 200
    assert provider.read(request, raw).ending == "complete"
