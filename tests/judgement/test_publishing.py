"""What keeps a review from being published: each reason is named, and an honest review has none."""

from __future__ import annotations

import pytest

from panel.core.domain import OFFLINE_MODEL, Claim, Evidence, Finding, Flag, Grounding
from panel.core.outcomes import Override
from panel.judgement.overriding import overridden
from panel.judgement.price_decisions import priced
from panel.judgement.publishing import against_pair, publishable, unsupported
from tests.judgement.samples import a_review, decides, failure, panel, verdict
from tests.judgement.test_price_decisions import CONFLICT
from tests.judgement.test_price_decisions import decides as decides_price
from tests.publish.samples import ugly

INVENTED = Grounding(unsupported=(Claim(text="95%", start=0, end=3, class_="unsupported"),))
LOST = (
    Finding(move="m", says="It says so.", leans="for", weight="major", evidence=(Evidence(quote="nowhere"),)),
)


def with_builder(**changes):
    return a_review((verdict("builder", **changes), *panel("ship", "ship", "skip", "ship")[1:]))


def test_an_honest_review_may_be_published():
    review = a_review(panel("ship", "ship", "skip", "ship"))
    assert publishable(review, strict=True, dossier=review.dossier.id) == []


@pytest.mark.parametrize(
    ("review", "says"),
    [
        (a_review(panel("ship", "skip"), (failure("futurist"), failure("business"))), "no quorum: 2 of 4"),
        (a_review(panel("contested", "ship", "skip", "ship")), "contested: Builder"),
        (with_builder(model=OFFLINE_MODEL), "offline: no model was asked for Builder"),
        (a_review(panel("ship", "ship", "ship", "ship"), entry=CONFLICT), "price: The price of Basic"),
    ],
)
def test_each_reason_is_named(review, says):
    [reason] = publishable(review, strict=False)
    assert reason.startswith(says)


def test_a_price_conflict_names_both_quotations():
    [reason] = publishable(a_review(panel("ship", "ship", "ship", "ship"), entry=CONFLICT), strict=False)
    assert "“$0”" in reason
    assert "“available to Pro and Business subscribers”" in reason


def test_an_old_dossier_is_stale_and_an_unknown_one_is_not():
    review = a_review(panel("ship", "ship", "skip", "ship"))
    assert publishable(review, strict=False, dossier="sha256:new") == [
        "stale: the dossier has changed since this review"
    ]
    assert publishable(review, strict=False, dossier=None) == []


def test_an_editor_settles_contest_and_price():
    review = a_review(panel("contested", "ship", "skip", "ship"), entry=CONFLICT)
    assert len(publishable(review, strict=False)) == 2
    settled = priced(overridden(review, [decides("builder", "skip")]), [decides_price("paid")])
    assert publishable(settled, strict=False) == []


def test_offline_seats_can_be_let_through():
    assert publishable(with_builder(model=OFFLINE_MODEL), strict=False, allow_offline=True) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"grounding": INVENTED}, "unsupported: Builder: not in the dossier: “95%”"),
        ({"findings": LOST}, "unsupported: Builder: no such quotation: “nowhere”"),
        (
            {"flags": (Flag(kind="hands_on", text="I ran it"),)},
            "unsupported: Builder: speaks as if it had used the tool: I ran it",
        ),
    ],
)
def test_what_nothing_supports_keeps_it_back_only_if_strict(changes, says):
    review = with_builder(**changes)
    assert publishable(review, strict=False) == []
    assert publishable(review, strict=True) == [each.what for each in unsupported(review)] == [says]


def test_other_flags_keep_nothing_back():
    flags = (Flag(kind="words", text="long"), Flag(kind="avoid", text="“game changer”"))
    assert publishable(with_builder(flags=flags), strict=True) == []


def with_two_models(*reviewers):
    """A review in which the builder sits with two models."""
    others = panel("ship", "ship", "ship", "ship")[1:]
    return a_review((*reviewers, *others))


def test_of_two_models_the_one_that_says_it_is_named_and_so_it_is_for_programs():
    odd = verdict("builder", model="openai:x", grounding=INVENTED)
    review = with_two_models(verdict("builder"), odd)
    [reason] = publishable(review, strict=True)
    assert reason == "unsupported: Builder (openai:x): not in the dossier: “95%”"
    [issue] = unsupported(review)
    assert (issue.tool, issue.persona, issue.model) == (review.tool.slug, "builder", "openai:x")
    alone = unsupported(with_builder(grounding=INVENTED))[0]
    assert (alone.persona, alone.model) == ("builder", None)


def test_of_two_models_the_one_that_contradicts_itself_or_was_not_asked_is_named():
    contested = with_two_models(verdict("builder"), verdict("builder", model="openai:x", contested=True))
    assert publishable(contested, strict=False)[0].startswith("contested: Builder (openai:x): ")
    silent = with_two_models(verdict("builder"), verdict("builder", model=OFFLINE_MODEL))
    assert publishable(silent, strict=False) == [f"offline: no model was asked for Builder ({OFFLINE_MODEL})"]


def test_a_contested_seat_on_a_side_keeps_a_pair_back_until_an_editor_decides():
    pair = ugly()
    slug, dossier = pair.b.tool.slug, pair.b.dossier.id
    contested = f"contested: {slug}: Skeptic: Ships although its decisive finding is against."
    assert contested in [each.what for each in against_pair(pair)]
    word = Override(persona="skeptic", decision="skip", reason="So.", author="Ada", time="", dossier=dossier)
    decided = pair.model_copy(update={"b": pair.b.model_copy(update={"overrides": (word,)})})
    assert contested not in [each.what for each in against_pair(decided)]
