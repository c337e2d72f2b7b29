"""`panel batch LIST --via batch-api`: through the vendors' batches, against the stand-in."""

from __future__ import annotations

import fcntl
import json
import os
import threading

import pytest

from panel.calls.vendor_batches import collecting
from panel.core.hashing import bare, digest
from tests.batch.launches import launch, write_list
from tests.cli.seats import seats
from tests.standin import Status, Verdict, always, first, once_each
from tests.standin.batches import Batch, Missing, Unmade, is_create, to_creates, to_lines

LIST = "tools.jsonl"


@pytest.fixture(params=["openai", "anthropic"])
def vendor(request):
    return request.param


@pytest.fixture
def batch(panel, server, vendor):
    """`panel batch …` with the stand-in in the place of the vendor's host."""
    environ = {
        "openai": {"OPENAI_BASE_URL": server.openai_base_url, "OPENAI_API_KEY": "none"},
        "anthropic": {"ANTHROPIC_BASE_URL": server.anthropic_base_url, "ANTHROPIC_API_KEY": "none"},
    }[vendor]
    return lambda *args: panel("batch", *args, "--provider", vendor, **environ)


@pytest.fixture
def ready(server):
    """Batches end once this is set."""
    ready = threading.Event()
    server.script = to_creates(lambda _seen: Batch(until=ready))
    return ready


def report(workspace):
    """The newest run's report."""
    return json.loads(max(workspace.glob("runs/*/report.json")).read_text())


def runs(workspace):
    return [json.loads(path.read_text()) for path in sorted(workspace.glob("runs/*/run.json"))]


def reviews(workspace):
    found = [json.loads(path.read_text()) for path in workspace.glob("runs/*/reviews/*.json")]
    return {review["tool"]["slug"]: review for review in found}


def creates(server):
    return [seen for seen in server.requests if is_create(seen)]


def test_a_list_is_reviewed_at_half_the_price_and_without_a_live_call(batch, server, workspace):
    write_list(workspace, 3)
    assert batch(LIST).code == 0
    live = report(workspace)["cost"]["usd"]
    write_list(workspace, ["Red 1", "Red 2", "Red 3"], "red.jsonl")
    ended = batch("red.jsonl", "--via", "batch-api")
    assert ended.code == 0, ended.err
    assert "3 lines: 3 reviewed" in ended.out
    assert report(workspace)["cost"]["usd"] == pytest.approx(live / 2, rel=0.1)
    assert report(workspace)["cost"]["calls"] == 12
    assert len(creates(server)) == 1
    assert len(reviews(workspace)["red-1"]["verdicts"]) == 4


def test_what_was_sent_is_taken_in_later_by_a_command_that_names_no_list(batch, ready, server, workspace):
    write_list(workspace, 3)
    sent = batch(LIST, "--submit-only")
    assert sent.code == 0
    assert "3 lines: 3 pending" in sent.out
    assert "12 calls sent in 1 batch" in sent.err
    assert "next:  panel batch --collect" in sent.err
    assert (runs(workspace)[0]["outcome"], reviews(workspace)) == ("stopped", {})
    early = batch("--collect")
    assert early.code == 4
    assert "runs: " in early.err
    ready.set()
    ended = batch("--collect")
    assert ended.code == 0, ended.err
    assert "3 lines: 3 reviewed" in ended.out
    assert len(reviews(workspace)) == 3
    (run,) = runs(workspace)
    assert (run["outcome"], run["exit_code"]) == ("done", 0)
    assert batch("--collect").out == "no list waits for a vendor's batch\n"
    assert len(creates(server)) == 1


def test_the_dossiers_that_were_asked_about_are_judged_whatever_became_of_the_list(
    batch, ready, server, workspace
):
    readme = workspace / "ferry.md"
    readme.write_text("# Ferry\n\nFerry moves files between two folders and keeps a log of it.\n")
    write_list(workspace, [launch("Ferry", text=None, readme="ferry.md")])
    batch(LIST, "--submit-only")
    readme.write_text("# Ferry\n\nFerry is something else now.\n")
    (workspace / LIST).unlink()
    ready.set()
    assert batch("--collect").code == 0
    assert "two folders" in (workspace / "runs" / "dossiers").glob("*.json").__next__().read_text()
    assert list(reviews(workspace)) == ["ferry"]
    assert len(creates(server)) == 1


def test_the_flags_a_list_was_begun_with_hold_when_its_answers_are_taken_in(batch, ready, server, workspace):
    write_list(workspace, 2)
    batch(LIST, "--submit-only", "--personas", "builder,skeptic", "--model", "other-model")
    ready.set()
    ended = batch("--collect")
    assert ended.code == 0, ended.err
    assert [verdict["persona"] for verdict in reviews(workspace)["tool-000"]["verdicts"]] == [
        "builder",
        "skeptic",
    ]
    assert len(creates(server)) == 1


def test_a_second_start_sends_nothing_twice_and_what_is_new_besides(batch, ready, server, workspace):
    write_list(workspace, 2)
    batch(LIST, "--submit-only")
    batch(LIST, "--submit-only")
    assert len(creates(server)) == 1
    write_list(workspace, 3)
    assert "3 lines: 3 pending" in batch(LIST, "--submit-only").out
    assert len(creates(server)) == 2
    ready.set()
    assert "3 lines: 3 reviewed" in batch("--collect").out
    assert len(runs(workspace)) == 1


def test_a_live_command_goes_on_through_batches_where_a_list_waits_for_one(batch, ready, server, workspace):
    write_list(workspace, 2)
    batch(LIST, "--submit-only")
    asked = server.count
    ready.set()
    ended = batch(LIST)
    assert ended.code == 0, ended.err
    assert "goes on through the vendor's batches" in ended.err
    assert len(reviews(workspace)) == 2
    assert len(creates(server)) == 1
    assert server.count - asked < 8, "looks at batches, no calls"


@pytest.mark.parametrize("part", ["--collect", "--submit-only"])
def test_tools_that_wait_are_judged_under_only_failed_too(batch, ready, server, workspace, part):
    write_list(workspace, 2)
    batch(LIST, "--submit-only")
    assert "2 lines: 2 pending" in batch(LIST, part, "--only-failed").out
    ready.set()
    ended = batch(LIST, "--only-failed")
    assert ended.code == 0, ended.err
    assert "2 reviewed" in ended.out
    assert len(reviews(workspace)) == 2
    assert len(creates(server)) == 1


def test_only_what_expired_is_sent_again(batch, server, workspace):
    server.script = to_lines(once_each(Unmade("expired")))
    write_list(workspace, 2)
    ended = batch(LIST, "--via", "batch-api")
    assert ended.code == 0, ended.err
    assert len(creates(server)) == 2
    assert len(reviews(workspace)) == 2


def test_a_second_turn_of_a_conversation_takes_a_second_batch(batch, server, workspace):
    against = [
        {"move": move, "says": "It does not work.", "leans": "against", "weight": "major", "evidence": []}
        for move in ("primitive", "bet", "moment", "weekend", "decision")
    ]
    server.script = to_lines(seats(builder=always(Verdict("ship", findings=against))))
    write_list(workspace, 1)
    ended = batch(LIST, "--via", "batch-api")
    assert ended.code == 1
    assert "builder contradicts itself" in ended.err
    assert len(creates(server)) == 2
    assert report(workspace)["cost"]["calls"] == 5


def test_under_a_cap_whole_tools_are_asked_and_the_rest_is_parked(batch, workspace):
    write_list(workspace, 10)
    ended = batch(LIST, "--via", "batch-api", "--max-usd", "1", "--price-in", "5", "--price-out", "20")
    assert ended.code == 4
    done = reviews(workspace)
    assert 0 < len(done) < 10
    assert all(len(review["verdicts"]) == 4 for review in done.values())
    lines = report(workspace)["lines"]
    assert lines == {"reviewed": len(done), "parked": 10 - len(done)}
    assert report(workspace)["cost"]["calls"] == 4 * len(done), "no tool is half asked"
    assert report(workspace)["cost"]["usd"] <= 1


def test_what_was_parked_is_asked_by_the_same_command_in_the_same_run(batch, workspace):
    write_list(workspace, 6)
    prices = ("--price-in", "5", "--price-out", "20")
    batch(LIST, "--via", "batch-api", "--max-usd", "1", *prices)
    ended = batch(LIST, "--via", "batch-api", "--max-usd", "30", *prices)
    assert ended.code == 0, ended.err
    assert len(reviews(workspace)) == 6
    assert len(runs(workspace)) == 1
    assert report(workspace)["lines"] == {"reviewed": 6}


# ---------------------------------------------------------------- the settings a run was begun with


@pytest.mark.parametrize("again", [(LIST, "--collect"), ("--collect",), (LIST,), (LIST, "--submit-only")])
def test_a_run_goes_on_with_the_model_it_was_begun_with_however_it_is_called(
    batch, ready, server, workspace, again
):
    write_list(workspace, 2)
    batch(LIST, "--submit-only", "--model", "other-model", "--fresh")
    ready.set()
    assert batch(*again).code == 0
    assert batch("--collect").code == 0
    assert len(creates(server)) == 1
    assert {each["seating"][0]["model"].partition(":")[2] for each in reviews(workspace).values()} == {
        "other-model"
    }


def test_a_flag_that_is_given_counts_more_than_what_is_remembered(batch, ready, workspace):
    write_list(workspace, 2)
    batch(LIST, "--submit-only", "--max-usd", "5")
    batch("--collect", "--max-usd", "7")
    (note,) = [json.loads(path.read_text()) for path in workspace.glob("runs/lists/*.json")]
    assert note["more"]["batch"]["settings"]["max_usd"] == 7
    ready.set()
    assert batch("--collect").code == 0


def test_a_dry_run_goes_by_the_settings_the_run_was_begun_with_and_by_flags(batch, ready, server, workspace):
    write_list(workspace, 2)
    prices = ("--price-in", "1", "--price-out", "2")
    batch(LIST, "--submit-only", "--personas", "builder,skeptic", "--model", "other-model", *prices)
    write_list(workspace, 3)
    (workspace / "panel.toml").write_text("price_in = 1000\nprice_out = 1000\n")
    asked = server.count
    found = batch(LIST, "--via", "batch-api", "--dry-run", "--json").json
    assert 0 < found["usd_at_most"] < 1, "two seats a tool, at the prices of the run"
    dearer = batch(LIST, "--via", "batch-api", "--dry-run", "--json", "--price-out", "20").json
    assert dearer["usd_at_most"] > found["usd_at_most"]
    assert server.count == asked
    ready.set()
    assert batch("--collect").code == 0
    assert batch(LIST, "--dry-run", "--json", "--fresh").json["usd_at_most"] > 1, "the run is over"


def test_what_failed_in_a_batch_is_asked_once_more_by_the_command_that_is_named(batch, server, workspace):
    write_list(workspace, 2)
    server.script = to_lines(always(Status(400, "Not like this.")))
    batch(LIST, "--submit-only")
    ended = batch("--collect")
    assert ended.code == 1
    (named,) = [each for each in ended.err.splitlines() if each.endswith("(asks once more what failed)")]
    words = named.removeprefix("next:  panel batch ").removesuffix("  (asks once more what failed)").split()
    assert {"--only-failed", "--via", "batch-api", str(workspace / LIST)} <= set(words)
    assert "--collect" not in words
    server.script = None
    sent = len(creates(server))
    assert batch(*words).code == 0
    assert len(creates(server)) == sent + 1
    assert len(reviews(workspace)) == 2


def test_a_dry_run_counts_what_waits_for_the_vendor_and_does_not_price_it_again(batch, ready, workspace):
    write_list(workspace, 2)
    batch(LIST, "--submit-only")
    found = batch(LIST, "--dry-run", "--json").json
    assert (found["pending"], found["to_judge"], found["usd_at_most"]) == (2, 0, 0)
    write_list(workspace, 3)
    said = batch(LIST, "--dry-run").out
    assert "3 lines: 1 to judge (1 new), 0 known, 0 bad, 2 in a vendor's batch" in said
    assert "2 in a vendor's batch" in batch(LIST, "--dry-run", "--collect").out
    ready.set()
    assert batch("--collect").code == 0
    assert "vendor's batch" not in batch(LIST, "--dry-run").out


# ---------------------------------------------------------------- trouble


def test_a_dossier_that_is_gone_fails_its_tool_and_no_other(batch, ready, workspace):
    write_list(workspace, 2)
    batch(LIST, "--submit-only")
    (one, _other) = sorted((workspace / "runs" / "dossiers").glob("*.json"))
    one.unlink()
    ready.set()
    ended = batch("--collect")
    assert ended.code == 1
    assert "is not kept" in ended.err
    assert len(reviews(workspace)) == 1
    assert batch("--collect").out == "no list waits for a vendor's batch\n"


def test_what_was_gathered_and_not_taken_is_sent_by_the_same_command_again(batch, server, workspace):
    write_list(workspace, 2)
    server.script = to_creates(first(1, Status(403, "Not today.")))
    refused = batch(LIST, "--submit-only")
    assert refused.code == 3
    assert creates(server)
    again = batch(LIST, "--submit-only")
    assert again.code == 0
    assert "8 calls sent in 1 batch" in again.err
    assert batch("--collect").code == 0
    assert len(reviews(workspace)) == 2


def test_a_request_that_has_its_batch_refused_fails_its_tool_alone(batch, server, workspace):
    write_list(workspace, 2)
    server.script = to_creates(first(4, Status(400, "This one is wrong.")))  # 8 calls, 4, 2, 1
    ended = batch(LIST, "--via", "batch-api")
    assert ended.code == 0, "three of four seats are a quorum"
    assert len(reviews(workspace)) == 2
    failures = [each for review in reviews(workspace).values() for each in review["failures"]]
    assert ["This one is wrong." in each["message"] for each in failures] == [True]


def test_calls_that_never_get_an_answer_fail_in_the_end_and_are_named(batch, server, workspace, monkeypatch):
    monkeypatch.setattr(collecting, "_BETWEEN", 0.0)  # else each of four batches is waited for ten seconds
    server.script = to_lines(always(Missing()))
    write_list(workspace, 1)
    for _ in range(6):
        ended = batch(LIST, "--via", "batch-api")
        if ended.code == 1:
            break
    assert ended.code == 1
    assert "--retry-maybe-paid" in ended.err
    assert len(creates(server)) == 4
    assert batch("--collect").out == "no list waits for a vendor's batch\n"


def test_a_bad_line_stands_in_the_report_when_the_answers_are_in(batch, ready, workspace):
    write_list(workspace, ["One", "{torn"])
    assert batch(LIST, "--submit-only").code == 1
    ready.set()
    ended = batch("--collect")
    assert ended.code == 1
    assert report(workspace)["lines"] == {"bad": 1, "reviewed": 1}


def test_one_list_in_trouble_does_not_keep_the_others_from_being_taken_in(batch, ready, workspace):
    write_list(workspace, 1)
    write_list(workspace, ["Red"], "red.jsonl")
    batch(LIST, "--submit-only")
    batch("red.jsonl", "--submit-only")
    ready.set()
    lock = workspace / "runs" / "lists" / f"{bare(digest(f'batch {workspace / LIST}'))[:16]}.lock"
    with lock.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ended = batch("--collect")
    assert ended.code == 75
    assert list(reviews(workspace)) == ["red"]
    assert batch("--collect").code == 0
    assert sorted(reviews(workspace)) == ["red", "tool-000"]


def test_a_list_whose_name_is_no_utf_8_waits_like_any_other(batch, ready, workspace):
    name = os.fsdecode(b"caf\xe9.jsonl")
    write_list(workspace, 2, name)
    sent = batch(name, "--submit-only")
    assert sent.code == 0, sent.err
    ready.set()
    assert "2 lines: 2 reviewed" in batch("--collect").out


def test_a_provider_without_batches_leaves_nothing_behind(panel, workspace):
    write_list(workspace, 1)
    assert panel("batch", LIST, "--via", "batch-api", "--provider", "offline").code == 2
    assert panel("batch", LIST, "--provider", "offline").code == 0


def test_where_the_records_are_is_said_in_what_to_do_next(batch, ready, workspace):
    write_list(workspace, 1)
    ended = batch(LIST, "--submit-only", "--runs-dir", "elsewhere")
    assert "next:  panel batch --runs-dir elsewhere --collect" in ended.err
    ready.set()
    assert batch("--collect", "--runs-dir", "elsewhere").code == 0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--via", "pigeon"), "--via"),
        (("--submit-only", "--collect"), "choose one"),
        (("--via", "live", "--collect"), "--via batch-api"),
    ],
)
def test_flags_that_do_not_go_together_end_with_2(panel, workspace, flags, said):
    write_list(workspace, 1)
    ended = panel("batch", LIST, *flags)
    assert ended.code == 2
    assert said in ended.err
    assert not (workspace / "runs").exists()


def test_without_a_list_there_is_only_collect(panel):
    ended = panel("batch")
    assert ended.code == 2
    assert "--collect" in ended.err


def test_the_offline_reader_has_no_batches(panel, workspace):
    write_list(workspace, 1)
    ended = panel("batch", LIST, "--via", "batch-api", "--provider", "offline")
    assert ended.code == 2
    assert "has no batches" in ended.err


def test_where_panel_toml_names_an_engine_the_way_to_vendors_batches_is_said(batch, workspace):
    write_list(workspace, 1)
    (workspace / "panel.toml").write_text('engine = "procrastinate"\n')
    refused = batch(LIST, "--via", "batch-api")
    assert refused.code == 2
    assert "next:  --engine local" in refused.err
    assert batch(LIST, "--via", "batch-api", "--engine", "local").code == 0
