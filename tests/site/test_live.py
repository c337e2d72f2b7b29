"""Which record is live: the one that was published, or a later one against which nothing speaks."""

import pytest

from panel.core.decisions import decide
from panel.core.domain import Bet
from panel.core.outcomes import Override
from panel.core.published import Published
from panel.site.cards import review_card
from panel.site.live import live_review
from tests.core.shelf import BODY
from tests.site.samples import UNSUPPORTED, Press, bet, panel_of


@pytest.fixture
def press(tmp_path):
    return Press(tmp_path)


def shown(press, slug="lantern"):
    """The id of the review that a tool's page shows."""
    tool = press.library().tools.get(slug)
    return None if tool is None else tool.card.id


def test_nothing_is_live_that_was_not_published(press):
    press.review()
    assert press.library().tools == {}


def test_a_published_review_is_live(press):
    review = press.review()
    press.desk.publish("lantern")
    assert shown(press) == review.id


def test_a_later_review_takes_its_place(press):
    press.review()
    press.desk.publish("lantern")
    later = press.review(**panel_of("ship", "skip", "ship", "ship"))
    assert shown(press) == later.id


@pytest.mark.parametrize(
    "worse",
    [
        pytest.param({"quorum": False}, id="without quorum"),
        pytest.param({"offline": True}, id="offline"),
        pytest.param(panel_of("ship", "ship", "ship", "ship", contested=True), id="contested"),
        pytest.param(panel_of("ship", "ship", "ship", "ship", grounding=UNSUPPORTED), id="unsupported"),
    ],
)
def test_nothing_worse_takes_its_place(press, worse):
    good = press.review()
    press.desk.publish("lantern")
    bad = press.review(**worse)
    tool = press.library().tools["lantern"]
    assert (tool.card.id, [card.id for card in tool.history]) == (good.id, [good.id])
    assert tool.waiting
    assert bad.id not in str(tool.history)


def test_of_later_reviews_one_of_the_dossier_as_it_is_comes_first(press):
    first, other = press.review(), press.review(body=f"{BODY} No more than that.")
    word = Published(of="tool", name="lantern", record=first.id, author="Ada", time=first.created)
    newest_first = [review_card(other, "b"), review_card(first, "a")]
    now = {None: other.id, other.dossier.id: other.id, first.dossier.id: first.id, "sha256:new": other.id}
    assert {each: live_review(newest_first, word, each).id for each in now} == now


def test_a_tool_whose_published_review_is_gone_shows_the_next_that_is_fit(press):
    first = press.review()
    press.desk.publish("lantern")
    press.records.review_path(first.run, "lantern").unlink()
    assert shown(press) is None
    later = press.review()
    assert shown(press) == later.id


def test_a_withdrawn_tool_is_not_live_and_can_be_published_again(press):
    review = press.review()
    press.desk.publish("lantern")
    press.desk.withdraw("lantern")
    assert shown(press) is None
    press.desk.publish("lantern")
    assert shown(press) == review.id


def test_what_an_editor_let_through_is_live_until_something_better_comes(press):
    flawed = press.review(**panel_of("ship", "ship", "ship", "skip", contested=True))
    press.desk.publish("lantern", {"contested"})
    assert shown(press) == flawed.id
    assert press.library().tools["lantern"].despite == ("contested",)
    press.review(**panel_of("ship", "ship", "ship", "skip", contested=True))
    assert shown(press) == flawed.id
    better = press.review()
    assert shown(press) == better.id


def test_a_comparison_is_live_when_both_of_its_tools_are(press):
    a, b = press.review("lantern"), press.review("mast")
    press.comparison(a, b)
    press.desk.publish("lantern")
    assert press.library().comparisons == {}
    press.desk.publish("mast")
    assert list(press.library().comparisons) == ["lantern-vs-mast"]
    press.desk.withdraw("mast")
    assert press.library().comparisons == {}


def test_a_withdrawn_comparison_leaves_its_tools_live(press):
    press.comparison(press.review("lantern"), press.review("mast"))
    for name in ("lantern", "mast"):
        press.desk.publish(name)
    press.desk.withdraw("lantern-vs-mast")
    library = press.library()
    assert (list(library.comparisons), list(library.tools)) == ([], ["lantern", "mast"])
    press.desk.publish("lantern-vs-mast")
    assert list(press.library().comparisons) == ["lantern-vs-mast"]


def test_a_comparison_that_is_unfit_leaves_the_older_one_live(press):
    a, b = press.review("lantern"), press.review("mast")
    good = press.comparison(a, b)
    for name in ("lantern", "mast"):
        press.desk.publish(name)
    row = good.scorecard[0]
    flawed = row.a.model_copy(update={"grounding": UNSUPPORTED})
    press.comparison(a, b, scorecard=(row.model_copy(update={"a": flawed}),))
    assert press.library().comparisons["lantern-vs-mast"].card.id == good.id


def test_a_comparison_says_which_tool_was_reviewed_again_since(press):
    a, b = press.review("lantern"), press.review("mast")
    press.comparison(a, b)
    for name in ("lantern", "mast"):
        press.desk.publish(name)
    press.review("mast", **panel_of("skip", "skip", "ship", "ship"))
    assert press.library().comparisons["lantern-vs-mast"].again == ("mast",)


def test_what_was_let_through_for_one_tool_is_not_let_through_for_the_other(press):
    flawed = panel_of("ship", "ship", "ship", "ship", grounding=UNSUPPORTED)
    a, b = press.review("lantern", **flawed), press.review("mast")
    press.desk.publish("lantern", {"unsupported"})
    press.desk.publish("mast")
    good = press.comparison(a, b)
    other = press.comparison(a, press.review("mast", **flawed))
    again = press.comparison(press.review("lantern", **flawed), b)
    assert other.scorecard[0].b.grounding == again.scorecard[0].a.grounding == UNSUPPORTED
    assert press.library().comparisons["lantern-vs-mast"].card.id == good.id
    assert press.desk.publish("lantern-vs-mast").against


def test_a_comparison_says_which_tool_an_editor_changed_since(press):
    a, b = press.review("lantern"), press.review("mast")
    press.comparison(a, b)
    for name in ("lantern", "mast"):
        press.desk.publish(name)
    assert press.library().comparisons["lantern-vs-mast"].again == ()
    override = Override(
        persona="builder",
        decision="skip",
        reason="No licence.",
        author="Ada",
        time="2026-12-01T00:00:00Z",
        dossier=b.dossier.id,
    )
    press.records.write_review(b.model_copy(update={"overrides": (override,)}))
    assert press.library().comparisons["lantern-vs-mast"].again == ("mast",)


@pytest.mark.parametrize("despite", [set(), {"unsupported"}])
def test_what_was_published_is_live_no_more_if_a_price_is_open_again(press, despite):
    review = press.review()
    press.desk.publish("lantern", despite)
    entry = review.entry.model_copy(update={"conflicts": ("Free beside Pro only",)})
    press.records.write_review(review.model_copy(update={"entry": entry}))
    assert shown(press) is None


def test_two_pairs_that_share_a_name_share_a_page_and_the_newest_that_may_has_it(press):
    made = {slug: press.review(slug) for slug in ("a", "b-vs-c", "a-vs-b", "c")}
    older, newer = press.comparison(made["a-vs-b"], made["c"]), press.comparison(made["a"], made["b-vs-c"])
    for slug in ("a-vs-b", "c"):
        press.desk.publish(slug)
    assert press.library().comparisons["a-vs-b-vs-c"].card.id == older.id
    for slug in ("a", "b-vs-c"):
        press.desk.publish(slug)
    assert press.library().comparisons["a-vs-b-vs-c"].card.id == newer.id


def test_a_slug_may_itself_hold_vs(press):
    a, b = press.review("lamp-vs"), press.review("vs-mast")
    press.comparison(a, b)
    for name in ("lamp-vs", "vs-mast"):
        press.desk.publish(name)
    a, b = press.review("lamp-vs-lantern"), press.review("mast")
    press.comparison(a, b)
    for name in ("lamp-vs-lantern", "mast"):
        press.desk.publish(name)
    assert set(press.library().comparisons) == {"lamp-vs-lantern-vs-mast", "lamp-vs-vs-vs-mast"}


def test_rehearsals_are_live_only_when_asked_for(press):
    press.review("lantern", offline=True)
    press.review("mast", offline=True)
    press.review("sail")
    press.desk.publish("mast", {"offline"})
    press.desk.withdraw("mast")
    assert press.library().tools == {}
    assert list(press.library(rehearsals=True).tools) == ["lantern"]


def test_verdicts_that_changed_are_those_with_another_percentage(press):
    press.review("lantern")
    press.desk.publish("lantern")
    press.review("lantern")
    assert press.library().changed_tools() == []
    press.review("lantern", **panel_of("ship", "skip", "ship", "ship"))
    (tool,) = press.library().changed_tools()
    assert (tool.before.panel.percent, tool.card.panel.percent) == (100, 75)


def test_categories_join_spellings_and_hold_the_comparisons_within(press):
    a = press.review("lantern", category="AI Editors")
    b = press.review("mast", category="AI editors")
    c = press.review("sail", category="Databases")
    press.review("keel", category=None)
    press.comparison(a, b)
    press.comparison(b, c)
    for name in ("lantern", "mast", "sail", "keel"):
        press.desk.publish(name)
    editors, databases = press.library().categories
    assert (editors.slug, [tool.slug for tool in editors.tools]) == ("ai-editors", ["mast", "lantern"])
    assert [each.card.pair for each in editors.comparisons] == ["lantern-vs-mast"]
    assert (databases.name, databases.comparisons) == ("Databases", ())


def test_a_reviewers_ship_rate_counts_live_reviews_only(press):
    press.review("lantern", **panel_of("ship", "skip", "ship", "ship"))
    press.review("mast", **panel_of("ship", "ship", "ship", "ship"))
    press.review("sail", **panel_of("skip", "skip", "skip", "skip"))
    for name in ("lantern", "mast"):
        press.desk.publish(name)
    skeptic = press.library().reviewers["skeptic"]
    assert (skeptic.ship, skeptic.counted, len(skeptic.seats)) == (1, 2, 2)
    low, high = skeptic.interval
    assert 0 < low < 0.5 < high < 1


def test_bets_of_the_whole_history_are_kept_once(press):
    def with_bet(due):
        made = panel_of("ship", "ship", "ship", "ship")
        first, *others = made["verdicts"]
        made["verdicts"] = (first.model_copy(update={"bets": (Bet(claim="It stays", due=due),)}), *others)
        return made

    press.review(**with_bet("2027"))
    press.desk.publish("lantern")
    press.review(**with_bet("2027"))
    library = press.library()
    (bet,) = library.bets_on("lantern")
    assert (bet.claim, bet.due, bet.persona, bet.state) == ("It stays", "2027", "builder", "open")
    assert library.reviewers["builder"].track.open == 1


def test_a_review_that_does_not_say_when_it_was_made_places_no_bet_and_is_shown(press):
    review = press.review(**panel_of("ship", "ship", "ship", "ship", bets=(bet(),)))
    press.records.write_review(review.model_copy(update={"created": "some day"}))
    press.desk.publish("lantern")
    library = press.library()
    assert (shown(press), library.bets) == (review.id, ())


def test_no_line_in_the_log_lets_an_open_conflict_of_prices_through(press):
    review = press.review()
    entry = review.entry.model_copy(update={"conflicts": ("free beside $20",)})
    press.records.write_review(review.model_copy(update={"entry": entry}))
    word = Published(
        of="tool", name="lantern", record=review.id, despite=("price",), author="Eve", time=review.created
    )
    decide(press.root, word)
    assert shown(press) is None
