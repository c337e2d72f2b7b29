"""`panel runs verify|cost|backup|copy|prune`: what is stored is looked after."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sqlite3
import sys
import time

import pytest

from panel.calls.ledger import upkeep
from panel.calls.ledger.base import Intent, address_of
from panel.calls.ledger.sqlite import SqliteLedger
from panel.cli.upkeep import opening
from panel.core.requests import Usage
from tests.calls.fakes import raw, request
from tests.standin import StandIn

A, B = "codestral-2-0", "cursor-background-agent"


@pytest.fixture
def compared(panel, workspace):
    """A workspace with one comparison of two tools, made by the offline reader."""
    assert panel("compare", A, B, "--provider", "offline").code == 0
    return workspace


def the(folder, pattern):
    (found,) = folder.glob(pattern)
    return found


def edit(path, change):
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def damage(folder, sql):
    with contextlib.closing(sqlite3.connect(folder / "runs" / "ledger.sqlite")) as db:
        assert db.execute(sql).rowcount >= 1
        db.commit()


def in_ledger(path, work):
    async def run():
        ledger = SqliteLedger(path)
        try:
            return await work(ledger)
        finally:
            await ledger.close()

    return asyncio.run(run())


def leave_open(path, calls=1, **changes):
    async def work(ledger):
        for number in range(calls):
            fields = {"run": "run-1", "tool": A, "persona": f"p{number}", "reserved_usd": 0.02} | changes
            await ledger.claim(request(str(number)), Intent(**fields))

    in_ledger(path, work)


# ------------------------------------------------------------ verify


def test_where_nothing_is_stored_nothing_is_verified_and_nothing_is_made(panel, workspace):
    ended = panel("runs", "verify")
    assert ended.code == 0
    assert "nothing to verify" in ended.out
    assert not (workspace / "runs").exists()
    assert panel("runs", "verify", "--json").json["clean"] is True


@pytest.mark.usefixtures("compared")
def test_what_the_program_wrote_itself_is_clean(panel):
    ended = panel("runs", "verify")
    assert ended.code == 0
    assert "no damage" in ended.out
    assert panel("runs", "verify", "--json").json == {
        "clean": True,
        "checked": {"calls": 9, "runs": 1, "reviews": 2, "comparisons": 1, "dossiers": 2},
        "damage": [],
        "repaired": [],
        "notes": [],
        "maybe_paid": [],
    }


def test_what_models_said_is_clean_as_well(panel):
    with StandIn() as server:
        assert panel("compare", A, B, OPENAI_BASE_URL=server.openai_base_url).code == 0
    assert panel("runs", "verify", "--json").json["damage"] == []


LEDGER_DAMAGE = {
    "a flipped byte in a body": (
        "UPDATE calls SET body = CAST('X' || substr(body, 2) AS BLOB) WHERE id = 3",
        "runs/ledger.sqlite, table calls, row 3",
    ),
    "a flipped byte in a part": (
        "UPDATE parts SET text = 'X' || substr(text, 2) WHERE hash = (SELECT min(hash) FROM parts)",
        "runs/ledger.sqlite, table parts, row sha256:",
    ),
    "a changed request": (
        "UPDATE requests SET json = replace(json, 'offline', 'openai') WHERE rowid = 1",
        "runs/ledger.sqlite, table requests, row sha256:",
    ),
}


@pytest.mark.parametrize("what", LEDGER_DAMAGE)
def test_damage_in_the_ledger_is_named_by_table_and_row(panel, compared, what):
    sql, place = LEDGER_DAMAGE[what]
    damage(compared, sql)
    ended = panel("runs", "verify")
    assert ended.code == 1
    assert f"damaged:  {place}" in ended.out
    assert "no damage" not in ended.out
    assert "next:" in ended.err
    assert any(each["place"].startswith(place) for each in panel("runs", "verify", "--json").json["damage"])


@pytest.mark.parametrize(
    "content", [b"", b"no database at all " * 100, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_ledger_that_is_none_is_damage_and_never_empty(panel, compared, content):
    path = compared / "runs" / "ledger.sqlite"
    path.write_bytes(content)
    ended = panel("runs", "verify")
    assert ended.code == 1
    assert "damaged:  runs/ledger.sqlite: " in ended.out
    assert path.read_bytes() == content


def test_a_ledger_of_another_version_is_damage(panel, compared):
    damage(compared, "UPDATE meta SET value = '99' WHERE name = 'version'")
    ended = panel("runs", "verify")
    assert ended.code == 1
    assert "version 99" in ended.out


def test_a_ledger_that_is_gone_is_damage_and_is_not_made_anew(panel, compared):
    path = compared / "runs" / "ledger.sqlite"
    path.unlink()
    ended = panel("runs", "verify")
    assert ended.code == 1
    assert "the ledger is missing" in ended.out
    assert not path.exists()


def test_a_reply_that_a_record_rests_on_and_nobody_has_is_damage(panel, compared):
    key = json.loads(the(compared, f"runs/*/reviews/{A}.json").read_text())["verdicts"][0]["call"]
    damage(compared, f"DELETE FROM calls WHERE key = '{key}'")
    ended = panel("runs", "verify")
    assert ended.code == 1
    assert key in ended.out


def test_a_truncated_review_is_named_with_line_and_column(panel, compared):
    path = the(compared, f"runs/*/reviews/{A}.json")
    path.write_text("\n".join(path.read_text().splitlines()[:20]))
    ended = panel("runs", "verify")
    assert ended.code == 1
    assert f"damaged:  {path.relative_to(compared)}:20: not JSON" in ended.out
    assert "column" in ended.out


def test_a_quotation_that_does_not_stand_there_is_damage(panel, compared):
    def move(data):
        found = [e for f in data["verdicts"][0]["findings"] for e in f["evidence"] if e["found"]]
        found[0]["start"] += 3

    edit(the(compared, f"runs/*/reviews/{A}.json"), move)
    ended = panel("runs", "verify")
    assert ended.code == 1
    assert "builder's finding on" in ended.out


def test_a_dossier_that_was_edited_is_damage(panel, compared):
    dossier = json.loads(the(compared, f"runs/*/reviews/{A}.json").read_text())["dossier"]["id"]
    path = compared / "runs" / "dossiers" / f"{dossier.removeprefix('sha256:')}.json"
    edit(path, lambda data: data["tool"].update(name="Codestral 3.0"))
    ended = panel("runs", "verify")
    assert ended.code == 1
    assert "changed after it was written" in ended.out


def test_a_link_outward_is_damage(panel, compared, tmp_path_factory):
    path = the(compared, f"runs/*/reviews/{A}.json")
    outside = tmp_path_factory.mktemp("outside") / "review.json"
    path.rename(outside)
    path.symlink_to(outside)
    ended = panel("runs", "verify")
    assert ended.code == 1
    assert "leads out" in ended.out


def test_a_torn_temporary_file_is_removed_and_a_missing_page_is_a_note(panel, compared):
    torn = compared / "runs" / ".tmp-run.json-12345678"
    torn.write_text('{"sche')
    os.utime(torn, (time.time() - 7200,) * 2)
    page = the(compared, "runs/*/comparisons/*.html")
    page.unlink()
    ended = panel("runs", "verify")
    assert ended.code == 0
    assert f"repaired: {torn.relative_to(compared)}" in ended.out
    assert f"panel compare {A} {B} --from-ledger" in ended.out
    assert not torn.exists()


def test_open_calls_are_listed_as_maybe_paid_and_are_no_damage(panel, compared):
    leave_open(compared / "runs" / "ledger.sqlite", calls=25)
    ended = panel("runs", "verify")
    assert ended.code == 0
    assert f"1 call maybe paid, $0.0200 set aside: run-1 {A} p0" in ended.out
    assert ended.out.count("maybe paid") == 20
    assert ended.out.count("no answer to it is stored") == 1
    assert "running the same command as before (panel runs show RUN) asks once more" in ended.out
    assert "and 5 more" in ended.out
    assert len(panel("runs", "verify", "--json").json["maybe_paid"]) == 25


# ------------------------------------------------------------ cost


def test_where_nothing_was_called_nothing_was_spent(panel, workspace):
    ended = panel("runs", "cost")
    assert (ended.code, ended.out) == (0, "")
    assert not (workspace / "runs").exists()


def spend(path):
    async def work(ledger):
        for number, cost in enumerate([0.25, None, 0.5]):
            intent = Intent(run=f"run-{number}", tool=A, persona="builder", reserved_usd=None)
            call = (await ledger.claim(request(str(number)), intent)).call
            await ledger.keep(call, raw())
            usage = Usage(input_tokens=1_234_567, cached_tokens=400, output_tokens=12_345)
            await ledger.settle(call, usage=usage, cost_usd=cost)

    in_ledger(path, work)


def test_costs_are_summed_up_and_unknown_prices_are_never_zero(panel, workspace):
    path = workspace / "runs" / "ledger.sqlite"
    spend(path)
    leave_open(path, run="run-2")
    ended = panel("runs", "cost", COLUMNS="80")
    assert ended.code == 0
    lines = {line.split()[0]: line.split() for line in ended.out.splitlines()}
    assert lines["run-0"] == ["run-0", "1", "$0.2500", "1.23M", "400", "12.3k"]
    assert lines["run-1"] == ["run-1", "1", "unknown", "1", "1.23M", "400", "12.3k"]
    assert lines["run-2"] == ["run-2", "2", "$0.5000", "1", "$0.0200", "1.23M", "400", "12.3k"]
    assert "total: 4 calls, $0.7500 + 1 call of unknown price" in ended.out
    assert "1 call maybe paid, $0.0200 set aside" in ended.out
    found = panel("runs", "cost", "--by", "tool", "--json").json
    assert found["total"] == found["lines"][0] | {"name": "total"}
    assert found["total"] == {
        "name": "total",
        "calls": 4,
        "usd": 0.75,
        "maybe_paid": 1,
        "maybe_paid_usd": 0.02,
        "unpriced": 1,
        "input_tokens": 3 * 1_234_567,
        "cached_tokens": 1200,
        "output_tokens": 3 * 12_345,
    }


@pytest.mark.parametrize("by", ["run", "tool", "persona", "model", "day"])
def test_costs_fit_eighty_columns(panel, compared, by):
    spend(compared / "runs" / "ledger.sqlite")
    leave_open(compared / "runs" / "ledger.sqlite", run="20261120T210405.678Z-1a2b")
    ended = panel("runs", "cost", "--by", by, COLUMNS="80")
    assert ended.code == 0
    assert max(map(len, ended.out.splitlines())) <= 80


def test_costs_by_anything_else_are_a_usage_error(panel):
    assert panel("runs", "cost", "--by", "weather").code == 2


# ------------------------------------------------------------ backup


def content(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("ledger.sqlite", "backup.json"))
    }


def test_a_backup_is_a_complete_runs_folder(panel, compared):
    ended = panel("runs", "backup", "safe")
    assert ended.code == 0
    assert "panel runs verify --runs-dir safe" in ended.out
    assert content(compared / "safe") == content(compared / "runs")
    assert sorted(p.name for p in (compared / "safe").iterdir() if p.is_file()) == [
        "backup.json",
        "ledger.sqlite",
    ]
    here, there = panel("runs", "verify", "--json"), panel("runs", "verify", "--json", "--runs-dir", "safe")
    assert (there.code, there.json) == (0, here.json)
    again = panel("compare", A, B, "--provider", "offline", "--from-ledger", "--runs-dir", "safe", "--json")
    assert (again.code, again.json["cost"]["calls"]) == (0, 0)


@pytest.mark.usefixtures("compared")
def test_a_second_backup_copies_only_what_is_new(panel):
    panel("runs", "backup", "safe")
    assert "0 calls copied, 9 were there" in panel("runs", "backup", "safe").out
    panel("review", A, "--provider", "offline", "--fresh")
    assert "4 calls copied, 9 were there" in panel("runs", "backup", "safe").out
    assert panel("runs", "verify", "--runs-dir", "safe").code == 0


@pytest.mark.usefixtures("compared")
def test_a_folder_of_something_else_is_refused(panel):
    ended = panel("runs", "backup", "dossiers")
    assert ended.code == 2
    assert "no earlier backup" in ended.err


@pytest.mark.usefixtures("compared")
def test_the_runs_folder_itself_is_refused(panel):
    assert panel("runs", "backup", "runs").code == 2


def test_where_nothing_is_stored_nothing_is_backed_up(panel, workspace):
    assert panel("runs", "backup", "safe").code == 2
    assert not (workspace / "safe").exists()


def test_an_interrupted_backup_does_not_look_complete_and_is_gone_on_with(panel, compared, monkeypatch):
    async def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(upkeep, "copy", killed)
        assert panel("runs", "backup", "safe").code == 130
    assert not (compared / "safe" / "ledger.sqlite").exists()
    ended = panel("runs", "verify", "--runs-dir", "safe")
    assert ended.code == 1
    assert "not complete" in ended.out
    assert panel("runs", "backup", "safe").code == 0
    assert panel("runs", "verify", "--runs-dir", "safe").code == 0
    assert [p.name for p in (compared / "safe").glob(".tmp-*")] == []


def test_what_is_damaged_is_not_backed_up_and_said(panel, compared):
    damage(compared, LEDGER_DAMAGE["a flipped byte in a body"][0])
    the(compared, f"runs/*/reviews/{A}.json").write_text("{")
    ended = panel("runs", "backup", "safe")
    assert ended.code == 1
    assert "not copied: runs/ledger.sqlite, table calls, row 3" in ended.out
    assert f"{A}.json:1: not JSON" in ended.out


# ------------------------------------------------------------ copy


@pytest.mark.parametrize("to", ["other.sqlite", "sqlite:///other.sqlite"])
def test_a_copy_serves_as_ledger(panel, compared, to):
    ended = panel("runs", "copy", "--to", to)
    assert ended.code == 0
    assert "9 calls copied, 0 were there" in ended.out
    address = address_of(compared / "other.sqlite")
    assert f"PANEL_LEDGER_URL={address}" in ended.out
    assert "0 calls copied, 9 were there" in panel("runs", "copy", "--to", to).out
    asked = panel("review", A, "--provider", "offline", "--from-ledger", "--json", PANEL_LEDGER_URL=address)
    assert asked.json["cost"] == asked.json["cost"] | {"calls": 0, "from_ledger": 4}


@pytest.mark.usefixtures("compared")
def test_a_ledger_is_not_copied_into_itself(panel):
    ended = panel("runs", "copy", "--to", "runs/ledger.sqlite")
    assert ended.code == 2
    assert "in force" in ended.err


def test_where_there_is_no_ledger_there_is_none_to_copy_and_none_is_made(panel, workspace):
    ended = panel("runs", "copy", "--to", "other.sqlite")
    assert ended.code == 2
    assert not (workspace / "other.sqlite").exists()
    assert not (workspace / "runs").exists()


def test_calls_in_flight_are_left_out_and_said(panel, compared):
    with asyncio.Runner() as runner:
        ledger = SqliteLedger(compared / "runs" / "ledger.sqlite")
        runner.run(ledger.claim(request("in flight"), Intent("run-1", A, "builder", 0.02)))
        ended = panel("runs", "copy", "--to", "other.sqlite")
        runner.run(ledger.close())
    assert ended.code == 0
    assert "1 call left out that may still get a reply" in ended.out
    assert "1 calls copied" not in ended.out
    again = panel("runs", "copy", "--to", "other.sqlite")
    assert "1 call copied, 9 were there" in again.out, "once its process is gone it will not change any more"


def test_a_damaged_call_is_not_copied_and_said(panel, compared):
    damage(compared, LEDGER_DAMAGE["a flipped byte in a body"][0])
    ended = panel("runs", "copy", "--to", "other.sqlite")
    assert ended.code == 1
    assert "8 calls copied" in ended.out
    assert "table calls, row 3" in ended.out


@pytest.mark.parametrize(
    "to", ["postgresql://me:hunter2@127.0.0.1:1/panel", "postgresql://127.0.0.1:1/panel?password=hunter2"]
)
@pytest.mark.usefixtures("compared")
def test_a_password_is_never_printed(panel, to):
    ended = panel("runs", "copy", "--to", to)
    assert ended.code == 2
    assert "hunter2" not in ended.out + ended.err


# ------------------------------------------------------------ prune


def make_old(workspace, run):
    """Let a run, its snapshots and its calls be of last year."""
    old = f"20250101{run[8:]}"
    for path in (workspace / "runs" / run).rglob("*.json"):
        path.write_text(path.read_text().replace(run, old))
    (workspace / "runs" / run).rename(workspace / "runs" / old)
    for path in (workspace / "runs" / "dossiers").iterdir():
        os.utime(path, (0, 0))
    damage(
        workspace,
        f"UPDATE calls SET run = '{old}', started = '2025-01-01' || substr(started, 11) WHERE run = '{run}'",
    )
    return old


@pytest.fixture
def reviewed_twice(panel, workspace):
    """One tool reviewed last year, and again, asked afresh, today; with another dossier last year."""
    dossier = workspace / "dossiers" / f"{A}.md"
    text = dossier.read_text()
    dossier.write_text(text + "\n\nOne more sentence stood here last year.\n")
    first = panel("review", A, "--provider", "offline", "--json").json["run"]
    old = make_old(workspace, first)
    dossier.write_text(text)
    panel("review", A, "--provider", "offline")
    return old


def test_without_yes_it_is_only_said_what_would_go(panel, workspace, reviewed_twice):
    before = content(workspace / "runs")
    ended = panel("runs", "prune", "--older-than", "90d")
    assert ended.code == 0
    assert f"would remove run {reviewed_twice}" in ended.out
    assert "would remove 1 run, 1 dossier snapshot, 4 calls" in ended.out
    assert "panel runs prune --older-than 90d --yes" in ended.err
    assert content(workspace / "runs") == before
    assert panel("runs", "cost", "--json").json["total"]["calls"] == 8


def test_with_yes_it_goes_and_what_is_left_is_clean(panel, workspace, reviewed_twice):
    ended = panel("runs", "prune", "--older-than", "12w", "--yes")
    assert ended.code == 0
    assert "removed 1 run, 1 dossier snapshot, 4 calls" in ended.out
    assert not (workspace / "runs" / reviewed_twice).exists()
    assert panel("runs", "verify", "--json").json == {
        "clean": True,
        "checked": {"calls": 4, "runs": 1, "reviews": 1, "comparisons": 0, "dossiers": 1},
        "damage": [],
        "repaired": [],
        "notes": [],
        "maybe_paid": [],
    }
    assert "nothing from before" in panel("runs", "prune", "--older-than", "12w", "--yes").out


def test_a_current_review_and_its_calls_stay_however_old(panel, workspace):
    made = panel("review", A, "--provider", "offline", "--json").json["run"]
    old = make_old(workspace, made)
    assert "nothing from before" in panel("runs", "prune", "--older-than", "90d", "--yes").out
    assert (workspace / "runs" / old).exists()
    assert panel("runs", "verify", "--json").json["checked"]["calls"] == 4


def test_nothing_goes_while_a_run_has_not_ended(panel, workspace, reviewed_twice):
    path = max(workspace.glob("runs/*/run.json"))
    edit(path, lambda data: data.update(outcome="running"))
    ended = panel("runs", "prune", "--older-than", "90d", "--yes")
    assert ended.code == 75
    assert path.parent.name in ended.err
    assert (workspace / "runs" / reviewed_twice).exists()
    assert panel("runs", "prune", "--older-than", "90d").code == 0


def test_nothing_goes_while_a_record_is_damaged(panel, workspace, reviewed_twice):
    path = max(workspace.glob("runs/*/reviews/*.json"))
    path.write_text("{")
    ended = panel("runs", "prune", "--older-than", "90d", "--yes")
    assert ended.code == 2
    assert path.name in ended.err
    assert (workspace / "runs" / reviewed_twice).exists()


def test_a_ledger_by_address_keeps_what_runs_of_other_folders_paid_for(panel, workspace, reviewed_twice):
    address = address_of(workspace / "runs" / "ledger.sqlite")
    damage(workspace, f"UPDATE calls SET run = 'of another folder' WHERE run = '{reviewed_twice}'")
    ended = panel("runs", "prune", "--older-than", "90d", "--yes", PANEL_LEDGER_URL=address)
    assert "removed 1 run, 1 dossier snapshot, 0 calls" in ended.out


@pytest.mark.parametrize("age", ["90", "d", "0d", "-3d", "1.5d", "90 years", "٣d", "9" * 30 + "w", "999999w"])
def test_an_age_that_is_none_is_refused(panel, age):
    ended = panel("runs", "prune", f"--older-than={age}", "--yes")
    assert ended.code == 2
    assert "--older-than" in ended.err


@pytest.mark.parametrize("age", ["90d", "12w", "36h"])
def test_where_there_is_nothing_nothing_goes(panel, workspace, age):
    assert panel("runs", "prune", "--older-than", age, "--yes").code == 0
    assert not (workspace / "runs").exists()


def test_every_verb_of_runs_has_help(panel):
    listed = panel("runs", "--help").out
    for verb in ("list", "show", "cost", "verify", "backup", "copy", "prune"):
        assert verb in listed
        assert panel("runs", verb, "--help").code == 0


@pytest.mark.parametrize("watched", [True, False])
def test_a_long_check_says_how_far_it_is_on_a_terminal_only(monkeypatch, capsys, watched):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched)
    monkeypatch.setattr(opening, "_EVERY", -1.0)
    with opening.counting("checked") as tell:
        tell(1200)
    assert ("checked 1,200 calls" in capsys.readouterr().err) is watched
