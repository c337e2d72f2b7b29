"""`panel compare`: stored reviews joined, what is missing asked, one fourth chair for both, and an answer."""

from __future__ import annotations

import json

import jsonschema

from panel.core.records import schema_json
from tests.cli.seats import seats
from tests.standin import Refusal, Verdict

A, B = "codestral-2-0", "cursor-background-agent"


def test_two_tools_without_reviews_are_reviewed_first(run, server, workspace):
    ended = run("compare", A, B, "--json")
    assert ended.code == 0
    jsonschema.validate(ended.json, schema_json("comparison"))
    # Four seats each, and business once more for the tool whose own fourth chair is product.
    assert server.count == 9
    assert sorted(p.name for p in workspace.glob("runs/*/comparisons/*")) == [
        f"{A}-vs-{B}.html",
        f"{A}-vs-{B}.json",
        f"{A}-vs-{B}.md",
    ]


def test_stored_reviews_are_used(run, server):
    run("review", A, B)
    assert server.count == 8
    ended = run("compare", A, B, "--json")
    assert server.count == 9
    assert ended.json["cost"]["calls"] == 1
    run("compare", A, B)
    assert server.count == 9


def test_the_order_of_the_arguments_does_not_matter(run):
    one, two = run("compare", A, B, "--json").json, run("compare", B, A, "--json").json
    assert one["a"]["tool"]["slug"] == two["a"]["tool"]["slug"] == A
    assert one["id"].partition("/")[2] == two["id"].partition("/")[2] == f"{A}-vs-{B}"
    assert one["pick"] == two["pick"]


def test_both_tools_are_shown_with_the_same_fourth_chair_and_their_own_reviews_stay(run, workspace):
    record = run("compare", A, B, "--json").json
    assert [row["chair"] for row in record["scorecard"]] == ["builder", "skeptic", "futurist", "fourth"]
    fourth = record["scorecard"][3]
    assert fourth["a"]["persona"] == fourth["b"]["persona"] == "business"
    own = json.loads(next(workspace.glob(f"runs/*/reviews/{B}.json")).read_text())
    assert own["verdicts"][3]["persona"] == "product"


def test_two_tools_do_not_take_the_name_of_two_others(run, server, workspace):
    """`a` beside `b-vs-c` and `a-vs-b` beside `c` would have one page, and one editor's word."""
    for slug in ("ant", "bee-vs-cat", "ant-vs-bee", "cat"):
        text = f"---\nname: The {slug}\n---\nThe {slug} writes code. It costs $5 per month.\n"
        (workspace / "dossiers" / f"{slug}.md").write_text(text)
    assert run("compare", "ant", "bee-vs-cat").code == 0
    asked = server.count
    refused = run("compare", "ant-vs-bee", "cat")
    assert (refused.code, server.count) == (2, asked)
    assert "ant and bee-vs-cat were compared under the name ant-vs-bee-vs-cat" in refused.err
    assert "another `slug`" in refused.err
    assert run("compare", "bee-vs-cat", "ant").code == 0
    assert run("compare", "ant-vs-bee", "ant").code == 0


def test_the_fourth_chair_can_be_named(run):
    fourth = run("compare", A, B, "--fourth", "creative", "--json").json["scorecard"][3]
    assert fourth["a"]["persona"] == fourth["b"]["persona"] == "creative"


def test_the_panel_counts_the_seats_shown_and_names_the_tools_own_count_where_it_differs(run, server):
    server.script = seats(business=Verdict("skip"))
    record = run("compare", A, B, "--json").json
    assert record["b"]["panel"]["percent"] == 75
    assert record["b"]["own_panel"]["percent"] == 100
    assert record["a"]["own_panel"] is None


def test_a_tool_all_chairs_prefer_is_the_answer(run, server):
    server.script = lambda seen: Verdict("skip") if "Background Agent" in seen.text else None
    pick = run("compare", A, B, "--json").json["pick"]
    assert (pick["choice"], pick["stable"]) == ("a", True)
    assert pick["because"]


def test_two_tools_nobody_can_tell_apart_are_too_close(run):
    assert run("compare", A, B, "--json").json["pick"]["choice"] == "too_close"


def test_a_seat_that_failed_is_null_and_named(run, server):
    server.script = seats(skeptic=Refusal("No."))
    record = run("compare", A, B, "--json").json
    skeptic = record["scorecard"][1]
    assert (skeptic["a"], skeptic["b"]) == (None, None)
    assert [failure["persona"] for failure in record["a"]["failures"]] == ["skeptic"]


def test_an_offline_review_does_not_stand_in_for_a_model(run, panel, server):
    panel("review", A, B, "--provider", "offline")
    run("compare", A, B)
    assert server.count == 9


def test_offline_comparisons_say_so_on_every_surface(panel, workspace):
    ended = panel("compare", A, B, "--provider", "offline")
    assert ended.code == 0
    assert "No model was asked" in ended.out
    for suffix in ("html", "md"):
        text = next(workspace.glob(f"runs/*/comparisons/*.{suffix}")).read_text()
        assert "no model was asked" in text.lower()


def test_a_tool_is_not_compared_with_itself(run, server):
    assert run("compare", A, A).code == 2
    assert server.count == 0


def test_a_dry_run_counts_only_what_is_missing(run, server):
    assert run("compare", A, B, "--dry-run", "--json").json["calls"] == 9
    run("review", A)
    assert run("compare", A, B, "--dry-run", "--json").json["calls"] == 5
    assert server.count == 4


def test_the_offline_reader_never_fills_a_chair_on_a_models_panel(run, panel):
    run("review", A, B)
    ended = panel("compare", A, B)
    assert ended.code == 3
    assert "OPENAI_API_KEY" in ended.err


def test_a_shared_chair_is_spoken_for_by_whoever_spoke_in_the_review(run):
    run("review", A, B, "--model", "gpt-6-luna")
    record = run("compare", A, B, "--json").json
    models = {verdict["model"] for row in record["scorecard"] for verdict in (row["a"], row["b"])}
    assert models == {"openai:gpt-6-luna"}


def test_a_core_persona_cannot_take_the_fourth_chair_as_well(run, server):
    ended = run("compare", A, B, "--fourth", "builder")
    assert ended.code == 2
    assert "sits already" in ended.err
    assert server.count == 0


def test_a_panel_that_is_named_is_the_panel_that_is_shown(run):
    record = run("compare", A, B, "--personas", "skeptic,product", "--json").json
    assert [row["chair"] for row in record["scorecard"]] == ["skeptic", "fourth"]
    assert record["scorecard"][1]["b"]["persona"] == "product"


def test_a_review_without_the_whole_core_is_not_what_a_comparison_rests_on(run):
    run("review", A, "--personas", "builder,skeptic")
    record = run("compare", A, B, "--json").json
    assert [row["chair"] for row in record["scorecard"]] == ["builder", "skeptic", "futurist", "fourth"]
    assert None not in [row["a"] for row in record["scorecard"]]


def test_a_contested_seat_of_a_stored_review_is_named_once_with_exit_code_1(run, server):
    server.script = seats(
        skeptic=Verdict("ship", paragraph="I would skip this. It is not ready, and nothing in it is new.")
    )
    run("review", A)
    server.script = None
    run("review", B)
    ended = run("compare", A, B)
    assert ended.code == 1
    assert ended.err.count(f"{A} skeptic: contested: ") == 1
