"""What a price text says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.price_texts import for_payers_only, said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("$0", "zero"),
        ("€0.00", "zero"),
        ("0 USD", "zero"),
        ("$0 per month", "zero"),
        ("free", "zero"),
        ("Free to download", "zero"),
        ("open weights", "zero"),
        ("open-source (MIT)", "zero"),
        ("at no charge", "zero"),
        ("Free during beta", "zero"),
        ("$20 per month", "paid"),
        ("$20/mo", "paid"),
        ("20/mo", "paid"),
        ("20 dollars", "paid"),
        ("1,200 EUR per year", "paid"),
        ("$0.50 per million tokens", "paid"),
        ("Pro and Business only", "paid"),
        ("subscription", "paid"),
        ("contact us", "paid"),
        ("pay-as-you-go", "paid"),
        ("usage-based", "paid"),
        ("free with Pro", "paid"),
        ("Free for Pro subscribers", "paid"),
        ("included in the Business plan", "paid"),
        ("14-day free trial", "trial"),
        ("free for 30 days", "trial"),
        ("first month free", "trial"),
        ("try it free for 7 days", "trial"),
        ("free 14-day trial, then $20/mo", "trial paid"),
        ("no trial, $9/mo", "paid"),
        ("$0-20/mo", "zero paid"),
        ("free up to 5 users, then $10", "zero paid"),
        ("freemium", "zero paid"),
        ("a free tier and a trial of the rest", "zero trial"),
        ("not free", ""),
        ("no free tier", ""),
        ("royalty-free", ""),
        ("free rein", ""),
        ("free-form", ""),
        ("freedom", ""),
        ("see website", ""),
        ("TBD", ""),
        ("", ""),
    ],
)
def test_a_price_text_is_understood(text, says):
    assert said(text) == set(says.split())


@pytest.mark.parametrize(
    ("quote", "payers"),
    [
        ("The agent is offered on Pro and Business plans.", True),
        ("Available on paid plans only.", True),
        ("Business only.", True),
        ("Free for everyone, Pro users get more.", False),
        ("Open to all; Business plans start at $40.", False),
        ("Pro users love it.", False),
        ("The team plans to open it.", False),
        # free by one sentence, for payers only by the next
        ("Ink is free. It is available on Pro and Business plans only.", True),
        ("Ink is completely free to use! However, it is limited to paying subscribers.", True),
        ("The agents are free for everyone. They are exclusive to Business customers.", True),
        ("Ink is free. It is available on Pro and Business plans, too.", False),
        ("Ink is free. Sync is available on Pro and Business plans only.", False),
        ("Ink is free. It costs $5 on Pro plans only.", False),
        ("Ink is free for students. It is available on Pro and Business plans only.", False),
        ("Ink is not free. It is available on Pro and Business plans.", False),
        ("There is a free plan. It is limited to 5 Pro requests; Pro users have no limit.", False),
        ("Ink is free. Its makers say more. It is available on Pro plans only.", False),
        ("", False),
    ],
)
def test_a_sentence_that_offers_it_to_payers_alone_is_noticed(quote, payers):
    assert for_payers_only(quote) is payers


@given(text=st.text(alphabet="free$0123.,/mo trial Pro", max_size=80))
def test_any_text_says_something_or_nothing(text):
    assert said(text) <= {"zero", "trial", "paid"}
