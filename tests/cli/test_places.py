"""`panel runs`, `schema`, `doctor` and `init`: what is there, what fits, what is in force, where to begin."""

from __future__ import annotations

import json

import jsonschema
import pytest

from panel.core.records import SCHEMAS, schema_json

KEY = "sk-test-1234567890abcdef"


def test_runs_are_listed_newest_first_and_fit_their_schema(panel):
    panel("review", "codestral-2-0", "--provider", "offline")
    panel("review", "cursor-background-agent", "--provider", "offline")
    found = panel("runs", "list", "--json").json
    assert [list(run["inputs"]["dossiers"]) for run in found] == [
        ["cursor-background-agent"],
        ["codestral-2-0"],
    ]
    for run in found:
        jsonschema.validate(run, schema_json("run"))
        assert (run["outcome"], run["exit_code"]) == ("done", 0)
    assert len(panel("runs", "list").out.splitlines()) == 2


def test_an_empty_list_says_how_to_begin(panel):
    ended = panel("runs", "list")
    assert (ended.code, ended.out) == (0, "")
    assert "panel review" in ended.err


def test_a_tools_newest_review_a_run_and_a_review_can_be_shown(panel):
    panel("review", "codestral-2-0", "--provider", "offline")
    record = panel("runs", "show", "codestral-2-0", "--json").json
    assert record["tool"]["slug"] == "codestral-2-0"
    assert panel("runs", "show", record["id"], "--json").json == record
    assert "Codestral 2.0" in panel("runs", "show", record["run"]).out


def test_what_is_not_there_is_said(panel):
    assert panel("runs", "show", "nobody").code == 2


def test_a_damaged_record_is_named_and_never_taken_for_empty(panel, workspace):
    panel("review", "codestral-2-0", "--provider", "offline")
    path = next(workspace.glob("runs/*/reviews/*.json"))
    path.write_text(path.read_text()[:100])
    ended = panel("runs", "show", "codestral-2-0")
    assert ended.code == 2
    assert str(path.name) in ended.err
    path.write_text(json.dumps({"schema": "panel.review/99"}))
    assert "panel.review/99" in panel("runs", "show", "codestral-2-0").err


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_a_json_schema(panel, name):
    schema = json.loads(panel("schema", name).out)
    jsonschema.Draft202012Validator.check_schema(schema)


def test_an_unknown_record_type_lists_those_there_are(panel):
    ended = panel("schema", "opinion")
    assert ended.code == 2
    assert "review" in ended.err


def test_the_doctor_says_what_is_in_force_and_shows_no_key(panel, workspace):
    (workspace / "panel.toml").write_text("concurrency = 3\n")
    ended = panel("doctor", ANTHROPIC_API_KEY=KEY, PANEL_MAX_USD="2")
    assert ended.code == 0
    assert "anthropic" in ended.out
    assert "ANTHROPIC_API_KEY is set" in ended.out
    assert "panel.toml" in ended.out
    assert "PANEL_MAX_USD" in ended.out
    assert KEY not in ended.out + ended.err
    assert KEY[:8] not in ended.out + ended.err


def test_the_doctor_reports_a_missing_key(panel):
    ended = panel("doctor", "--provider", "openai")
    assert ended.code == 3
    assert "OPENAI_API_KEY" in ended.out


def test_a_key_in_panel_toml_is_refused_with_its_line(panel, workspace):
    (workspace / "panel.toml").write_text(f'concurrency = 3\nopenai_api_key = "{KEY}"\n')
    ended = panel("doctor")
    assert ended.code == 2
    assert "panel.toml:2" in ended.err
    assert KEY not in ended.err


def test_a_new_workspace_reviews_its_example(panel, workspace):
    ended = panel("init", "fresh")
    assert ended.code == 0
    assert panel("review", "codestral-2-0", "--provider", "offline", "--workspace", "fresh").code == 0
    assert list((workspace / "fresh" / "runs").glob("*/reviews/codestral-2-0.json"))


def test_init_leaves_what_is_there(panel, workspace):
    (workspace / "panel.toml").write_text("concurrency = 3\n")
    assert "kept panel.toml" in panel("init", ".").out
    assert (workspace / "panel.toml").read_text() == "concurrency = 3\n"


def test_one_damaged_manifest_does_not_hide_the_other_runs(panel, workspace):
    for _ in range(2):
        panel("review", "codestral-2-0", "--provider", "offline")
    path = min(workspace.glob("runs/*/run.json"))
    path.write_text("{")
    ended = panel("runs", "list")
    assert ended.code == 2
    assert len(ended.out.splitlines()) == 1
    assert path.parent.name in ended.err


def test_the_doctor_says_the_rest_when_a_persona_is_broken(panel, workspace):
    (workspace / "personas").mkdir()
    (workspace / "personas" / "grump.md").write_text("no front matter")
    ended = panel("doctor")
    assert ended.code == 2
    assert "offline" in ended.out
    assert "grump.md" in ended.out
