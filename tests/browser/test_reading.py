"""Reading: on a phone and a desktop, in light and dark, with the keyboard alone, without JavaScript."""

from __future__ import annotations

import pytest

from tests.browser.newsroom import COMPARED
from tests.browser.reader import DESKTOP, PHONE
from tests.browser.site import COMPARISON, KINDS

#: What carries the words of a page.
_SAID = "main :is(h1, h2, p, blockquote)"
_SCREENS = {"phone": PHONE, "desktop": DESKTOP}


@pytest.mark.parametrize("screen", _SCREENS)
def test_the_answer_of_a_comparison_is_seen_without_scrolling(reader, screen):
    one = reader(**_SCREENS[screen])
    one.open(COMPARISON)
    assert "vs" in one.page.locator("h1").inner_text()
    answer = one.page.locator(".answer .choice")
    box = answer.bounding_box()
    assert box["y"] + box["height"] <= _SCREENS[screen]["viewport"]["height"]
    assert answer.inner_text().strip()


@pytest.mark.parametrize("screen", _SCREENS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_the_screen_and_nothing_moves_by_itself(reader, kind, screen):
    one = reader(**_SCREENS[screen])
    one.open(KINDS[kind])
    wide = one.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    assert one.page.locator("h1").count() == 1
    assert one.shift() == 0


def test_a_comparison_holds_both_sides_of_all_four_chairs(reader):
    one = reader()
    one.open(COMPARISON)
    assert one.page.locator(".scorecard .chair").count() == 4
    assert one.page.locator(".scorecard blockquote").count() == 8
    lefts = [each.bounding_box()["x"] for each in one.page.locator(".scorecard .pair > .seat.a").all()]
    tops = one.page.evaluate(
        """[...document.querySelectorAll(".scorecard .pair")].map((pair) =>
        [...pair.querySelectorAll(".seat h4")].map((name) => Math.round(name.getBoundingClientRect().top)))"""
    )
    assert len(set(lefts)) == 1
    assert all(a == b for a, b in tops)  # side by side


def test_the_theme_is_the_system_s_until_one_is_chosen_and_the_choice_stays(reader):
    one = reader(color_scheme="dark")
    one.open("index.html")
    dark = _ground(one)
    button = one.page.locator("button.theme")
    button.click()
    light = _ground(one)
    assert light != dark
    one.open(COMPARISON)
    assert _ground(one) == light
    button.click()
    assert _ground(one) == dark
    other = reader(color_scheme="light")
    other.open("index.html")
    assert _ground(other) == light


def _ground(one):
    return one.page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_with_the_keyboard_one_gets_from_home_into_a_comparison_and_its_findings(reader):
    one = reader()
    one.open("index.html")
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("document.activeElement.id || location.hash") in {"content", "#content"}
    pair = "-vs-".join(COMPARED[0])
    assert _tab_to(one, f"document.activeElement.href?.includes('comparisons/{pair}.html')")
    one.page.keyboard.press("Enter")
    one.page.wait_for_url(f"**/{COMPARISON}")
    assert _tab_to(one, "document.activeElement.matches('summary')")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert one.page.evaluate(outline) != "none"
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("document.activeElement.parentElement.open")


def _tab_to(one, found):
    for _ in range(120):
        one.page.keyboard.press("Tab")
        if one.page.evaluate(found):
            return True
    return False


@pytest.mark.parametrize("kind", KINDS)
def test_everything_said_is_there_without_javascript(reader, kind):
    with_it, without = reader(), reader(java_script_enabled=False)
    with_it.open(KINDS[kind])
    without.open(KINDS[kind])
    said, plain = (
        {_folded(text) for text in one.page.locator(_SAID).all_inner_texts()} for one in (with_it, without)
    )
    live = {text for text in said if "of 8 votes" in text or not text}
    assert said - live <= plain


def _folded(text):
    return " ".join(text.split())
