"""Publishing asks the rules first, and keeps the editor's word."""

import pytest

from panel.core.errors import InputError
from panel.core.published import Published, Withdrawn, published
from tests.site.samples import UNSUPPORTED, Press, panel_of


@pytest.fixture
def press(tmp_path):
    return Press(tmp_path)


FLAWS = {
    "offline": {"offline": True},
    "no quorum": {"quorum": False, "status": "no_quorum"},
    "contested": panel_of("ship", "ship", "ship", "ship", contested=True),
    "unsupported": panel_of("ship", "ship", "ship", "ship", grounding=UNSUPPORTED),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flawed_review_is_refused_unless_just_that_flaw_is_let_through(press, flaw):
    press.review(**FLAWS[flaw])
    said = press.desk.publish("lantern", set(FLAWS) - {flaw})
    assert (said.done, {reason.partition(":")[0] for reason in said.against}) == (False, {flaw})
    assert not (press.root / "decisions.jsonl").exists()
    said = press.desk.publish("lantern", {flaw})
    assert (said.done, said.despite) == (True, (flaw,))


def test_a_conflict_of_prices_cannot_be_let_through(press):
    review = press.review()
    entry = review.entry.model_copy(update={"conflicts": ("free beside $20",)})
    press.records.write_review(review.model_copy(update={"entry": entry}))
    said = press.desk.publish("lantern", {"price", *FLAWS})
    assert said.against == ("price: free beside $20",)


def test_a_stale_review_is_refused(press):
    review = press.review()
    (press.root / "dossiers").mkdir()
    (press.root / "dossiers" / "lantern.md").write_text("---\nname: Lantern\n---\nIt is another thing now.\n")
    assert press.desk.publish("lantern").against == ("stale: the dossier has changed since this review",)
    press.desk.publish("lantern", {"stale"})
    tool = press.library().tools["lantern"]
    assert (tool.card.id, tool.stale) == (review.id, True)


def test_the_word_carries_record_author_reason_and_time(press):
    review = press.review()
    desk = press.desk
    desk.publish("lantern")
    word = published(press.root)["tool", "lantern"]
    assert isinstance(word, Published)
    assert (word.record, word.author, word.despite) == (review.id, "Ada", ())
    assert word.time.endswith("Z")


def test_the_same_word_twice_is_kept_once(press):
    press.review()
    assert [press.desk.publish("lantern").done for _ in range(2)] == [True, False]
    assert [press.desk.withdraw("lantern").done for _ in range(2)] == [True, False]
    assert len((press.root / "decisions.jsonl").read_text().splitlines()) == 2
    assert isinstance(published(press.root)["tool", "lantern"], Withdrawn)


def test_a_models_review_is_published_before_an_offline_one(press):
    review = press.review()
    press.review(offline=True)
    assert press.desk.publish("lantern").record == review.id


def test_a_comparison_needs_its_tools_to_be_live(press):
    press.comparison(press.review("lantern"), press.review("mast"))
    press.desk.publish("mast")
    assert press.desk.publish("lantern-vs-mast").against == ("not live: lantern: panel publish lantern",)


def test_a_name_that_is_nothing_is_refused(press):
    press.review()
    for act in (press.desk.publish, press.desk.withdraw):
        with pytest.raises(InputError, match="'mast'"):
            act("mast")


def test_withdrawing_what_was_never_published_changes_nothing(press):
    press.review()
    assert press.desk.withdraw("lantern").done is False
    assert not (press.root / "decisions.jsonl").exists()


def test_unpublished_are_those_on_which_no_word_was_said(press):
    for slug in ("lantern", "mast", "sail"):
        press.review(slug)
    press.desk.publish("lantern")
    press.desk.publish("mast")
    press.desk.withdraw("mast")
    assert press.desk.unpublished() == ["sail"]


def test_what_was_let_through_for_a_tool_is_let_through_for_its_comparisons(press):
    a, b = press.review("lantern", **FLAWS["contested"]), press.review("mast")
    press.comparison(a, b)
    press.desk.publish("lantern", {"contested"})
    press.desk.publish("mast")
    assert press.desk.publish("lantern-vs-mast").despite == ("contested",)


def test_who_publishes_hears_of_a_live_tool_that_is_near_identical(press):
    press.review("cursor-agent")
    press.review("cursor-agents")
    press.review("mast")
    for name in ("cursor-agents", "mast"):
        press.desk.publish(name)
    (warning,) = press.desk.twins(["cursor-agent", "mast"])
    assert (warning.tool, warning.other) == ("cursor-agent", "cursor-agents")
