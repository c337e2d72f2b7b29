"""`panel review`, from the files to the record, against the stand-in or through the offline reader."""

from __future__ import annotations

import json
import re
from functools import partial

import jsonschema
import pytest

from panel.core.records import schema_json
from panel.core.workspace import shipped
from tests.cli.seats import seats
from tests.evidence.fetching.internet import Internet, page
from tests.standin import (
    Empty,
    Refusal,
    Reset,
    Served,
    StandIn,
    Status,
    Text,
    Truncated,
    Usage,
    Verdict,
    always,
    first,
    sequence,
)

KEY = "sk-test-1234567890abcdef"


@pytest.fixture
def ask(run):
    """`panel review …` with the stand-in in the place of OpenAI's host."""
    return partial(run, "review")


def records(workspace, kind="reviews"):
    return [json.loads(path.read_text()) for path in sorted(workspace.glob(f"runs/*/{kind}/*.json"))]


def test_the_offline_reader_reviews_a_dossier_without_a_key(panel, workspace):
    ended = panel("review", "codestral-2-0", "--provider", "offline")
    assert ended.code == 0
    assert "of 4" in ended.out
    assert "No model was asked" in ended.out
    (record,) = records(workspace)
    assert {verdict["model"] for verdict in record["verdicts"]} == {"offline:reader"}


def test_a_review_is_counted_written_and_fits_its_schema(ask, server, workspace):
    server.script = seats(skeptic=Verdict("skip"))
    ended = ask("codestral-2-0", "--json")
    assert ended.code == 0
    record = ended.json
    jsonschema.validate(record, schema_json("review"))
    assert record["schema"] == "panel.review/1"
    assert next(iter(record)) == "schema"
    assert record["panel"] == {"ship": 3, "counted": 4, "seated": 4, "percent": 75, "quorum": 3}
    assert [verdict["persona"] for verdict in record["verdicts"]] == [
        "builder",
        "skeptic",
        "futurist",
        "business",
    ]
    assert [dissent["persona"] for dissent in record["dissent"]] == ["skeptic"]
    assert records(workspace) == [record]
    assert server.count == 4


def test_a_second_identical_review_makes_no_call_and_costs_nothing(ask, server):
    paid = ask("codestral-2-0", "--json").json
    again = ask("codestral-2-0", "--json").json
    assert server.count == 4
    assert (again["cost"]["usd"], again["cost"]["calls"], again["cost"]["from_ledger"]) == (0.0, 0, 4)
    assert [v["cost_usd"] for v in again["verdicts"]] == [v["cost_usd"] for v in paid["verdicts"]]
    assert paid["cost"]["usd"] == pytest.approx(sum(v["cost_usd"] for v in paid["verdicts"]))


def test_fresh_asks_again_and_from_ledger_never_asks(ask, server):
    assert ask("codestral-2-0", "--from-ledger").code == 1
    assert server.count == 0
    ask("codestral-2-0")
    assert ask("codestral-2-0", "--from-ledger").code == 0
    assert server.count == 4
    ask("codestral-2-0", "--fresh")
    assert server.count == 8


def test_a_dry_run_calls_nothing_writes_nothing_and_names_a_bound(ask, server, workspace):
    preview = ask("codestral-2-0", "--dry-run", "--json").json
    assert (preview["calls"], preview["from_ledger"]) == (4, 0)
    assert preview["usd_at_most"] > 0
    assert server.count == 0
    assert not (workspace / "runs").exists()
    spent = ask("codestral-2-0", "--json").json["cost"]["usd"]
    assert spent < preview["usd_at_most"]
    assert ask("codestral-2-0", "--dry-run", "--json").json["calls"] == 0


def test_three_of_four_is_a_verdict_with_the_failure_beside_it(ask, server):
    server.script = seats(futurist=Refusal("I cannot help with that."))
    ended = ask("codestral-2-0", "--json")
    assert ended.code == 0
    record = ended.json
    assert (record["status"], record["panel"]["percent"], record["panel"]["counted"]) == ("partial", 100, 3)
    (failure,) = record["failures"]
    assert (failure["persona"], failure["kind"], failure["stage"]) == ("futurist", "refusal", "reply")


def test_below_quorum_there_is_no_percentage_and_a_person_is_needed(ask, server):
    server.script = seats(futurist=Refusal("No."), builder=Status(400, "no"))
    ended = ask("codestral-2-0", "--json")
    assert ended.code == 1
    assert (ended.json["status"], ended.json["panel"]["percent"]) == ("no_quorum", None)


def test_a_reply_that_does_not_fit_is_repaired_once(ask, server):
    server.script = seats(builder=sequence([Text('{"decision": "ship"}'), Verdict("ship")]))
    record = ask("codestral-2-0", "--json").json
    assert record["status"] == "complete"
    assert server.count == 5
    builder = record["verdicts"][0]
    assert len(builder["calls"]) == 2
    assert builder["call"] == builder["calls"][1]
    again = ask("codestral-2-0", "--json").json
    assert server.count == 5
    assert again["verdicts"][0]["calls"] == builder["calls"]


def test_a_reply_that_never_fits_is_a_failure_after_one_repair(ask, server):
    server.script = seats(builder=always(Text('{"decision": "ship"}')))
    record = ask("codestral-2-0", "--json").json
    assert [(f["persona"], f["kind"]) for f in record["failures"]] == [("builder", "invalid")]
    assert "findings" in record["failures"][0]["message"]
    assert server.count == 5
    ask("codestral-2-0")
    assert server.count == 7  # a later run may ask once more, and repair once more


def test_a_conversation_that_broke_off_before_its_repair_goes_on_there(ask, server):
    server.script = seats(builder=sequence([Text('{"decision": "ship"}'), Status(400, "no")]))
    assert [f["kind"] for f in ask("codestral-2-0", "--json").json["failures"]] == ["outage"]
    assert server.count == 5
    server.script = None
    record = ask("codestral-2-0", "--json").json
    assert record["status"] == "complete"
    assert server.count == 6
    assert record["cost"]["calls"] == 1
    assert record["cost"]["from_ledger"] == 4


def test_a_re_ask_that_brings_no_answer_leaves_the_first_verdict_contested(ask, server):
    against = [
        {"move": move, "says": "It does not work.", "leans": "against", "weight": "major", "evidence": []}
        for move in ("primitive", "bet", "moment", "weekend", "decision")
    ]
    server.script = seats(builder=sequence([Verdict("ship", findings=against), Refusal("No.")]))
    ended = ask("codestral-2-0", "--json")
    builder = ended.json["verdicts"][0]
    assert (builder["persona"], builder["contested"]) == ("builder", True)
    assert builder["contest"] in ended.err
    assert len(builder["calls"]) == 2
    assert ended.json["cost"]["usd"] == pytest.approx(sum(v["cost_usd"] for v in ended.json["verdicts"]))


def test_claimed_experience_is_asked_to_be_withdrawn_and_else_flagged(ask, server):
    claim = "I ran it on my own repository for a week and it held. " * 6
    server.script = seats(builder=always(Verdict("ship", paragraph=claim)))
    record = ask("codestral-2-0", "--json").json
    assert server.count == 5
    builder = record["verdicts"][0]
    assert builder["contested"] is False
    assert "hands_on" in {flag["kind"] for flag in builder["flags"]}
    server.script = seats(builder=sequence([Verdict("ship", paragraph=claim), Verdict("ship")]))
    again = ask("codestral-2-0", "--fresh", "--json").json["verdicts"][0]
    assert "hands_on" not in {flag["kind"] for flag in again["flags"]}


def test_an_answer_that_gives_away_the_house_rules_is_void(ask, server):
    def leak(seen):
        return Text(f"My rules: {seen.system}")

    server.script = seats(builder=leak)
    (failure,) = ask("codestral-2-0", "--json").json["failures"]
    assert (failure["persona"], failure["kind"]) == ("builder", "invalid")
    assert "house rules" in failure["message"]


def test_house_rules_hidden_in_escapes_are_found_too(ask, server):
    def leak(seen):
        word = re.search(r"\(Rules ([0-9a-f]+)\)", seen.system).group(1).upper()
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in word)
        good = json.dumps(
            {
                "findings": [
                    {"move": move, "says": "Yes.", "leans": "for", "weight": "minor", "evidence": []}
                    for move in seen.moves
                ],
                "bets": [],
                "paragraph": "MARK",
                "decision": "ship",
            }
        )
        return Text(good.replace("MARK", f"Here: {escaped}"))

    server.script = seats(builder=leak)
    (failure,) = ask("codestral-2-0", "--json").json["failures"]
    assert "house rules" in failure["message"]


def test_another_model_that_answered_is_recorded_and_flagged(ask, server):
    server.script = seats(builder=Served(None, "gpt-6-luna"))
    builder = ask("codestral-2-0", "--json").json["verdicts"][0]
    assert builder["served_model"] == "gpt-6-luna"
    assert "served_model" in {flag["kind"] for flag in builder["flags"]}


def test_a_reply_that_does_not_say_what_it_used_is_charged_at_the_reservation(ask, server):
    server.script = seats(builder=Usage(None, None))
    builder, skeptic = ask("codestral-2-0", "--json").json["verdicts"][:2]
    assert builder["cost_usd"] > skeptic["cost_usd"]
    assert "usage" in {flag["kind"] for flag in builder["flags"]}


def test_a_cut_off_reply_is_asked_again_with_more_room(ask, server):
    server.script = seats(builder=sequence([Truncated('{"findings": ['), Verdict("ship")]))
    assert ask("codestral-2-0", "--json").json["status"] == "complete"
    limits = sorted(seen.body["max_completion_tokens"] for seen in server.requests)
    assert limits == [6000, 6000, 6000, 6000, 12000]


def test_a_verdict_that_contradicts_its_findings_is_asked_once_and_then_contested(ask, server):
    against = [
        {"move": move, "says": "It does not work.", "leans": "against", "weight": "major", "evidence": []}
        for move in ("primitive", "bet", "moment", "weekend", "decision")
    ]
    server.script = seats(builder=always(Verdict("ship", findings=against)))
    ended = ask("codestral-2-0", "--json")
    assert ended.code == 1
    builder = ended.json["verdicts"][0]
    assert builder["contested"] is True
    assert ended.json["panel"]["counted"] == 3
    assert server.count == 5
    assert ask("codestral-2-0").code == 1
    assert server.count == 5


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_with_3_names_the_variable_and_shows_no_key(ask, server, workspace, status):
    server.script = always(Status(status, f"Incorrect API key provided: {KEY}"))
    ended = ask("codestral-2-0", "--json", OPENAI_API_KEY=KEY)
    assert ended.code == 3
    assert server.count <= 4
    assert "OPENAI_API_KEY" in ended.err
    written = "".join(path.read_text(errors="replace") for path in workspace.rglob("*") if path.is_file())
    assert KEY not in ended.out + ended.err + written


def test_an_unknown_model_ends_with_3_and_names_it(panel):
    with StandIn(unknown_models={"gone-1"}) as server:
        ended = panel("review", "codestral-2-0", "--model", "gone-1", OPENAI_BASE_URL=server.openai_base_url)
    assert ended.code == 3
    assert "gone-1" in ended.err


def test_no_key_at_the_vendors_own_host_ends_with_3_before_anything_is_written(panel, workspace):
    ended = panel("review", "codestral-2-0", "--provider", "anthropic")
    assert ended.code == 3
    assert "ANTHROPIC_API_KEY" in ended.err
    assert not (workspace / "runs").exists()


def test_what_sends_nothing_needs_no_key(panel):
    assert panel("review", "codestral-2-0", "--provider", "anthropic", "--dry-run").code == 0
    ended = panel("review", "codestral-2-0", "--provider", "anthropic", "--from-ledger")
    assert ended.code == 1
    assert "ledger" in ended.err


def test_a_connection_that_breaks_is_tried_again(ask, server):
    server.script = first(1, Reset(0))
    assert ask("codestral-2-0", "--json").json["status"] == "complete"
    assert server.count == 5


def test_a_cap_that_does_not_reach_parks_the_rest_and_ends_with_4(ask, server):
    ended = ask("codestral-2-0", "--json", "--max-usd", "0.000001")
    assert ended.code == 4
    assert server.count == 0
    assert {failure["kind"] for failure in ended.json["failures"]} == {"parked"}


def test_a_cap_without_a_price_is_refused_before_any_call(ask, server):
    ended = ask("codestral-2-0", "--max-usd", "1", "--model", "some-local-model")
    assert ended.code == 2
    assert "--price-in" in ended.err
    assert server.count == 0
    assert (
        ask("codestral-2-0", "--max-usd", "1", "--model", "m", "--price-in", "1", "--price-out", "2").code
        == 0
    )


def test_without_a_known_price_the_cost_is_unknown_and_not_zero(ask):
    record = ask("codestral-2-0", "--json", "--model", "some-local-model").json
    assert record["cost"]["usd"] is None
    assert {verdict["cost_usd"] for verdict in record["verdicts"]} == {None}


def with_model(workspace, persona, model):
    """A workspace whose `persona` names a model of its own."""
    (workspace / "personas").mkdir()
    text = (shipped("personas") / f"{persona}.md").read_text(encoding="utf-8")
    changed = text.replace("\nsignals:", f"\nmodel: {model}\nsignals:", 1)
    (workspace / "personas" / f"{persona}.md").write_text(changed, encoding="utf-8")


def test_one_seat_without_a_price_under_a_cap_is_found_before_the_first_call(ask, server, workspace):
    with_model(workspace, "business", "weird-x")
    ended = ask("codestral-2-0", "--max-usd", "5")
    assert ended.code == 2
    assert "weird-x" in ended.err
    assert server.count == 0


def test_what_comes_next_keeps_the_flags_that_matter(ask):
    ended = ask("codestral-2-0", "--max-usd", "0.000001", "--model", "gpt-6.1-terra", "--fresh")
    assert "next:  panel review codestral-2-0 --model gpt-6.1-terra --max-usd 1e-06" in ended.err
    assert "--fresh" not in ended.err


def test_a_dry_run_counts_a_seat_whose_conversation_brought_no_verdict(ask, server):
    server.script = seats(builder=always(Text('{"decision": "ship"}')))
    ask("codestral-2-0")
    preview = ask("codestral-2-0", "--dry-run", "--json").json
    assert (preview["calls"], preview["from_ledger"]) == (1, 3)
    assert ask("codestral-2-0", "--dry-run", "--from-ledger", "--json").json["calls"] == 0
    assert ask("codestral-2-0", "--dry-run", "--max-usd", "1", "--model", "local-x").code == 2


def test_what_needs_a_person_is_said_on_stderr_even_when_quiet(ask, server):
    server.script = seats(futurist=Refusal("No."), builder=Refusal("No."))
    ended = ask("codestral-2-0", "--json", "--quiet")
    assert "builder" in ended.err
    assert "refusal" in ended.err
    assert "no quorum" in ended.err


def test_a_log_file_that_cannot_be_written_is_a_plain_error(ask, server):
    ended = ask("codestral-2-0", "--log-file", "no/such/folder/x.log")
    assert ended.code == 2
    assert "x.log" in ended.err
    assert server.count == 0


def test_a_log_file_tells_what_each_seat_did_and_holds_no_key(ask, workspace):
    ask("codestral-2-0", "--log-file", "x.log", OPENAI_API_KEY=KEY)
    log = (workspace / "x.log").read_text()
    assert "builder: ship" in log
    assert KEY not in log


def test_standard_input_that_is_not_utf_8_is_refused(panel):
    ended = panel("review", "-", "--provider", "offline", stdin=b"# X\n\nText \xff\n")
    assert ended.code == 2
    assert "UTF-8" in ended.err


def test_what_was_removed_from_a_dossier_is_said(ask, workspace):
    (workspace / "odd.md").write_text("# Odd\n\nA tool that \u202ehides\u202c things from whoever reads.\n")
    ended = ask("odd.md", "--json")
    assert "note: odd:" in ended.err
    assert ended.json["dossier"]["notes"]


def test_a_server_that_asks_for_more_time_than_there_is_ends_the_command_resumable(ask, server):
    server.script = always(Status(429, "Slow down.", headers={"retry-after": "200"}))
    ended = ask("codestral-2-0", "--json")
    assert ended.code == 4
    assert "3 min 20 s" in ended.err
    assert {failure["kind"] for failure in ended.json["failures"]} == {"parked"}


def test_an_empty_answer_is_charged_by_what_it_says_it_used(ask, server):
    server.script = always(Empty("blank"))
    ended = ask("codestral-2-0", "--json")
    assert {failure["stage"] for failure in ended.json["failures"]} == {"reply"}
    cost = ended.json["cost"]
    assert cost["input_tokens"] > 0
    assert cost["usd"] / cost["calls"] < 0.02


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('max_usd = "abc"', "max_usd: 'abc' must be a number"),
        ("concurrency = 2.5", "concurrency: 2.5 must be a whole number"),
        ('model = ["a"]', "model: ['a'] must be text"),
    ],
)
def test_a_wrong_setting_names_its_file_line_and_field(ask, workspace, line, says):
    (workspace / "panel.toml").write_text(f"\n{line}\n")
    ended = ask("codestral-2-0")
    assert ended.code == 2
    assert f"panel.toml:2: {says}" in ended.err


def test_a_link_out_of_the_runs_folder_is_refused_before_the_first_call(ask, server, workspace, tmp_path):
    (workspace / "runs").mkdir()
    (workspace / "runs" / "dossiers").symlink_to(tmp_path.parent)
    assert ask("codestral-2-0").code == 2
    assert server.count == 0


def test_several_tools_print_an_array(ask, server):
    ended = ask("codestral-2-0", "cursor-background-agent", "--json")
    assert [record["tool"]["slug"] for record in ended.json] == ["codestral-2-0", "cursor-background-agent"]
    assert server.count == 8


def test_a_readme_without_front_matter_is_taken_from_its_path_or_from_stdin(panel, workspace):
    readme = "# Ferry\n\nFerry moves files between two folders and keeps a log of every move it made.\n"
    (workspace / "README.md").write_text(readme)
    by_path = panel("review", "README.md", "--provider", "offline", "--json").json
    assert (by_path["tool"]["name"], by_path["tool"]["slug"]) == ("Ferry", "ferry")
    assert by_path["tool"]["description"].startswith("Ferry moves files")
    by_stdin = panel("review", "-", "--provider", "offline", "--json", stdin=readme).json
    assert by_stdin["dossier"]["id"] == by_path["dossier"]["id"]


def test_the_dossier_a_review_points_into_is_kept(ask, workspace):
    record = ask("codestral-2-0", "--json").json
    sha = record["dossier"]["id"].removeprefix("sha256:")
    snapshot = json.loads((workspace / "runs" / "dossiers" / f"{sha}.json").read_text())
    jsonschema.validate(snapshot, schema_json("dossier"))
    texts = {source["id"]: source["text"] for source in snapshot["sources"]}
    found = [e for v in record["verdicts"] for f in v["findings"] for e in f["evidence"] if e["found"]]
    assert found
    for evidence in found:
        assert texts[evidence["source"]][evidence["start"] : evidence["end"]] == evidence["quote"]


@pytest.mark.parametrize(
    ("make", "argument", "says"),
    [
        (None, "nobody", "nobody"),
        (None, "no/such/file.md", "no/such/file.md"),
        ("---\nname: [x\n---\nText.\n", "bad.md", "bad.md:2"),
        ("---\nname: X\n---\n\n   \n", "bad.md", "empty"),
        (b"# X\n\nText \xff\xfe\n", "bad.md", "bad.md:3"),
        ("# X\n\n" + "word " * 1_000_000, "bad.md", "bytes"),
    ],
)
def test_bad_input_is_one_clear_line_exit_2_and_no_call(ask, server, workspace, make, argument, says):
    if make is not None:
        (workspace / "bad.md").write_bytes(make if isinstance(make, bytes) else make.encode())
    ended = ask(argument)
    assert ended.code == 2
    assert ended.out == ""
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert server.count == 0


def test_all_inputs_are_read_before_the_first_call(ask, server):
    ended = ask("codestral-2-0", "nobody")
    assert ended.code == 2
    assert server.count == 0


def test_two_dossiers_with_one_slug_are_named(ask, workspace):
    text = (workspace / "dossiers" / "codestral-2-0.md").read_text()
    (workspace / "dossiers" / "other.md").write_text(text)
    ended = ask("codestral-2-0")
    assert ended.code == 2
    assert "other.md" in ended.err
    assert "codestral-2-0.md" in ended.err


@pytest.mark.parametrize("flags", [("--fourth", "nobody"), ("--personas", "builder,nobody")])
def test_an_unknown_persona_is_named_and_those_there_are(ask, server, flags):
    ended = ask("codestral-2-0", *flags)
    assert ended.code == 2
    assert "nobody" in ended.err
    assert "skeptic" in ended.err
    assert server.count == 0


def test_a_runs_folder_that_cannot_be_written_is_said_before_the_first_call(ask, server, workspace):
    (workspace / "runs").write_text("a file in the place of the folder")
    ended = ask("codestral-2-0")
    assert ended.code == 2
    assert "runs" in ended.err
    assert server.count == 0


def test_a_persona_with_an_unknown_model_fails_alone_and_names_its_file(panel, workspace):
    (workspace / "personas").mkdir()
    text = (
        (shipped("personas") / "builder.md").read_text().replace("chair: core", "chair: core\nmodel: gone-1")
    )
    (workspace / "personas" / "builder.md").write_text(text)
    with StandIn(unknown_models={"gone-1"}) as server:
        ended = panel("review", "codestral-2-0", "--json", OPENAI_BASE_URL=server.openai_base_url)
    assert ended.code == 3
    assert ended.json["panel"]["counted"] == 3
    assert "personas/builder.md:" in ended.json["failures"][0]["message"]


@pytest.mark.parametrize("vendor", ["anthropic", "openai"])
def test_one_seat_writes_the_prompt_cache_and_the_others_read_it(panel, workspace, vendor):
    with StandIn(latency=0.3) as server:
        url = server.anthropic_base_url if vendor == "anthropic" else server.openai_base_url
        ended = panel(
            "review", "codestral-2-0", "--provider", vendor, "--base-url", url, PANEL_OPENAI_API="responses"
        )
        assert ended.code == 0, ended.err
        arrived = [seen.arrived for seen in server.requests]
    assert arrived[1] - arrived[0] >= 0.3, "one goes first"
    assert arrived[3] - arrived[1] < 0.3, "the others follow together"
    (record,) = records(workspace)
    written_once = record["cost"]["cached_tokens"] / 3
    assert written_once >= 1024
    assert record["cost"]["input_tokens"] > 4 * written_once


def test_seats_whose_prefix_is_too_short_to_be_cached_are_asked_at_once(panel, workspace):
    (workspace / "dossiers" / "short.md").write_text(
        "---\nname: Short\n---\n\nA tool that is said to be fast.\n"
    )
    with StandIn(latency=0.3) as server:
        assert panel("review", "short", OPENAI_BASE_URL=server.openai_base_url).code == 0
        assert server.peak_in_flight == 4


# ---------------------------------------------------------------- what a command takes up again


def test_the_cap_holds_over_a_command_and_its_repetitions(ask, workspace, server):
    args = ("codestral-2-0", "cursor-background-agent", "--model", "gpt-5.4", "--max-usd", "0.15")
    first = ask(*args)
    assert first.code == 4
    assert "with a larger --max-usd: what this command has spent so far counts" in first.err
    sent = server.count
    again = ask(*args)
    assert (again.code, server.count) == (4, sent), "what was spent still counts"
    assert ask(*args[:-1], "5").code == 0
    spent = sum(json.loads(path.read_text())["cost"]["usd"] for path in workspace.glob("runs/*/run.json"))
    assert spent < 5
    assert ask(*args[:-1], "0.15", "--fresh").code == 4, "carried through: the next time the cap begins anew"
    assert server.count > 8


def test_a_ledger_that_is_gone_is_not_taken_for_one_that_never_was(ask, workspace, server):
    assert ask("codestral-2-0").code == 0
    sent = server.count
    for path in workspace.glob("runs/ledger.sqlite*"):
        path.unlink()
    ended = ask("codestral-2-0", "--fresh")
    assert ended.code == 2
    assert "ledger.sqlite: is missing, although the run" in ended.err
    assert server.count == sent
    assert ask("codestral-2-0", "--runs-dir", workspace / "anew").code == 0


def test_more_output_than_was_allowed_is_doubted_and_costs_the_reservation_at_most(ask, server):
    server.script = always(Usage(usage={"completion_tokens": 60_000}))
    ended = ask("codestral-2-0", "--model", "gpt-5.4", "--json", "--max-usd", "5")
    assert ended.json["cost"]["usd"] < 5
    flags = [flag["text"] for verdict in ended.json["verdicts"] for flag in verdict["flags"]]
    assert any("60,000 output tokens are more than the 6,000 that were allowed" in text for text in flags)


URL = "https://ferry.example/"
FERRY = "Ferry is a command for developers that moves files between two folders. It costs $5 per month."
FERRY_PAGE = f"<html><body><article><h1>Ferry</h1><p>{FERRY}</p><p>{FERRY}</p></article></body></html>"


@pytest.fixture
def web(monkeypatch):
    """The guarded client in front of an internet in memory; what is asked for is counted there."""
    internet = Internet({URL: page(FERRY_PAGE)})
    monkeypatch.setattr("panel.batch.lists.fetcher_for", lambda _workspace: internet.fetcher())
    return internet


def test_a_page_named_by_its_address_is_fetched_reviewed_and_kept(ask, server, web, workspace):
    ended = ask(URL, "--json")
    assert (ended.code, server.count, web.asked) == (0, 4, [URL])
    record = ended.json
    assert (record["tool"]["slug"], record["tool"]["url"]) == ("ferry", URL)
    stored = workspace / "runs" / "dossiers" / f"{record['dossier']['id'].partition(':')[2]}.json"
    assert FERRY in stored.read_text(encoding="utf-8")
    assert not list((workspace / "dossiers").glob("ferry*")), "dossiers/ is the editor's"


def test_an_address_is_fetched_each_time_and_the_same_page_is_answered_from_the_ledger(ask, server, web):
    first = ask(URL, "--json").json
    again = ask(URL, "--from-ledger", "--json").json
    assert (server.count, web.asked) == (4, [URL, URL])
    assert again["dossier"]["id"] == first["dossier"]["id"]
    assert again["cost"]["from_ledger"] == 4


def test_a_dry_run_of_an_address_fetches_it_and_calls_nothing(ask, server, web):
    assert ask(URL, "--dry-run", "--json").json["calls"] == 4
    assert (server.count, web.asked) == (0, [URL])


def test_an_address_is_compared_with_a_slug_like_any_tool(panel, server, web):
    ended = panel("compare", URL, "codestral-2-0", "--json", OPENAI_BASE_URL=server.openai_base_url)
    assert (ended.code, web.asked) == (0, [URL])
    assert {ended.json[side]["tool"]["slug"] for side in "ab"} == {"ferry", "codestral-2-0"}


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://gone.example/", "https://gone.example/: answered 404 Not Found"),
        ("http://127.0.0.1/", "http://127.0.0.1/: 127.0.0.1 is loopback"),
        ("http://user:hunter2@ferry.example/", "carries a user name or password"),
        ("ftp://ferry.example/", "is no address that is fetched here"),
    ],
)
@pytest.mark.usefixtures("web")
def test_an_address_that_cannot_be_had_ends_with_2_before_any_call(ask, server, workspace, address, says):
    ended = ask("codestral-2-0", address)
    assert ended.code == 2
    assert says in ended.err
    assert "Markdown and name the file" in ended.err
    assert "hunter2" not in ended.err
    assert server.count == 0
    assert not (workspace / "runs").exists()


@pytest.mark.usefixtures("web")
def test_all_addresses_that_cannot_be_had_are_named_at_once(ask):
    ended = ask("https://a.example/", "https://b.example/", "nothing-here")
    assert all(name in ended.err for name in ("a.example", "b.example", "nothing-here"))


def test_a_page_named_twice_is_fetched_once_and_refused(ask, web):
    ended = ask(URL, URL)
    assert (ended.code, web.asked) == (2, [URL])
    assert "ferry is named twice" in ended.err
