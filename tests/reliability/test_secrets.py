"""FAULTS G01, G02, G05, G06 and A09: a key is found nowhere, whatever a server or a mistake makes of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sqlite3
import subprocess
import sys
import traceback

import pytest

from panel.calls.choosing import connect
from panel.calls.wire.exchange import Wire
from panel.core.workspace import open_workspace
from panel.evidence.dossiers import load
from panel.kit import read_kit
from panel.session import open_session
from tests.cli.seats import seats
from tests.reliability.apis import CHAT, MESSAGES
from tests.reliability.bait import BAIT, FAULTS, FORMS, found_in
from tests.standin import StandIn

pytestmark = pytest.mark.usefixtures("without_jitter")


@pytest.fixture
def everything_logged(monkeypatch, caplog):
    """Every logger there is says all it can, and its words are kept."""
    for name in ("OPENAI_LOG", "ANTHROPIC_LOG"):
        monkeypatch.setenv(name, "debug")
    with caplog.at_level(logging.DEBUG):
        yield caplog


def leaks(ask, ended, logged):
    """Where the key is found after a command: by place, in which forms."""
    places = {"stdout": ended.out, "stderr": ended.err, "logs": logged.text}
    for path in ask.workspace.rglob("*"):
        if path.is_file():
            places[str(path.relative_to(ask.workspace))] = path.read_bytes()
    return {place: forms for place, content in places.items() if (forms := found_in(content))}


@pytest.mark.parametrize("case", FAULTS)
def test_the_key_is_found_nowhere_after(ask, server, everything_logged, case):  # G01, A09
    key = {ask.api.key_variable: BAIT}
    flags = ["--verbose", "--log-file", "panel.log", "--call-deadline", "0.8"]
    ask("earlier", **key)
    server.script = seats(builder=FAULTS[case])
    ledger = ask.workspace / "runs" / "ledger.sqlite"
    with contextlib.closing(sqlite3.connect(ledger)) as reader:
        reader.execute("SELECT count(*) FROM calls").fetchone()  # as long as it looks on, the log stays
        ended = ask(flags=flags, **key)
        assert (ledger.parent / "ledger.sqlite-wal").stat().st_size > 0
        assert leaks(ask, ended, everything_logged) == {}
    assert (ask.workspace / "panel.log").stat().st_size > 0
    assert any(BAIT in seen.headers.get("authorization", "") for seen in ask.sent()), "it was sent"


@pytest.mark.parametrize("api", [CHAT, MESSAGES], indirect=True, ids=lambda api: api.name)
@pytest.mark.parametrize("case", ["A21 field", "A26", "A28", "A30"])
def test_no_page_and_no_later_command_shows_the_key(ask, server, panel, everything_logged, case):  # G01
    key = {ask.api.key_variable: BAIT}
    server.script = seats(builder=FAULTS[case])
    ask("one", "two", **key)
    place = ["--provider", ask.api.provider, "--base-url", ask.api.url(server)]
    for args in (
        ["compare", "one", "two", *place, "--personas", "builder,skeptic"],
        ["runs", "show", "one"],
        ["runs", "list"],
        ["runs", "cost"],
        ["runs", "verify"],
        ["doctor", *place],
    ):
        ended = panel(*args, PANEL_OPENAI_API=ask.api.setting, **key)
        assert leaks(ask, ended, everything_logged) == {}, args
    assert list(ask.workspace.glob("runs/*/comparisons/*.html"))


@pytest.mark.parametrize("api", [CHAT], indirect=True, ids=lambda api: api.name)
@pytest.mark.parametrize("place", ["notes.txt", "runs/ledger.sqlite-wal", "stdout"])
def test_the_search_finds_what_is_planted(ask, everything_logged, place):  # G01
    ended = ask()
    said = ended.out
    for form, text in FORMS.items():
        if place == "stdout":
            ended.out = said + text
        else:
            (ask.workspace / place).write_bytes(b"\x00" + text.encode() + b"\xff")
        assert form in leaks(ask, ended, everything_logged)[place]


# ---------------------------------------------------------------- mistakes of our own

CRASHING = """
import sys
from panel.calls.wire.exchange import Wire

async def crash(self, path, body, request, *, deadline, **options):
    sdk = self._client()
    key = self._connection.key
    raise RuntimeError(f"a mistake near {key} of {self._connection} in {sdk}")

Wire.post = crash
from panel.cli import main
main()
"""


@pytest.mark.parametrize("verbose", [(), ("--verbose",)], ids=["quietly", "verbosely"])
@pytest.mark.parametrize("api", [CHAT, MESSAGES], indirect=True, ids=lambda api: api.name)
def test_a_mistake_of_our_own_shows_no_key(ask, server, verbose):  # G02
    ask.write("short")
    environ = {**os.environ, ask.api.key_variable: BAIT}
    args = ["review", "short", "--provider", ask.api.provider, "--base-url", ask.api.url(server), *verbose]
    ended = subprocess.run(
        [sys.executable, "-c", CRASHING, *args],
        cwd=ask.workspace,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "RuntimeError" in ended.stderr
    assert ("Traceback" in ended.stderr) is bool(verbose)
    assert found_in(ended.stdout + ended.stderr) == []


@pytest.mark.parametrize("api", [CHAT, MESSAGES], indirect=True, ids=lambda api: api.name)
def test_locals_in_a_traceback_show_no_key(ask, server, monkeypatch):  # G02
    def settled():
        return open_workspace(
            {"provider": ask.api.provider, "base_url": ask.api.url(server)},
            folder=ask.workspace,
            environ={ask.api.key_variable: BAIT},
        )

    async def crash(self, path, _body, _request, **_more):
        sdk = self._client()
        raise RuntimeError(f"a mistake while {path} is asked by {sdk}")

    async def run():
        workspace = settled()
        kit = read_kit(workspace)
        provider = connect(workspace, ask.api.provider)
        async with open_session(
            kit, "review", [], mode="use_ledger", stop=asyncio.Event(), tell=lambda *_: None
        ) as session:
            client = session.client
            request = asked(kit)
            shown = [repr(each) for each in (workspace, kit, provider, session, client, kit.choice)]
            assert [found_in(each) for each in shown] == [[]] * len(shown)
            await client.send(request, tool="short", persona="builder")

    def asked(kit):
        ask.write("short")
        dossier = load("short", kit.workspace, stdin=str).dossier
        return kit.opening(dossier, kit.panel_for(dossier.tool)[0])

    monkeypatch.setattr(Wire, "post", crash)
    with pytest.raises(RuntimeError) as caught:
        asyncio.run(run())
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "workspace = " in told
    assert "provider = " in told
    assert [line.partition("=")[0].strip() for line in told.splitlines() if found_in(line)] == []


# ---------------------------------------------------------------- keys in the wrong place


@pytest.mark.parametrize("api", [CHAT], indirect=True, ids=lambda api: api.name)
@pytest.mark.parametrize("url", ["http://%s@127.0.0.1:9/v1", "http://u:%s@127.0.0.1:9/v1"])
def test_a_key_in_an_address_is_refused_and_not_repeated(ask, server, url):  # G05
    ask.write("short")
    ended = ask.panel("review", "short", "--base-url", url % FORMS["quoted"])
    assert ended.code == 2
    assert "base_url" in ended.err
    assert found_in(ended.out + ended.err) == []
    assert server.count == 0


# ---------------------------------------------------------------- no network


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("2001:db8::1", 443, 0, 0), ("vendor.example", 80)])
def test_a_connection_beyond_this_machine_fails_the_test_that_opens_it(address):  # G06
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as opened, pytest.raises(pytest.fail.Exception, match="a test tried to reach"):
        opened.connect(address)


def test_a_connection_of_an_event_loop_is_caught_as_well():  # G06
    async def reach():
        await asyncio.open_connection("192.0.2.1", 443)

    with pytest.raises(pytest.fail.Exception, match="a test tried to reach"):
        asyncio.run(reach())


def test_this_machine_can_be_reached():  # G06
    with StandIn() as server, socket.create_connection(("127.0.0.1", server.port), timeout=5):
        pass
