"""The command line as a user meets it: arguments in; exit code, standard output and standard error out."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from panel.cli import build
from panel.core.workspace import shipped


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


@pytest.fixture
def panel(workspace, monkeypatch):
    """Run `panel …` in the workspace."""
    monkeypatch.chdir(workspace)

    def panel(*args, stdin=None, **environ):
        result = CliRunner().invoke(
            build(), [str(arg) for arg in args], input=stdin, env={"COLUMNS": "100", **environ}
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    return panel
