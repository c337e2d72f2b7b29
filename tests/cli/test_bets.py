"""`panel bets`: what the reviewers bet, which bets are due, and how they turned out."""

from __future__ import annotations

import pytest

from tests.cli.seats import seats
from tests.standin import Verdict

A, B = "codestral-2-0", "cursor-background-agent"
SIGNED = ("--reason", "The vendor says so.", "--author", "Ada")
BETS = [
    {"claim": "Half of the teams have left it.", "due": "2027"},
    {"claim": "The price has doubled.", "due": "Q1 2027"},
    {"claim": "Nobody remembers it.", "due": "when the hype is over"},
]


@pytest.fixture
def betting(run, server):
    """Run `panel …` against the stand-in, whose futurist bets."""
    server.script = seats(futurist=Verdict("ship", bets=BETS))
    assert run("review", A).code == 0
    return run


def test_bets_are_listed_the_earliest_due_first_and_without_a_date_last(betting):
    found = betting("bets", "--json").json
    assert [(each["claim"], each["due_date"]) for each in found] == [
        ("The price has doubled.", "2027-03-31"),
        ("Half of the teams have left it.", "2027-12-31"),
        ("Nobody remembers it.", None),
    ]
    assert {(each["persona"], each["tool"], each["state"]) for each in found} == {("futurist", A, "open")}


def test_the_list_fits_eighty_columns_and_says_what_has_no_date(betting):
    ended = betting("bets", COLUMNS="80")
    assert ended.code == 0
    assert max(len(line.rstrip()) for line in ended.out.splitlines()) <= 80
    assert "no date" in ended.out
    assert "when the hype is over" in " ".join(ended.out.split())


def test_a_bet_counts_once_however_often_it_is_said(betting):
    ids = [each["id"] for each in betting("bets", "--json").json]
    betting("review", A, "--fresh")
    betting("compare", A, B)
    again = betting("bets", "--json").json
    assert [each["id"] for each in again if each["tool"] == A] == ids
    assert len(again) == 6


def test_due_are_those_whose_day_has_come(betting):
    assert betting("bets", "due", "--by", "2026-12", "--json").json == []
    assert [each["claim"] for each in betting("bets", "due", "--by", "2027-03", "--json").json] == [
        "The price has doubled."
    ]
    assert len(betting("bets", "due", "--by", "2027", "--json").json) == 2
    ended = betting("bets", "due", "--by", "2026-12")
    assert (ended.code, ended.out) == (0, "")
    assert "no open bet is due by 2026-12-31" in ended.err


def test_a_settled_bet_is_due_no_more_and_the_newest_word_counts(betting, workspace):
    first = betting("bets", "--json").json[0]["id"]
    ended = betting("bets", "settle", first, "--outcome", "right", *SIGNED)
    assert ended.code == 0
    assert "right, says Ada" in ended.out
    assert betting("bets", "due", "--by", "2027-03", "--json").json == []
    betting(
        "bets", "settle", first[:6], "--outcome", "wrong", "--reason", "It was a sale.", "--author", "Eve"
    )
    settled = betting("bets", "--json").json[0]
    assert (settled["state"], settled["reason"], settled["author"]) == ("wrong", "It was a sale.", "Eve")
    assert len((workspace / "decisions.jsonl").read_text().splitlines()) == 2
    assert "wrong, says Eve: It was a sale." in betting("bets").out


def test_a_bet_that_is_not_there_or_not_signed_is_not_settled(betting, workspace):
    ended = betting("bets", "settle", "000000000000", "--outcome", "right", *SIGNED)
    assert ended.code == 2
    assert "panel bets" in ended.err
    first = betting("bets", "--json").json[0]["id"]
    unsigned = betting("bets", "settle", first, "--outcome", "right", "--reason", " ", "--author", "Ada")
    assert unsigned.code == 2
    assert betting("bets", "settle", first, "--outcome", "maybe", *SIGNED).code == 2
    assert not (workspace / "decisions.jsonl").exists()


def test_a_track_record_is_computed_and_few_settled_bets_say_nothing(betting):
    first = betting("bets", "--json").json[0]["id"]
    betting("bets", "settle", first, "--outcome", "right", *SIGNED)
    (record,) = betting("bets", "--by", "reviewer", "--json").json
    assert record == {
        "persona": "futurist",
        "name": "Futurist",
        "right": 1,
        "wrong": 0,
        "void": 0,
        "open": 2,
        "share_right": None,
    }
    assert "too few settled (1 of 5)" in betting("bets", "--by", "reviewer", COLUMNS="80").out


def test_a_settled_bet_outlives_its_review(betting, workspace):
    first = betting("bets", "--json").json[0]["id"]
    betting("bets", "settle", first, "--outcome", "void", *SIGNED)
    for path in workspace.glob("runs/*/reviews/*.json"):
        path.unlink()
    (left,) = betting("bets", "--json").json
    assert (left["id"], left["state"]) == (first, "void")


def test_a_damaged_record_is_named_and_the_others_are_read(betting, workspace):
    betting("review", B)
    next(workspace.glob(f"runs/*/reviews/{A}.json")).write_text("{")
    ended = betting("bets", "--json")
    assert ended.code == 2
    assert f"{A}.json" in ended.err
    assert len(ended.json) == 3


def test_the_offline_reader_bets_nothing(panel):
    panel("review", A, "--provider", "offline")
    ended = panel("bets")
    assert (ended.code, ended.out) == (0, "")
    assert "no bets yet" in ended.err


@pytest.mark.parametrize("flags", [["--json"], ["--by", "reviewer"], ["--runs-dir", "elsewhere"]])
def test_flags_before_the_subcommand_are_refused_not_ignored(panel, flags):
    ended = panel("bets", *flags, "due")
    assert ended.code == 2
    assert "panel bets due" in ended.err


def test_a_day_that_is_none_is_refused(panel):
    ended = panel("bets", "due", "--by", "soon")
    assert ended.code == 2
    assert "--by" in ended.err
