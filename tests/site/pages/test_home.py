"""The home page, for somebody who is here for the first time and for somebody who comes back."""

from pathlib import Path

from tests.golden import assert_golden
from tests.site.pages.press import Press
from tests.site.pages.reading import pages_of, parsed, text
from tests.site.pages.test_contract import a_magazine

GOLDEN = Path(__file__).parent / "golden"


def home(press):
    return pages_of("home", press.library())["index.html"]


def main_of(page):
    """The page's own part as it is written; the frame around it is another's."""
    whole = page.render().decode("utf-8")
    start = whole.index(">", whole.index("<main")) + 1
    return whole[start : whole.index("</main>")].strip() + "\n"


def test_before_anything_is_published_it_says_so_and_what_this_will_be(tmp_path):
    page = home(Press(tmp_path))
    assert "No verdict is published yet" in text(page)
    assert "The reviewers are AI" in text(page)
    assert not parsed(page).xpath("//main//section")


def test_it_says_what_the_reviewers_are_before_the_first_verdict(tmp_path):
    said = text(home(a_magazine(tmp_path)))
    assert said.index("They have not used the tools.") < said.index("Latest verdicts")


def test_the_newest_stands_first_with_its_date(tmp_path):
    press = Press(tmp_path)
    for day, slug in ((3, "lantern"), (9, "quarry"), (5, "pebble")):
        press.review(slug, day=day)
    names = parsed(home(press)).xpath("//section[@aria-labelledby='verdicts']//h3//bdi/text()")
    assert names == ["Quarry", "Pebble", "Lantern"]
    assert "Newest: 9 November 2026" in text(home(press))


def test_a_changed_verdict_stands_there_with_both_numbers_and_the_reason(tmp_path):
    (row,) = parsed(home(a_magazine(tmp_path))).xpath("//section[@aria-labelledby='changed']//li")
    said = " ".join(row.text_content().split())
    assert "100% →, now 75%" in said
    assert "Skeptic turned from ship to skip." in said
    assert "New since then: the dossier and the model (anthropic:model-0 → anthropic:model-1)." in said


def test_a_rehearsal_says_that_no_model_was_asked(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", model="offline:reader")
    assert "No verdict here was given by a model" in text(home(press))
    press.review("quarry")
    assert "1 of 2 verdicts here were not given by a model" in text(home(press))
    press.review("lantern", day=2)
    assert "a rehearsal" not in text(home(press))


def test_a_panel_with_one_silent_seat_is_not_called_one_that_no_model_was_asked_for(tmp_path):
    press = Press(tmp_path)
    press.silence(press.review("lantern"))
    said = text(home(press))
    assert "given by a model" not in said
    assert "Not every seat asked a model" in said


def test_of_many_it_shows_the_newest_and_leads_to_all(tmp_path):
    press = Press(tmp_path)
    made = [press.review(f"tool-{n}", day=1 + n) for n in range(14)]
    for other in made[1:9]:
        press.compare(made[0], other)
    page = home(press)
    assert len(parsed(page).xpath("//section[@aria-labelledby='verdicts']/ul/li")) == 10
    assert len(parsed(page).xpath("//section[@aria-labelledby='comparisons']/ul/li")) == 5
    assert "All 14 verdicts" in text(page)
    assert "All 8 comparisons" in text(page)


def test_what_no_page_can_hold_and_what_could_be_markup_is_shown_as_text(tmp_path):
    press = Press(tmp_path)
    press.review("evil", name="<script>alert(1)</script>\u202e\x07", tagline='" onclick="x', category="<b>")
    page = home(press)
    assert "<script>alert(1)</script>\ufffd\ufffd" in text(page)
    assert not parsed(page).xpath("//main//script | //main//b | //main//*[@onclick]")


def test_the_page_is_as_somebody_agreed_to_it(tmp_path):
    assert_golden(GOLDEN / "home.html", main_of(home(a_magazine(tmp_path))))


def test_what_changed_is_told_anew_when_either_review_or_the_name_is_another(tmp_path):
    press = Press(tmp_path)
    before = press.review("lantern", day=1)
    press.review("lantern", "ship skip ship ship", 2)
    other = press.review("lantern-2", day=1, name="Another", category=None)
    for n in range(10):  # so that it is not among the latest verdicts
        press.review(f"tool-{n}", day=3)
    first = home(press)
    told = first.render()

    seats = tuple(seat.model_copy(update={"prompt_sha": "sha256:other"}) for seat in before.verdicts)
    press.records.write_review(before.model_copy(update={"verdicts": seats}))
    second = home(press)
    assert second.inputs != first.inputs
    assert b"the wording of the questions" in second.render()
    assert b"the wording of the questions" not in told

    named_alike = other.tool.model_copy(update={"name": "Lantern"})
    press.records.write_review(other.model_copy(update={"tool": named_alike}))
    third = home(press)
    assert third.inputs != second.inputs
    assert b"Lantern (lantern)" in third.render()
