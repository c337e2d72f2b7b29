"""Claims of first-hand experience, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.consistency import hands_on

CLAIMS = [
    "I tried it on three repositories and it held.",
    "I tried to break it and could not.",
    "In my testing the agent came back within the hour.",
    "When I ran it against a monorepo, the diff was clean.",
    "We deployed it last spring.",
    "We've deployed this across two teams.",
    "After a week of using it the novelty is gone.",
    "After two weeks with it the palette is muscle memory.",
    "I have been using this since the beta.",
    "I'm running it right now beside the old one.",
    "I use it every day.",
    "We run this in production.",
    "I installed it in a minute.",
    "I've built three of these and this is the best.",
    "I benchmarked both and the gap is real.",
    "On my laptop the small model answers at once.",
    "On our own monorepo the index took a while.",
    "Having used it for a month, the seams show.",
    "In our experience support answers within a day.",
    "In my hands the brush feels late.",
    "It took me ten minutes to get the first diff.",
    "It saved us a day.",
    "It crashed on me twice.",
    "My team uses it for reviews.",
    "Our benchmarks show a different picture.",
    "The first time I opened it there was nothing to click.",
    "When I asked it for a refactor, it answered with a question.",
    "I watched it rewrite the import chain.",
    "I spent an afternoon with the editor.",
    "I fed it a hundred pages.",
    "We switched to it in May.",
    "I had already tested the beta.",
    "I had it running in an hour.",
    "I've run it for a week.",
    "I found it slow.",
    "We rolled it out to forty engineers.",
    "I keep coming back to it.",
    "I was able to break it in five minutes.",
    "It worked for me.",
]
HARMLESS = [
    "I would want to see it at the size of a bank.",
    "I'd test it on a monorepo first.",
    "I'd want to run it on my own hardware before paying.",
    "Before I use it I want a price list.",
    "If I deployed it, the pager would be mine.",
    "I can run this on an old machine.",
    "I could have used it last year.",
    "I'd have tried the smaller model first.",
    "I wish we had tried something this small earlier.",
    "I used to think editors were finished.",
    "I tried to find a price and there is none.",
    "I read the changelog twice.",
    "I looked for a licence; the dossier names none.",
    "I have no test log in front of me.",
    "I've seen this promise in every README of the year.",
    "In my view the format is the product.",
    "In my reading the licence is open.",
    "The first user who tries it on a real codebase will know.",
    "After a week of using it a team would know.",
    "After two weeks with it users forget the old palette.",
    "That gives me pause.",
    "The job: 'finish the refactor on my laptop while I sleep'.",
    "The blurb says “I tried it and wept”.",
    "A tester who ran it on our kind of repository should report.",
    "Let me be plain: I want a benchmark from outside.",
    "Someone should point it at a monorepo.",
    "We need a test log before anyone believes this.",
    "I believe the seam is right.",
    "I expect it to be used by teams with a build queue.",
    "My concern is the first use on a real codebase.",
    "I ran out of patience with the prose.",
    "We tested nothing; nobody outside has.",
    "I built my case on two quotations.",
    "I pointed out above that the price is missing.",
    "I hit the end of the dossier without a price.",
    "I have never used it.",
    "I have not run it.",
    "I've not deployed it, and no log says anyone did.",
]


@pytest.mark.parametrize("sentence", CLAIMS)
def test_a_claim_of_experience_is_found(sentence):
    found = hands_on(f"The idea is old. {sentence} So much for that.")
    assert len(found) == 1
    assert found[0] in sentence


@pytest.mark.parametrize("sentence", HARMLESS)
def test_a_wish_a_plan_or_somebody_else_s_words_are_no_claim(sentence):
    assert hands_on(f"The idea is old. {sentence} So much for that.") == ()


def test_a_claim_is_shown_to_the_end_of_its_clause():
    assert hands_on("So I ran it overnight, and the queue was empty.") == ("I ran it overnight",)


def test_several_claims_are_told_apart_and_repeated_ones_are_not():
    assert hands_on("I ran it. We deployed it. I ran it.") == ("I ran it", "We deployed it")


@given(text=st.text(alphabet="I tried we ran it.’'“”,", max_size=200))
def test_whatever_is_written_a_claim_is_a_piece_of_it(text):
    line = " ".join(text.split())
    assert all(claim.rstrip("…") in line for claim in hands_on(text))
