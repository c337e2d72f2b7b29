"""The command line as a user meets it: arguments in; exit code, standard output and standard error out."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from panel.cli import build
from panel.core.workspace import shipped
from tests.standin import StandIn


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def workspace(tmp_path):
    """A workspace of its own with two shipped dossiers."""
    (tmp_path / "panel.toml").write_text("")
    (tmp_path / "dossiers").mkdir()
    for slug in ("codestral-2-0", "cursor-background-agent"):
        text = (shipped("dossiers") / f"{slug}.md").read_text(encoding="utf-8")
        (tmp_path / "dossiers" / f"{slug}.md").write_text(text, encoding="utf-8")
    return tmp_path


@cache
def _program():
    """The program, built once for all tests of a process: that takes as long as a small command."""
    return get_command(build())


@pytest.fixture
def panel(workspace, monkeypatch):
    """Run `panel …` in the workspace."""
    monkeypatch.chdir(workspace)

    def panel(*args, stdin=None, **environ):
        with CliRunner().isolation(input=stdin, env={"COLUMNS": "100", **environ}) as (out, err, _):
            with pytest.raises(SystemExit) as ended:
                _program().main([str(arg) for arg in args], prog_name="panel")
            sys.stdout.flush()
            sys.stderr.flush()
            return Ended(ended.value.code, out.getvalue().decode(), err.getvalue().decode())

    return panel


@pytest.fixture
def server():
    """The stand-in, answering as a good model would until a test gives it a script."""
    with StandIn() as running:
        yield running


@pytest.fixture
def run(panel, server):
    """Run `panel …` with the stand-in in the place of OpenAI's host."""

    def run(*args, **environ):
        return panel(*args, OPENAI_BASE_URL=server.openai_base_url, **environ)

    return run
