"""`panel batch` among other processes: killed, interrupted, or started twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.batch.launches import write_list
from tests.standin import Delay, StandIn, always

LIST = "tools.jsonl"


@pytest.fixture
def start(workspace, server):
    """Start `panel …` in a process of its own; whatever is left of it is killed in the end."""
    children = []

    def start(*args):
        environ = {**os.environ, "OPENAI_BASE_URL": server.openai_base_url}
        command = [sys.executable, "-m", "panel", *args]
        child = subprocess.Popen(
            command, cwd=workspace, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.communicate()


@pytest.fixture
def batch(panel, server):
    """`panel …` in this process, against the same server."""

    def batch(*args):
        return panel(*args, OPENAI_BASE_URL=server.openai_base_url)

    return batch


def wait_until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def the_run(workspace):
    (path,) = workspace.glob("runs/*/run.json")
    return json.loads(path.read_text())


def test_after_kill_9_the_same_run_goes_on_and_nothing_is_paid_twice(start, batch, server, workspace):
    write_list(workspace, 10)
    server.script = always(Delay(0.1))
    child = start("batch", LIST, "--concurrency", "2")
    wait_until(lambda: len(list(workspace.glob("runs/*/reviews/*.json"))) >= 2)
    child.kill()
    child.wait()
    wait_until(lambda: server.in_flight == 0)
    run, asked = the_run(workspace), server.count
    assert run["outcome"] == "running"
    assert asked < 40
    ended = batch("batch", LIST)
    assert ended.code == 0, ended.err
    again = the_run(workspace)
    assert (again["id"], again["outcome"]) == (run["id"], "done")
    assert len(list(workspace.glob("runs/*/reviews/*.json"))) == 10
    twice = server.count - 40
    assert 0 <= twice <= 2, "only what was in flight at the kill may come again"
    priced = json.loads(next(workspace.glob("runs/*/reviews/*.json")).read_text())["verdicts"]
    assert again["cost"]["usd"] > 30 * min(verdict["cost_usd"] for verdict in priced), "of both processes"


def test_a_second_command_on_the_same_list_ends_with_75_and_names_who_works_on_it(
    start, panel, server, workspace
):
    write_list(workspace, 4)
    write_list(workspace, ["Other"], "other.jsonl")
    server.script = always(Delay(1.5))
    holder = start("batch", LIST)
    wait_until(lambda: server.count >= 4)
    with StandIn() as elsewhere:
        url = elsewhere.openai_base_url
        second = panel("batch", LIST, OPENAI_BASE_URL=url)
        assert second.code == 75
        assert f"process {holder.pid} works on" in second.err
        assert elsewhere.count == 0
        assert panel("batch", "other.jsonl", OPENAI_BASE_URL=url).code == 0
        assert panel("review", "codestral-2-0", OPENAI_BASE_URL=url).code == 0
        assert elsewhere.count == 8
    assert holder.poll() is None, "all that happened while the first one worked"
    out, err = holder.communicate(timeout=30)
    assert holder.returncode == 0, err
    assert "4 lines: 4 reviewed" in out
    assert server.count == 16


def test_the_lock_of_a_killed_holder_is_free_by_itself(start, batch, server, workspace):
    write_list(workspace, 2)
    server.script = always(Delay(30.0))
    holder = start("batch", LIST)
    wait_until(lambda: server.count >= 1)
    holder.kill()
    holder.wait()
    server.script = None
    ended = batch("batch", LIST)
    assert ended.code == 0, ended.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_keeps_answers_on_their_way_parks_the_rest_and_says_how_to_go_on(
    start, batch, server, workspace, number
):
    write_list(workspace, 6)
    server.script = always(Delay(0.6))
    child = start("batch", LIST, "--fresh", "--max-usd", "5")
    wait_until(lambda: server.in_flight >= 2)
    child.send_signal(number)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 130, err
    asked = server.count
    assert server.answered == asked, "whoever was asked was waited for"
    run = the_run(workspace)
    assert (run["outcome"], run["exit_code"]) == ("interrupted", 130)
    assert f"next:  panel batch {LIST} --max-usd 5 --fresh  (goes on with run {run['id']}" in err
    done = {path.stem for path in workspace.glob("runs/*/reviews/*.json")}
    told = [line.split(":")[0] for line in err.splitlines() if ": parked: " in line]
    parked = {tool for tools in told for tool in tools.split(", ")}
    assert (len(done) + len(parked), done | parked) == (6, {f"tool-{n:03d}" for n in range(6)})
    assert parked
    server.script = None
    again = batch("batch", LIST, "--fresh", "--max-usd", "5")
    assert again.code == 0
    assert the_run(workspace)["id"] == run["id"]
    assert server.count == 24, "no answer was thrown away"


def test_a_second_ctrl_c_leaves_a_report_of_what_was_done_and_not_that_of_an_earlier_process(
    start, batch, server, workspace
):
    write_list(workspace, 6)
    first = batch("batch", LIST, "--max-usd", "0.05")
    assert first.code == 4
    server.script = always(Delay(30))
    child = start("batch", LIST, "--max-usd", "50")
    wait_until(lambda: server.in_flight >= 2)
    report = the_run(workspace)["id"]
    old = json.loads((workspace / "runs" / report / "report.json").read_text())
    assert old["lines"]["parked"] > 0
    for _ in range(2):
        child.send_signal(signal.SIGINT)
        time.sleep(0.3)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 130, err
    run = the_run(workspace)
    assert (run["id"], run["outcome"], run["exit_code"]) == (report, "interrupted", 130)
    new = json.loads((workspace / "runs" / report / "report.json").read_text())
    assert new["outcome"] == "interrupted"
    assert new["lines"] != old["lines"]
    assert "interrupted" in (workspace / "runs" / report / "report.md").read_text()


def test_a_reader_that_leaves_loses_nothing(start, batch, server, workspace):
    write_list(workspace, 5)
    child = start("batch", LIST, "--json")
    child.stdout.close()
    err = child.stderr.read()
    assert child.wait(timeout=20) == 0
    assert "Traceback" not in err
    assert batch("batch", LIST).code == 0
    assert server.count == 20
