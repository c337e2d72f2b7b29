"""One small question to the real vendors, for whoever has a key: `PANEL_LIVE=1 pytest -m live`.

It costs a fraction of a cent per vendor. Without PANEL_LIVE, or without a vendor's key, nothing is sent.
With PANEL_RECORD=live as well the answers are recorded, each on a cassette that names the host.
"""

from __future__ import annotations

import _socket
import asyncio
import json
import os
import socket
from contextlib import nullcontext

import pytest

from panel.calls.providers import base
from panel.calls.vendors import Connection, Secret
from tests.calls.providers.dialects import CHAT, MESSAGES, RESPONSES
from tests.calls.providers.recording import FOLDER, recorder

# Read before the fixture that takes the user's keys out of the environment of every other test.
KEYS = {
    name: os.environ.get(variable)
    for name, variable in (("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY"))
}

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not os.environ.get("PANEL_LIVE"), reason="PANEL_LIVE is not set: no vendor is asked"),
]


def recording(name, host, key, folder=FOLDER / "live"):
    """Record what is asked meanwhile, if that is wanted."""
    if os.environ.get("PANEL_RECORD") != "live":
        return nullcontext()
    folder.mkdir(exist_ok=True)
    machine = recorder(record=True, statement=f"recorded against {host}: a model said this", key=key)
    return machine.use_cassette(str(folder / f"{name}.yaml"))


@pytest.fixture
def _beyond_this_machine(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", _socket.socket.connect)


@pytest.mark.usefixtures("_beyond_this_machine")
@pytest.mark.parametrize("which", [RESPONSES, CHAT, MESSAGES], ids=lambda d: d.id)
def test_a_real_model_answers_in_the_shape_it_was_asked_for(which):
    key = KEYS[which.provider]
    if not key:
        pytest.skip(f"there is no key for {which.provider}")
    provider = base.connect(which.provider, Connection(key=Secret(key), settings=which.settings))
    request = which.request(system="Answer in one short sentence.", max_output_tokens=2_000)

    async def once():
        try:
            return await provider.send(request, deadline=120)
        finally:
            await provider.close()

    with recording(which.id, provider.vendor.own_url, key):
        raw = asyncio.run(once())
    reply = provider.read(request, raw)
    assert reply.ending == "complete"
    assert json.loads(reply.text)["decision"] in {"ship", "skip"}
    assert reply.usage is not None
    assert reply.usage.doubt is None
    assert reply.served_model
