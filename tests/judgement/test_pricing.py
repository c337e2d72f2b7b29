"""The entry price by rule, and where its sources disagree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import ENTRY_LABELS
from panel.core.outcomes import PriceReason
from panel.judgement.pricing import entry
from tests.judgement.samples import price


def _entry(*values):
    return entry([price(value, f"Plan {n}", n=n) for n, value in enumerate(values)])


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([], "unknown"),
        (["see website"], "unknown"),
        (["free"], "free"),
        (["free to download", "open weights"], "free"),
        (["$0", "$20/mo"], "freemium"),
        (["$0 to $20"], "freemium"),
        (["free", "see website"], "freemium"),
        (["free", "14-day trial"], "freemium"),
        (["14-day trial", "$20/mo"], "trial"),
        (["14-day trial"], "trial"),
        (["$20/mo"], "paid"),
        (["$20/mo", "see website"], "paid"),
        (["Pro and Business only"], "paid"),
        (["contact us"], "paid"),
    ],
)
def test_the_entry_price_follows_from_what_the_plans_say(values, result):
    found = _entry(*values)
    assert (found.price, found.label) == (result, ENTRY_LABELS[result])


def test_what_decided_is_named_with_its_quotation():
    found = entry([price("$20", "Pro", "Pro is $20 a month", n=7)])
    assert found.because == (PriceReason(fact="f7", plan="Pro", price="$20", quote="Pro is $20 a month"),)
    assert found.conflicts == ()


def test_a_price_whose_quotation_is_not_in_the_dossier_neither_decides_nor_is_named():
    found = entry([price("$20/mo", "Pro"), price("free", "Hobby", cited=False)])
    assert found.price == "paid"
    assert [reason.plan for reason in found.because] == ["Pro"]


def test_other_facts_have_no_price():
    fact = price("free").model_copy(update={"kind": "licence"})
    assert entry([fact]).price == "unknown"


def test_one_plan_for_nothing_and_for_money_is_a_conflict_that_names_both_quotations():
    found = entry([price("free", "Pro", "Pro is free"), price("$20", "pro ", "Pro costs $20", n=2)])
    assert found.conflicts == (
        "The plan Pro is given as “free” (“Pro is free”) and as “$20” (“Pro costs $20”).",
    )


def test_free_beside_subscribers_only_is_a_conflict_that_names_both_quotations():
    found = entry(
        [
            price("free", "Agent", "The agent is free"),
            price("Pro and Business only", "", "available to Pro and Business subscribers", n=2),
        ]
    )
    [conflict] = found.conflicts
    assert conflict == (
        "One source says it costs nothing (“The agent is free”), another that it is for paying subscribers "
        "only (“available to Pro and Business subscribers”)."
    )


def test_free_from_a_source_that_says_subscribers_only_is_a_conflict():
    found = entry([price("free", "", "The agents are open to Pro and Business subscribers")])
    assert found.price == "free"
    [conflict] = found.conflicts
    assert conflict == (
        "The price of the tool is given as “free”, but its source says "
        "“The agents are open to Pro and Business subscribers”."
    )


def test_free_from_a_source_that_says_so_and_takes_it_back_in_its_next_sentence_is_a_conflict():
    quote = "Ink is free. It is available on Pro and Business plans only."
    [conflict] = entry([price("free", "Ink", quote)]).conflicts
    assert conflict == f"The price of Ink is given as “free”, but its source says “{quote}”."


@pytest.mark.parametrize("value", ["free", "$0", "free to download"])
def test_free_from_a_source_that_names_an_amount_is_a_conflict_that_names_both(value):
    found = entry([price(value, "Basic", "Basic starts at $20 per month for every seat.")])
    assert found.price == "free"
    [conflict] = found.conflicts
    assert conflict == (
        f"The price of Basic is given as “{value}”, but its source names “$20 per month” "
        "(“Basic starts at $20 per month for every seat.”)."
    )


def test_the_amount_is_named_however_far_back_it_stands_in_a_long_quotation():
    quote = f"It is {'very ' * 40}good, and costs €15 a month."
    [conflict] = entry([price("free", "", quote)]).conflicts
    assert "“€15 a month”" in conflict


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("$0", "$0"),
        ("free", "Free up to 1M tokens, $3 per million after"),
        ("free", "free forever, then $20"),
        ("free, then $20", "It costs $20."),
        ("free to download", "Apache 2.0: no $20 fee"),
        ("$20/mo", "It costs $20 per month."),
    ],
)
def test_a_free_way_beside_an_amount_is_no_conflict(value, quote):
    assert entry([price(value, "Basic", quote)]).conflicts == ()


def test_an_ordinary_price_list_is_no_conflict():
    assert _entry("$0", "$20/mo", "contact us").conflicts == ()
    found = entry([price("$0", "Hobby", "Hobby: $0"), price("$20", "Pro", "Pro plan only: $20", n=2)])
    assert found.conflicts == ()


FACTS = st.lists(
    st.builds(
        price,
        st.sampled_from(["free", "$20/mo", "14-day trial", "see website", "Pro and Business only"]),
        st.sampled_from(["", "Hobby", "Pro"]),
        st.none() | st.just("available to Pro and Business subscribers"),
        cited=st.booleans(),
    ),
    max_size=5,
)


@given(facts=FACTS)
def test_the_order_of_facts_does_not_change_the_price(facts):
    assert entry(facts).price == entry(facts[::-1]).price


@given(facts=FACTS)
def test_facts_without_a_place_change_nothing(facts):
    assert entry(facts) == entry([fact for fact in facts if fact.span])


@given(facts=FACTS)
def test_free_means_that_nothing_cited_asks_for_money(facts):
    cited = [fact.value for fact in facts if fact.span]
    if entry(facts).price == "free":
        assert set(cited) == {"free"}
    assert (entry(facts).price == "unknown") == (set(cited) <= {"see website"})
