"""`panel batch`, from the list to the report, against the stand-in or through the offline reader."""

from __future__ import annotations

import json
import os
from functools import partial

import jsonschema
import pytest

from panel.core.records import schema_json
from panel.core.workspace import shipped
from tests.batch.launches import launch, write_list
from tests.cli.seats import seats
from tests.standin import Delay, Refusal, Status, Verdict, always, by_text, sequence

LIST = "tools.jsonl"


@pytest.fixture
def batch(run):
    """`panel batch …` with the stand-in in the place of OpenAI's host."""
    return partial(run, "batch")


def runs(workspace):
    return [json.loads(path.read_text()) for path in sorted(workspace.glob("runs/*/run.json"))]


def report(workspace):
    """The newest run's report."""
    return json.loads(max(workspace.glob("runs/*/report.json")).read_text())


def reviewed(workspace):
    return sorted(path.stem for path in workspace.glob("runs/*/reviews/*.json"))


# ---------------------------------------------------------------- a list and how it ends


def test_every_tool_of_a_list_is_reviewed_and_the_command_ends_with_0(batch, server, workspace):
    write_list(workspace, 3)
    ended = batch(LIST)
    assert ended.code == 0
    assert "3 lines: 3 reviewed" in ended.out
    assert "panels: 3 ship" in ended.out
    assert reviewed(workspace) == ["tool-000", "tool-001", "tool-002"]
    assert server.count == 12
    (run,) = runs(workspace)
    assert (run["command"], run["outcome"], run["exit_code"]) == ("batch", "done", 0)
    assert f"report: runs/{run['id']}/report.md" in ended.out


def test_a_skip_is_an_answer_and_no_error(batch, server, workspace):
    server.script = always(Verdict("skip"))
    write_list(workspace, 2)
    ended = batch(LIST)
    assert (ended.code, ended.err) == (0, "")
    assert report(workspace)["panels"] == {"skip": 2}


def twins(run):
    return [issue for issue in run["issues"] if issue["what"].startswith("twin: ")]


def test_twins_in_a_list_are_warned_of_recorded_and_judged_all_the_same(batch, workspace):
    write_list(workspace, ["Code Agent", "Code Agents"])
    ended = batch(LIST)
    assert ended.code == 0
    assert "warning: code-agent" in ended.err
    assert "1 pair may be the same thing twice" in ended.out
    assert reviewed(workspace) == ["code-agent", "code-agents"]
    (run,) = runs(workspace)
    assert len(twins(run)) == 1
    assert "## May be the same thing twice" in next(workspace.glob("runs/*/report.md")).read_text()
    assert report(workspace)["twins_met"] == 1


def test_a_twin_of_a_reviewed_tool_is_warned_of_with_what_its_panel_said(batch, workspace):
    write_list(workspace, ["Code Agent"])
    batch(LIST)
    write_list(workspace, ["Code Agent", "Code Agents"])
    ended = batch(LIST)
    assert ended.code == 0
    assert "code-agent (100 % panel ship, 4 of 4" in ended.err


def test_tools_that_a_vendor_numbers_flood_neither_terminal_nor_record(batch, workspace):
    write_list(workspace, [f"Tool {n}" for n in range(20)])
    ended = batch(LIST, "--provider", "offline")
    assert ended.code == 0
    assert ended.err.count("warning: ") == 11
    assert "more pairs like these; the report names them" in ended.err
    assert batch(LIST, "--provider", "offline", "--quiet", "--fresh").err == ""


def test_a_run_that_goes_on_keeps_the_warnings_it_had(batch, workspace):
    write_list(workspace, ["Code Agent", "Code Agents", "One", "Two", "Three", "Four"])
    money = ("--price-in", "5", "--price-out", "20", "--concurrency", "1")
    assert batch(LIST, "--max-usd", "0.3", *money).code == 4
    assert batch(LIST, "--max-usd", "30", *money).code == 0
    (run,) = runs(workspace)
    assert len(twins(run)) == 1


def odd_dossier(workspace):
    """A folder of one dossier with a key that nobody knows, on its third line."""
    (workspace / "tools").mkdir()
    (workspace / "tools" / "a.md").write_text(
        "---\nname: One\ncolour: red\n---\nOne moves files and keeps logs.\n"
    )


def test_what_is_odd_about_a_launch_stands_in_the_report_and_needs_nobody(batch, workspace):
    odd_dossier(workspace)
    ended = batch("tools")
    assert (ended.code, ended.err.count("colour")) == (0, 0)
    assert "1 warning; see the report" in ended.out
    (warning,) = report(workspace)["warnings"]
    assert warning.startswith("a.md:3: colour: unknown key")
    assert "## Warnings\n\n- a.md:3: colour" in next(workspace.glob("runs/*/report.md")).read_text()
    assert "warning" not in batch("tools").out, "it was judged, and nothing has changed"


def test_a_run_that_goes_on_tells_each_warning_once(batch, server, workspace):
    odd_dossier(workspace)
    server.script = sequence([Status(401), None])
    assert batch("tools").code == 3
    assert batch("tools").code == 0
    assert report(workspace)["warnings_met"] == len(report(workspace)["warnings"]) == 1


def test_the_odd_date_of_a_feeds_entry_is_reported_with_its_place_and_id(batch, workspace):
    entry = (
        "<item><title>One</title><guid>1</guid><pubDate>31 Feb 2026</pubDate>"
        "<description>One is an editor that writes code with you, for small teams.</description></item>"
    )
    (workspace / "feed.xml").write_text(f'<rss version="2.0"><channel>\n{entry}</channel></rss>')
    assert batch("feed.xml").code == 0
    assert report(workspace)["warnings"] == [
        "feed.xml:2 [1]: the date '31 Feb 2026' is no date, so it is left out"
    ]


def test_a_bad_line_is_named_with_file_and_line_and_the_rest_goes_on(batch, server, workspace):
    good, broken, nameless = "One", '{"name": "Torn', '{"text": "no name"}'
    write_list(workspace, [good, broken, nameless, "Two", "One"])
    ended = batch(LIST)
    assert ended.code == 1
    for line in (2, 3, 5):
        assert f"{LIST}:{line}: bad: " in ended.err
    assert reviewed(workspace) == ["one", "two"]
    assert server.count == 8
    (run,) = runs(workspace)
    assert [issue["tool"] for issue in run["issues"]] == [f"{LIST}:{n}" for n in (2, 3, 5)]


def test_of_many_bad_lines_the_first_are_told_and_the_others_counted(batch, workspace):
    write_list(workspace, ["{torn"] * 1_030)
    ended = batch(LIST)
    assert ended.err.count(": bad: ") == 20
    assert "and 1,010 more; see the report" in ended.err
    assert report(workspace)["not_named"] == 30


def test_no_evidence_costs_no_call_and_is_named(batch, server, workspace):
    write_list(workspace, [launch("Blank", text=" \n"), launch("Gone", text=None, readme="gone.md"), "Good"])
    ended = batch(LIST)
    assert ended.code == 1
    assert f"{LIST}:1: bad: there is no evidence" in ended.err
    assert f"{LIST}:2: bad: readme: there is no file 'gone.md'" in ended.err
    assert server.count == 4


def test_json_is_one_review_a_line_and_nothing_else_on_stdout(batch, workspace):
    write_list(workspace, 3)
    ended = batch(LIST, "--json")
    records = [json.loads(line) for line in ended.out.splitlines()]
    assert sorted(record["tool"]["slug"] for record in records) == reviewed(workspace)
    for record in records:
        jsonschema.validate(record, schema_json("review"))


def test_quiet_says_on_stderr_only_what_needs_a_person(batch, workspace):
    write_list(workspace, ["Good", "{torn"])
    ended = batch(LIST, "--quiet")
    assert ended.err.startswith(f"{LIST}:2: bad: ")
    assert len(ended.err.splitlines()) == 1


def test_a_folder_of_dossiers_is_a_list(panel, workspace):
    ended = panel("batch", "dossiers", "--provider", "offline")
    assert ended.code == 0
    assert "2 lines: 2 reviewed" in ended.out
    assert reviewed(workspace) == ["codestral-2-0", "cursor-background-agent"]


def test_a_feed_file_is_a_list_and_its_entries_own_words_are_evidence(panel, workspace):
    (workspace / "new.xml").write_text(
        "<rss version='2.0'><channel><title>New</title>"
        "<item><guid>1</guid><title>Ferry</title><description>Ferry moves files between two folders and "
        "keeps a log of every move it made.</description></item></channel></rss>"
    )
    ended = panel("batch", "new.xml", "--provider", "offline", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["tool"]["name"] == "Ferry"


def test_a_pipe_is_refused_at_once_for_a_list_is_read_more_than_once(batch, server, workspace):
    ended = batch(os.devnull)  # a pipe itself would be waited for without end where it is not refused
    assert ended.code == 2
    assert f"{os.devnull}: is a pipe or a device" in ended.err
    assert server.count == 0
    assert not (workspace / "runs").exists()


@pytest.mark.parametrize("reference", ["gone.jsonl", "notes.txt", "github:Not A Topic"])
def test_a_list_that_cannot_be_opened_ends_with_2_and_writes_nothing(batch, server, workspace, reference):
    (workspace / "notes.txt").write_text("nothing of ours\n")
    ended = batch(reference)
    assert ended.code == 2
    assert ended.err.startswith("error: ")
    assert server.count == 0
    assert not (workspace / "runs").exists()


@pytest.mark.parametrize("flags", [("--deadline", "soon"), ("--deadline", "0m"), ("--limit", "0")])
def test_a_flag_that_makes_no_sense_ends_with_2(batch, server, workspace, flags):
    write_list(workspace, 1)
    assert batch(LIST, *flags).code == 2
    assert server.count == 0


def test_a_cap_without_a_price_and_a_missing_key_are_said_before_anything_is_written(
    batch, panel, server, workspace
):
    write_list(workspace, 2)
    unpriced = batch(LIST, "--max-usd", "1", "--model", "some-local-model")
    assert unpriced.code == 2
    assert "--price-in" in unpriced.err
    keyless = panel("batch", LIST, "--provider", "anthropic")
    assert keyless.code == 3
    assert "ANTHROPIC_API_KEY" in keyless.err
    assert server.count == 0
    assert not (workspace / "runs").exists()


# ---------------------------------------------------------------- the same command again


def test_the_same_command_again_makes_no_call_in_a_run_of_its_own(batch, server, workspace):
    write_list(workspace, 3)
    batch(LIST)
    ended = batch(LIST)
    assert ended.code == 0
    assert "3 lines: 3 known" in ended.out
    assert server.count == 12
    first, second = runs(workspace)
    assert first["id"] < second["id"]
    assert (second["cost"]["usd"], second["cost"]["calls"]) == (0.0, 0)


def test_what_is_new_or_has_changed_is_asked_and_nothing_else(batch, server, workspace):
    write_list(workspace, ["One", "Two"])
    batch(LIST)
    write_list(
        workspace, ["One", launch("Two", text="Two is now a hosted service at $9 per month."), "Three"]
    )
    assert batch(LIST).code == 0
    assert server.count == 8 + 8
    assert report(workspace)["judged_because"] == {"content": 1, "new": 1}
    assert report(workspace)["lines"] == {"known": 1, "reviewed": 2}
    assert reviewed(workspace) == ["one", "three", "two", "two"]


def test_a_changed_readme_beside_the_list_is_a_change(batch, server, workspace):
    readme = workspace / "ferry.md"
    readme.write_text("# Ferry\n\nFerry moves files between two folders and keeps a log.\n")
    write_list(workspace, [launch("Ferry", text=None, readme="ferry.md")])
    batch(LIST)
    readme.write_text("# Ferry\n\nFerry moves files between three folders and keeps no log.\n")
    batch(LIST)
    assert server.count == 8


def test_a_changed_persona_is_asked_again_and_the_dry_run_says_why_first(batch, server, workspace):
    write_list(workspace, 2)
    batch(LIST)
    (workspace / "personas").mkdir()
    builder = (shipped("personas") / "builder.md").read_text(encoding="utf-8") + "\nBe brief.\n"
    (workspace / "personas" / "builder.md").write_text(builder, encoding="utf-8")
    ahead = batch(LIST, "--dry-run", "--json").json
    assert ahead["reasons"] == {"reviewers": 2}
    assert ahead["usd_at_most"] > 0
    assert server.count == 8
    batch(LIST)
    assert server.count == 8 + 2, "only the seat that changed"
    assert report(workspace)["judged_because"] == {"reviewers": 2}


def test_fresh_asks_again_what_is_known(batch, server, workspace):
    write_list(workspace, 2)
    batch(LIST)
    assert batch(LIST, "--fresh").code == 0
    assert server.count == 16
    assert report(workspace)["judged_because"] == {"asked for": 2}


def test_a_majority_that_is_another_than_the_last_time_is_told(batch, server, workspace):
    write_list(workspace, ["One"])
    batch(LIST)
    server.script = always(Verdict("skip"))
    batch(LIST, "--fresh")
    assert report(workspace)["changed"] == ["One: ship, now skip"]


def test_what_failed_is_asked_again_the_next_time_and_alone_with_only_failed(batch, server, workspace):
    server.script = by_text({"Bad 1": Refusal("No.")})
    write_list(workspace, ["Bad 1", "Good 1"])
    ended = batch(LIST)
    assert ended.code == 1
    assert "bad-1: failed: builder, skeptic, futurist, business: refusal" in ended.err
    assert f"next:  panel batch {LIST} --only-failed  (asks once more what failed)" in ended.err
    server.script = None
    write_list(workspace, ["Bad 1", "Good 1", "Good 2"])
    assert batch(LIST, "--only-failed").code == 0
    assert report(workspace)["judged_because"] == {"failed": 1}
    assert reviewed(workspace) == ["bad-1", "bad-1", "good-1"]


def test_only_failed_and_fresh_together_ask_only_what_failed(batch, server, workspace):
    server.script = by_text({"Bad 1": Refusal("No.")})
    write_list(workspace, ["Bad 1", "Good 1"])
    batch(LIST)
    server.script, before = None, server.count
    assert batch(LIST, "--only-failed", "--fresh").code == 0
    assert server.count == before + 4


def test_a_seat_that_contradicts_itself_is_named_and_ends_with_1(batch, server, workspace):
    against = [
        {"move": move, "says": "It does not work.", "leans": "against", "weight": "major", "evidence": []}
        for move in ("primitive", "bet", "moment", "weekend", "decision")
    ]
    server.script = seats(builder=always(Verdict("ship", findings=against)))
    write_list(workspace, ["One"])
    ended = batch(LIST)
    assert ended.code == 1
    assert "one: reviewed: builder contradicts itself" in ended.err
    assert batch(LIST).code == 0, "it was told once and is known now"


# ---------------------------------------------------------------- limits, money, account


def test_limit_judges_so_many_and_the_next_command_goes_on_with_others(batch, server, workspace):
    write_list(workspace, 5)
    assert batch(LIST, "--limit", "2").code == 0
    assert report(workspace)["judged_because"] == {"new": 2}
    assert batch(LIST, "--limit", "2").code == 0
    assert len(set(reviewed(workspace))) == 4
    assert server.count == 16


def test_a_deadline_parks_the_rest_by_name_and_ends_with_4(batch, server, workspace):
    server.script = always(Delay(1.0))
    write_list(workspace, 6)
    ended = batch(LIST, "--deadline", "1.5s", "--concurrency", "2")
    assert ended.code == 4
    done = reviewed(workspace)
    assert 0 < len(done) < 6
    parked = [each for each in report(workspace)["needs_a_person"] if each["ending"] == "parked"]
    assert sorted([*done, *(each["tool"] for each in parked)]) == [f"tool-{n:03d}" for n in range(6)]
    assert {each["what"] for each in parked} == {"the deadline is over"}
    assert "next:  panel batch tools.jsonl" in ended.err
    server.script = None
    assert batch(LIST).code == 0
    assert server.count == 24
    assert [run["outcome"] for run in runs(workspace)] == ["done"]


def test_the_cap_holds_over_a_run_and_its_resumptions(batch, server, workspace):
    write_list(workspace, 12)
    cap = 0.14
    first = batch(LIST, "--max-usd", str(cap), "--concurrency", "2")
    assert first.code == 4
    assert 0 < len(reviewed(workspace)) < 12
    second = batch(LIST, "--max-usd", str(cap), "--concurrency", "2")
    assert second.code == 4
    (run,) = runs(workspace)
    assert run["cost"]["usd"] <= cap
    reviews = [json.loads(path.read_text()) for path in workspace.glob("runs/*/reviews/*.json")]
    paid = sum(verdict["cost_usd"] for review in reviews for verdict in review["verdicts"])
    assert run["cost"]["usd"] >= paid > 0
    assert all(review["status"] == "complete" for review in reviews), "none is written half-done"
    third = batch(LIST)
    assert third.code == 0
    assert server.count == 48, "what was paid for before a tool was parked is used"
    assert [each["id"] for each in runs(workspace)] == [run["id"]]


def test_a_refused_key_stops_a_list_after_a_handful_of_calls_and_parks_the_rest(batch, server, workspace):
    server.script = always(Status(401, "Incorrect API key provided"))
    write_list(workspace, 30)
    ended = batch(LIST, OPENAI_API_KEY="sk-test-1234567890abcdef")
    assert ended.code == 3
    assert server.count <= 4
    assert report(workspace)["lines"] == {"parked": 30}
    assert "OPENAI_API_KEY" in ended.err
    assert "sk-test-1234567890abcdef" not in ended.err + ended.out
    assert reviewed(workspace) == []
    server.script = None
    assert batch(LIST).code == 0
    assert len(reviewed(workspace)) == 30


def test_a_key_that_is_withdrawn_in_the_middle_parks_what_is_left(batch, server, workspace):
    server.script = sequence([None] * 8 + [Status(401, "revoked")])
    write_list(workspace, 10)
    ended = batch(LIST, "--concurrency", "1")
    assert ended.code == 3
    assert server.count <= 8 + 4
    assert report(workspace)["lines"] == {"reviewed": 2, "parked": 8}


def test_a_wait_of_hours_parks_the_rest(batch, server, workspace):
    server.script = always(Status(429, headers={"retry-after": "7200"}))
    write_list(workspace, 20)
    ended = batch(LIST)
    assert ended.code == 4
    assert server.count <= 4
    assert report(workspace)["lines"] == {"parked": 20}


# ---------------------------------------------------------------- before it begins


def test_a_dry_run_takes_what_an_unfinished_run_has_spent_off_the_cap(batch, workspace):
    write_list(workspace, 6)
    money = ("--price-in", "5", "--price-out", "20", "--concurrency", "1", "--max-usd", "0.3")
    assert batch(LIST, *money).code == 4
    spent = runs(workspace)[0]["cost"]["usd"]
    ahead = batch(LIST, *money, "--dry-run", "--json").json
    assert ahead["usd_left"] == pytest.approx(0.3 - spent, abs=1e-6)
    assert ahead["fitting"] < ahead["to_judge"]
    assert "left of --max-usd, at that rate enough for" in batch(LIST, *money, "--dry-run").out


def test_a_dry_run_counts_and_bounds_and_calls_and_writes_nothing(batch, server, workspace):
    write_list(workspace, ["One", "{torn", "Two"])
    ahead = batch(LIST, "--dry-run", "--json").json
    assert (ahead["lines"], ahead["to_judge"], ahead["bad"]) == (3, 2, 1)
    assert (server.count, (workspace / "runs").exists()) == (0, False)
    batch(LIST)
    assert runs(workspace)[0]["cost"]["usd"] < ahead["usd_at_most"]
    again = batch(LIST, "--dry-run")
    assert "0 to judge, 2 known, 1 bad" in again.out
    assert "nothing to pay" in again.out
    assert "2 to judge (2 asked for)" in batch(LIST, "--dry-run", "--fresh").out


def test_a_run_id_sorts_after_every_other_though_the_clock_went_back(panel, workspace):
    write_list(workspace, 1)
    ahead = workspace / "runs" / "20991231T235959.999Z-ffff"
    ahead.mkdir(parents=True)
    panel("batch", LIST, "--provider", "offline")
    panel("batch", LIST, "--provider", "offline")
    ids = [run["id"] for run in runs(workspace)]
    assert ahead.name < ids[0] < ids[1]
