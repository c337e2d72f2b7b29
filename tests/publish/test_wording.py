"""Numbers, gaps and answers are said in plain, honest words."""

from __future__ import annotations

from typing import get_args

import pytest

from panel.core.domain import Choice, Failure, FailureKind, FlagKind, SourceRef
from panel.core.outcomes import Community, Cost, Pick, Tally
from panel.publish import wording
from tests.publish import samples
from tests.publish.parts import SONNET


def tally(ship: int, counted: int, percent: int | None) -> Tally:
    return Tally(ship=ship, counted=counted, seated=4, percent=percent, quorum=3)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-21T23:59:59Z", "21 November 2026"),
        ("2026-01-02", "2 January 2026"),
        ("2028-02-29T00:00:00+02:00", "29 February 2028"),
        ("last week", "last week"),
        ("", ""),
    ],
)
def test_dates_are_said_for_people_and_anything_else_as_it_is(moment, said):
    assert wording.day(moment) == said


@pytest.mark.parametrize(
    ("count", "share", "split"),
    [
        (tally(3, 4, 75), "3 of 4", ()),
        (tally(4, 4, 100), "4 of 4", ("No dissent: all 4 say ship.",)),
        (tally(0, 3, 0), "0 of 3", ("No dissent: all 3 say skip.",)),
        (tally(2, 4, 50), "2 of 4", ("A tie, which is not broken here: 2 for ship, 2 for skip.",)),
        (
            tally(0, 0, None),
            "0 of 0, no quorum",
            ("No percentage: 0 of 4 seats gave a verdict that counts, and it takes 3.",),
        ),
    ],
)
def test_a_count_is_said_with_its_k_of_n_and_ties_and_gaps_in_words(count, share, split):
    assert wording.share(count) == share
    assert wording.split(count) == split


def test_percentages_and_votes_that_do_not_exist_are_a_dash_and_a_word():
    assert (wording.percent(None), wording.percent(0)) == ("—", "0%")
    assert wording.community(Community()) == "fewer than five votes"
    assert wording.community(Community(ship=3, votes=5, percent=60)) == "3 of 5 votes"


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        (None, "unknown"),
        (float("nan"), "unknown"),
        (0.0, "$0.00"),
        (0.00004, "under $0.0001"),
        (0.0042, "$0.0042"),
        (0.05, "$0.05"),
        (1234.5, "$1,234.50"),
    ],
)
def test_money_is_never_rounded_to_nothing_and_unknown_is_said(usd, said):
    assert wording.money(usd) == said


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (Cost(usd=0.5, calls=1), "$0.50 for 1 call"),
        (
            Cost(usd=0.5, calls=3, from_ledger=1),
            "$0.50 for 3 calls; 1 answer came from the ledger at no new cost",
        ),
        (Cost(usd=None, calls=2), "unknown (a model’s price is not known) for 2 calls"),
        (Cost(usd=0.0, calls=0, from_ledger=8), "nothing new: 8 answers came from the ledger at no new cost"),
        (Cost(), "nothing: no call was made"),
    ],
)
def test_the_cost_is_the_new_spend(cost, said):
    assert wording.spend(cost, "none") == said


def test_an_offline_page_cost_nothing_unless_the_record_says_otherwise():
    assert wording.spend(Cost(usd=0.0, calls=8), "all") == "nothing: no model was asked"
    assert wording.spend(Cost(usd=0.2, calls=1), "all") == "$0.20 for 1 call"
    assert wording.spend(Cost(usd=0.2, calls=1), "some") == "$0.20 for 1 call"


@pytest.mark.parametrize(
    ("served", "said"),
    [
        (None, SONNET),
        ("claude-sonnet-5", SONNET),
        ("claude-sonnet-5-20261001", f"{SONNET}, served as claude-sonnet-5-20261001"),
    ],
)
def test_the_served_model_is_named_where_it_is_another_than_the_one_asked(served, said):
    verdict = samples.plain().scorecard[0].a.model_copy(update={"served_model": served})
    assert wording.speaker(verdict) == said


def test_two_tools_of_one_name_are_told_apart_by_slug():
    plain = samples.plain()
    tool = plain.b.tool.model_copy(update={"name": "lantern agent "})
    twins = plain.model_copy(update={"b": plain.b.model_copy(update={"tool": tool})})
    assert wording.labels(twins) == ("Lantern Agent (lantern-agent)", "lantern agent (quarry-coder-2)")
    assert wording.labels(plain) == ("Lantern Agent", "Quarry Coder 2")


@pytest.mark.parametrize("stable", [True, False])
@pytest.mark.parametrize("choice", get_args(Choice))
def test_every_pick_has_an_answer_and_says_so_when_it_is_not_stable(choice, stable):
    record = samples.plain().model_copy(update={"pick": Pick(choice=choice, stable=stable)})
    answers = {
        "a": "Lantern Agent",
        "b": "Quarry Coder 2",
        "depends": "It depends on your case",
        "too_close": "Too close to call",
    }
    assert wording.headline(record) == answers[choice]
    unsteady = not stable and choice != "too_close"
    assert ("not stable" in wording.steadiness(record)) is unsteady


def test_every_kind_of_failure_is_a_sentence_that_says_it_is_no_vote():
    said = set()
    for kind in get_args(FailureKind):
        sentence = wording.failure(
            Failure(
                persona="p", name="P", chair="core", model="m", stage="call", kind=kind, message=" a\nb. "
            )
        )
        assert sentence.endswith(": a b. This is not a vote.")
        said.add(sentence)
    assert len(said) == len(get_args(FailureKind))


def test_every_flag_has_words_of_its_own():
    assert len({wording.flag(kind) for kind in get_args(FlagKind)}) == len(get_args(FlagKind))


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        (SourceRef(id="s1", title="Docs", url="https://a.example"), "Docs"),
        (SourceRef(id="s1", url="https://a.example"), "https://a.example"),
        (SourceRef(id="s1", origin="/home/me/dossiers/tool.md"), "tool.md"),
        (SourceRef(id="s1", origin="C:\\me\\tool.md"), "tool.md"),
        (SourceRef(id="s1", origin="/"), "s1"),
        (SourceRef(id="s1"), "s1"),
    ],
)
def test_a_source_is_named_without_the_folders_of_the_editor(ref, name):
    assert wording.source(ref) == name
