"""`panel price`: signed, bound to the dossier, settles conflicts, and never hides what the sources say."""

from __future__ import annotations

import json

import jsonschema
import pytest

from panel.core.records import schema_json

A, B = "codestral-2-0", "cursor-background-agent"
SIGNED = ("--reason", "The FAQ says so.", "--author", "Ada")
CONFLICT = """\
---
name: Harbor
slug: harbor
pricing:
  - plan: Basic
    price: $0
    quote: Basic costs $0.
  - plan: Basic
    price: $12 per month
    quote: Basic is $12 per month.
---

Harbor is an editor. Basic costs $0. Basic is $12 per month. It reviews what a team has written.
"""


@pytest.fixture
def reviewed(panel, workspace):
    """A tool whose sources disagree on the price, reviewed offline."""
    (workspace / "dossiers" / "harbor.md").write_text(CONFLICT)
    return panel("review", "harbor", "--provider", "offline")


@pytest.fixture
def decide(panel, reviewed):
    assert reviewed.code == 0

    def decide(entry, *flags, signed=SIGNED, tool="harbor"):
        return panel("price", tool, "--entry", entry, *signed, *flags)

    return decide


def newest(workspace, slug="harbor"):
    return json.loads(max(workspace.glob(f"runs/*/reviews/{slug}.json")).read_text())


def test_a_conflict_is_a_thing_to_do_and_names_both_quotations(reviewed):
    assert reviewed.code == 0
    out = " ".join(reviewed.out.split())
    assert (
        "To check: price: The plan Basic is given as “$0” (“Basic costs $0.”) and as “$12 per month”" in out
    )
    assert "panel price harbor --entry" in out


def test_a_decision_is_signed_and_counts_and_the_sources_words_stay(decide, workspace):
    before = newest(workspace)
    ended = decide("paid", "--json")
    assert ended.code == 0
    after = ended.json
    jsonschema.validate(after, schema_json("review"))
    assert newest(workspace) == after
    (made,) = after["price_decisions"]
    assert made == {
        "entry": "paid",
        "reason": "The FAQ says so.",
        "author": "Ada",
        "time": made["time"],
        "dossier": before["dossier"]["id"],
    }
    assert (before["entry"]["price"], after["entry"]["price"], after["entry"]["label"]) == (
        "freemium",
        "paid",
        "Paid",
    )
    assert after["entry"]["decided"] == made
    assert after["entry"]["by_rule"] == "freemium"
    assert after["entry"]["conflicts"] == before["entry"]["conflicts"] != []
    assert after["panel"] == before["panel"]


def test_what_it_changed_is_said_and_no_more_to_do(decide, panel):
    out = decide("paid").out
    assert (
        "harbor, entry: Paid, decided by editor Ada, because The FAQ says so; the rule had said free tier"
        in out
    )
    assert "(before: Free tier)" in out
    assert "settled: The plan Basic" in out
    shown = " ".join(panel("runs", "show", "harbor").out.split())
    assert "To check: price" not in shown
    assert "Entry: Paid, decided by editor Ada" in shown


def test_the_newest_counts_all_stay_and_none_takes_it_back(decide, workspace):
    decide("paid")
    decide("trial", signed=("--reason", "On second thoughts.", "--author", "Grace"))
    assert newest(workspace)["entry"]["price"] == "trial"
    out = decide("none").out
    assert "Free tier, by rule again" in out
    assert "open again: The plan Basic" in out
    record = newest(workspace)
    assert [each["entry"] for each in record["price_decisions"]] == ["paid", "trial", "none"]
    assert (record["entry"]["price"], record["entry"]["decided"]) == ("freemium", None)


def test_the_same_decision_given_twice_is_one(decide, workspace):
    decide("paid")
    decide("paid")
    assert len(newest(workspace)["price_decisions"]) == 1
    assert len((workspace / "decisions.jsonl").read_text().splitlines()) == 1


def test_a_later_review_of_the_same_dossier_has_it_and_one_of_another_dossier_has_not(
    decide, panel, workspace
):
    decide("paid")
    panel("review", "harbor", "--provider", "offline", "--fresh")
    assert newest(workspace)["entry"]["price"] == "paid"
    path = workspace / "dossiers" / "harbor.md"
    path.write_text(path.read_text() + "\nOne more thing is known of it now.\n")
    ended = decide("trial")
    assert (ended.code, "has changed since its last review" in ended.err) == (2, True)
    panel("review", "harbor", "--provider", "offline")
    record = newest(workspace)
    assert (record["entry"]["price"], record["price_decisions"]) == ("freemium", [])


def test_it_stands_in_the_history(decide, panel):
    decide("paid")
    out = " ".join(panel("runs", "show", "harbor", "--history").out.split())
    assert "Entry: editor Ada on 20" in out
    assert ": Paid, because The FAQ says so." in out
    (chapter,) = panel("runs", "show", "harbor", "--history", "--json").json
    assert (chapter["entry"], chapter["price_decisions"][0]["author"]) == ("Paid", "Ada")


def test_it_leaves_an_override_as_it_is_and_the_reverse(decide, panel, workspace):
    panel("override", "harbor", "skeptic", "--decision", "skip", *SIGNED)
    decide("paid")
    panel("override", "harbor", "builder", "--decision", "skip", *SIGNED)
    record = newest(workspace)
    assert [each["persona"] for each in record["overrides"]] == ["skeptic", "builder"]
    assert record["entry"]["price"] == "paid"


def test_it_stands_on_the_page_of_a_later_comparison(decide, panel, workspace):
    decide("paid")
    assert panel("compare", A, "harbor", "--provider", "offline").code == 0
    (page,) = workspace.glob("runs/*/comparisons/*.html")
    (text,) = workspace.glob("runs/*/comparisons/*.md")
    for written in (page.read_text(), text.read_text()):
        assert "Conflict:" in written
        assert "Entry price:" in written
        assert "Paid, decided by editor Ada, because The FAQ says so; the rule had said free tier." in written


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("harbor", "--entry", "none", *SIGNED), "no editor's entry price is in force for harbor"),
        (("harbor", "--entry", "paid", "--reason", " ", "--author", "Ada"), "signed and has a reason"),
        (("harbor", "--entry", "cheap", *SIGNED), "'cheap' is not one of"),
        (("nobody", "--entry", "paid", *SIGNED), "no reviewed tool is called 'nobody'"),
    ],
)
@pytest.mark.usefixtures("reviewed")
def test_what_cannot_be_decided_is_said_and_changes_nothing(panel, workspace, args, says):
    ended = panel("price", *args)
    assert ended.code == 2
    assert says in ended.err
    assert not (workspace / "decisions.jsonl").exists()


def test_before_any_review_there_is_nothing_to_decide(panel):
    ended = panel("price", A, "--entry", "paid", *SIGNED)
    assert (ended.code, "nothing is reviewed yet" in ended.err) == (2, True)
