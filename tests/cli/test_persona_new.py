"""`panel persona new`: asked, checked as it is answered, and never written over anything."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from panel.cli.personas.asking import QUESTIONS, ask_each
from panel.workbench.lint import Remark
from tests.cli.archivist import NEW, without


def test_a_new_reviewer_lints_clean_and_sits(panel, workspace):
    assert panel(*NEW).code == 0
    assert panel("persona", "lint", "archivist", "--json").json[0]["remarks"] == []
    assert panel("persona", "lint", "--json").json != []
    assert all(each["remarks"] == [] for each in panel("persona", "lint", "--json").json)
    ended = panel("review", "codestral-2-0", "--provider", "offline", "--fourth", "archivist", "--json")
    assert "archivist" in [each["persona"] for each in ended.json["verdicts"]]
    schema = json.loads((workspace / "personas" / "persona.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    assert "$schema=./persona.schema.json" in (workspace / "personas" / "archivist.md").read_text()


def test_nothing_is_ever_overwritten(panel, workspace):
    panel(*NEW)
    path = workspace / "personas" / "archivist.md"
    path.write_text("mine")
    (workspace / "personas" / "persona.schema.json").write_text("{}")
    assert panel(*NEW).code == 2
    assert path.read_text() == "mine"
    panel("persona", "new", "skeptic", "--copy")
    assert (workspace / "personas" / "persona.schema.json").read_text() == "{}"


def test_without_a_terminal_the_missing_flags_are_named(panel, workspace):
    ended = panel("persona", "new", "archivist")
    assert ended.code == 2
    for flag in ("--motto", "--ask", "--voice", "--ship-when", "--skip-when", "--for", "--against"):
        assert flag in ended.err
    assert not (workspace / "personas").exists()


@pytest.mark.parametrize(
    ("flag", "value", "says"),
    [
        ("--ask", "praise: Explain why this is great.", "takes the judgement for granted"),
        ("--ask", "How long?", "not written `key: question`"),
        ("--skip-when", "pigs fly", "rules skip out"),
        ("--skip-when", "never", "rules skip out"),
        ("--motto", "Nothing \x1b[31mis lost.", "U+001B"),
        ("--modality", "aduio", "“audio” is probably meant"),
        ("--chair", "fifth", "is no chair"),
    ],
)
def test_what_lint_would_warn_of_is_not_written(panel, workspace, flag, value, says):
    ended = panel(*(without(flag) if flag in NEW else NEW), flag, value)
    assert ended.code == 2
    assert says in ended.err
    assert not (workspace / "personas" / "archivist.md").exists()


@pytest.mark.parametrize("name", ["Archivist", "../archivist", "readme", "con", "a/b"])
def test_a_name_that_can_be_no_file_is_refused(panel, workspace, name):
    assert panel(*NEW[:2], name, *NEW[3:]).code == 2
    assert not (workspace / "personas").exists()


def test_a_shipped_name_wants_copy_and_copy_wants_a_shipped_name(panel):
    assert "--copy" in panel("persona", "new", "skeptic").err
    assert "skeptic" in panel("persona", "new", "archivist", "--copy").err
    assert panel(*NEW[:2], "skeptic", "--copy", *NEW[3:]).code == 2


@pytest.fixture
def typed(workspace):
    """Run `panel persona new archivist` on a terminal and type lines; its exit code and text on one line."""

    def typed(*lines, flags=()):
        ours, theirs = pty.openpty()
        try:
            # The end of the input last: a question too many is left, not waited at.
            os.write(ours, "".join(f"{line}\n" for line in (*lines, "\x04")).encode().removesuffix(b"\n"))
            ended = subprocess.run(
                [sys.executable, "-m", "panel", "persona", "new", "archivist", *flags],
                stdin=theirs, capture_output=True, text=True, timeout=120, check=False, cwd=workspace,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            )  # fmt: skip
        finally:
            os.close(ours)
            os.close(theirs)
        return ended.returncode, " ".join((ended.stdout + ended.stderr).split())

    return typed


def rank_of(path):
    return int(path.read_text().split("rank: ")[1].split("\n")[0])


def test_a_slip_is_noticed_at_its_question_and_never_offered_again(typed, workspace):
    code, said = typed(
        "", "Nothing is lost.", "forth", "", "audio", "", "",
        "keeps: How long does it keep a recording?",
        "loved: Explain why this is great.",
        "finds: By which path does somebody find an old one?", "",
        "You look after tapes.", "it can be opened", "never", "the maker is needed", "lossless", "closed",
    )  # fmt: skip
    assert code == 0, said
    assert "One sentence this reviewer lives by: an answer is needed here" in said
    assert "--chair: 'forth' is no chair instead: core or fourth core (sits for every tool)" in said
    assert "[forth]" not in said
    assert said.count("[fourth]") == 2
    assert "--skip-when: “Skip when never” rules skip out" in said
    text = (workspace / "personas" / "archivist.md").read_text()
    assert [line.split("key: ")[1] for line in text.splitlines() if "key: " in line] == ["keeps", "finds"]
    assert "Skip when the maker is needed." in text
    assert rank_of(workspace / "personas" / "archivist.md") == 5


def test_conditions_that_hide_a_colleague_are_asked_again_both(typed, workspace):
    flags = [*without("--modality")[3:], "--chair", "fourth"]
    code, said = typed("", "", "", "cli", "", flags=flags)
    assert code == 0, said
    assert "--modality: with rank 5 and these conditions Business" in said
    assert "no rank gives all a seat" in said
    assert "surface: [cli]" in (workspace / "personas" / "archivist.md").read_text()


def test_where_a_rank_is_not_given_it_hides_nobody_and_is_not_hidden(panel, workspace):
    folder = workspace / "personas"
    assert panel(*NEW).code == 0
    cellist = [*NEW[:2], "cellist", "--ask", "bows: Who holds a bow?", "--surface", "app"]
    assert panel(*cellist, *NEW[3:7], *NEW[11:]).code == 0
    assert (rank_of(folder / "archivist.md"), rank_of(folder / "cellist.md")) == (5, 4)
    assert "nothing to change" in panel("persona", "lint").err


def test_a_rank_that_is_no_number_is_asked_again(typed, workspace):
    flags = [*NEW[3:], "--chair", "fourth", "--surface", "app"]
    code, said = typed("first", "7", flags=flags)
    assert code == 0, said
    assert "--rank: 'first' is no whole number" in said
    assert rank_of(workspace / "personas" / "archivist.md") == 7


def remark(field="body"):
    return Remark("skipping", "warning", "x.md", None, field, "wrong", "right")


def test_what_is_wrong_with_one_answer_is_asked_again_and_the_rest_is_kept():
    asked, shown = [], []

    def ask(question, has_one):
        asked.append((question.name, has_one))
        return "better"

    def check(answers):
        return [remark("moves")] if "bad" in answers["ask"] else []

    given = {question.name: ["given"] for question in QUESTIONS}
    given["ask"] = ["good", "bad", "fine"]
    replies = iter(["better", ""])
    answers = ask_each(
        given, lambda *args: ask(*args) and next(replies), check, lambda each, _: shown.append(each.name)
    )
    assert answers["ask"] == ["good", "fine", "better"]
    assert asked == [("ask", True), ("ask", True)]
    assert shown == ["ask"]
    assert answers["motto"] == ["given"]


def test_a_voice_too_long_beside_the_rest_is_asked_again_and_not_the_rest():
    asked = []

    def ask(question, _):
        asked.append(question.name)
        return "You."

    def check(answers):
        return [remark()] if len(answers["voice"][0] + answers["skip_when"][0]) > 40 else []

    given = {question.name: ["given"] for question in QUESTIONS}
    answers = ask_each({**given, "voice": ["v" * 30], "skip_when": ["s" * 30]}, ask, check, lambda *_: None)
    assert asked == ["voice"]
    assert (answers["voice"], answers["skip_when"]) == (["You."], ["s" * 30])


def test_a_core_chair_is_not_asked_for_conditions():
    asked = []

    def ask(question, has_one):
        asked.append(question.name)
        return "" if has_one else "core"

    ask_each({}, ask, lambda _: [], lambda *_: None)
    assert not {"modality", "surface", "rank"} & set(asked)
    assert "voice" in asked
