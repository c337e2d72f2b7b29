"""The files of docs/nightly are ready to copy: they parse, and their commands are ones that exist."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from panel.cli import build

_FILES = Path(__file__).parents[1] / "docs" / "nightly"
_COMMAND = re.compile(r"\bpanel nightly( --[^>\n]*)?")


def test_every_file_is_looked_at_here():
    assert sorted(path.name for path in _FILES.iterdir()) == [
        "crontab", "github-workflow.yml", "panel-nightly.service", "panel-nightly.timer",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["crontab", "panel-nightly.service", "github-workflow.yml"])
def test_the_command_in_it_is_understood(name):
    lines = [line for line in (_FILES / name).read_text().splitlines() if not line.startswith("#")]
    (found,) = filter(None, map(_COMMAND.search, lines))
    arguments = (found[1] or "").split()
    assert "--max-usd" in arguments, "nobody copies a command without a cap"
    get_command(build()).commands["nightly"].make_context("nightly", arguments)


def test_the_crontab_has_a_line_that_runs_once_a_day():
    lines = [line for line in (_FILES / "crontab").read_text().splitlines() if line[:1].isdigit()]
    (line,) = lines
    minute, hour, *every, _command = line.split(maxsplit=5)
    assert (minute.isdigit(), hour.isdigit(), every) == (True, True, ["*", "*", "*"])


def test_the_workflow_is_one_that_keeps_the_records():
    workflow = yaml.safe_load((_FILES / "github-workflow.yml").read_text())
    steps = workflow["jobs"]["review"]["steps"]
    assert workflow[True]["schedule"] == [{"cron": "15 3 * * *"}]  # YAML reads `on` as true
    (restore, save) = [each for each in steps if "actions/cache" in each.get("uses", "")]
    assert (restore["uses"], save["uses"]) == ("actions/cache/restore@v4", "actions/cache/save@v4")
    assert save["if"] == "always()", "a night that does not end with 0 has paid as well"
    assert save["with"]["path"] == restore["with"]["path"] == "runs"


@pytest.mark.parametrize("name", ["panel-nightly.service", "panel-nightly.timer"])
def test_the_units_have_sections_and_settings(name):
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str
    unit.read_string((_FILES / name).read_text())
    assert unit["Unit"]["Description"]
    expected = ("Service", "ExecStart") if name.endswith("service") else ("Timer", "OnCalendar")
    assert unit[expected[0]][expected[1]]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_understands_when():
    found = re.search(r"OnCalendar=(.*)", (_FILES / "panel-nightly.timer").read_text())
    subprocess.run(["systemd-analyze", "calendar", found[1]], check=True, capture_output=True)
