"""An editor's word on the entry price: the newest counts, it is bound to a dossier, and the rule is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panel.core.outcomes import Entry, PriceDecision
from panel.judgement.price_decisions import decided_entry, open_conflicts, price_in_force, priced
from panel.judgement.pricing import entry
from tests.judgement.samples import a_review, panel, price

CONFLICT = entry([price("$0", "Basic", "available to Pro and Business subscribers")])
ENTRIES = ("free", "freemium", "trial", "paid", "unknown", "none")


def decides(what="paid", **changes):
    given = {
        "entry": what, "reason": "The FAQ says so.", "author": "Ada", "time": "2026-11-21T10:00:00Z",
        "dossier": "sha256:d",
    }  # fmt: skip
    return PriceDecision(**{**given, **changes})


def reviewed(given=CONFLICT):
    return a_review(panel("ship", "ship", "skip", "ship"), entry=given)


def test_a_decision_settles_the_conflict_and_keeps_both_quotations():
    before = reviewed()
    assert open_conflicts(before.entry) == before.entry.conflicts != ()
    after = priced(before, [decides("paid")]).entry
    assert (after.price, after.label, after.by_rule) == ("paid", "Paid", before.entry.price)
    assert after.conflicts == before.entry.conflicts
    assert open_conflicts(after) == ()


def test_taken_back_the_rule_holds_again_and_the_conflict_is_open():
    decided = priced(reviewed(), [decides("paid")])
    back = priced(decided, [decides("paid"), decides("none")])
    assert back.entry == reviewed().entry
    assert [each.entry for each in back.price_decisions] == ["paid", "none"]


def test_a_decision_about_another_dossier_has_lapsed():
    assert priced(reviewed(), [decides(dossier="sha256:other")]) == reviewed()


def test_what_only_the_record_knows_stays():
    decided = priced(reviewed(), [decides("paid")])
    assert priced(decided, []) == decided
    later = priced(decided, [decides("free", author="Ben")])
    assert [each.author for each in later.price_decisions] == ["Ada", "Ben"]
    assert later.entry.price == "free"


@given(st.lists(st.sampled_from(ENTRIES), max_size=6))
def test_the_newest_counts_and_the_rule_is_never_lost(words):
    decisions = [decides(word, time=f"2026-11-21T10:00:0{n}Z") for n, word in enumerate(words)]
    review = reviewed()
    for n in range(len(decisions)):
        review = priced(review, decisions[: n + 1])
    assert review == priced(reviewed(), decisions)
    assert priced(review, decisions) == review
    in_force = price_in_force(decisions)
    if in_force is None:
        assert review.entry == reviewed().entry
    else:
        assert review.entry.price == in_force.entry == words[-1]
        assert review.entry.by_rule == reviewed().entry.price


def test_an_entry_without_a_decision_is_by_rule():
    plain = Entry(price="free", label="Free")
    assert decided_entry(plain, None) == plain
