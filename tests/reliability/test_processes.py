"""FAULTS A26 and part B: signals, places that cannot be written, few descriptors, odd clocks, new inputs."""

from __future__ import annotations

import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from panel import review, session
from panel.cli import running
from panel.core import records
from panel.core.workspace import shipped
from panel.publish.formats import html
from tests.cli.seats import seats
from tests.cli.test_interrupt import wait_until
from tests.reliability.apis import CHAT
from tests.standin import Hang, StandIn, Verdict

A, B = "codestral-2-0", "cursor-background-agent"
chat_only = pytest.mark.parametrize("api", [CHAT], indirect=True, ids=lambda api: api.name)


def start(workspace, server, *args, code="from panel.cli import main; main()", limits=None):
    """`panel …` in a process of its own, or what `code` makes of it."""
    environ = {**os.environ, "OPENAI_BASE_URL": server.openai_base_url}
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        cwd=workspace,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limits,  # noqa: PLW1509 (it sets a limit and touches no lock)
    )


# ---------------------------------------------------------------- places


@pytest.fixture
def read_only(tmp_path):
    """A folder in which nothing can be made; root may write wherever the kernel itself does not say no."""
    if os.geteuid() == 0:
        if not Path("/sys/kernel").is_dir():
            pytest.skip("root may write everywhere, and there is no /sys")
        return Path("/sys/kernel")
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o555)
    return folder


@chat_only
def test_a_read_only_output_folder_is_named_before_the_first_call(ask, server, read_only):  # B06
    for place in (read_only, read_only / "runs", read_only / "missing" / "runs"):
        ended = ask(flags=["--runs-dir", str(place)])
        assert ended.code == 2
        assert str(read_only) in ended.err
        assert "--runs-dir" in ended.err
        assert "Traceback" not in ended.err
    assert server.count == 0


@chat_only
def test_a_missing_output_folder_is_made(ask, tmp_path):  # B06
    assert ask(flags=["--runs-dir", str(tmp_path / "not" / "yet" / "runs")]).code == 0
    assert list((tmp_path / "not" / "yet" / "runs").glob("*/run.json"))


# ---------------------------------------------------------------- signals

SHORT_GRACE = "import panel.cli.running as r; r.GRACE_SECONDS = 0.5; from panel.cli import main; main()"


def test_an_answer_that_does_not_come_is_waited_for_ten_seconds_at_most(workspace):  # B07
    assert running.GRACE_SECONDS == 10
    with StandIn(script=seats(skeptic=Hang())) as server:
        child = start(workspace, server, "review", A, code=SHORT_GRACE)
        wait_until(lambda: server.answered == 3 and server.in_flight == 1)
        begun = time.monotonic()
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=20)
        assert child.returncode == 130, err
        assert 0.5 <= time.monotonic() - begun < 6
        assert "Traceback" not in err
        (run,) = workspace.glob("runs/*/run.json")
        assert json.loads(run.read_text())["outcome"] == "interrupted"
        server.script = None
        again = start(workspace, server, "review", A, "--json")
        out, err = again.communicate(timeout=30)
        assert again.returncode == 0, err
        assert json.loads(out)["cost"]["from_ledger"] == 3
        assert server.count == 5, "only the call in flight is asked again"


def test_a_second_signal_loses_no_finished_call(workspace):  # B07
    with StandIn(script=seats(skeptic=Hang())) as server:
        child = start(workspace, server, "review", A)
        wait_until(lambda: server.answered == 3 and server.in_flight == 1)
        child.send_signal(signal.SIGINT)
        assert any("stopping" in line for line in iter(child.stderr.readline, ""))
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=20)
        assert child.returncode == 130, err
        server.script = None
        out, _ = start(workspace, server, "review", A, "--json").communicate(timeout=30)
        assert json.loads(out)["cost"]["from_ledger"] == 3
        assert server.count == 5


# ---------------------------------------------------------------- what the system has little of


def test_with_few_file_descriptors_every_tool_is_reviewed(ask, workspace):  # B18
    tools = [f"tool-{n}" for n in range(12)]
    for tool in tools:
        ask.write(tool)

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    with StandIn(latency=0.05) as server:
        child = start(workspace, server, "review", *tools, "--json", "--concurrency", "100", limits=few)
        out, err = child.communicate(timeout=120)
        assert child.returncode == 0, err
        assert [record["status"] for record in json.loads(out)] == ["complete"] * len(tools)
        assert server.count == 4 * len(tools)


@chat_only
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC),
    ],
    ids=["29 February", "year end", "DST night"],
)
def test_a_clock_that_jumps_two_hours_changes_no_order_and_no_deadline(ask, monkeypatch, moment):  # B16
    jumps = itertools.cycle(
        [timedelta(hours=2), timedelta(hours=-2), timedelta(hours=-2), timedelta(hours=2)]
    )
    seconds = itertools.cycle([7200.0, -7200.0])
    now, real = [moment], time.time

    def jumping():
        now[0] += next(jumps)
        return now[0]

    for module in (records, review, session):
        monkeypatch.setattr(module, "utc_now", jumping)
    monkeypatch.setattr(time, "time", lambda: real() + next(seconds))
    for number in range(4):
        ended = ask(f"tool-{number}", flags=["--call-deadline", "30"])
        assert (ended.code, ended.json["status"]) == (0, "complete")
    ids = [path.parent.name for path in sorted(ask.workspace.glob("runs/*/run.json"))]
    made = [record["run"] for record in sorted(ask.records(), key=lambda record: record["tool"]["slug"])]
    assert made == sorted(made) == ids
    assert len(set(made)) == 4
    assert ask("tool-0").json["cost"]["calls"] == 0


# ---------------------------------------------------------------- pages


def test_a_page_that_cannot_be_rendered_costs_no_record_and_no_call(ask, panel, monkeypatch):  # B11
    place = {"OPENAI_BASE_URL": ask.server.openai_base_url}
    with monkeypatch.context() as patched:

        def crash(_comparison):
            raise ValueError("a secret of the page")

        patched.setattr(html, "render", crash)
        ended = panel("compare", A, B, **place)
    assert ended.code == 2
    assert f"{A}-vs-{B}: no page could be made by the format html" in ended.err
    assert "Traceback" not in ended.err
    assert "a secret of the page" not in ended.err
    assert list(ask.workspace.glob("runs/*/comparisons/*.md")), "the other page is there"
    paid = ask.server.count
    assert paid == 9
    assert len(list(ask.workspace.glob("runs/*/reviews/*.json"))) == 2
    assert panel("runs", "verify", "--json").json["damage"] == []
    again = panel("compare", A, B, "--json", **place)
    assert (again.code, again.json["cost"]["calls"], ask.server.count) == (0, 0, paid)
    assert list(ask.workspace.glob("runs/*/comparisons/*.html"))


def test_text_no_page_can_hold_is_written_and_rendered(ask, panel, server):  # A26
    odd = "It is good. \ud800 \x00 \ufeff \x1b[31m " + "word " * 60
    server.script = seats(builder=Verdict(paragraph=odd))
    ended = panel("compare", A, B, "--provider", ask.api.provider, "--base-url", ask.api.url(server),
                  "--json", PANEL_OPENAI_API=ask.api.setting)  # fmt: skip
    assert ended.code == 0
    for path in ask.workspace.glob("runs/*/comparisons/*"):
        text = path.read_bytes().decode("utf-8")
        assert "\x00" not in text
        if path.suffix != ".json":
            assert "\x1b" not in text
    assert panel("runs", "show", A).code == 0


# ---------------------------------------------------------------- inputs that change


@chat_only
def test_a_changed_persona_is_asked_again_and_nobody_else(ask, server):  # B12
    ask(seats=None)
    text = (shipped("personas") / "skeptic.md").read_text(encoding="utf-8")
    (ask.workspace / "personas").mkdir()
    (ask.workspace / "personas" / "skeptic.md").write_text(text + "\nBe brief.\n")
    preview = ask(seats=None, flags=["--dry-run"]).json
    assert server.count == 4
    assert [seat["persona"] for seat in preview["seats"] if seat["do"] == "call"] == ["skeptic"]
    assert preview["usd_at_most"] > 0
    record = ask(seats=None).json
    assert (record["cost"]["calls"], record["cost"]["from_ledger"], server.count) == (1, 3, 5)
    assert record["cost"]["usd"] <= preview["usd_at_most"]


@chat_only
def test_another_model_or_changed_prompts_ask_all_seats_again(ask):  # B12
    ask()
    assert ask(flags=["--dry-run"]).json["calls"] == 0
    assert ask(flags=["--dry-run", "--model", "gpt-6-luna"]).json["calls"] == 2
    (ask.workspace / "prompts").mkdir()
    for path in shipped("prompts").glob("*.j2"):
        (ask.workspace / "prompts" / path.name).write_text(path.read_text("utf-8"), "utf-8")
    assert ask(flags=["--dry-run"]).json["calls"] == 0, "the same words are the same call"
    for path in (ask.workspace / "prompts").glob("house.j2"):
        path.write_text(path.read_text("utf-8") + "\nOne rule more.\n", "utf-8")
    assert ask(flags=["--dry-run"]).json["calls"] == 2
