"""The benchmark of a batch, run small: that it goes through and counts its calls, not how fast it is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def benchmark(folder, *flags):
    command = [sys.executable, "-m", "benchmarks.batch", "--json", "--folder", str(folder), *flags]
    command += ["--latency", "0", "--concurrency", "4", "--sentences", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return {line["what"]: line for line in json.loads(done.stdout)["measured"]}


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_it_judges_a_list_and_asks_the_same_without_a_panel(tmp_path, provider):
    found = benchmark(tmp_path, "--provider", provider, "--tools", "3")
    panel = found["panel batch"]
    assert panel["calls"] == 12
    assert panel["used"]["rss"] > 0
    assert {"bare SDK .create()", "our provider alone", "panel batch, one tool"} < set(found)
    assert all(line["calls"] and line["used"]["cpu"] > 0 for line in found.values())
    assert list(tmp_path.iterdir()) == []


def test_it_judges_a_list_of_each_size_once_and_then_finds_it_finished(tmp_path):
    found = benchmark(tmp_path, "--sizes", "2", "3", "--seats", "1")
    assert {what: line["calls"] for what, line in found.items()} == {
        "2 tools": 2,
        "2 tools again": 0,
        "3 tools": 3,
        "3 tools again": 0,
    }
    assert all(line["used"]["rss"] > 0 for line in found.values())
