"""The command: its address first, a line for each request and one for its end, and an orderly exit."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.standin import Script, Verdict, always

ROOT = Path(__file__).parents[2]
BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": "- `breaks`: How?"}]}).encode()


def own_script() -> Script:
    """What `--script module:function` finds."""
    return always(Verdict("skip", paragraph="By hand."))


@pytest.mark.parametrize(
    ("script", "number"),
    [("skeptic-skips", signal.SIGTERM), ("tests.standin.test_command:own_script", signal.SIGINT)],
)
def test_it_runs_as_a_program(tmp_path: Path, script: str, number: signal.Signals) -> None:
    log = tmp_path / "log.jsonl"
    command = [sys.executable, "-m", "tests.standin", "--script", script, "--log", str(log)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{address}/v1/chat/completions", BODY, timeout=5) as response:
            message = json.load(response)["choices"][0]["message"]
        process.send_signal(number)
        rest, errors = process.communicate(timeout=10)
    assert json.loads(message["content"])["decision"] == "skip"
    assert (process.returncode, rest, errors) == (0, "", "")
    request, answer = (json.loads(line) for line in log.read_text().splitlines())
    assert (request["event"], request["api"], request["model"]) == ("request", "chat", "m")
    assert (answer["event"], answer["answered"], answer["status"]) == ("answer", True, 200)
    assert request["sha256"] == answer["sha256"]
    assert request["time"] <= answer["time"]


def test_an_unknown_script_is_named() -> None:
    command = [sys.executable, "-m", "tests.standin", "--script", "nonsense"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert "no script 'nonsense'; there are: all-skip" in done.stderr
