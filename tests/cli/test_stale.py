"""A changed dossier makes reviews, comparisons and their pages stale, and every surface says so."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from panel.staleness import _newest_comparisons
from tests.batch.launches import launch, write_list

A, B = "codestral-2-0", "cursor-background-agent"
CHANGED = "2099-03-04"
MARK = f"Stale: the dossier of Codestral 2.0 changed on {CHANGED}, after this review."


@pytest.fixture
def run(panel):
    return lambda *args: panel(*args, "--provider", "offline")


@pytest.fixture
def change(workspace):
    """The first tool's dossier is another from a day on."""

    def change(text="\n\nOne more thing is known of it now.\n"):
        path = workspace / "dossiers" / f"{A}.md"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
        then = datetime.fromisoformat(CHANGED).replace(tzinfo=UTC).timestamp()
        os.utime(path, (then, then))

    return change


def pages(workspace, run_id=""):
    found = sorted(workspace.glob(f"runs/{run_id}*/comparisons/*.[hm]*"))
    return [path.read_text(encoding="utf-8") for path in found]


def test_nothing_is_stale_while_no_dossier_changes(run, panel):
    run("compare", A, B)
    ended = panel("runs", "list", "--stale")
    assert (ended.code, ended.out) == (0, "")
    assert "nothing is stale" in ended.err
    assert "stale" not in panel("runs", "list").out


def test_what_rests_on_a_changed_dossier_is_listed_with_the_command_that_helps(run, panel, change):
    run("compare", A, B)
    change()
    listed = panel("runs", "list", "--stale", "--json").json
    assert [each["record"].partition("/")[2] for each in listed] == [A, f"{A}-vs-{B}"]
    assert [each["again"] for each in listed] == [f"panel review {A}", f"panel compare {A} {B}"]
    assert listed[1]["why"] == [f"s{MARK[1:-1]}"]
    assert CHANGED in panel("runs", "list", "--stale").out
    assert f"stale: the dossier changed since: {A}\n" in panel("runs", "list").out


def test_a_run_that_is_shown_says_what_of_it_is_stale(run, panel, change):
    run("compare", A, B)
    run_id = panel("runs", "list", "--json").json[0]["id"]
    assert "tale:" not in panel("runs", "show", run_id).out
    change()
    assert panel("runs", "show", run_id).out.count(MARK[:-1]) == 2  # the review and the comparison


def test_pages_are_marked_on_demand_and_the_record_stays_as_it_is(run, panel, change, workspace):
    run("compare", A, B)
    record = next(workspace.glob("runs/*/comparisons/*.json")).read_bytes()
    change()
    assert not any(MARK in page for page in pages(workspace))
    assert "written anew" in panel("runs", "list", "--stale", "--mark").err
    html, md = pages(workspace)
    assert f'<aside class="stale"><p><strong>{MARK}</strong>' in html
    assert f"> **{MARK.replace('2.0', '2.0')}**" in md.replace("\\", "")
    assert next(workspace.glob("runs/*/comparisons/*.json")).read_bytes() == record
    assert "written anew" not in panel("runs", "list", "--stale", "--mark").err


def test_a_new_review_marks_the_pages_that_rest_on_the_old_one(run, panel, change, workspace):
    run("compare", A, B)
    change()
    assert "written anew, as the dossiers are now" in run("review", A).err
    # The file claims to be of a later day than the review that has seen it.
    today = datetime.now(UTC).date()
    assert all(f"Codestral 2.0 changed on {today}" in page.replace("\\", "") for page in pages(workspace))
    listed = panel("runs", "list", "--stale", "--json").json
    assert [each["record"].partition("/")[2] for each in listed] == [f"{A}-vs-{B}"]


def test_a_new_comparison_has_no_mark_and_an_older_one_of_the_pair_is_history(run, panel, change, workspace):
    run("compare", A, B)
    change()
    run("compare", A, B)
    newest = max(path.parent.parent.name for path in workspace.glob("runs/*/comparisons/*.json"))
    assert not any("Stale" in page for page in pages(workspace, newest))
    assert panel("runs", "list", "--stale").out == ""


def test_a_dossier_that_is_what_it_was_again_takes_the_mark_away(run, panel, change, workspace):
    before = (workspace / "dossiers" / f"{A}.md").read_text(encoding="utf-8")
    run("compare", A, B)
    unmarked = pages(workspace)
    change()
    panel("runs", "list", "--stale", "--mark")
    assert pages(workspace) != unmarked
    (workspace / "dossiers" / f"{A}.md").write_text(before, encoding="utf-8")
    panel("runs", "list", "--stale", "--mark")
    assert pages(workspace) == unmarked


def test_a_damaged_record_does_not_spoil_a_review(run, workspace):
    run("compare", A, B)
    next(workspace.glob("runs/*/comparisons/*.json")).write_text("{", encoding="utf-8")
    ended = run("review", A)
    assert ended.code == 0
    assert "pages were not marked" in ended.err


def test_a_mark_alone_is_a_wrong_usage(panel):
    assert panel("runs", "list", "--mark").code == 2


def test_a_damaged_comparison_of_other_tools_keeps_no_page_from_its_mark():
    class Kept:
        def run_ids(self):
            return ["20261121T000000.000Z-0000"]

        def pairs_in(self, _run):
            return ["a-vs-b", "c-vs-d"]

        def comparison(self, ident):
            assert "a-vs-b" in ident, "only what is asked for is read"
            return ident

    assert len(_newest_comparisons(Kept(), {"b"}.__contains__)) == 1


@pytest.mark.parametrize("slug", ["a", "b-vs-c", "a-vs-b", "c"])
def test_a_slug_may_hold_the_word_that_joins_a_pair(slug):
    class Kept:
        def run_ids(self):
            return ["20261121T000000.000Z-0000"]

        def pairs_in(self, _run):
            return ["a-vs-b-vs-c"]

        def comparison(self, ident):
            return ident

    assert len(_newest_comparisons(Kept(), {slug, "another"}.__contains__)) == 1
    assert _newest_comparisons(Kept(), {"b", "another"}.__contains__) == []


# ------------------------------------------------------------ lists


def test_a_list_marks_the_pages_of_what_it_judged_anew(run, change, workspace):
    run("compare", A, B)
    assert "written anew" not in run("batch", "dossiers").err, "nothing has changed"
    change()
    ended = run("batch", "dossiers")
    assert (ended.code, "1 reviewed" in ended.out) == (0, True), ended.out + ended.err
    assert "written anew, as the dossiers are now: the pages of 20" in ended.err
    assert f"/{A}-vs-{B}" in ended.err
    assert all("changed on" in page for page in pages(workspace))
    assert "written anew" not in run("batch", "dossiers").err


def test_a_night_marks_the_pages_of_what_its_sources_say_otherwise_now(run, workspace):
    (workspace / "panel.toml").write_text('[nightly]\nsources = ["tools.jsonl"]\ncomparisons = 0\n')
    write_list(workspace, ["Ferry", "Barge"])
    run("batch", "tools.jsonl")
    for slug in ("ferry", "barge"):
        (workspace / f"{slug}.md").write_text(f"# {slug.capitalize()}\n\nIt moves files for $5 per month.\n")
    run("compare", "ferry.md", "barge.md")
    write_list(workspace, [launch("Ferry", text="Ferry moves files for $9 per month now.")])
    ended = run("nightly")
    assert ended.code == 0, ended.err
    assert "the pages of 20" in ended.err
    assert all("the dossier of Ferry changed" in page for page in pages(workspace))


def test_a_damaged_record_does_not_spoil_a_list(run, change, workspace):
    run("compare", A, B)
    change()
    next(workspace.glob("runs/*/comparisons/*.json")).write_text("{", encoding="utf-8")
    ended = run("batch", "dossiers")
    assert ended.code == 0
    assert "pages were not marked" in ended.err
