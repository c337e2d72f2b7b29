"""What nothing supports is shown, and stops --strict; so are facts in dispute, and the lack of a test log."""

from __future__ import annotations

import json

import pytest

from tests.cli.seats import seats
from tests.standin import StandIn, Verdict

A, B = "codestral-2-0", "cursor-background-agent"
INVENTED = (
    "It is the fastest of its kind: the whole thing answers in 140 ms and costs $3 a month, and that is what "
    "I would want from it. The primitive is small and the rest is a matter of taste and of the habits that a "
    "reader has. What it asks of its user is plainly said, and the limits are named where they matter to the "
    "people it was made for. A team can find out within a day whether the claim holds for its own files, and "
    "that is enough for me."
)


def finding(says, leans="for"):
    return Verdict(
        "ship" if leans == "for" else "skip",
        extra={"paragraph": f"{says} {INVENTED.partition('. ')[2]}"},
    )


@pytest.fixture
def run(panel):
    def run(script, *args):
        with StandIn(script) as server:
            return panel(*args, OPENAI_BASE_URL=server.openai_base_url)

    return run


INVENTS = seats(builder=Verdict("ship", paragraph=INVENTED))


def test_unsupported_claims_are_a_thing_to_do_and_no_failure(run):
    ended = run(INVENTS, "review", A)
    assert ended.code == 0
    assert "To check: Builder: not in the dossier: “140 ms”, “$3 a month”" in " ".join(ended.out.split())


def test_with_strict_they_are_a_reason_to_stop(run, workspace):
    ended = run(INVENTS, "review", A, "--strict")
    assert ended.code == 1
    assert f"{A}: unsupported: Builder: not in the dossier: “140 ms”, “$3 a month”" in ended.err
    assert f"or ask again: panel review {A} --strict --fresh" in ended.err
    assert list(workspace.glob("runs/*/reviews/*.json"))
    run_record = json.loads(next(workspace.glob("runs/*/run.json")).read_text())
    assert run_record["exit_code"] == 1
    assert run_record["issues"][0]["what"].startswith("unsupported: Builder")
    shown = run(None, "runs", "show", run_record["id"]).out
    assert f"  {A}: unsupported: Builder: not in the dossier: “140 ms”, “$3 a month”\n" in shown


def test_an_honest_review_is_done_with_strict_too(run):
    assert run(None, "review", A, "--strict").code == 0
    assert run(None, "compare", A, B, "--strict").code == 0


def test_a_strict_comparison_of_what_nothing_supports_has_a_record_and_no_page(run, workspace):
    ended = run(INVENTS, "compare", A, B, "--strict")
    assert ended.code == 1
    (record,) = workspace.glob("runs/*/comparisons/*.json")
    withheld = json.loads(record.read_text())["withheld"]
    assert [each.partition(":")[0] for each in withheld] == [A, B]
    assert not [*workspace.glob("runs/*/comparisons/*.html"), *workspace.glob("runs/*/comparisons/*.md")]
    assert "No page: codestral-2-0: unsupported: Builder" in " ".join(ended.out.split())
    assert "Page:" not in ended.out
    assert f"{B}: unsupported: Builder" in ended.err


def test_without_strict_the_same_comparison_has_its_pages(run, workspace):
    run(INVENTS, "compare", A, B, "--strict")
    ended = run(INVENTS, "compare", A, B)
    assert ended.code == 0
    (page,) = workspace.glob("runs/*/comparisons/*.html")
    assert "“140 ms”" in page.read_text()
    assert json.loads(page.with_suffix(".json").read_text())["withheld"] == []


MODELS = ("--models", "gpt-6.1-terra,gpt-6.1-sol")
SOL = "openai:gpt-6.1-sol"


def only_sol(script):
    """What one of the two models says; the other says the usual."""
    return lambda seen: script(seen) if seen.model == "gpt-6.1-sol" else None


def test_of_several_models_the_one_that_invents_is_named_to_the_editor_and_in_the_manifest(run, workspace):
    ended = run(only_sol(INVENTS), "review", A, "--strict", *MODELS)
    assert ended.code == 1
    assert f"{A}: unsupported: Builder ({SOL}): not in the dossier: “140 ms”, “$3 a month”\n" in ended.err
    (issue,) = json.loads(next(workspace.glob("runs/*/run.json")).read_text())["issues"]
    assert (issue["persona"], issue["model"]) == ("builder", SOL)


def test_so_it_is_in_a_comparison(run, workspace):
    run(only_sol(INVENTS), "compare", A, B, "--strict", *MODELS)
    (record,) = workspace.glob("runs/*/comparisons/*.json")
    withheld = json.loads(record.read_text())["withheld"]
    assert [each.partition(": not")[0] for each in withheld] == [
        f"{slug}: unsupported: Builder ({SOL})" for slug in (A, B)
    ]
    issues = json.loads(next(workspace.glob("runs/*/run.json")).read_text())["issues"]
    assert {(each["tool"], each["persona"], each["model"]) for each in issues if each["persona"]} == {
        (A, "builder", SOL),
        (B, "builder", SOL),
    }


def test_of_several_models_those_that_disagree_are_named_on_terminal_and_page(run, workspace):
    ended = run(only_sol(DISPUTED), "compare", A, B, *MODELS)
    assert f"Builder ({SOL}) says “The weights are open" in " ".join(ended.out.split())
    (page,) = workspace.glob("runs/*/comparisons/*.html")
    assert page.read_text().count(f"Skeptic ({SOL}) says “The weights are closed") == 2


DISPUTED = seats(
    builder=finding("The weights are open, and that decides it."),
    skeptic=finding("The weights are closed, and that decides it.", leans="against"),
)


def test_seats_that_contradict_one_another_on_a_fact_are_shown_to_the_editor(run, workspace):
    ended = run(DISPUTED, "review", A)
    assert ended.code == 0
    assert (
        "To check: seats disagree on whether the weights are open: Builder says “The weights are open, and "
        "that decides it.”, Skeptic says “The weights are closed, and that decides it.”"
    ) in " ".join(ended.out.split())
    (record,) = workspace.glob("runs/*/reviews/*.json")
    (found,) = json.loads(record.read_text())["disagreements"]
    assert found["about"] == "whether the weights are open"
    assert [each["persona"] for each in (*found["affirm"], *found["deny"])] == ["builder", "skeptic"]


def test_the_page_of_a_comparison_says_so_in_a_line_and_a_second_one_is_the_same(run, workspace):
    run(DISPUTED, "compare", A, B)
    (page,) = workspace.glob("runs/*/comparisons/*.html")
    assert page.read_text().count("Seats disagree on whether the weights are open: Builder says") == 2
    assert "- Seats disagree on whether the weights are open" in page.with_suffix(".md").read_text()


def test_offline_there_is_nothing_to_disagree_on(panel, workspace):
    panel("review", A, B, "--provider", "offline")
    for path in workspace.glob("runs/*/reviews/*.json"):
        assert json.loads(path.read_text())["disagreements"] == []


def test_a_test_log_of_ours_ends_the_first_look(panel, workspace):
    panel("compare", A, B, "--provider", "offline")
    (page,) = workspace.glob("runs/*/comparisons/*.html")
    assert "First look:</strong> it rests on what is written about the tools" in page.read_text()
    path = workspace / "dossiers" / f"{A}.md"
    path.write_text(
        path.read_text() + "\n## Test log\n\nRan it with Ollama on 3 May; it filled in four of six gaps.\n"
    )
    panel("compare", A, B, "--provider", "offline")
    newest = max(workspace.glob("runs/*/comparisons/*.html"))
    assert "First look:</strong> what is said of Cursor Background Agent rests" in newest.read_text()
    record = json.loads(newest.with_suffix(".json").read_text())
    assert (record["a"]["dossier"]["test_log"], record["b"]["dossier"]["test_log"]) == (True, False)
