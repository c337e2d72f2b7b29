"""`panel serve` in a process of its own, as it is met over the network; `panel votes` on what it stored."""

from __future__ import annotations

import json
import signal
import socket
import time

import pytest

from panel.votes.vote import to_line
from tests.cli.served import TOOL, Server
from tests.votes.samples import vote

pytest.importorskip("uvicorn")


@pytest.fixture
def serve(workspace, tmp_path_factory):
    started = []

    def serve(*args):
        started.append(Server(workspace, tmp_path_factory.mktemp("said") / "log", *args))
        return started[-1]

    yield serve
    for each in started:
        each.process.kill()
        each.process.wait()


def test_it_serves_the_site_takes_votes_and_they_are_there_after_it_was_stopped(panel, workspace, serve):
    panel("review", TOOL, "--provider", "offline", "--quiet")
    (workspace / "site").mkdir()
    (workspace / "site" / "index.html").write_text("<h1>home</h1>")
    server = serve()
    status, headers, body = server.ask("/")
    assert (status, body) == (200, b"<h1>home</h1>")
    assert "server" not in headers
    status, _, body = server.vote("ship")
    assert (status, json.loads(body)["yours"]) == (200, "ship")
    assert server.ask("/votes/cursor-background-agent")[0] == 404  # a dossier, but nobody reviewed it
    assert server.stop() == 0
    assert "Traceback" not in server.said
    exported = panel("votes", "export")
    assert exported.code == 0
    assert exported.json["tool"] == TOOL
    assert (workspace / "votes.secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_well_and_a_site_that_is_not_there_yet_is_said(serve, number):
    server = serve()
    assert "no site yet: panel site build" in server.said
    assert server.ask("/")[0] == 404
    assert server.stop(number) == 0


def test_a_port_that_is_taken_and_wrong_flags_are_usage_errors(panel, serve, tmp_path):
    port = serve().url.rpartition(":")[2]
    for args, said in [
        (["--port", port], f"cannot listen at 127.0.0.1:{port}"),
        (["--trust-proxy", "proxy"], "--trust-proxy: 'proxy' is no address"),
        (["--url", "panel.example"], "--url: 'panel.example' is no address"),
        (["--site", tmp_path / "nowhere"], "is no folder"),
        (["--votes-url", "mysql://host/x", "--port", "0"], "votes_url: no store of votes"),
    ]:
        ended = panel("serve", *args)
        assert ended.code == 2
        assert said in ended.err


def test_a_secret_others_can_read_stops_it_before_a_vote_is_taken(panel, workspace):
    (workspace / "votes.secret").write_text("x" * 64)
    (workspace / "votes.secret").chmod(0o644)
    ended = panel("serve", "--port", "0")
    assert ended.code == 2
    assert "chmod 600" in ended.err
    assert "x" * 64 not in ended.err


def test_slow_heads_are_cut_off(serve):
    server = serve()
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=60) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        begun, got = time.monotonic(), b"?"
        while got and time.monotonic() - begun < 50:
            try:
                slow.sendall(b"x")
                slow.settimeout(0.2)
                got = slow.recv(100)
            except TimeoutError:
                continue
            except ConnectionError:
                break
    assert 4 < time.monotonic() - begun < 40


# ------------------------------------------------------------ panel votes


def lines(*votes):
    return "".join(f"{to_line(each)}\n" for each in votes)


def test_what_was_exported_is_imported_elsewhere_once(panel, workspace):
    (workspace / "votes.jsonl").write_text(lines(vote(1), vote(2, "skip", at=1)))
    first = panel("votes", "import", "votes.jsonl")
    assert (first.code, first.out) == (0, "votes read: 2; new or later than what was here: 2\n")
    assert panel("votes", "import", "votes.jsonl").out.endswith(": 0\n")
    exported = panel("votes", "export")
    assert exported.out == (workspace / "votes.jsonl").read_text()
    assert exported.err == "votes: 2\n"
    elsewhere = panel(
        "votes", "import", "-", "--votes-url", f"sqlite://{workspace}/other.sqlite", stdin=exported.out
    )
    assert elsewhere.out.endswith(": 2\n")
    assert panel("votes", "export", PANEL_VOTES_URL=f"sqlite://{workspace}/other.sqlite").out == exported.out


def test_of_a_file_with_a_wrong_line_nothing_is_imported(panel, workspace):
    (workspace / "votes.jsonl").write_text(lines(vote(1)) + "{}\n")
    ended = panel("votes", "import", "votes.jsonl")
    assert ended.code == 2
    assert "votes.jsonl:2: not a vote" in ended.err
    assert panel("votes", "export").out == ""
    assert panel("votes", "import", "nowhere.jsonl").code == 2


def test_an_audit_says_what_stands_out_and_changes_nothing(panel, workspace):
    (workspace / "votes.jsonl").write_text(lines(*(vote(number, at=number) for number in range(12))))
    panel("votes", "import", "votes.jsonl")
    before = (workspace / "votes.sqlite").read_bytes()
    ended = panel("votes", "audit")
    assert ended.code == 0
    assert ended.out == "codestral: 12 of its 12 voters came within 11 s from 2026-11-20 21:00:00 UTC\n"
    assert ended.err == "votes: 12; tools: 1; what stands out: 1\n"
    assert panel("votes", "audit", "--json").json[0]["kind"] == "burst"
    assert (workspace / "votes.sqlite").read_bytes() == before


def test_without_votes_there_is_nothing_to_tell_and_no_file_is_made(panel, workspace):
    assert panel("votes", "export").code == 0
    ended = panel("votes", "audit")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "votes: 0; tools: 0; what stands out: nothing\n"
    assert not (workspace / "votes.sqlite").exists()
