"""What is planted in scripted paragraphs is found, and nothing else."""

from __future__ import annotations

import random

import pytest

from panel.core.domain import OFFLINE_MODEL
from panel.workbench.voice import each_once, of_comparison, of_review
from panel.workbench.voice.copying import between_seats, between_tools
from panel.workbench.voice.coverage import coverage, is_heard
from panel.workbench.voice.drift import drifts, periods
from panel.workbench.voice.tics import tics
from tests.judgement.samples import a_review, panel
from tests.publish.samples import plain
from tests.workbench.voice.spoken import finding, prose, said

HABIT = "By then nobody asks who needed the permission."

# ------------------------------------------------------------ what is looked at


def test_a_reply_is_one_paragraph_however_many_records_hold_it():
    review = a_review(panel("ship", "skip", "ship", "ship"))
    told = [*of_review(review), *of_review(review)]
    once = each_once(told, offline=False)
    assert sorted(each.persona for each in once) == ["builder", "business", "futurist", "skeptic"]
    assert each_once(told, offline=True) == []


def test_the_extra_seats_of_a_comparison_are_heard_with_their_own_tool():
    told = list(of_comparison(plain()))
    assert {(each.persona, each.tool) for each in told if each.persona == "business"} == {
        ("business", "lantern-agent"),
        ("business", "quarry-coder-2"),
    }


def test_models_and_the_offline_reader_are_never_mixed():
    told = [said(n=1), said(n=2, model=OFFLINE_MODEL)]
    assert [each.tool for each in each_once(told, offline=False)] == ["tool-1"]
    assert [each.tool for each in each_once(told, offline=True)] == ["tool-2"]


# ------------------------------------------------------------ tics


def habitual(every, of=12):
    return [
        said(n=n, paragraph=prose(60, f"h{n}") + (f" {HABIT}" if n % every == 0 else "")) for n in range(of)
    ]


def test_a_phrase_in_half_of_the_paragraphs_is_a_tic_in_its_longest_form():
    found = [(tic.phrase, tic.paragraphs, tic.of) for tic in tics(habitual(2)) if "permission" in tic.phrase]
    assert found == [("by then nobody asks who needed the permission", 6, 12)]


def test_a_third_is_not_more_than_a_third():
    assert [tic for tic in tics(habitual(3)) if "permission" in tic.phrase] == []


def test_quotations_are_not_the_reviewers_habit():
    quoting = [said(n=n, paragraph=f"{prose(60, f'q{n}')} “{HABIT}”") for n in range(12)]
    assert [tic for tic in tics(quoting) if "permission" in tic.phrase] == []


def test_grammar_alone_is_no_tic():
    plain_words = [said(n=n, paragraph=f"{prose(40, f'g{n}')} It is not that it is.") for n in range(9)]
    assert [tic for tic in tics(plain_words) if "it is" in tic.phrase] == []


def test_few_paragraphs_or_one_tool_tell_no_habit():
    assert tics([said(n=n) for n in range(5)]) is None
    assert tics([said(n=0) for _ in range(30)]) is None


# ------------------------------------------------------------ copied reasoning


def test_two_seats_that_share_half_their_words_are_shown_with_what_they_share():
    common = prose(50, "common")
    a = said("builder", 1, f"{common} {prose(50, 'a')}")
    b = said("skeptic", 1, f"{common} {prose(50, 'b')}")
    copied = between_seats([a, b, said("futurist", 1, prose(100, "c"))])
    assert copied.compared == 3
    (worst,) = copied.worst
    assert worst.names == ("Builder", "Skeptic")
    assert worst.share == pytest.approx(46 / 96, abs=0.02)
    assert len(worst.example.split()) == 50


def test_seats_on_different_tools_are_not_compared():
    assert between_seats([said("builder", 1), said("skeptic", 2)]) is None


def test_the_same_quotation_is_nobodys_reasoning():
    quoted = f"“{prose(40, 'dossier')}”"
    pair = [said(name, 1, f"{prose(60, name)} {quoted}") for name in ("builder", "skeptic")]
    assert between_seats(pair).mean == 0


def test_only_the_named_seats_are_compared_with_the_others():
    seats = [said(name, 1) for name in ("builder", "skeptic", "futurist")]
    assert between_seats(seats, only=["builder"]).compared == 2


def test_a_paragraph_used_again_for_another_tool_is_found():
    first = prose(100, "first")
    copied = between_tools([said(n=1, paragraph=first), said(n=2, paragraph=first), said(n=3)])
    assert copied.mean == pytest.approx(2 / 3)
    assert {each.tools for each in copied.worst} == {("tool-1", "tool-2"), ("tool-2", "tool-1")}
    assert copied.worst[0].example == " ".join(first.casefold().replace(".", "").split())


def test_two_reviews_of_one_tool_repeat_nothing():
    assert between_tools([said(n=1), said(n=1)]) is None
    same = prose(100, "same")
    other = said(n=2, paragraph="None of these words stands in the first one.")
    assert between_tools([said(n=1, paragraph=same), said(n=1, paragraph=same), other]).mean == 0


# ------------------------------------------------------------ coverage


def test_a_finding_is_heard_when_a_third_of_its_content_stands_in_the_paragraph():
    assert is_heard("The parser drops tokens quietly.", "It drops every third token of the input.")
    assert not is_heard("The parser drops tokens quietly.", "The price is fair.")
    assert not is_heard("", "Anything.")


def test_each_question_is_counted_answered_heard_and_leaning():
    told = [
        said(n=n, paragraph="The parser drops tokens.", findings=(
            finding("breaks", "The parser drops tokens.", "against"),
            *([finding("rivals", "Nothing like it was named.", "for")] if n else []),
        ))
        for n in range(3)
    ]  # fmt: skip
    breaks, rivals, kills = coverage(told, ["breaks", "rivals", "kills"])
    assert (breaks.answered, breaks.heard, breaks.leans_against, breaks.of) == (3, 3, 3, 3)
    assert (rivals.answered, rivals.heard, rivals.leans_for) == (2, 0, 2)
    assert (kills.answered, kills.asked) == (0, True)


def test_only_the_newest_version_of_the_file_is_asked_for_its_questions():
    told = [
        said(n=1, findings=(finding("old", "a"),)),
        said(n=2, findings=(finding("new", "b"), finding("gone", "c")), version="sha256:2"),
    ]
    assert [(each.move, each.asked, each.of) for each in coverage(told, ["new"])] == [
        ("new", True, 1),
        ("gone", False, 1),
    ]


# ------------------------------------------------------------ over time


def test_longer_paragraphs_are_a_drift_and_dashes_are_counted():
    told = [said(n=n, paragraph=prose(100 + n, f"d{n}") + " —" * (n // 10)) for n in range(40)]
    found = {drift.measure: drift for drift in drifts(told)}
    assert found["words"].beyond_chance
    assert found["words"].later - found["words"].earlier == pytest.approx(22, abs=1)
    assert found["dashes"].beyond_chance
    assert not found["questions"].beyond_chance


def test_chance_alone_is_called_a_drift_in_about_one_case_of_a_hundred():
    false = 0
    for trial in range(400):
        chance = random.Random(trial)
        told = [said(n=n, paragraph="a " * chance.randint(80, 140)) for n in range(60)]
        false += next(iter(drifts(told))).beyond_chance
    assert 0 < false <= 12


def test_votes_that_turn_are_a_drift_and_contested_ones_are_no_votes():
    turning = [said(n=n, ship=n >= 20) for n in range(40)]
    assert drifts(turning)[-1].measure == "ships"
    assert drifts(turning)[-1].beyond_chance
    contested = [said(n=n, counted=False) for n in range(40)]
    assert "ships" not in {drift.measure for drift in drifts(contested)}


def test_too_few_paragraphs_have_neither_drift_nor_periods():
    told = [said(n=n) for n in range(19)]
    assert drifts(told) is None
    assert periods(told[:7]) == ()


def test_periods_hold_every_paragraph_once_and_say_where_the_file_was_edited():
    told = [said(n=n, version="sha256:1" if n < 30 else "sha256:2") for n in range(50)]
    found = periods(told)
    assert (len(found), sum(each.paragraphs for each in found)) == (8, 50)
    assert [each.edited for each in found].count(True) == 1
    edited = next(each for each in found if each.edited)
    assert edited.first <= told[30].created <= edited.last
    assert sum(each.ship for each in found) == 25
