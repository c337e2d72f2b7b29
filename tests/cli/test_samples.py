"""`--samples N`: each seat is asked several times, the majority counts, and nothing is paid twice."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time

import jsonschema
import pytest

from panel.core.records import schema_json
from tests.batch.launches import write_list
from tests.cli.seats import ASKED_OF, seats
from tests.standin import Delay, Refusal, Status, Verdict, always, first, sequence

TOOL = "codestral-2-0"


@pytest.fixture
def ask(run):
    return run


def of(record, persona):
    return next(each for each in (*record["verdicts"], *record["failures"]) if each["persona"] == persona)


def test_the_majority_of_a_seats_samples_counts_and_the_flip_rate_is_shown(ask, server):
    server.script = seats(skeptic=first(1, Verdict("ship"), Verdict("skip")))
    ended = ask("review", TOOL, "--samples", 5, "--json")
    assert ended.code == 0
    assert server.count == 20
    record = ended.json
    jsonschema.validate(record, schema_json("review"))
    assert record["panel"] == {"ship": 3, "counted": 4, "seated": 4, "percent": 75, "quorum": 3}
    skeptic = of(record, "skeptic")
    assert skeptic["decision"] == "skip"
    counted = skeptic["samples"]
    assert (counted["asked"], counted["ship"], counted["skip"], counted["failed"]) == (5, 1, 4, 0)
    assert counted["flip_rate"] == pytest.approx(0.4)
    assert len(set(skeptic["calls"])) == 5
    assert skeptic["call"] in {v["call"] for v in counted["votes"] if v["decision"] == "skip"}
    assert record["cost"]["calls"] == 20
    assert record["cost"]["usd"] == pytest.approx(sum(v["cost_usd"] for v in record["verdicts"]))
    assert "4 of 5 samples say skip; flip rate 40 %" in ask("review", TOOL, "--samples", 5).out


def test_the_first_sample_is_the_call_of_a_panel_that_asks_once(ask, server):
    once = ask("review", TOOL, "--json").json
    more = ask("review", TOOL, "--samples", 3, "--json").json
    assert server.count == 4 + 8
    assert (more["cost"]["calls"], more["cost"]["from_ledger"]) == (8, 4)
    for verdict in once["verdicts"]:
        assert verdict["samples"] is None
        assert of(more, verdict["persona"])["calls"][0] == verdict["call"]


def test_more_samples_later_pay_only_the_new_ones_and_fewer_pay_nothing(ask, server):
    ask("review", TOOL, "--samples", 2)
    more = ask("review", TOOL, "--samples", 5, "--json").json
    assert server.count == 20
    assert (more["cost"]["calls"], more["cost"]["from_ledger"]) == (12, 8)
    fewer = ask("review", TOOL, "--samples", 3, "--json").json
    assert (fewer["cost"]["usd"], fewer["cost"]["calls"], fewer["cost"]["from_ledger"]) == (0.0, 0, 12)
    assert of(fewer, "builder")["samples"]["asked"] == 3


def test_a_tie_is_contested_shown_and_needs_a_person(ask, server):
    server.script = seats(skeptic=sequence([Verdict("ship"), Verdict("skip")]))
    ended = ask("review", TOOL, "--samples", 2)
    assert ended.code == 1
    assert "contested: its samples are tied: 1 say ship, 1 say skip" in ended.out
    assert "1 of 2 samples say ship, 1 skip" in ended.out
    record = ask("review", TOOL, "--samples", 2, "--from-ledger", "--json").json
    assert (record["panel"]["counted"], of(record, "skeptic")["contested"]) == (3, True)
    assert record["status"] == "partial"


def test_a_failed_sample_is_no_vote_and_a_seat_without_a_valid_one_is_a_failure(ask, server):
    server.script = seats(builder=always(Refusal("No.")), skeptic=first(2, Refusal("No."), Verdict("skip")))
    record = ask("review", TOOL, "--samples", 3, "--json").json
    builder, skeptic = of(record, "builder"), of(record, "skeptic")
    assert (builder["kind"], len(builder["calls"])) == ("refusal", 3)
    assert "none of 3 samples gave a verdict" in builder["message"]
    assert (skeptic["decision"], skeptic["samples"]["failed"], len(skeptic["calls"])) == ("skip", 2, 3)
    assert record["panel"]["counted"] == 3


def test_a_dry_run_counts_every_sample_and_its_bound_grows_with_them(ask, server):
    once = ask("review", TOOL, "--dry-run", "--json").json
    thrice = ask("review", TOOL, "--samples", 3, "--dry-run", "--json").json
    assert (once["calls"], thrice["calls"]) == (4, 12)
    assert thrice["usd_at_most"] == pytest.approx(3 * once["usd_at_most"])
    assert server.count == 0
    ask("review", TOOL)
    again = ask("review", TOOL, "--samples", 3, "--dry-run", "--json").json
    assert (again["calls"], again["from_ledger"]) == (8, 4)
    words = ask("review", TOOL, "--samples", 3, "--dry-run").out
    assert ", 2 times" in words
    assert "8 samples to ask, 4 answered already" in words


def test_from_the_ledger_a_sample_that_is_missing_is_missing(ask, server):
    ask("review", TOOL, "--samples", 2)
    assert ask("review", TOOL, "--samples", 2, "--from-ledger").code == 0
    record = ask("review", TOOL, "--samples", 3, "--from-ledger", "--json").json
    assert server.count == 8
    assert of(record, "builder")["samples"]["failed"] == 1


@pytest.mark.parametrize("wrong", ["0", "10", "many", "-1", "2.5"])
def test_samples_are_one_to_nine(ask, server, wrong):
    ended = ask("review", TOOL, PANEL_SAMPLES=wrong)
    assert ended.code == 2
    assert "PANEL_SAMPLES" in ended.err
    assert server.count == 0


def test_the_offline_reader_is_read_once_for_it_always_says_the_same(panel):
    record = panel("review", TOOL, "--provider", "offline", "--samples", 5, "--json").json
    assert {verdict["samples"] for verdict in record["verdicts"]} == {None}
    assert {len(verdict["calls"]) for verdict in record["verdicts"]} == {1}


def test_a_budget_that_ends_between_samples_is_taken_up_by_the_same_command(ask, server):
    whole = ask("review", TOOL, "--samples", 3, "--dry-run", "--json").json["usd_at_most"]
    opening = whole / 12 / 6  # a sample's bound has a repair, a re-ask and second tries in it
    ended = ask("review", TOOL, "--samples", 3, "--max-usd", f"{opening:.6f}", "--concurrency", 1)
    assert ended.code == 4
    first_time = server.count
    assert 0 < first_time < 12
    again = ask("review", TOOL, "--samples", 3, "--max-usd", f"{whole:.4f}", "--json")
    assert again.code == 0
    assert server.count == 12
    assert again.json["cost"]["from_ledger"] == first_time


def test_after_kill_9_only_the_samples_without_an_answer_are_asked(ask, server, workspace):
    answered = 6
    server.script = first(answered, Verdict("ship"), Delay(60))
    child = subprocess.Popen(
        [sys.executable, "-m", "panel", "review", TOOL, "--samples", "3", "--quiet"],
        cwd=workspace,
        env={"PATH": "", "PYTHONPATH": ":".join(sys.path), "OPENAI_BASE_URL": server.openai_base_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        give_up = time.monotonic() + 60
        while server.count <= answered and time.monotonic() < give_up:
            time.sleep(0.05)
        time.sleep(0.5)  # what was answered is on its way to the disk
    finally:
        child.kill()
        child.wait()
    in_flight = server.count - answered
    server.script = None
    record = ask("review", TOOL, "--samples", 3, "--json").json
    assert record["cost"]["from_ledger"] == answered
    assert server.count == 12 + in_flight, "only what was in flight at the kill comes again"
    assert {of(record, persona)["samples"]["asked"] for persona in ("builder", "skeptic")} == {3}


def test_a_comparison_reviews_anew_what_was_asked_less_often_and_shows_the_samples(ask, server, workspace):
    ask("review", TOOL)
    ask("compare", TOOL, "cursor-background-agent", "--samples", 3)
    page = next(workspace.glob("runs/*/comparisons/*.html")).read_text()
    assert "3 of 3 samples say ship; flip rate 0 %." in page
    record = json.loads(next(workspace.glob("runs/*/comparisons/*.json")).read_text())
    shown = [side for row in record["scorecard"] for side in (row["a"], row["b"])]
    assert {verdict["samples"]["asked"] for verdict in shown} == {3}
    before = server.count
    ask("compare", TOOL, "cursor-background-agent")
    assert server.count == before, "a review that was asked more often does"


def test_a_list_is_asked_as_often_and_again_when_that_changes(ask, server, workspace):
    write_list(workspace, 2)
    assert ask("batch", "tools.jsonl").code == 0
    assert server.count == 8
    ended = ask("batch", "tools.jsonl", "--samples", 3)
    assert "2 reviewed" in ended.out
    assert server.count == 24
    assert "2 known" in ask("batch", "tools.jsonl", "--samples", 3).out
    assert server.count == 24
    outlook = ask("batch", "tools.jsonl", "--samples", 5, "--dry-run", "--json").json
    assert (outlook["to_judge"], outlook["reasons"]) == (2, {"reviewers": 2})


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
def test_every_sample_goes_through_a_vendors_batch(panel, server, workspace, vendor):
    write_list(workspace, 2)
    urls = {"openai": server.openai_base_url, "anthropic": server.anthropic_base_url}
    environ = {f"{vendor.upper()}_BASE_URL": urls[vendor], f"{vendor.upper()}_API_KEY": "none"}
    ended = panel(
        "batch", "tools.jsonl", "--via", "batch-api", "--samples", 3, "--provider", vendor, **environ
    )
    assert ended.code == 0, ended.err
    found = [json.loads(path.read_text()) for path in workspace.glob("runs/*/reviews/*.json")]
    assert len(found) == 2
    for record in found:
        assert [v["samples"]["ship"] for v in record["verdicts"]] == [3, 3, 3, 3]
    assert json.loads(next(workspace.glob("runs/*/report.json")).read_text())["cost"]["calls"] == 24


def test_what_is_asked_now_is_told_sample_by_sample(ask, server):
    server.script = seats(builder=always(Status(400, "no")))
    ended = ask("review", TOOL, "--samples", 2)
    assert f"{TOOL} builder 2/2: no verdict: outage" in ended.err
    assert f"{TOOL} skeptic 1/2: ship" in ended.err


def test_the_statistics_know_the_samples(ask, server):
    lock, asked = threading.Lock(), []

    def every_third_skips(seen):
        with lock:
            asked.append(seen)
            mine = sum(ASKED_OF["skeptic"] in each.moves for each in asked)
        return Verdict("skip" if mine % 3 == 0 else "ship")

    server.script = seats(skeptic=every_third_skips)
    ask("review", TOOL, "--samples", 3)
    flips = {each["chair"]: each for each in ask("stats", "--json").json["flips"]}
    assert (flips["skeptic"]["questions"], flips["skeptic"]["both_ways"]) == (1, 1)
    assert (flips["builder"]["questions"], flips["builder"]["both_ways"]) == (1, 0)
