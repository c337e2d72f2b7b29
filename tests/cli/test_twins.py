"""`panel twins`, and the warnings of `review` and `compare`: shown, recorded, and no reason to stop."""

from __future__ import annotations

import json

import pytest

from panel.core.workspace import shipped
from tests.standin import StandIn, Verdict

ONE, OTHER = "cursor-background-agent", "cursor-background-agents"
WARNED = f"warning: {OTHER} may be the same as {ONE}"
OFFLINE = ("--provider", "offline")
SIGNED = ("--reason", "A service and a feature.", "--author", "Ada")


@pytest.fixture(autouse=True)
def _dossiers(workspace):
    """All eight shipped dossiers in the workspace."""
    for path in shipped("dossiers").glob("*.md"):
        (workspace / "dossiers" / path.name).write_bytes(path.read_bytes())


def newest_run(workspace):
    return json.loads(max(workspace.glob("runs/*/run.json")).read_text())


def twins_of(run):
    return [issue for issue in run["issues"] if issue["what"].startswith("twin: ")]


def test_a_review_of_a_twin_is_warned_of_recorded_and_done(panel, workspace):
    assert panel("review", ONE, *OFFLINE).code == 0
    assert twins_of(newest_run(workspace)) == []
    ended = panel("review", OTHER, *OFFLINE, "--json")
    assert ended.code == 0
    assert WARNED in ended.err
    assert ended.json["tool"]["slug"] == OTHER
    (issue,) = twins_of(newest_run(workspace))
    assert (issue["tool"], issue["persona"]) == (OTHER, None)
    assert ONE in issue["what"]


def test_a_comparison_of_twins_is_warned_of_before_the_first_call(panel, workspace):
    ended = panel("compare", "code-llama-4-70b", "code-llama-4-200b", *OFFLINE)
    assert ended.code == 0
    assert "code-llama-4-70b is a variant of code-llama-4-200b" in ended.err
    assert "sizes: 70B against 7B, 34B and 200B" in ended.err
    assert len(twins_of(newest_run(workspace))) == 1
    # "next:" is for what needs another command.
    assert "next:" not in ended.err


def test_a_dry_run_warns_and_writes_nothing(panel, workspace):
    ended = panel("review", ONE, OTHER, *OFFLINE, "--dry-run")
    assert ended.code == 0
    assert WARNED in ended.err
    assert not (workspace / "runs").exists()


def test_a_run_that_stops_early_has_the_warning_on_record(panel, workspace):
    ended = panel("review", ONE, OTHER, "--from-ledger", *OFFLINE)
    assert ended.code == 1
    assert len(twins_of(newest_run(workspace))) == 1


def test_what_is_like_nothing_is_not_warned_of(panel):
    assert "warning" not in panel("review", "codestral-2-0", *OFFLINE).err


def test_all_twins_are_listed_with_what_differs(panel):
    ended = panel("twins")
    assert ended.code == 0
    assert f"one product: {ONE}, {OTHER}, cursor-v0-50-background-agent-codebase-refactoring" in ended.out
    assert "code-llama-4-200b / code-llama-4-70b: variant" in ended.out
    assert "licences: Llama Community License against Llama 4 community license" in ended.out
    assert "mistral-3-small / mistral-small-3-1: confusable" in ended.out
    assert "codestral" not in ended.out


def test_live_records_of_one_product_are_listed_together_with_their_percentages(panel):
    panel("review", ONE, OTHER, *OFFLINE)
    lines = panel("twins").out.splitlines()
    assert [line.split(":")[0].strip() for line in lines[1:3]] == [ONE, OTHER]
    assert all("% panel ship" in line for line in lines[1:3])


def test_the_list_as_json(panel):
    found = panel("twins", "--json").json
    assert found["clusters"][0][:2] == [ONE, OTHER]
    kinds = {(pair["a"], pair["b"]): pair["kind"] for pair in found["pairs"]}
    assert len(kinds) == 5
    assert kinds["mistral-3-small", "mistral-small-3-1"] == "confusable"


def test_a_pair_called_apart_is_not_warned_of_any_more_and_stays_listed_as_decided(panel, workspace):
    panel("review", ONE, *OFFLINE)
    assert panel("twins", "apart", OTHER, ONE, *SIGNED).code == 0
    assert WARNED not in panel("review", OTHER, *OFFLINE).err
    ended = panel("twins")
    assert f"{ONE} / {OTHER}: two products, says Ada: A service and a feature." in ended.out
    (line,) = (workspace / "decisions.jsonl").read_text().splitlines()
    assert json.loads(line)["author"] == "Ada"


def test_a_pair_called_the_same_is_certain(panel):
    assert panel("twins", "same", "codestral-2-0", "mistral-3-small", "--author", "Ada").code == 0
    ended = panel("review", "codestral-2-0", "mistral-3-small", *OFFLINE, "--dry-run")
    assert "mistral-3-small is the same as codestral-2-0: Ada decided so" in ended.err
    assert "one product: codestral-2-0, mistral-3-small" in panel("twins").out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("same", ONE, ONE), "named twice"),
        (("same", ONE, "nobody-knows"), "no dossier and no review is called 'nobody-knows'"),
        (("same", "../x", ONE), "no slug"),
        (("apart", ONE, OTHER), "--reason"),
        (("apart", ONE, OTHER, "--reason", " ", "--author", "Ada"), "--reason: is empty"),
        (("--json", "same", ONE, OTHER), "flags go behind the subcommand"),
    ],
)
def test_a_word_that_cannot_be_kept_is_refused_and_nothing_is_written(panel, workspace, args, said):
    ended = panel("twins", *args)
    assert ended.code == 2
    assert said in ended.err
    assert not (workspace / "decisions.jsonl").exists()


def test_decisions_that_cannot_be_read_stop_a_review_before_it_calls(panel, workspace):
    (workspace / "decisions.jsonl").write_text("nonsense\n")
    ended = panel("review", ONE, *OFFLINE)
    assert ended.code == 2
    assert "decisions.jsonl:1" in ended.err
    assert not (workspace / "runs").exists()


def test_a_dossier_that_cannot_be_read_is_named_and_the_others_are_listed(panel, workspace):
    (workspace / "dossiers" / "broken.md").write_text("---\nslug: [\n---\nText.\n")
    ended = panel("twins")
    assert ended.code == 2
    assert "broken.md" in ended.err
    assert "one product" in ended.out


def test_a_long_list_of_twins_is_cut_on_the_terminal_and_whole_in_the_manifest(panel, workspace):
    text = (workspace / "dossiers" / f"{ONE}.md").read_text(encoding="utf-8")
    copies = [f"copy-{letter}" for letter in "abcdef"]
    for slug in copies:
        (workspace / "dossiers" / f"{slug}.md").write_text(text.replace(f"slug: {ONE}", f"slug: {slug}"))
    ended = panel("review", *copies, *OFFLINE)
    assert ended.err.count("warning: copy-") == 10
    assert "warning: 5 more pairs like these: panel twins" in ended.err
    assert len(twins_of(newest_run(workspace))) == 15


# ------------------------------------------------------------ two records of one product that disagree


@pytest.fixture
def asks(panel):
    """`panel …` with a model that skips whatever is called agents, in the plural, and ships all else."""
    with StandIn(lambda seen: Verdict("skip") if "Background Agents" in seen.dossier else None) as server:
        yield lambda *args: panel(*args, OPENAI_BASE_URL=server.openai_base_url)


AT_ODDS = f"At odds: {OTHER} may be the same product, and its record says 0 % panel ship, 0 of 4, "


def words(text):
    return " ".join(text.split())


def test_a_review_and_a_run_that_is_shown_name_the_record_that_says_otherwise(asks, workspace):
    asks("review", OTHER)
    ended = asks("review", ONE)
    assert AT_ODDS in words(ended.out)
    assert "; this one 100 % panel ship, 4 of 4, entry" in words(ended.out)
    assert AT_ODDS in words(asks("runs", "show", ONE).out)
    run = newest_run(workspace)["id"]
    assert AT_ODDS in words(asks("runs", "show", run).out)
    assert f"At odds: {ONE} may be the same product" in words(asks("runs", "show", OTHER).out)


def test_a_comparison_names_the_record_of_either_product_that_says_otherwise(asks, workspace):
    asks("review", OTHER)
    ended = asks("compare", ONE, "codestral-2-0")
    assert AT_ODDS in words(ended.out)
    assert AT_ODDS in words(asks("runs", "show", newest_run(workspace)["id"]).out)


def test_an_entry_price_that_is_not_known_is_at_odds_with_none(panel):
    for slug in (ONE, "cursor-v0-50-background-agent-codebase-refactoring", OTHER):
        panel("review", slug, *OFFLINE)
    shown = words(panel("runs", "show", OTHER).out)  # a tie, entry unknown; the third is a tie, too, and paid
    assert f"At odds: {ONE} may be" in shown
    assert shown.count("At odds") == 1


def test_records_that_agree_or_are_apart_or_of_no_model_are_not_at_odds(asks, panel):
    asks("review", OTHER, "--provider", "offline")
    assert "At odds" not in asks("review", ONE).out, "what was read offline is no review"
    asks("review", OTHER)
    assert "At odds" in asks("runs", "show", ONE).out
    panel("twins", "apart", ONE, OTHER, *SIGNED)
    assert "At odds" not in asks("runs", "show", ONE).out
    asks("review", "codestral-2-0")
    assert "At odds" not in asks("runs", "show", "codestral-2-0").out
