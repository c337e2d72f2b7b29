"""`panel worker` beside `panel batch --engine procrastinate`, each in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter

import psycopg
import pytest

from panel.core.workspace import shipped
from tests.batch.launches import write_list
from tests.calls.ledger.conftest import postgres_server, postgres_url  # noqa: F401 (fixtures of the ledgers')
from tests.standin import Delay, always

pytest.importorskip("procrastinate")

LIST = "tools.jsonl"
TAKEOVER_SECONDS = 4


@pytest.fixture
def workspace(workspace):
    (workspace / "panel.toml").write_text(f"[procrastinate]\ntakeover_seconds = {TAKEOVER_SECONDS}\n")
    return workspace


class Started:
    """A process, and what it has printed so far."""

    def __init__(self, command, folder, environ, log):
        self._log = log
        self.process = subprocess.Popen(
            command, cwd=folder, env=environ, stdout=log.open("wb"), stderr=subprocess.STDOUT
        )

    @property
    def said(self):
        return self._log.read_text()

    def wait(self, seconds=90):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"still running:\n{self.said}")

    def end(self, number=signal.SIGTERM, seconds=20):
        self.process.send_signal(number)
        return self.wait(seconds)


@pytest.fixture
def start(workspace, server, postgres_url, tmp_path_factory):  # noqa: F811 (the fixture)
    """Start `panel …` in a process of its own; whatever is left of it is killed in the end."""
    children = []
    logs = tmp_path_factory.mktemp("said")

    def start(*args, folder=workspace, **environ):
        everything = {
            **os.environ,
            "OPENAI_BASE_URL": server.openai_base_url,
            "PANEL_LEDGER_URL": postgres_url,
            **environ,
        }
        command = [sys.executable, "-m", "panel", *args]
        child = Started(command, folder, everything, logs / f"{len(children)}.log")
        children.append(child)
        return child

    yield start
    for child in children:
        child.process.kill()
        child.process.wait()


@pytest.fixture
def workers(start):
    """Workers that have said that they take tools."""

    def workers(number, *args, **environ):
        started = [start("worker", *args, **environ) for _ in range(number)]
        for each in started:
            wait_until(lambda each=each: "takes tools" in each.said or each.process.poll() is not None)
            assert each.process.poll() is None, each.said
        return started

    return workers


def wait_until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def batch_of(start, *args, **environ):
    return start("batch", LIST, "--engine", "procrastinate", *args, **environ)


def reviews(workspace):
    return [json.loads(path.read_text()) for path in sorted(workspace.glob("runs/*/reviews/*.json"))]


def asked(server):
    """How often each request was sent."""
    return Counter(json.dumps(each.body, sort_keys=True) for each in server.requests)


def select(url, sql):
    with psycopg.connect(url, autocommit=True) as db:
        return db.execute(sql).fetchall()


def makers(url):
    """How many processes have made calls."""
    return len(select(url, "SELECT DISTINCT owner FROM calls"))


def jobs(url):
    """The jobs in the queue, by status."""
    like = "SELECT nspname FROM pg_namespace WHERE nspname LIKE current_schema() || '_jobs_%'"
    return Counter(
        status
        for (schema,) in select(url, like)
        for (status,) in select(url, f"SELECT status::text FROM {schema}.procrastinate_jobs")
    )


def ask_in_other_words(url):
    """Make the jobs in the queue those of a coordinator of another version: it counts on other requests."""
    like = "SELECT nspname FROM pg_namespace WHERE nspname LIKE current_schema() || '_jobs_%'"
    ((schema,),) = select(url, like)
    with psycopg.connect(url, autocommit=True) as connection:
        for number, args in connection.execute(f"SELECT id, args FROM {schema}.procrastinate_jobs"):
            other = {**json.loads(args["job"]), "keys": ["sha256:00"]}
            connection.execute(
                f"UPDATE {schema}.procrastinate_jobs SET args = %s WHERE id = %s",
                (json.dumps({"job": json.dumps(other)}), number),
            )


def test_a_worker_that_is_killed_leaves_its_tools_to_others_and_nothing_else_is_paid_twice(
    start,
    workers,
    server,
    workspace,
    postgres_url,  # noqa: F811 (the fixture)
):
    tools = 24
    write_list(workspace, tools)
    server.script = always(Delay(0.4))
    first, *others = workers(3, "--tools", "2")
    coordinator = batch_of(start, "--concurrency", "12")
    wait_until(lambda: server.count >= 24)
    first.process.kill()
    first.process.wait()
    assert coordinator.wait() == 0, coordinator.said
    made = reviews(workspace)
    assert len(made) == tools
    assert all(each["status"] == "complete" and len(each["verdicts"]) == 4 for each in made)
    times = asked(server)
    assert len(times) == 4 * tools
    twice = server.count - 4 * tools
    assert 0 <= twice <= 8, "only what was in flight at the kill may come again: two tools of four seats"
    run = json.loads(next(workspace.glob("runs/*/run.json")).read_text())
    assert (run["outcome"], run["cost"]["calls"]) == ("done", server.count)
    assert len(list(workspace.glob("runs/*/run.json"))) == 1, "workers write no records"
    assert makers(postgres_url) == 3, "the workers made the calls, all three, and the coordinator none"
    assert [each.end() for each in others] == [0, 0]


def test_a_worker_that_is_there_first_waits_and_two_runs_at_once_share_it(start, workers, server, workspace):
    write_list(workspace, 3)
    write_list(workspace, ["Other"], "other.jsonl")
    (worker,) = workers(1)
    first, other = batch_of(start), start("batch", "other.jsonl", "--engine", "procrastinate")
    assert (first.wait(), other.wait()) == (0, 0), first.said + other.said
    assert server.count == 16
    assert worker.end() == 0
    again = batch_of(start)
    assert again.wait() == 0, again.said
    assert server.count == 16, "a finished list asks nothing, with or without workers"


def test_a_worker_with_other_personas_leaves_the_tools_alone_and_both_sides_say_so(
    start, workers, server, workspace, tmp_path_factory
):
    write_list(workspace, 2)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "panel.toml").write_text("")
    (elsewhere / "personas").mkdir()
    text = (shipped("personas") / "builder.md").read_text(encoding="utf-8")
    (elsewhere / "personas" / "builder.md").write_text(text + "\nYou are in a hurry.\n", encoding="utf-8")
    (stranger,) = workers(1, folder=elsewhere)
    coordinator = batch_of(start, "--log-file", "night.log")
    wait_until(lambda: "no worker takes the 2 tools" in coordinator.said)
    assert "the 1 there have other personas or prompts" in coordinator.said
    assert "no worker takes" in (workspace / "night.log").read_text()
    assert "2 tools wait in panel-" in stranger.said
    assert server.count == 0
    workers(1)
    assert coordinator.wait() == 0, coordinator.said
    assert server.count == 8
    assert stranger.end() == 0


def test_a_worker_asks_both_vendors_where_the_run_does_whatever_its_own_environment_says(
    start, workers, server, workspace
):
    write_list(workspace, 1)
    models = ("--models", "anthropic:claude-sonnet-5-5,openai:gpt-6.1-terra")
    keys = {"OPENAI_BASE_URL": "", "ANTHROPIC_API_KEY": "none", "OPENAI_API_KEY": "none"}
    nowhere = {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    (worker,) = workers(1, **keys, **nowhere)
    at = ("--base-url", server.openai_base_url)
    coordinator = batch_of(start, *models, *at, **keys, ANTHROPIC_BASE_URL=server.anthropic_base_url)
    assert coordinator.wait() == 0, coordinator.said + worker.said
    assert "refuses" not in worker.said
    assert (server.count, max(asked(server).values())) == (8, 1)
    (review,) = reviews(workspace)
    assert (review["panel"]["counted"], review["cost"]["from_ledger"]) == (8, 8), "the worker asked them all"


def test_a_worker_that_would_ask_in_other_words_refuses_and_says_why(
    start,
    workers,
    server,
    workspace,
    postgres_url,  # noqa: F811 (the fixture)
):
    write_list(workspace, 1)
    coordinator = batch_of(start)
    wait_until(lambda: jobs(postgres_url) == {"todo": 1})
    ask_in_other_words(postgres_url)
    (stranger,) = workers(1)
    wait_until(
        lambda: "refuses the tools of run" in stranger.said or coordinator.process.poll() is not None, 15
    )
    assert "another version of panel" in stranger.said
    assert coordinator.process.poll() is None, coordinator.said + stranger.said
    assert server.count == 0
    assert coordinator.end(signal.SIGINT) == 130, coordinator.said


def test_a_coordinator_that_is_killed_goes_on_with_what_workers_have_done_meanwhile(
    start, workers, server, workspace
):
    write_list(workspace, 6)
    server.script = always(Delay(0.3))
    workers(2, "--tools", "1")
    coordinator = batch_of(start)
    wait_until(lambda: server.count >= 4)
    coordinator.process.kill()
    coordinator.process.wait()
    second = batch_of(start)
    assert second.wait() == 0, second.said
    assert len(reviews(workspace)) == 6
    assert len(list(workspace.glob("runs/*/run.json"))) == 1, "the same run"
    assert (server.count, max(asked(server).values())) == (24, 1), "no call was paid twice"


def test_a_second_coordinator_of_the_same_list_ends_with_75(start, server, workspace):
    write_list(workspace, 1)
    holder = batch_of(start)
    wait_until(lambda: list(workspace.glob("runs/*/run.json")))
    second = batch_of(start)
    assert second.wait() == 75, second.said
    assert holder.end(signal.SIGINT) == 130
    assert server.count == 0


def test_the_cap_holds_over_all_workers_and_what_it_does_not_reach_is_parked_whole(
    start, workers, server, workspace
):
    write_list(workspace, 8)
    workers(2)
    coordinator = batch_of(start, "--max-usd", "0.12")
    assert coordinator.wait() == 4, coordinator.said
    run = json.loads(next(workspace.glob("runs/*/run.json")).read_text())
    done = reviews(workspace)
    assert 0 < len(done) < 8
    assert run["cost"]["usd"] <= 0.12
    assert all(len(each["verdicts"]) == 4 for each in done)
    server_before = server.count
    more = batch_of(start, "--max-usd", "50")
    assert more.wait() == 0, more.said
    assert len(reviews(workspace)) == 8
    assert server.count == 32 > server_before
    assert max(asked(server).values()) == 1


def test_sigterm_of_a_worker_waits_for_answers_and_gives_back_the_rest(
    start,
    workers,
    server,
    workspace,
    postgres_url,  # noqa: F811 (the fixture)
):
    write_list(workspace, 6)
    server.script = always(Delay(1.0))
    (worker,) = workers(1, "--tools", "3")
    coordinator = batch_of(start, "--concurrency", "4")
    wait_until(lambda: server.in_flight >= 1)
    code = worker.end()
    assert code == 130, worker.said
    assert server.answered == server.count, "whoever was asked was waited for"
    assert jobs(postgres_url) == {"todo": 6}, "nothing is held by a worker that is gone"
    workers(1)
    assert coordinator.wait() == 0, coordinator.said
    assert (server.count, max(asked(server).values())) == (24, 1)


def test_an_interrupted_coordinator_takes_its_tools_back(
    start,
    workspace,
    postgres_url,  # noqa: F811 (the fixture)
):
    write_list(workspace, 3)
    coordinator = batch_of(start)
    wait_until(lambda: list(workspace.glob("runs/*/run.json")))
    wait_until(lambda: jobs(postgres_url) == {"todo": 3})
    assert coordinator.end(signal.SIGINT) == 130, coordinator.said
    assert jobs(postgres_url) == {}
    assert "3 lines: 3 parked" in coordinator.said


def test_a_worker_without_a_key_says_so_and_leaves_its_tools(start, workers, server, workspace):
    write_list(workspace, 1)
    at_the_vendor = {"OPENAI_BASE_URL": "", "PANEL_PROVIDER": "openai"}
    (worker,) = workers(1, **at_the_vendor)
    coordinator = batch_of(start, **at_the_vendor, OPENAI_API_KEY="sk-some")
    assert worker.wait() == 3
    assert "OPENAI_API_KEY is not set" in worker.said
    assert coordinator.end() == 130
    assert server.count == 0


@pytest.mark.parametrize("command", [["worker"], ["batch", LIST, "--engine", "procrastinate"]])
def test_without_a_shared_ledger_both_name_the_variable(panel, workspace, command):
    write_list(workspace, 1)
    ended = panel(*command)
    assert ended.code == 2
    assert "PANEL_LEDGER_URL=postgresql://" in ended.err
    assert not list(workspace.glob("runs/*/run.json"))


@pytest.mark.parametrize("command", [["worker"], ["batch", LIST, "--engine", "procrastinate"]])
def test_without_the_library_both_name_the_extra(panel, workspace, monkeypatch, command):
    write_list(workspace, 1)
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    ended = panel(*command, PANEL_LEDGER_URL="postgresql://localhost/nowhere")
    assert ended.code == 2
    assert "pip install 'shipskip[distributed]'" in ended.err


def test_a_database_that_cannot_be_reached_is_named_without_its_password(start):
    worker = start("worker", PANEL_LEDGER_URL="postgresql://panel:secret@127.0.0.1:1/nothing")
    assert worker.wait() == 2
    assert "127.0.0.1:1/nothing cannot be reached" in worker.said
    assert "secret" not in worker.said


def test_an_engine_nobody_knows_is_refused_with_those_there_are(panel, workspace):
    write_list(workspace, 1)
    ended = panel("batch", LIST, "--engine", "ray")
    assert ended.code == 2
    assert re.search(r"there are: local, procrastinate", ended.err)
