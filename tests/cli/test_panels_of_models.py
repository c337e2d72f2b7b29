"""`--models a,b`: each persona sits once with each model, of one vendor or of several."""

from __future__ import annotations

import json

import jsonschema
import pytest

from panel.core.records import schema_json
from panel.core.workspace import shipped
from tests.batch.launches import write_list
from tests.cli.seats import ASKED_OF
from tests.standin import Status, Verdict, by_model, when

TOOL, OTHER = "codestral-2-0", "cursor-background-agent"
TERRA, SOL = "openai:gpt-6.1-terra", "openai:gpt-6.1-sol"
CLAUDE = "anthropic:claude-sonnet-5-5"
BOTH = f"{TERRA},{CLAUDE}"
PRICES = ("--price-in", 1, "--price-out", 2)


@pytest.fixture
def ask(panel, server):
    """`panel …` with the stand-in in the place of both vendors' hosts."""
    urls = {"OPENAI_BASE_URL": server.openai_base_url, "ANTHROPIC_BASE_URL": server.anthropic_base_url}
    return lambda *args, **environ: panel(*args, **{**urls, **environ})


def named(seats):
    return [(each["persona"], each["model"]) for each in seats]


def records(workspace, kind):
    return [json.loads(path.read_text()) for path in sorted(workspace.glob(f"runs/*/{kind}/*.json"))]


def own_model(workspace, model, persona="builder"):
    folder = workspace / "personas"
    folder.mkdir(exist_ok=True)
    text = (shipped("personas") / f"{persona}.md").read_text(encoding="utf-8")
    (folder / f"{persona}.md").write_text(text.replace("chair: core", f"chair: core\nmodel: {model}"))


# ------------------------------------------------------------ who sits


def test_two_models_of_one_vendor_are_eight_seats(ask, server):
    server.script = by_model({"gpt-6.1-sol": Verdict("skip")})
    ended = ask("review", TOOL, "--models", "gpt-6.1-terra,gpt-6.1-sol", "--json")
    assert ended.code == 0
    record = ended.json
    jsonschema.validate(record, schema_json("review"))
    assert record["panel"] == {"ship": 4, "counted": 8, "seated": 8, "percent": 50, "quorum": 6}
    personas = ("builder", "skeptic", "futurist", "business")
    assert named(record["seating"]) == [(p, m) for p in personas for m in (TERRA, SOL)]
    assert named(record["verdicts"]) == named(record["seating"])
    assert server.count == 8
    assert [d["model"] for d in record["dissent"]] == [SOL] * 4
    assert record["dissent"][0]["name"] == f"Builder ({SOL})"


def test_two_vendors_sit_on_one_panel_and_no_family_is_warned_of(ask, server):
    ended = ask("review", TOOL, "--models", BOTH, "--json")
    record = ended.json
    assert ended.code == 0
    assert {seen.api for seen in server.requests} == {"chat", "messages"}
    assert {seat["family"] for seat in record["seating"]} == {"openai", "anthropic"}
    assert record["one_family"] is None
    shown = ask("review", TOOL, "--models", BOTH).out
    assert "one family" not in shown
    assert f"Builder ({CLAUDE})" in shown
    assert f"{TERRA}: Builder, Skeptic, Futurist, Business" in shown
    assert server.count == 8


def test_a_panel_of_one_family_says_so(ask):
    record = ask("review", TOOL, "--models", f"{TERRA},{SOL}", "--json").json
    assert record["one_family"] == "openai"
    assert "All seats share one family of models (openai)" in ask("review", TOOL).out


def test_the_offline_reader_is_no_family(panel):
    ended = panel("review", TOOL, "--provider", "offline")
    assert "one family" not in ended.out


def test_the_models_may_stand_in_panel_toml_and_the_manifest_names_them(ask, workspace):
    (workspace / "panel.toml").write_text(f'models = ["{TERRA}", "{CLAUDE}"]\n')
    assert ask("review", TOOL, "--json").json["panel"]["seated"] == 8
    (run,) = [json.loads(path.read_text()) for path in workspace.glob("runs/*/run.json")]
    assert run["models"] == [TERRA, CLAUDE]
    assert (run["provider"], run["model"]) == ("openai", "gpt-6.1-terra")


# ------------------------------------------------------------ which model speaks


def test_a_personas_own_model_speaks_for_it_alone(ask, workspace):
    own_model(workspace, CLAUDE)
    record = ask("review", TOOL, "--provider", "openai", "--json").json
    assert named(record["seating"])[:2] == [("builder", CLAUDE), ("skeptic", TERRA)]


@pytest.mark.parametrize(
    ("args", "environ"),
    [(("--model", "gpt-6.1-sol"), {}), ((), {"PANEL_MODEL": "gpt-6.1-sol"}), (("--models", SOL), {})],
)
def test_a_model_that_a_flag_or_the_environment_names_wins_over_a_personas_own(ask, workspace, args, environ):
    own_model(workspace, CLAUDE)
    record = ask("review", TOOL, "--provider", "openai", *args, "--json", **environ).json
    assert {seat["model"] for seat in record["seating"]} == {SOL}


def test_a_personas_own_model_wins_over_that_of_panel_toml(ask, workspace):
    own_model(workspace, CLAUDE)
    (workspace / "panel.toml").write_text('provider = "openai"\nmodel = "gpt-6.1-sol"\n')
    record = ask("review", TOOL, "--json").json
    assert named(record["seating"])[:2] == [("builder", CLAUDE), ("skeptic", SOL)]


# ------------------------------------------------------------ what is refused before anything is asked


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--models", "a,b", "--model", "c"), 2, "choose one"),
        (("--models", f"{TERRA},gpt-6.1-terra"), 2, "named twice"),
        (("--models", f"{TERRA},offline:reader"), 2, "offline reader is no model"),
        (("--models", "openai:"), 2, "names no model"),
        (("--models", BOTH, "--provider", "offline"), 2, "asks no model"),
    ],
)
def test_models_that_cannot_sit_together_are_refused(ask, server, args, code, said):
    ended = ask("review", TOOL, *args)
    assert (ended.code, server.count) == (code, 0)
    assert said in ended.err


def test_every_vendors_key_is_asked_for_before_the_first_call(panel, server):
    ended = panel("review", TOOL, "--models", BOTH, OPENAI_BASE_URL=server.openai_base_url)
    assert (ended.code, server.count) == (3, 0)
    assert "ANTHROPIC_API_KEY" in ended.err
    assert "OPENAI_API_KEY" not in ended.err.replace("anthropic needs", "")
    neither = panel("review", TOOL, "--models", BOTH)
    assert neither.code == 3
    assert "ANTHROPIC_API_KEY" in neither.err
    assert "OPENAI_API_KEY" in neither.err


def test_plain_names_without_any_provider_are_no_case_for_the_offline_reader(panel):
    ended = panel("review", TOOL, "--models", "a,b")
    assert ended.code == 3
    assert "no provider for the model a" in ended.err


# ------------------------------------------------------------ money


def test_the_cap_is_one_over_all_models(ask):
    bound = ask("review", TOOL, "--models", BOTH, "--dry-run", "--json").json
    assert bound["calls"] == 8
    assert {seat["model"] for seat in bound["seats"]} == {TERRA, CLAUDE}
    each = [seat["usd_at_most"] for seat in bound["seats"]]
    assert bound["usd_at_most"] == pytest.approx(sum(each))
    assert each[0] != each[1], "each model has its own price"
    ended = ask("review", TOOL, "--models", BOTH, "--max-usd", f"{min(each) / 6:.4f}", "--json")
    assert ended.code == 4
    assert {failure["kind"] for failure in ended.json["failures"]} == {"parked"}
    assert {failure["model"] for failure in ended.json["failures"]} >= {CLAUDE}, "the dearer one fits no more"


def test_a_price_by_flag_holds_for_those_models_alone_that_have_none(ask):
    listed = ask("review", TOOL, "--models", BOTH, "--dry-run", "--json").json["usd_at_most"]
    args = ("review", TOOL, "--models", BOTH, "--price-in", 0, "--price-out", 0, "--dry-run", "--json")
    assert ask(*args).json["usd_at_most"] == listed
    unlisted = ("--models", f"{TERRA},my-own-model", "--max-usd", 9, "--dry-run", "--json")
    ended = ask("review", TOOL, *unlisted)
    assert ended.code == 2
    assert "my-own-model" in ended.err
    assert ask("review", TOOL, *unlisted, *PRICES).code == 0


# ------------------------------------------------------------ a vendor that is out


def test_with_one_of_two_vendors_out_its_seats_fail_and_there_is_no_quorum(ask, server):
    server.script = when(lambda seen: seen.api == "messages", Status(400, "no"))
    ended = ask("review", TOOL, "--models", BOTH, "--json")
    assert ended.code == 1
    record = ended.json
    assert (record["status"], record["panel"]["counted"], record["panel"]["quorum"]) == ("no_quorum", 4, 6)
    assert {failure["model"] for failure in record["failures"]} == {CLAUDE}
    assert f"builder@{CLAUDE}" in ended.err


def test_with_one_of_four_models_out_the_panel_keeps_its_quorum(ask, server):
    server.script = by_model({"claude-sonnet-5-5": Status(400, "no")})
    models = f"{TERRA},{SOL},openai:gpt-6.1-luna,{CLAUDE}"
    ended = ask("review", TOOL, "--models", models, "--json")
    assert ended.code == 0
    assert ended.json["panel"] == {"ship": 12, "counted": 12, "seated": 16, "percent": 100, "quorum": 12}
    assert ended.json["status"] == "partial"
    server.script = None
    again = ask("review", TOOL, "--models", models, "--json").json
    assert (again["cost"]["calls"], again["cost"]["from_ledger"]) == (4, 12)


# ------------------------------------------------------------ an editor


def test_an_editor_names_the_seat_by_persona_and_model(ask):
    ask("review", TOOL, "--models", BOTH)
    signed = ("--decision", "skip", "--reason", "The licence is not open.", "--author", "Ada")
    vague = ask("override", TOOL, "skeptic", *signed)
    assert vague.code == 2
    assert f"skeptic@{TERRA}, skeptic@{CLAUDE}" in vague.err
    ended = ask("override", TOOL, f"skeptic@{CLAUDE}", *signed, "--json")
    assert ended.code == 0
    assert (ended.json["panel"]["ship"], ended.json["panel"]["counted"]) == (7, 8)
    assert ended.json["overrides"][0]["model"] == CLAUDE
    assert ended.json["dissent"][0]["name"] == f"Skeptic ({CLAUDE}) (decided by editor Ada)"
    short = ask("override", TOOL, "skeptic@gpt-6.1-terra", *signed, "--json")
    assert short.json["panel"]["ship"] == 6


def test_a_seat_that_is_alone_answers_to_either_name(ask):
    ask("review", TOOL)
    signed = ("--decision", "skip", "--reason", "No.", "--author", "Ada")
    assert ask("override", TOOL, f"skeptic@{TERRA}", *signed, "--json").json["panel"]["ship"] == 3
    assert ask("override", TOOL, "skeptic", *signed, "--json").json["panel"]["ship"] == 3


# ------------------------------------------------------------ side by side


def test_a_comparison_matches_the_seats_by_persona_and_model(ask, server, workspace):
    server.script = when(
        lambda seen: seen.api == "messages" and ASKED_OF["skeptic"] in seen.moves, Status(400, "no")
    )
    assert ask("compare", TOOL, OTHER, "--models", BOTH).code == 0
    (record,) = records(workspace, "comparisons")
    jsonschema.validate(record, schema_json("comparison"))
    chairs = [(row["chair"], row["model"]) for row in record["scorecard"]]
    assert chairs == [
        (chair, model) for chair in ("builder", "skeptic", "futurist", "fourth") for model in (TERRA, CLAUDE)
    ]
    for row in record["scorecard"]:
        sides = [side["model"] for side in (row["a"], row["b"]) if side is not None]
        assert set(sides) <= {row["model"]}
    lost = [row for row in record["scorecard"] if row["a"] is None]
    assert [(row["chair"], row["model"], row["b"]) for row in lost] == [("skeptic", CLAUDE, None)]
    assert record["like_for_like"]["ok"] is True
    assert (
        f"The skeptic chair ({CLAUDE}) gave no verdict on Codestral 2.0." in record["like_for_like"]["notes"]
    )
    assert record["one_family"] is None
    page = next(workspace.glob("runs/*/comparisons/*.html")).read_text()
    assert f"Builder ({CLAUDE})" in page
    assert f"{TERRA}: Builder, Skeptic, Futurist, Business" in page


def test_the_shared_fourth_chair_is_asked_with_every_model_of_the_panel(ask, server, workspace):
    ask("review", TOOL, "--models", BOTH)
    ask("review", OTHER, "--models", BOTH)
    before = server.count
    assert ask("compare", TOOL, OTHER).code == 0  # whoever sat there speaks for the shared chair, too
    (record,) = records(workspace, "comparisons")
    fourth = [row for row in record["scorecard"] if row["chair"] == "fourth"]
    assert [(row["a"]["model"], row["b"]["model"]) for row in fourth] == [(TERRA, TERRA), (CLAUDE, CLAUDE)]
    assert {row[side]["persona"] for row in fourth for side in "ab"} == {"business"}
    assert server.count == before + 2


def test_a_stored_review_of_one_model_does_not_do_for_a_panel_of_two(ask, workspace):
    ask("review", TOOL)
    ask("compare", TOOL, OTHER, "--models", BOTH)
    (record,) = records(workspace, "comparisons")
    assert record["a"]["panel"]["seated"] == record["b"]["panel"]["seated"] == 8
    assert record["like_for_like"]["ok"] is True


def test_a_panel_of_two_models_beside_one_of_one_is_made_alike_without_a_call(ask, server, workspace):
    ask("review", TOOL, "--models", BOTH)
    ask("review", OTHER)
    asked = server.count
    ended = ask("compare", TOOL, OTHER)
    assert "is reviewed anew, because" in ended.err
    (record,) = records(workspace, "comparisons")
    assert record["like_for_like"]["ok"] is True
    assert len({seat["model"] for side in ("a", "b") for seat in record[side]["seating"]}) == 1
    # The fourth chair that both share is all that was never asked.
    assert server.count - asked <= 2


def test_a_page_of_one_family_warns(ask, workspace):
    ask("compare", TOOL, OTHER)
    for suffix in ("html", "md"):
        page = next(workspace.glob(f"runs/*/comparisons/*.{suffix}")).read_text()
        assert "All seats share one family of models" in page.replace("\n", " ")


# ------------------------------------------------------------ lists


def test_a_list_is_judged_by_both_vendors_and_again_when_the_models_change(ask, server, workspace):
    write_list(workspace, 2)
    assert ask("batch", "tools.jsonl", "--models", BOTH).code == 0
    assert server.count == 16
    assert "2 known" in ask("batch", "tools.jsonl", "--models", BOTH).out
    assert "2 reviewed" in ask("batch", "tools.jsonl", "--models", f"{BOTH},{SOL}").out
    assert server.count == 24


def test_a_list_through_both_vendors_batches(ask, workspace):
    write_list(workspace, 2)
    keys = {"OPENAI_API_KEY": "none", "ANTHROPIC_API_KEY": "none"}
    ended = ask("batch", "tools.jsonl", "--models", BOTH, "--via", "batch-api", **keys)
    assert ended.code == 0, ended.err
    assert {review["panel"]["counted"] for review in records(workspace, "reviews")} == {8}


def test_what_was_begun_with_two_models_goes_on_with_them(ask, workspace):
    write_list(workspace, 2)
    keys = {"OPENAI_API_KEY": "none", "ANTHROPIC_API_KEY": "none"}
    sent = ("--models", BOTH, "--samples", 2, "--via", "batch-api", "--submit-only")
    assert ask("batch", "tools.jsonl", *sent, **keys).code == 0
    for _ in range(3):
        ended = ask("batch", "--collect", **keys)
        if ended.code == 0:
            break
    assert ended.code == 0, ended.err
    (one, _) = records(workspace, "reviews")
    assert one["panel"]["seated"] == 8
    assert {verdict["samples"]["asked"] for verdict in one["verdicts"]} == {2}


@pytest.mark.parametrize("models", [BOTH, f"{CLAUDE},{TERRA}"])
def test_answers_are_fetched_where_each_vendor_was_asked_whatever_is_set_by_then(
    panel, server, workspace, models
):
    write_list(workspace, 1)
    sent = ("batch", "tools.jsonl", "--models", models, "--base-url", server.openai_base_url)
    began = panel(*sent, "--submit-only", ANTHROPIC_BASE_URL=server.anthropic_base_url)
    assert began.code == 0, began.err
    elsewhere = {
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "OPENAI_API_KEY": "none",
        "ANTHROPIC_API_KEY": "none",
    }
    for _ in range(3):
        ended = panel("batch", "--collect", **elsewhere)
        if ended.code == 0:
            break
    assert ended.code == 0, ended.err
    (review,) = records(workspace, "reviews")
    assert review["panel"]["counted"] == 8


def test_an_editors_decision_keeps_the_name_of_the_seat_in_the_reasons(ask, workspace):
    ask("review", TOOL, "--models", BOTH)
    signed = ("--decision", "skip", "--reason", "No.", "--author", "Ada")
    ask("override", TOOL, f"skeptic@{CLAUDE}", *signed)
    ask("compare", TOOL, OTHER, "--models", BOTH)
    (record,) = records(workspace, "comparisons")
    assert f"Skeptic ({CLAUDE}) (decided by editor Ada) prefers" in record["pick"]["because"][0]


def test_the_doctor_names_every_model_and_the_key_that_is_missing(panel):
    ended = panel("doctor", "--models", BOTH, OPENAI_API_KEY="sk-1234567890")
    assert ended.code == 3
    assert f"{TERRA}, {CLAUDE}" in ended.out
    assert "no: anthropic needs an API key" in ended.out
