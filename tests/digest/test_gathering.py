"""What an issue tells: what is new, what changed and why, and nothing twice."""

from __future__ import annotations

import pytest

from tests.digest.newsroom import Newsroom, a_bet, paid

SHIP, SKIP = ("ship",) * 4, ("ship", "skip", "skip", "skip")


@pytest.fixture
def room(tmp_path):
    return Newsroom(tmp_path)


def slugs(news):
    return [each.slug for each in news]


# ---------------------------------------------------------------- verdicts


def test_a_tool_published_in_the_period_is_new_and_an_older_one_is_not(room):
    old, new = room.review("ferry", day=1), room.review("heron", day=15)
    room.publish(old, day=2)
    room.publish(new, day=16)
    issue = room.issue(21)
    assert slugs(issue.new) == ["heron"]
    assert issue.changed == ()
    assert not issue.empty


def test_a_verdict_is_new_from_its_publishing_on_not_from_its_review(room):
    room.publish(room.review("ferry", day=1), day=20)
    assert slugs(room.issue(21).new) == ["ferry"]
    assert room.issue(19).empty


def test_what_happens_on_the_day_itself_and_on_the_first_day_is_in_the_issue(room):
    room.publish(room.review("ferry", day=14), day=14)
    room.publish(room.review("heron", day=21), day=21)
    assert slugs(room.issue(21).new) == ["heron", "ferry"]
    assert slugs(room.issue(22).new) == ["heron"]


def test_what_is_not_published_is_in_no_issue(room):
    room.review("ferry", day=20)
    issue = room.issue(21)
    assert (issue.empty, issue.left_out) == (True, 0)


def test_a_later_review_that_turns_the_verdict_is_a_change_with_its_reasons(room):
    room.publish(room.review("ferry", *SHIP, day=1), day=2)
    room.review("ferry", *SKIP, day=18, dossier="e", model="openai:model-2")
    (change,) = room.issue(21).changed
    assert (change.was, change.was_panel.ship, change.now.outcome, change.now.panel.ship) == (
        "ship",
        4,
        "skip",
        1,
    )
    assert change.because == (
        "Skeptic: ship before, skip now.",
        "Futurist: ship before, skip now.",
        "Business: ship before, skip now.",
        "The dossier is a new one.",
        "Another model spoke: openai:model-2 instead of anthropic:model-1.",
    )


def test_a_later_review_with_the_same_count_is_no_news(room):
    room.publish(room.review("ferry", *SHIP, day=1), day=2)
    room.review("ferry", *SHIP, day=18)
    assert room.issue(21).empty


def test_an_editor_who_decides_a_seat_changes_the_verdict_and_is_named(room):
    review = room.review("ferry", "ship", "ship", "ship", "skip", day=1)
    room.publish(review, day=2)
    room.override(review, "futurist", "skip", day=20)
    (change,) = room.issue(21).changed
    assert (change.was_panel.ship, change.now.panel.ship, change.now.outcome) == (3, 2, "tie")
    assert change.because == (
        "Futurist: ship before, skip now by decision of editor Ada: The licence forbids it.",
    )
    assert room.issue(30).empty


def test_of_several_words_of_editors_only_those_of_the_period_are_news(room):
    review = room.review("ferry", *SHIP, day=1)
    room.publish(review, day=2)
    review = room.override(review, "futurist", "skip", day=3)
    room.override(review, "builder", "skip", day=20)
    (change,) = room.issue(21).changed
    assert (change.was_panel.ship, change.now.panel.ship) == (3, 2)
    assert len(change.because) == 1
    assert change.because[0].startswith("Builder: ")


def test_an_unfit_review_neither_shows_nor_counts_as_what_was_known(room):
    room.publish(room.review("ferry", *SHIP, day=1), day=2)
    room.review("ferry", "skip", "contested", "contested", "skip", day=18)
    assert room.issue(21).empty


def test_what_an_editor_let_through_is_said(room):
    review = room.review("ferry", "ship", "contested", "ship", "ship", day=15)
    room.publish(review, day=16, despite=("contested",))
    (news,) = room.issue(21).new
    assert news.despite == ("contested",)


def test_two_tools_of_one_name_are_told_apart(room):
    for slug in ("llama-4-70b", "llama-4-200b"):
        room.publish(room.review(slug, day=15, name="Llama 4"), day=16)
    assert {each.name for each in room.issue(21).new} == {"Llama 4 (llama-4-70b)", "Llama 4 (llama-4-200b)"}


# ---------------------------------------------------------------- what was told


def test_what_was_sent_is_not_told_again_though_its_day_is_in_the_next_period(room):
    room.publish(room.review("ferry", day=15), day=21)
    room.send(room.issue(21))
    room.publish(room.review("heron", day=21), day=21)
    assert slugs(room.issue(28).new) == ["heron"]
    # The day's own issue is what it was, and then some.
    assert slugs(room.issue(21).new) == ["heron", "ferry"]


def test_a_change_is_told_against_what_was_told_last_also_after_a_week_without_an_issue(room):
    room.publish(room.review("ferry", *SHIP, day=1), day=1)
    room.send(room.issue(2))
    room.review("ferry", *SKIP, day=10)
    (change,) = room.issue(28).changed
    assert change.was_panel.ship == 4
    room.send(room.issue(28))
    assert room.issue(29).empty


def test_a_review_that_is_no_longer_kept_leaves_the_change_without_its_seats(room):
    review = room.review("ferry", *SHIP, day=1)
    room.publish(review, day=1)
    room.send(room.issue(2))
    room.publish(room.review("ferry", *SKIP, day=10), day=10)
    room.records.review_path(review.run, "ferry").unlink()
    (change,) = room.issue(11).changed
    assert change.because == ("The review before is no longer kept.",)


def test_a_rehearsal_that_was_sent_has_told_nothing(room):
    room.review("ferry", day=15, model="offline:reader")
    rehearsal = room.issue(16, allow_offline=True)
    assert rehearsal.rehearsal
    room.send(rehearsal)
    room.publish(room.review("ferry", *SKIP, day=17), day=17)
    issue = room.issue(21)
    assert (slugs(issue.new), issue.changed) == (["ferry"], ())


# ---------------------------------------------------------------- rehearsals


def test_what_no_model_was_asked_about_is_left_out_unless_it_is_let_in_and_then_marked(room):
    review = room.review("ferry", day=15, model="offline:reader")
    room.publish(review, day=16, despite=("offline",))
    issue = room.issue(21)
    assert (issue.empty, issue.rehearsal, issue.left_out) == (True, False, 1)
    rehearsal = room.issue(21, allow_offline=True)
    assert (rehearsal.new[0].offline, rehearsal.rehearsal, rehearsal.left_out) == (True, True, 0)
    assert (rehearsal.new[0].silent, rehearsal.silent) == (True, True)


def test_of_a_panel_with_one_offline_seat_it_is_known_that_models_were_asked(room):
    review = room.review("ferry", day=15)
    first, *others = review.seating
    mixed = (first.model_copy(update={"model": "offline:reader"}), *others)
    review = review.model_copy(update={"seating": mixed})
    room.records.write_review(review)
    room.publish(review, day=16, despite=("offline",))
    rehearsal = room.issue(21, allow_offline=True)
    assert (rehearsal.new[0].offline, rehearsal.new[0].silent, rehearsal.silent) == (True, False, False)


def test_a_models_verdict_after_a_rehearsal_is_new_and_not_a_change(room):
    room.publish(room.review("ferry", *SHIP, day=1, model="offline:reader"), day=1, despite=("offline",))
    room.review("ferry", *SKIP, day=18)
    issue = room.issue(21)
    assert (slugs(issue.new), issue.changed) == (["ferry"], ())


# ---------------------------------------------------------------- comparisons


def test_the_best_comparison_names_a_tool_is_stable_and_is_the_newest(room):
    reviews = [
        room.review(slug, *(SHIP if slug == "ferry" else SKIP), day=1)
        for slug in ("ferry", "heron", "kite", "moth")
    ]
    room.publish(*reviews, day=2)
    ferry, heron, kite, moth = reviews
    room.compare(heron, kite, day=15, choice="too_close")
    room.compare(ferry, kite, day=16, choice="a")
    room.compare(heron, moth, day=17, choice="depends")
    room.compare(kite, moth, day=18, choice="a")  # both panels count the same
    room.compare(ferry, moth, day=18, choice="b", stable=False)
    issue = room.issue(21)
    assert [each.pair for each in issue.comparisons] == [
        "ferry-vs-kite", "kite-vs-moth", "ferry-vs-moth", "heron-vs-moth", "heron-vs-kite",
    ]  # fmt: skip
    assert issue.best.answer == "Ferry"
    assert room.issue(30, since="2026-11-29").best is None


def test_a_comparison_can_be_read_from_the_day_on_which_both_tools_are_live(room):
    ferry, heron = room.review("ferry", day=1), room.review("heron", day=1)
    room.compare(ferry, heron, day=2)
    room.publish(ferry, day=3)
    assert room.issue(10).best is None
    room.publish(heron, day=20)
    assert room.issue(21).best.pair == "ferry-vs-heron"
    room.send(room.issue(21))
    assert room.issue(22).best is None


# ---------------------------------------------------------------- bets and corrections


def test_bets_whose_day_has_come_are_told_once(room):
    room.publish(room.review("ferry", day=1, bets=(a_bet("2026-11-20"),)), day=1)
    assert room.issue(19).due == ()
    (bet,) = room.issue(21).due
    assert (bet.reviewer, bet.tool_name, bet.state) == ("Builder", "Ferry", "open")
    room.send(room.issue(21))
    assert room.issue(28).empty


def test_bets_settled_in_the_period_are_told_with_the_reason(room):
    review = room.review("ferry", day=1, bets=(a_bet("2026-11-20"),))
    room.publish(review, day=1)
    room.settle(review, "wrong", day=20)
    issue = room.issue(21)
    assert issue.due == ()
    (bet,) = issue.settled
    assert (bet.state, bet.reason) == ("wrong", "Counted")


def test_what_was_withdrawn_is_told_with_its_reason_and_not_as_a_verdict(room):
    room.publish(room.review("ferry", day=1), day=2)
    room.withdraw("ferry", day=20, reason="It was about another Ferry")
    issue = room.issue(21)
    assert (issue.new, issue.changed) == ((), ())
    (said,) = issue.corrections
    assert (said.kind, said.title, said.reason) == ("withdrawn", "Ferry", "It was about another Ferry")
    room.send(issue)
    assert room.issue(22).empty


def test_what_was_withdrawn_and_published_again_is_no_correction(room):
    review = room.review("ferry", day=1)
    room.publish(review, day=2)
    room.withdraw("ferry", day=19)
    room.publish(review, day=20)
    assert room.issue(21).empty


def test_a_price_that_an_editor_put_right_is_told_of_a_page_that_readers_knew(room):
    known, new = room.review("ferry", day=1, entry=paid()), room.review("heron", day=20, entry=paid())
    room.publish(known, day=2)
    room.publish(new, day=20)
    room.price(known, "paid", day=20)
    room.price(new, "paid", day=20)
    (said,) = room.issue(21).corrections
    assert (said.kind, said.name, said.entry, said.reason) == ("price", "ferry", "Paid", "A plan was misread")


# ---------------------------------------------------------------- the value


def test_the_same_records_and_day_make_the_same_issue(room):
    ferry, heron = room.review("ferry", day=15, bets=(a_bet(),)), room.review("heron", *SKIP, day=15)
    room.publish(ferry, heron, day=16)
    room.compare(ferry, heron, day=17)
    assert room.issue(21).as_json() == room.issue(21).as_json()


def test_nothing_new_is_an_empty_issue(tmp_path):
    assert Newsroom(tmp_path).issue(21).empty
