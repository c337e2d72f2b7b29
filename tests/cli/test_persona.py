"""`panel persona`: reviewers found, written, checked and listened to."""

from __future__ import annotations

import json

import jsonschema
import pytest

from panel.cli.personas.asking import QUESTIONS, ask_until_clean
from panel.core.workspace import shipped
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


def test_what_is_not_clean_is_asked_again_and_the_rest_is_kept():
    asked = []

    class Disliked:
        field = "motto"

    def ask(question, before):
        asked.append((question.name, before))
        return [f"answer {len(asked)}"]

    def check(answers):
        return [] if answers["motto"] != ["answer 1"] else [Disliked()]

    shown = []
    given = {question.name: ["given"] for question in QUESTIONS if question.name != "motto"}
    answers = ask_until_clean(given, ask, check, shown.append)
    assert asked == [("motto", []), ("motto", ["answer 1"])]
    assert answers["motto"] == ["answer 2"]
    assert len(shown) == 1


def test_a_core_chair_is_not_asked_for_conditions():
    asked = []

    def ask(question, _before):
        asked.append(question.name)
        return ["core"]

    ask_until_clean({}, ask, lambda _: [], lambda _: None)
    assert "modality" not in asked
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
