"""What the README says is so: its commands parse, and the output it shows is the output."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from panel.cli import build

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def block(kind, name):
    """The fenced block that follows a marker in the README."""
    found = re.search(rf"<!-- {kind}: {name} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found, f"README.md has no block {kind}: {name}"
    return found.group(1)


def commands():
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line.partition("#")[0].strip() for text in blocks for line in text.splitlines()]
    return sorted({line for line in lines if line.startswith("panel ")})


def test_the_output_shown_is_what_the_first_command_prints(tmp_path, monkeypatch):
    monkeypatch.chdir(Path(__file__).parent.parent)
    args = shlex.split(block("command", "first-run").rpartition("panel ")[2])
    result = CliRunner().invoke(build(), [*args, "--runs-dir", str(tmp_path)], env={"COLUMNS": "80"})
    printed = "\n".join(line.rstrip() for line in result.stdout.splitlines())
    assert printed.startswith(block("output", "first-run").rstrip())


@pytest.mark.parametrize("command", commands())
def test_every_command_shown_is_one_there_is(command):
    verb = shlex.split(command)[1:]
    flags = [word for word in verb if word.startswith("--")]
    path = verb[:2] if verb[0] in {"dossier", "persona", "runs"} else verb[:1]
    helped = CliRunner().invoke(build(), [*path, "--help"], env={"COLUMNS": "200"})
    assert helped.exit_code == 0
    assert [flag for flag in flags if flag not in helped.stdout] == []
