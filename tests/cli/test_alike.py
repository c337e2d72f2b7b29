"""`panel compare` judges both tools alike: what differs is asked again, no more; what cannot be is said."""

from __future__ import annotations

import json

import pytest

from panel.core.workspace import shipped
from tests.cli.seats import ASKED_OF, seats
from tests.standin import Status

A, B = "codestral-2-0", "cursor-background-agent"


@pytest.fixture
def asked(server):
    """Who was asked about what by a command, as the stand-in saw it."""

    def asked(command):
        before = server.count
        command()
        names = {move: persona for persona, move in ASKED_OF.items()}
        return sorted(
            (names[next(move for move in seen.moves if move in names)], A if "Codestral" in seen.text else B)
            for seen in server.requests[before:]
        )

    return asked


def change(workspace, persona):
    """Another version of a persona's file."""
    (workspace / "personas").mkdir(exist_ok=True)
    text = (shipped("personas") / f"{persona}.md").read_text(encoding="utf-8")
    mine = workspace / "personas" / f"{persona}.md"
    mine.write_text(text + "\nYou like short sentences.\n", encoding="utf-8")


def age(workspace, slug, created):
    """Date a tool's review back."""
    path = max(workspace.glob(f"runs/*/reviews/{slug}.json"))
    path.write_text(json.dumps({**json.loads(path.read_text()), "created": created}), encoding="utf-8")


def test_a_persona_changed_between_two_reviews_is_asked_again_about_the_older_one_only(run, workspace, asked):
    run("review", A)
    change(workspace, "builder")
    run("review", B)
    ended = []
    calls = asked(lambda: ended.append(run("compare", A, B, "--json")))
    assert calls == [("builder", A), ("business", B)]
    [compared] = ended
    assert compared.json["like_for_like"] == {"ok": True, "notes": []}
    assert "Codestral 2.0 is reviewed anew, because Builder was changed since" in compared.err
    history = run("runs", "show", A, "--history", "--json").json
    assert [chapter["changed"] for chapter in history] == [None, ["persona builder"]]


def test_a_persona_changed_since_both_reviews_is_asked_again_about_both(run, workspace, asked):
    run("compare", A, B)
    change(workspace, "futurist")
    assert asked(lambda: run("compare", A, B)) == [("futurist", A), ("futurist", B)]
    assert asked(lambda: run("compare", A, B)) == []


def test_a_persona_that_is_not_shown_changes_nothing(run, workspace, asked):
    run("compare", A, B)
    change(workspace, "creative")
    assert asked(lambda: run("compare", A, B)) == []


def test_changed_prompts_are_put_to_everybody(run, workspace, asked):
    run("compare", A, B)
    (workspace / "prompts").mkdir()
    text = (shipped("prompts") / "task.j2").read_text(encoding="utf-8")
    (workspace / "prompts" / "task.j2").write_text(text + "\nTake your time.\n", encoding="utf-8")
    # Four seats each, the second tool's own fourth chair and the shared one.
    assert len(asked(lambda: run("compare", A, B))) == 9


def test_where_another_model_spoke_on_one_side_the_one_in_force_is_asked(run, asked):
    run("review", A, "--model", "gpt-6-luna")
    run("review", B)
    ended = []
    calls = asked(lambda: ended.append(run("compare", A, B, "--json")))
    assert calls == [("builder", A), ("business", A), ("business", B), ("futurist", A), ("skeptic", A)]
    assert ended[0].json["like_for_like"]["ok"]


def test_a_model_that_is_named_is_asked_about_both(run, asked):
    run("compare", A, B)
    assert len(asked(lambda: run("compare", A, B, "--model", "gpt-6-luna"))) == 9
    assert asked(lambda: run("compare", A, B, "--model", "gpt-6-luna")) == []


def test_a_panel_of_one_model_on_both_sides_stays_where_none_is_named(run, workspace, asked):
    run("compare", A, B, "--model", "gpt-6-luna")
    change(workspace, "builder")
    ended = []
    calls = asked(lambda: ended.append(run("compare", A, B, "--json")))
    assert calls == [("builder", A), ("builder", B)]
    models = {verdict["model"] for row in ended[0].json["scorecard"] for verdict in (row["a"], row["b"])}
    assert models == {"openai:gpt-6-luna"}


def test_a_review_far_older_than_the_other_is_asked_again_whatever_is_stored(run, workspace, asked):
    run("compare", A, B)
    age(workspace, A, "2025-01-01T00:00:00Z")
    dry = run("compare", A, B, "--dry-run", "--json").json
    assert (dry["calls"], dry["from_ledger"]) == (4, 1)
    ended = []
    calls = asked(lambda: ended.append(run("compare", A, B, "--json")))
    assert calls == [("builder", A), ("business", A), ("futurist", A), ("skeptic", A)]
    assert ended[0].json["like_for_like"]["notes"] == []
    assert asked(lambda: run("compare", A, B)) == []


def test_two_old_reviews_of_one_time_are_alike(run, workspace, asked):
    run("compare", A, B)
    for slug in (A, B):
        age(workspace, slug, "2025-01-01T00:00:00Z")
    assert asked(lambda: run("compare", A, B)) == []


def test_a_changed_dossier_is_reviewed_first(run, workspace, asked):
    run("compare", A, B)
    path = workspace / "dossiers" / f"{A}.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nThe weights were updated.\n", encoding="utf-8")
    calls = asked(lambda: run("compare", A, B))
    assert calls == [("builder", A), ("business", A), ("futurist", A), ("skeptic", A)]


def test_a_seat_that_failed_is_missing_and_is_asked(run, server, asked):
    server.script = seats(skeptic=Status(500))
    run("review", A, "--call-deadline", "0.2")
    server.script = None
    run("review", B)
    ended = []
    calls = asked(lambda: ended.append(run("compare", A, B, "--json")))
    assert calls == [("business", B), ("skeptic", A)]
    assert ended[0].json["like_for_like"] == {"ok": True, "notes": []}


def test_a_dry_run_and_the_ledger_alone_say_what_is_missing_and_call_nothing(run, workspace, asked):
    run("compare", A, B)
    change(workspace, "builder")
    ended = []
    assert asked(lambda: ended.append(run("compare", A, B, "--dry-run", "--json"))) == []
    assert ended[0].json["calls"] == 2
    assert asked(lambda: ended.append(run("compare", A, B, "--from-ledger", "--json"))) == []
    assert ended[1].code == 0
    notes = ended[1].json["like_for_like"]["notes"]
    assert len(notes) == 2
    assert "could not be made anew (Builder: the ledger holds no answer" in notes[0]
    assert all("Builder was changed since" in note for note in notes)
    # Nothing was lost: the stored reviews are what is shown, and no worse one was written.
    assert ended[1].json["a"]["panel"]["counted"] == 4
    assert len(list(workspace.glob(f"runs/*/reviews/{A}.json"))) == 1


def test_an_outage_leaves_the_stored_review_and_says_so_on_the_page(run, server, workspace):
    run("review", A)
    change(workspace, "builder")
    run("review", B)
    server.script = seats(builder=Status(500))
    record = run("compare", A, B, "--call-deadline", "0.2", "--json").json
    assert not record["like_for_like"]["ok"]
    assert record["a"]["panel"]["counted"] == 4
    changed, could_not = record["like_for_like"]["notes"]
    assert changed == "Builder was changed between the two reviews: the persona file is not the same."
    assert could_not.startswith("The review of Codestral 2.0 of 20")
    assert "could not be made anew (Builder: " in could_not
    for suffix in ("md", "html"):
        page = max(workspace.glob(f"runs/*/comparisons/*.{suffix}")).read_text(encoding="utf-8")
        assert "could not be made anew" in page
    server.script = None
    assert run("compare", A, B, "--json").json["like_for_like"]["ok"]


def test_over_the_cap_the_stored_review_stays_and_the_command_can_be_resumed(run, workspace):
    run("compare", A, B)
    change(workspace, "builder")
    ended = run("compare", A, B, "--max-usd", "0.0000001", "--price-in", "1", "--price-out", "1", "--json")
    assert ended.code == 4
    assert len(ended.json["like_for_like"]["notes"]) == 2
    assert ended.json["a"]["panel"]["counted"] == 4


def test_without_a_key_for_the_model_the_stored_reviews_stay_and_that_is_said(run, panel, workspace):
    run("compare", A, B, "--fourth", "business")
    run("review", A, B, "--fourth", "business")
    change(workspace, "builder")
    ended = panel("compare", A, B, "--fourth", "business", "--json")
    assert ended.code == 0
    assert ended.json["cost"]["calls"] == 0
    assert [note for note in ended.json["like_for_like"]["notes"] if "no model can be asked here" in note]


def test_a_dossier_far_longer_than_the_other_is_said(run, workspace):
    path = workspace / "dossiers" / f"{A}.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more sentence on it.\n" * 800, encoding="utf-8")
    record = run("compare", A, B, "--json").json
    [note] = record["like_for_like"]["notes"]
    assert note.startswith("The dossier on Codestral 2.0 is far longer than that on Cursor Background Agent")


# ------------------------------------------------------------ whoever was named sits again


def newest(workspace, slug):
    return json.loads(max(workspace.glob(f"runs/*/reviews/{slug}.json")).read_text())


def who_sat(workspace, slug):
    return [seat["persona"] for seat in newest(workspace, slug)["seating"]]


def own_persona(workspace, like="creative"):
    """A persona of the workspace's own."""
    (workspace / "personas").mkdir(exist_ok=True)
    text = (shipped("personas") / f"{like}.md").read_text(encoding="utf-8")
    mine = workspace / "personas" / "auditor.md"
    mine.write_text(text.replace(f"name: {like.capitalize()}", "name: Auditor"), encoding="utf-8")
    return mine


def test_a_fourth_chair_that_was_named_sits_again_when_its_review_is_made_anew(run, workspace, asked):
    run("review", A, "--fourth", "creative")
    run("review", B)
    change(workspace, "builder")
    calls = asked(lambda: run("compare", A, B))
    assert calls == [("builder", A), ("builder", B), ("business", A), ("business", B)]
    assert who_sat(workspace, A) == ["builder", "skeptic", "futurist", "creative"]
    assert newest(workspace, A)["seating"][3]["because"] == "named with --fourth"


def test_a_panel_that_was_named_sits_again_when_its_review_is_made_anew(run, workspace, asked):
    named = ["builder", "skeptic", "futurist", "product", "creative"]
    run("review", A, "--personas", ",".join(named))
    run("review", B)
    change(workspace, "builder")
    assert ("product", A) not in asked(lambda: run("compare", A, B))
    assert who_sat(workspace, A) == named


@pytest.mark.parametrize("asks", [("--models", "gpt-6.1-sol,gpt-6.1-terra"), ("--samples", "2")])
def test_it_sits_again_where_other_models_or_more_samples_are_asked_for(run, workspace, asks):
    run("review", A, "--fourth", "creative")
    ended = run("compare", A, B, *asks)
    assert ended.code == 0, ended.err
    assert list(dict.fromkeys(who_sat(workspace, A))) == ["builder", "skeptic", "futurist", "creative"]


def test_a_persona_that_is_gone_is_named_and_the_rule_seats_another(run, workspace):
    mine = own_persona(workspace)
    run("review", A, "--fourth", "auditor")
    run("review", B)
    mine.unlink()
    change(workspace, "builder")
    ended = run("compare", A, B)
    assert "; Auditor, who sat before, is no persona any more\n" in ended.err
    seat = newest(workspace, A)["seating"][3]
    assert seat["persona"] == "business"
    assert seat["because"].endswith("; Auditor, who sat before, is no persona any more")


def test_a_persona_that_is_gone_is_named_where_more_is_asked_of_the_others(run, workspace):
    mine = own_persona(workspace)
    run("review", A, "--personas", "builder,skeptic,futurist,creative,auditor")
    mine.unlink()
    ended = run("compare", A, B, "--samples", "2")
    assert "note: Codestral 2.0: Auditor, who sat before, is no persona any more\n" in ended.err
    assert who_sat(workspace, A) == ["builder", "skeptic", "futurist", "creative"]


def test_a_core_persona_that_is_gone_does_not_keep_the_others_from_choosing(run, workspace):
    mine = own_persona(workspace, like="builder")
    for slug in (A, B):
        assert run("review", slug, "--personas", "builder,skeptic,futurist,business,auditor").code == 0
    mine.unlink()
    ended = run("compare", A, B, "--head-to-head", "--json")
    assert ended.code == 0, ended.err
    chose = [chair["persona"] for chair in ended.json["pick"]["choices"]]
    assert chose == ["builder", "skeptic", "futurist", "business"]
