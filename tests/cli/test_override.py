"""`panel override`: signed, counted, bound to the dossier, and it never hides what the reviewer said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import jsonschema
import pytest

from panel.core.decisions import one_at_a_time
from panel.core.records import schema_json
from tests.cli.seats import seats
from tests.standin import Refusal, Status, Verdict

A, B = "codestral-2-0", "cursor-background-agent"
SIGNED = ("--reason", "The card names the memory it needs.", "--author", "Ada")


@pytest.fixture
def decide(panel):
    def decide(seat, decision="skip", *flags, tool=A, signed=SIGNED):
        return panel("override", tool, seat, "--decision", decision, *signed, *flags)

    return decide


def newest(workspace, slug=A):
    return json.loads(max(workspace.glob(f"runs/*/reviews/{slug}.json")).read_text())


def change_dossier(workspace):
    path = workspace / "dossiers" / f"{A}.md"
    path.write_text(path.read_text() + "\n\nOne more thing is known of it now.\n")


def test_an_override_is_counted_signed_and_leaves_the_verdict(run, decide, workspace):
    before = run("review", A, "--json").json
    ended = decide("skeptic", "skip", "--json")
    assert ended.code == 0
    after = ended.json
    jsonschema.validate(after, schema_json("review"))
    assert newest(workspace) == after
    (override,) = after["overrides"]
    assert override == {
        "persona": "skeptic",
        "model": None,
        "decision": "skip",
        "reason": "The card names the memory it needs.",
        "author": "Ada",
        "time": override["time"],
        "dossier": before["dossier"]["id"],
    }
    assert (before["panel"]["percent"], after["panel"]["percent"]) == (100, 75)
    assert after["verdicts"] == before["verdicts"]
    assert after["dissent"][0]["name"] == "Skeptic (decided by editor Ada)"


def test_what_it_changed_is_said(run, decide):
    run("review", A)
    out = decide("skeptic").out
    assert "Skeptic: Editor Ada: skip, because The card names the memory it needs; the reviewer had" in out
    assert "75 % panel ship, 3 of 4 (before: 100 % panel ship, 4 of 4)" in out


def test_the_newest_counts_all_stay_and_none_takes_it_back(run, decide, workspace):
    run("review", A)
    decide("skeptic", "skip")
    decide("skeptic", "ship", signed=("--reason", "On second thoughts.", "--author", "Grace"))
    assert newest(workspace)["panel"]["percent"] == 100
    decide("skeptic", "none")
    record = newest(workspace)
    assert [each["decision"] for each in record["overrides"]] == ["skip", "ship", "none"]
    assert record["panel"]["percent"] == 100
    assert record["dissent"] == []


def test_the_same_decision_given_twice_is_one(run, decide, workspace):
    run("review", A)
    decide("skeptic")
    assert "as before" in decide("skeptic").out
    assert len(newest(workspace)["overrides"]) == 1
    assert len((workspace / "decisions.jsonl").read_text().splitlines()) == 1


def test_there_must_be_something_to_take_back(run, decide):
    run("review", A)
    ended = decide("skeptic", "none")
    assert ended.code == 2
    assert "no override of skeptic is in force" in ended.err


def test_an_unknown_tool_or_seat_is_refused_with_the_list(run, decide, workspace):
    run("review", A)
    ended = decide("product")
    assert ended.code == 2
    assert "there are: builder, skeptic, futurist, business" in ended.err
    ended = decide("skeptic", tool="nothing")
    assert ended.code == 2
    assert f"there are: {A}" in ended.err
    assert not (workspace / "decisions.jsonl").exists()


def test_where_nothing_is_reviewed_there_is_nothing_to_decide(decide, workspace):
    assert decide("skeptic").code == 2
    assert not (workspace / "runs").exists()


@pytest.mark.parametrize("flag", ["--reason", "--author"])
def test_an_override_without_a_name_or_a_reason_is_refused(run, decide, workspace, flag):
    run("review", A)
    signed = {"--reason": "Because.", "--author": "Ada"} | {flag: "  "}
    ended = decide("skeptic", signed=[word for pair in signed.items() for word in pair])
    assert ended.code == 2
    assert flag in ended.err
    assert newest(workspace)["overrides"] == []


def test_it_lapses_when_the_dossier_changes_and_returns_with_the_same_dossier(run, decide, workspace):
    run("review", A)
    old = (workspace / "dossiers" / f"{A}.md").read_text()
    decide("skeptic")
    change_dossier(workspace)
    assert run("review", A, "--json").json["overrides"] == []
    assert newest(workspace)["panel"]["percent"] == 100
    (workspace / "dossiers" / f"{A}.md").write_text(old)
    again = run("review", A, "--fresh", "--json").json
    assert [each["author"] for each in again["overrides"]] == ["Ada"]
    assert again["panel"]["percent"] == 75


def test_a_review_of_a_dossier_that_has_changed_is_not_decided(run, decide, workspace):
    run("review", A)
    change_dossier(workspace)
    ended = decide("skeptic")
    assert ended.code == 2
    assert f"panel review {A}" in ended.err
    assert not (workspace / "decisions.jsonl").exists()


def test_a_tool_the_workspace_has_no_dossier_of_is_decided_by_its_last_review(run, decide, workspace):
    (workspace / "readme.md").write_text("# Lantern\n\nLantern runs each task in a container of its own.\n")
    run("review", "readme.md")
    slug = next(workspace.glob("runs/*/reviews/*.json")).stem
    assert decide("skeptic", tool=slug).code == 0


def test_a_failed_seat_can_be_decided_and_bring_the_quorum(run, server, decide, workspace):
    server.script = seats(futurist=Refusal("No."), builder=Status(400, "no"))
    assert run("review", A).code == 1
    assert newest(workspace)["status"] == "no_quorum"
    decide("futurist", "ship")
    record = newest(workspace)
    assert (record["status"], record["panel"]["percent"], record["panel"]["counted"]) == ("partial", 100, 3)
    assert [failure["persona"] for failure in record["failures"]] == ["builder", "futurist"]


def test_a_contested_seat_that_is_decided_needs_nobody_any_more(run, server, decide):
    contested = Verdict("ship", paragraph="I would skip this. It is not ready, and nothing in it is new.")
    server.script = seats(skeptic=contested)
    assert run("review", A).code == 1
    decide("skeptic", "skip")
    again = run("review", A, "--json")
    assert again.code == 0
    assert again.json["panel"]["counted"] == 4
    assert again.json["verdicts"][1]["contested"] is True


def test_a_later_comparison_counts_it_and_an_earlier_one_stays(run, decide, workspace):
    run("compare", A, B)
    first = next(workspace.glob("runs/*/comparisons/*.json"))
    before = first.read_bytes()
    decide("skeptic")
    assert first.read_bytes() == before
    ended = run("compare", A, B, "--json")
    assert ended.code == 0
    record = ended.json
    jsonschema.validate(record, schema_json("comparison"))
    assert record["a"]["panel"]["percent"] == 75
    assert record["a"]["overrides"][0]["author"] == "Ada"
    assert record["scorecard"][1]["a"]["decision"] == "ship"
    assert "Skeptic (decided by editor Ada) prefers Cursor Background Agent" in record["pick"]["because"][0]
    for suffix in ("html", "md"):
        page = max(workspace.glob(f"runs/*/comparisons/*.{suffix}")).read_text()
        assert (
            "Editor Ada: skip, because The card names the memory it needs; the reviewer had said ship" in page
        )


def test_the_terminal_shows_it_as_what_it_is(run, decide):
    run("review", A, B)
    decide("skeptic")
    said = "Editor Ada: skip, because The card names the memory it needs; the reviewer had said ship"
    shown = " ".join(run("runs", "show", A).out.split())
    assert said in shown
    assert "Skeptic skip, by an editor" in shown
    compared = " ".join(run("compare", A, B).out.split())
    assert f"Override: Skeptic: {said}" in compared


def test_what_is_written_stays_clean(run, decide, panel):
    run("compare", A, B)
    decide("skeptic")
    decide("skeptic", "none")
    assert panel("runs", "verify", "--json").json["clean"] is True


def test_a_decision_whose_record_was_not_written_is_in_force_with_the_next(run, decide, workspace):
    """As if the process had been killed between the two."""
    run("review", A)
    path = next(workspace.glob(f"runs/*/reviews/{A}.json"))
    before = path.read_bytes()
    decide("skeptic")
    path.write_bytes(before)
    decide("builder")
    assert [each["persona"] for each in newest(workspace)["overrides"]] == ["skeptic", "builder"]
    path.write_bytes(before)
    decide("skeptic")
    assert newest(workspace)["panel"]["ship"] == 2


def test_a_log_that_cannot_be_read_stops_a_review_before_anything_is_called(run, server, workspace):
    (workspace / "decisions.jsonl").write_text("<<<<<<< HEAD\n")
    ended = run("review", A)
    assert ended.code == 2
    assert "decisions.jsonl:1" in ended.err
    assert server.count == 0


def test_an_override_waits_while_another_one_is_at_work(run, decide, workspace):
    run("review", A)
    ended = []
    late = threading.Thread(target=lambda: ended.append(decide("skeptic")))
    with one_at_a_time(workspace / "runs"):
        late.start()
        late.join(timeout=1)
        assert late.is_alive()
        assert newest(workspace)["overrides"] == []
    late.join(timeout=30)
    assert ended[0].code == 0
    assert len(newest(workspace)["overrides"]) == 1


def test_overrides_at_the_same_moment_do_not_lose_one_another(run, workspace):
    run("review", A)
    personas = ["builder", "skeptic", "futurist", "business"]
    work = [
        subprocess.Popen(
            [sys.executable, "-m", "panel", "override", A, persona, "--decision", "skip", *SIGNED],
            cwd=workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ},
        )
        for persona in personas
    ]  # fmt: skip
    for process in work:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    record = newest(workspace)
    assert sorted(each["persona"] for each in record["overrides"]) == sorted(personas)
    assert record["panel"]["ship"] == 0
    assert len((workspace / "decisions.jsonl").read_text().splitlines()) == 4
