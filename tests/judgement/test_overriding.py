"""What an editor decides counts instead of what the seat said; what the seat said stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.naming import editors_decision
from panel.core.outcomes import ScorecardRow
from panel.judgement.aggregate import percent
from panel.judgement.comparison import like_for_like, pick
from panel.judgement.overriding import decided_rows, in_force, open_contests, overridden
from tests.judgement.samples import a_review, decides, failure, finding, panel, side, verdict


def counts(review):
    return review.panel.ship, review.panel.counted, review.panel.percent, review.status


def test_an_override_is_counted_and_the_verdict_stays_as_it_was():
    before = a_review(panel("ship", "skip", "ship", "ship"))
    after = overridden(before, [decides()])
    assert counts(before) == (3, 4, 75, "complete")
    assert counts(after) == (4, 4, 100, "complete")
    assert after.verdicts == before.verdicts
    assert after.overrides == (decides(),)


def test_the_newest_counts_and_all_stay():
    words = [decides(), decides(decision="skip", author="Grace"), decides(decision="ship", author="Alan")]
    after = overridden(a_review(panel("ship", "skip", "ship", "skip")), words)
    assert after.overrides == tuple(words)
    assert in_force(after.verdicts[1], after.overrides) == words[2]
    assert after.panel.ship == 3


def test_none_takes_back_what_was_decided():
    review = a_review(panel("ship", "skip", "ship", "ship"))
    after = overridden(review, [decides(), decides(decision="none")])
    assert in_force(after.verdicts[1], after.overrides) is None
    assert counts(after) == counts(review)
    assert after.dissent == review.dissent


def test_a_decision_about_another_dossier_has_lapsed():
    review = a_review(panel("ship", "skip", "ship", "ship"))
    assert overridden(review, [decides(dossier="sha256:old")]) == review


def test_a_contested_seat_counts_once_an_editor_decides_it():
    review = a_review(panel("ship", "contested", "ship", "skip"))
    after = overridden(review, [decides(decision="skip")])
    assert counts(review) == (2, 3, 67, "partial")
    assert counts(after) == (2, 4, 50, "complete")
    assert [v.persona for v in open_contests(review)] == ["skeptic"]
    assert open_contests(after) == ()


def test_a_failed_seat_counts_once_an_editor_decides_it_and_may_bring_the_quorum():
    review = a_review(panel("ship", "skip"), (failure("futurist"), failure("business")))
    after = overridden(review, [decides("futurist")])
    assert counts(review) == (1, 2, None, "no_quorum")
    assert counts(after) == (2, 3, 67, "partial")
    assert after.failures == review.failures


def test_a_seat_that_dissents_by_an_editors_decision_says_so_with_the_editors_reason():
    (dissent,) = overridden(
        a_review(panel("ship", "ship", "ship", "ship")), [decides(decision="skip")]
    ).dissent
    assert (dissent.name, dissent.decision) == ("Skeptic (decided by editor Ada)", "skip")
    assert dissent.objection == "The card names the memory it needs."


def test_the_same_log_read_again_changes_nothing():
    review = overridden(a_review(panel("ship", "skip", "ship", "ship")), [decides()])
    assert overridden(review, [decides()]) is review


def test_the_same_word_given_three_times_within_a_second_is_kept_three_times_in_order():
    words = [decides(), decides(decision="none"), decides()]
    review = overridden(a_review(panel("ship", "skip", "ship", "ship")), words)
    assert review.overrides == tuple(words)
    assert overridden(review, words) is review
    assert review.panel.ship == 4


def test_what_only_the_record_knows_stays_and_counts_as_older():
    review = overridden(a_review(panel("ship", "skip", "ship", "ship")), [decides(author="Grace")])
    after = overridden(review, [decides(decision="none")])
    assert [each.author for each in after.overrides] == ["Grace", "Ada"]
    assert after.panel.ship == 3


def test_where_a_persona_sits_for_two_models_an_override_may_be_of_one():
    two = (verdict("skeptic", "skip"), verdict("skeptic", "skip", model="openai:model-2"))
    review = a_review((*panel("ship"), *two))
    one = overridden(review, [decides(model="openai:model-2")])
    assert [in_force(v, one.overrides) is not None for v in one.verdicts] == [False, False, True]
    assert overridden(review, [decides()]).panel.ship == 3


DECISIONS = st.sampled_from(["ship", "skip", "none"])
SEATS = ("builder", "skeptic", "futurist", "business")


@given(
    st.lists(st.sampled_from(["ship", "skip", "contested"]), min_size=4, max_size=4),
    st.lists(st.tuples(st.sampled_from(SEATS), DECISIONS), max_size=8),
)
def test_the_count_is_that_of_every_seats_last_word(said, words):
    overrides = [decides(persona, decision) for persona, decision in words]
    after = overridden(a_review(panel(*said)), overrides)
    last = {persona: d for persona, d in zip(SEATS, said, strict=True) if d != "contested"}
    for persona in SEATS:
        newest = next((d for p, d in reversed(words) if p == persona), "none")
        if newest != "none":
            last[persona] = newest
    ship = list(last.values()).count("ship")
    assert (after.panel.ship, after.panel.counted) == (ship, len(last))
    assert after.panel.percent == percent(ship, len(last), 4)
    assert len(after.dissent) * 2 <= max(len(last), 1)


# ------------------------------------------------------------ in a comparison


def compared(skeptic_a, overrides=()):
    a = (*panel("ship"), skeptic_a, verdict("futurist"), verdict("business"))
    b = panel("ship", "skip", "ship", "ship")
    left, right = side("a", a, overrides=tuple(overrides)), side("b", b)
    rows = tuple(ScorecardRow(chair=v.persona, a=v, b=w) for v, w in zip(a, b, strict=True))
    return left, right, rows


def test_the_pick_goes_by_what_the_editor_decided_and_names_the_editor():
    left, right, rows = compared(verdict("skeptic", "skip"), [decides()])
    because = pick(left, right, decided_rows(rows, left, right)).because[0]
    assert because.startswith("Skeptic (decided by editor Ada) prefers A;")
    assert "prefers" not in pick(left, right, rows).because[0]


def test_the_scorecard_that_is_shown_keeps_what_the_reviewer_said():
    left, right, rows = compared(verdict("skeptic", "skip"), [decides()])
    decided = decided_rows(rows, left, right)
    assert rows[1].a.decision == "skip"
    assert decided[1].a.decision == "ship"
    assert decided[1].b == rows[1].b
    assert decided[0] == rows[0]


def test_a_contested_seat_an_editor_decided_can_compare():
    left, right, rows = compared(verdict("skeptic", "skip", contested=True), [decides()])
    assert decided_rows(rows, left, right)[1].a.contested is False
    notes = like_for_like(left, right, rows).notes
    assert notes == ("An editor decided for Skeptic on A.",)


def test_the_editors_reason_is_an_argument_under_both_names():
    against = (finding("against"),)
    left, right, rows = compared(verdict("skeptic", "skip", findings=against), [decides()])
    decided = decided_rows(rows, left, right)[1].a
    assert [(f.says, f.leans, f.weight) for f in decided.findings] == [
        (decides().reason, "for", "minor"),
        *((f.says, f.leans, f.weight) for f in against),
    ]
    assert decided.name == "Skeptic (decided by editor Ada)"


@pytest.mark.parametrize(
    ("seat", "said"),
    [
        (verdict("skeptic", "skip"), "said skip"),
        (verdict("skeptic", "ship", contested=True), "said ship, contested"),
        (failure("skeptic"), "given no verdict"),
    ],
)
def test_an_override_is_said_as_what_it_is(seat, said):
    assert editors_decision(decides(reason="it names the memory."), seat) == (
        f"Editor Ada: ship, because it names the memory; the reviewer had {said}"
    )
