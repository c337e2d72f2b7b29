"""Help is quick, and loads nothing that a verb does not need yet."""

from __future__ import annotations

import subprocess
import sys

from panel import __version__

HEAVY = (
    "openai",
    "anthropic",
    "pydantic",
    "jinja2",
    "genai_prices",
    "tenacity",
    "yaml",
    "starlette",
    "uvicorn",
)


def test_help_lists_the_verbs(panel):
    ended = panel("--help")
    assert ended.code == 0
    for verb in ("review", "compare", "runs", "schema", "doctor", "init"):
        assert verb in ended.out


def test_help_loads_no_sdk_and_nothing_else_heavy():
    code = (
        "import sys; sys.argv = ['panel', '--help']\n"
        "from panel.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout


def test_the_version_is_printed(panel):
    assert panel("--version").out.strip() == __version__


def test_a_flag_that_does_not_exist_is_a_usage_error(panel):
    assert panel("review", "codestral-2-0", "--frehs").code == 2
