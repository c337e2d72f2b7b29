"""Ctrl-C loses no finished call, says how to go on, and the same command pays only for what is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.seats import seats
from tests.standin import Delay, StandIn


def start(workspace, server, *args, before=()):
    environ = {**os.environ, "OPENAI_BASE_URL": server.openai_base_url, "PANEL_OPENAI_API": "chat"}
    command = [*before, sys.executable, "-m", "panel", "review", *args]
    return subprocess.Popen(
        command, cwd=workspace, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_after_a_signal_answers_on_their_way_are_kept_and_the_rest_is_not_sent(workspace, number):
    with StandIn(latency=0.6) as server:
        child = start(workspace, server, "codestral-2-0", "cursor-background-agent", "--concurrency", "3")
        wait_until(lambda: server.count == 2)  # one of each tool goes first and writes the prompt cache
        child.send_signal(number)
        out, err = child.communicate(timeout=20)
        assert child.returncode == 130, err
        assert "panel review codestral-2-0 cursor-background-agent" in err
        assert server.count == 2
        run = json.loads(next(workspace.glob("runs/*/run.json")).read_text())
        assert (run["outcome"], run["exit_code"]) == ("interrupted", 130)
        assert run["cost"]["calls"] == 2
        assert run["cost"]["usd"] > 0
        server.latency = 0.0
        again = start(workspace, server, "codestral-2-0", "cursor-background-agent", "--json")
        out, err = again.communicate(timeout=30)
        assert again.returncode == 0, err
        assert server.count == 8
        assert sum(record["cost"]["from_ledger"] for record in json.loads(out)) == 2


def signalled_twice(workspace, server, number):
    """A command that gets two signals while it waits for an answer: its stderr, and how long it then took."""
    child = start(workspace, server, "codestral-2-0")
    wait_until(lambda: server.answered == 3)
    child.send_signal(number)
    time.sleep(0.3)
    started = time.monotonic()
    child.send_signal(number)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 130, err
    return err, time.monotonic() - started


def test_sigterm_sent_twice_as_timeout_does_still_waits_for_answers_on_their_way(workspace):
    with StandIn(script=seats(skeptic=Delay(2))) as server:
        signalled_twice(workspace, server, signal.SIGTERM)
        again = start(workspace, server, "codestral-2-0")
        _, err = again.communicate(timeout=30)
        assert again.returncode == 0, err
        assert server.count == 4  # all of them were kept


def test_a_second_ctrl_c_stops_at_once(workspace):
    with StandIn(script=seats(skeptic=Delay(30))) as server:
        err, seconds = signalled_twice(workspace, server, signal.SIGINT)
        assert seconds < 5
        assert "Traceback" not in err


def test_a_command_started_with_nohup_outlives_its_terminal(workspace):
    with StandIn(latency=1.0) as server:
        child = start(workspace, server, "codestral-2-0", before=["nohup"])
        wait_until(lambda: server.count == 1)
        child.send_signal(signal.SIGHUP)
        _, err = child.communicate(timeout=60)
        assert child.returncode == 0, err
        assert server.count == 4


def test_a_reader_that_leaves_is_no_error(workspace):
    with StandIn() as server:
        child = start(workspace, server, "codestral-2-0")
        child.stdout.close()
        err = child.stderr.read()
        assert child.wait(timeout=20) == 0
        assert "Traceback" not in err
        assert "BrokenPipe" not in err
