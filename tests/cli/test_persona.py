"""`panel persona`: reviewers found, written, checked and listened to."""

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
from panel.core.workspace import shipped
from panel.workbench.lint import Remark
from tests.cli.seats import seats
from tests.standin import StandIn, Verdict

NEW = [
    "persona", "new", "archivist",
    "--motto", "Nothing is lost by accident.",
    "--modality", "audio",
    "--ask", "keeps [dossier]: How long does it keep a recording, and in which format?",
    "--ask", "finds: By which path does somebody come upon an old recording again?",
    "--voice", "You look after tapes.",
    "--ship-when", "a recording can be opened without its maker",
    "--skip-when", "the only player is a service",
    "--for", "lossless, open format",
    "--against", "proprietary",
]  # fmt: skip


def without(flag):
    at = NEW.index(flag)
    return NEW[:at] + NEW[at + 2 :]


# ------------------------------------------------------------ list and show


def test_the_list_says_who_sits_when_and_what_is_shadowed(panel, workspace):
    panel("persona", "new", "skeptic", "--copy")
    found = {each["persona"]: each for each in panel("persona", "list", "--json").json}
    assert [*found][:3] == ["builder", "futurist", "skeptic"]
    assert found["skeptic"]["file"] == str(workspace / "personas" / "skeptic.md")
    assert found["skeptic"]["shadows"] == str(shipped("personas") / "skeptic.md")
    assert (found["builder"]["origin"], found["builder"]["shadows"]) == ("shipped", None)
    out = panel("persona", "list").out
    assert "personas/skeptic.md, shadows the shipped one" in " ".join(out.split())


@pytest.mark.parametrize("columns", [80, 50])
@pytest.mark.parametrize("command", [["list"], ["show", "skeptic"]])
def test_it_fits_a_narrow_terminal_without_colour(panel, command, columns):
    out = panel("persona", *command, COLUMNS=str(columns)).out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= columns
    assert "\x1b" not in out


def test_a_broken_file_is_listed_and_named(panel, workspace):
    (workspace / "personas").mkdir()
    (workspace / "personas" / "skeptic.md").write_text("---\nname: X\n---\nbody\n")
    ended = panel("persona", "list")
    assert ended.code == 2
    assert "no persona, see below" in " ".join(ended.out.split())
    assert "personas/skeptic.md:1: motto" in ended.err


def test_show_tells_the_questions_and_where_a_copy_differs(panel, workspace):
    panel("persona", "new", "skeptic", "--copy")
    path = workspace / "personas" / "skeptic.md"
    path.write_text(path.read_text().replace("name: Skeptic", "name: Doubter"))
    out = " ".join(panel("persona", "show", "skeptic").out.split())
    assert "Doubter" in out
    assert "differs in name" in out
    assert "breaks In which concrete situation" in out
    assert panel("persona", "show", "skeptic", "--json").json["differs_in"] == ["name"]


def test_show_prints_the_file_or_what_a_model_is_shown(panel):
    text = (shipped("personas") / "skeptic.md").read_text(encoding="utf-8")
    assert panel("persona", "show", "skeptic", "--file").out == text
    prompt = panel("persona", "show", "skeptic", "--prompt").out
    assert prompt.startswith('Your seat: Skeptic. "A claim is a debt')
    assert "$schema" not in prompt
    assert panel("persona", "show", "skeptic", "--file", "--prompt").code == 2
    assert "builder" in panel("persona", "show", "nobody").err


# ------------------------------------------------------------ new


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


# ------------------------------------------------------------ lint


def test_the_shipped_reviewers_are_clean(panel):
    ended = panel("persona", "lint")
    assert (ended.code, ended.out) == (0, "")
    assert "6 personas, nothing to change" in ended.err


def test_warnings_leave_the_exit_code_at_0_and_errors_make_it_2(panel, workspace):
    panel(*NEW)
    path = workspace / "personas" / "archivist.md"
    good = path.read_text()
    path.write_text(good.replace("after tapes.", "after tapes. You never skip."))
    ended = panel("persona", "lint", "archivist")
    assert ended.code == 0
    assert "personas/archivist.md:26: warning (skipping): “never skip” rules skip out" in ended.out
    assert "  instead: name the case" in ended.out
    path.write_text(good.replace("chair: fourth", "chair: fifth"))
    ended = panel("persona", "lint", path)
    assert ended.code == 2
    assert "personas/archivist.md:5: error (structure): chair: must be 'core' or 'fourth'" in ended.out


def test_a_file_from_elsewhere_is_linted_beside_those_in_force(panel, tmp_path_factory):
    path = tmp_path_factory.mktemp("elsewhere") / "twin.md"
    path.write_text((shipped("personas") / "skeptic.md").read_text())
    (found,) = panel("persona", "lint", path, "--json").json
    assert {remark["rule"] for remark in found["remarks"]} == {"overlap"}
    assert len(found["remarks"]) == 5


@pytest.mark.parametrize("json_flag", [[], ["--json"]])
def test_a_file_that_cannot_be_read_is_a_remark_and_the_others_are_linted(panel, workspace, json_flag):
    folder = workspace / "personas"
    panel(*NEW)
    (folder / "latin.md").write_bytes("---\nname: Café\n".encode("latin-1"))
    (folder / "long.md").write_text("x" * 64_001)
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.md")
    ended = panel("persona", "lint", *json_flag)
    assert ended.code == 2
    if json_flag:
        found = {each["persona"]: each["remarks"] for each in ended.json}
        assert len(found) == 11
        assert {slug for slug, remarks in found.items() if remarks} == {"latin", "long", "folder", "pipe"}
    else:
        assert "personas/latin.md:2: error (structure): is not UTF-8 (byte 0xe9)" in ended.out
        assert "personas/long.md: error (structure): has 64,001 bytes; at most 64,000 are read" in ended.out
        assert "personas/folder.md: error (structure): is a folder, not a file" in ended.out
        assert "personas/pipe.md: error (structure): is a pipe or a device, not a file" in ended.out
        assert ended.out.count("  instead: ") == 4
        assert "11 personas: 4 errors, 0 warnings; 7 clean" in ended.err


def test_what_is_neither_persona_nor_file_is_refused(panel):
    ended = panel("persona", "lint", "nobody")
    assert ended.code == 2
    assert "builder" in ended.err


# ------------------------------------------------------------ voice


@pytest.fixture
def spoken(panel):
    """Run `panel …` after two reviews by the stand-in."""
    with StandIn() as server:
        server.script = seats(skeptic=Verdict("skip"))

        def run(*args, **environ):
            return panel(*args, OPENAI_BASE_URL=server.openai_base_url, **environ)

        assert run("review", "codestral-2-0", "cursor-background-agent").code == 0
        yield run


def test_without_reviews_it_says_so(panel):
    ended = panel("persona", "voice")
    assert (ended.code, ended.out) == (0, "")
    assert "no reviews yet" in ended.err
    panel("review", "codestral-2-0", "--provider", "offline")
    assert "--offline" in panel("persona", "voice").err


def test_the_report_counts_each_reply_once(spoken):
    before = spoken("persona", "voice", "--json").json
    spoken("review", "codestral-2-0")
    assert spoken("persona", "voice", "--json").json == before
    skeptic = next(voice for voice in before["voices"] if voice["persona"] == "skeptic")
    assert (skeptic["paragraphs"], skeptic["tools"], skeptic["ship"], skeptic["votes"]) == (2, 2, 0, 2)
    assert any("Too few paragraphs" in finding for finding in before["findings"])


@pytest.mark.parametrize("columns", [120, 80, 50])
def test_the_report_fits_the_terminal(spoken, columns):
    out = spoken("persona", "voice", COLUMNS=str(columns)).out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= columns
    assert "\x1b" not in out


def test_named_reviewers_only_and_unknown_ones_refused(spoken):
    found = spoken("persona", "voice", "skeptic", "--json").json
    assert [voice["persona"] for voice in found["voices"]] == ["skeptic"]
    assert spoken("persona", "voice", "nobody").code == 2


def test_the_page_is_written_where_it_is_asked_for(spoken, workspace):
    assert spoken("persona", "voice", "--html", "voice.html").code == 0
    text = (workspace / "voice.html").read_text(encoding="utf-8")
    assert "<h1>How the reviewers sound</h1>" in text
    assert "<script" not in text


def test_a_damaged_record_is_named_and_the_others_are_heard(spoken, workspace):
    next(workspace.glob("runs/*/reviews/codestral-2-0.json")).write_text("{")
    ended = spoken("persona", "voice", "--json")
    assert ended.code == 2
    assert "codestral-2-0.json" in ended.err
    assert {voice["tools"] for voice in ended.json["voices"]} == {1}


# ------------------------------------------------------------ the schema


def test_the_schema_is_printed_and_laid_beside_the_personas_by_init(panel, tmp_path):
    printed = panel("schema", "persona").out
    assert printed == (shipped("personas") / "persona.schema.json").read_text(encoding="utf-8")
    assert panel("init", tmp_path / "fresh").code == 0
    assert (tmp_path / "fresh" / "personas" / "persona.schema.json").read_text(encoding="utf-8") == printed
