"""`panel runs show`: the history of a tool, and whether its dossier has changed since."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

A = "codestral-2-0"


@pytest.fixture
def thrice(panel, workspace):
    """Three reviews of one tool: two of the same dossier, with an override, and one of another."""
    panel("review", A, "--provider", "offline")
    decided = ("--decision", "ship", "--reason", "It is said further down.", "--author", "Ada")
    panel("override", A, "skeptic", *decided)
    panel("review", A, "--provider", "offline")
    path = workspace / "dossiers" / f"{A}.md"
    path.write_text(path.read_text() + "\n\nOne more thing is known of it now.\n")
    panel("review", A, "--provider", "offline", "--personas", "builder,skeptic,futurist")
    return workspace


@pytest.mark.usefixtures("thrice")
def test_all_reviews_are_listed_oldest_first_with_what_changed(panel):
    found = panel("runs", "show", A, "--history", "--json").json
    assert [each["changed"] for each in found] == [None, [], ["dossier", "without business"]]
    assert [each["run"] for each in found] == sorted(each["run"] for each in found)
    assert [each["panel"]["ship"] for each in found] == [3, 3, 2]
    assert found[0]["models"] == ["offline:reader"]
    skeptic = found[1]["seats"][1]
    assert (skeptic["persona"], skeptic["decision"], skeptic["override"]["decision"]) == (
        "skeptic",
        "skip",
        "ship",
    )
    assert [len(each["overrides"]) for each in found] == [1, 1, 0]


@pytest.mark.usefixtures("thrice")
def test_the_history_fits_eighty_columns(panel):
    ended = panel("runs", "show", A, "--history", COLUMNS="80")
    assert ended.code == 0
    assert max(len(line.rstrip()) for line in ended.out.splitlines()) <= 80
    for said in ("skeptic skip → ship", "3 of 4", "75 %", "dossier, without", "the first, by"):
        assert said in ended.out
    assert ended.out.count("editor Ada") == 1


def test_a_tool_nobody_reviewed_has_no_history(panel):
    ended = panel("runs", "show", "nothing", "--history")
    assert ended.code == 2
    assert "no reviewed tool" in ended.err


def test_a_review_is_stale_once_its_dossier_has_changed(panel, workspace):
    panel("review", A, "--provider", "offline")
    assert "Stale" not in panel("runs", "show", A).out
    path = workspace / "dossiers" / f"{A}.md"
    path.write_text(path.read_text() + "\n\nOne more thing is known of it now.\n")
    today = datetime.now(UTC).date()
    assert (
        f"Stale: the dossier of Codestral 2.0 changed on {today}, after this review; panel review {A}"
        in panel("runs", "show", A).out
    )
    as_json = panel("runs", "show", A, "--json")
    assert as_json.json["tool"]["slug"] == A
    assert "Stale" in as_json.err
    panel("review", A, "--provider", "offline")
    assert "Stale" not in panel("runs", "show", A).out


def test_a_dossier_that_cannot_be_read_leaves_it_open_and_says_so(panel, workspace):
    panel("review", A, "--provider", "offline")
    (workspace / "dossiers" / f"{A}.md").write_text("---\nname: [\n---\n")
    ended = panel("runs", "show", A)
    assert ended.code == 0
    assert "whether codestral-2-0 is stale is not known" in ended.err


def test_a_tool_without_a_dossier_in_the_workspace_is_never_stale(panel, workspace):
    (workspace / "readme.md").write_text("# Lantern\n\nLantern runs each task in a container of its own.\n")
    panel("review", "readme.md", "--provider", "offline")
    slug = next(workspace.glob("runs/*/reviews/*.json")).stem
    ended = panel("runs", "show", slug)
    assert ended.code == 0
    assert "tale" not in ended.out + ended.err
