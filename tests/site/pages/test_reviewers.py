"""A reviewer's page: what it asks, how often it ships, how its bets turned out."""

from pathlib import Path

import pytest

from panel.core.domain import Bet
from tests.golden import assert_golden
from tests.judgement.samples import decides
from tests.site.pages.press import Press
from tests.site.pages.reading import pages_of, parsed, text
from tests.site.pages.test_contract import a_magazine
from tests.site.pages.test_home import main_of

GOLDEN = Path(__file__).parent / "golden"


def page_of(press, slug="skeptic"):
    return pages_of("reviewers", press.library())[f"reviewers/{slug}.html"]


def test_only_who_sat_on_a_live_panel_has_a_page(tmp_path):
    press = Press(tmp_path)
    press.review("lantern")
    press.review("quarry", fourth="creative", live=False)
    assert set(pages_of("reviewers", press.library())) == {
        "reviewers/index.html", "reviewers/builder.html", "reviewers/skeptic.html",
        "reviewers/futurist.html", "reviewers/business.html",
    }  # fmt: skip


def test_its_questions_are_those_of_its_file(tmp_path):
    press = Press(tmp_path)
    press.review("lantern")
    asked = parsed(page_of(press)).xpath("//ol/li/p[@class='move']/text()")
    persona = press.library().reviewers["skeptic"].persona
    assert asked == [move.ask for move in persona.moves]
    assert persona.motto in text(page_of(press))


def test_its_share_of_ship_has_an_interval_in_words_and_drawn(tmp_path):
    press = Press(tmp_path)
    for n in range(8):
        press.review(f"tool-{n}", "ship skip ship ship" if n % 4 else "ship ship ship ship")
    page = page_of(press)
    # Wilson's interval of 2 of 8, worked out by hand: 7.1 % to 59.1 %.
    assert "25% ship, 2 of 8" in text(page)
    assert "it would ship between 7% and 59%" in text(page)
    label = parsed(page).xpath("//section[@aria-labelledby='rate']//svg/@aria-label")
    assert label == ["Ships 25 percent; the interval reaches from 7 to 59 percent."]


@pytest.mark.parametrize(("word", "did"), [("ship", "shipped"), ("skip", "skipped")])
def test_a_reviewer_who_always_says_the_same_carries_no_information(tmp_path, word, did):
    press = Press(tmp_path)
    for n in range(10):
        press.review(f"tool-{n}", f"ship {word} skip ship")
    assert f"Has {did} every one of 10 tools: its vote carries no information." in text(page_of(press))
    assert "carries no information" in text(pages_of("reviewers", press.library())["reviewers/index.html"])


def test_of_a_few_votes_that_is_not_said(tmp_path):
    press = Press(tmp_path)
    for n in range(9):
        press.review(f"tool-{n}")
    assert "carries no information" not in text(page_of(press))
    assert "Too few votes to say whether its vote carries information: 10 are needed." in text(page_of(press))


def test_what_an_editor_decided_is_listed_and_is_no_vote_of_the_reviewer(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", "ship skip ship ship", overrides=(decides(dossier="sha256:lantern-d"),))
    said = text(page_of(press))
    assert "0% ship, 0 of 1" in said
    assert "Ship Lantern decided by an editor; the reviewer had said skip" in said


def test_a_contested_verdict_is_listed_and_is_no_vote(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", "ship contested ship ship")
    said = text(page_of(press))
    assert "No vote of its own yet." in said
    assert "Contested Lantern" in said


def test_the_offline_readers_votes_are_not_mixed_with_those_of_models(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", "ship ship ship ship", model="offline:reader")
    assert "No model gave these votes: the offline reader did." in text(page_of(press))
    press.review("quarry", "ship skip ship ship")
    said = text(page_of(press))
    assert "0% ship, 0 of 1" in said
    assert "the offline reader did" not in said


def bets(press, outcomes):
    for n, outcome in enumerate(outcomes):
        claim = f"Claim number {n} comes true."
        review = press.review(f"tool-{n}", bets=(Bet(claim=claim, due="2027"),))
        if outcome != "open":
            press.settle(review, "skeptic", claim, outcome)


def test_below_five_settled_bets_no_share_is_given(tmp_path):
    press = Press(tmp_path)
    bets(press, ["right", "right", "right", "wrong", "void", "open"])
    said = text(page_of(press))
    assert "3 right 1 wrong 1 void 1 open" in said
    assert "Too few settled bets to say how good its predictions are: 4 of the 5 it takes." in said
    assert "were right" not in said


def test_from_five_on_it_is_given_with_its_interval(tmp_path):
    press = Press(tmp_path)
    bets(press, ["right", "right", "right", "right", "wrong"])
    # Wilson's interval of 4 of 5, worked out by hand: 37.6 % to 96.4 %.
    assert "4 of 5 settled bets were right: between 38% and 96%" in text(page_of(press))


def test_a_settled_bet_names_who_settled_it_and_why(tmp_path):
    press = Press(tmp_path)
    bets(press, ["wrong"])
    assert "Wrong due 31 December 2027 on Tool 0 Settled by Ada: It is on the record." in text(page_of(press))


def test_of_many_the_newest_are_shown_and_how_many_there_are(tmp_path):
    press = Press(tmp_path)
    bets(press, ["open"] * 31)
    said = text(page_of(press))
    assert "The newest 30 of 31" in said
    assert "Open, the earliest due first: 10 of 31" in said


def test_who_spoke_for_it_is_counted_by_model(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", model="anthropic:model-1")
    press.review("quarry", model="anthropic:model-2")
    press.review("pebble", model="anthropic:model-2")
    assert "anthropic:model-2: 2 seats anthropic:model-1: 1 seat" in text(page_of(press))


def test_a_reviewer_whose_file_is_gone_keeps_its_record(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", fourth="creative")
    library = press.library()
    reviewer = library.reviewers["creative"]
    gone = type(reviewer)(**{**vars(reviewer), "persona": None})
    without = type(library)(**{**vars(library), "reviewers": {"creative": gone}})
    said = text(pages_of("reviewers", without)["reviewers/creative.html"])
    assert "its file is gone" in said
    assert "What it asks" not in said
    assert "100% ship, 1 of 1" in said


def test_the_page_is_as_somebody_agreed_to_it(tmp_path):
    assert_golden(GOLDEN / "reviewer.html", main_of(page_of(a_magazine(tmp_path), "builder")))
