"""How verdicts are made: the page says what the program does."""

import re

import pytest

from panel.publish.templating import asset
from panel.site.pages import method
from tests.site.pages.press import Press
from tests.site.pages.reading import pages_of, parsed, text

_NUMBERS = r"\b(three|four|five|six|seven|eight|nine|ten|eleven|twelve|half a dozen|dozen)\b"


def page(root, settings=""):
    return pages_of("method", Press(root, settings).library())["method.html"]


def test_no_number_is_typed_into_the_text():
    template = asset("method.html.j2", "panel.site")
    prose = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<[^>]*>", " ", template, flags=re.DOTALL)
    assert len(prose.split()) > 500
    assert re.findall(r"\d+", prose) == []
    assert re.findall(_NUMBERS, prose, flags=re.IGNORECASE) == []


def test_the_numbers_are_those_the_rules_work_with(tmp_path, monkeypatch):
    assert "at least twelve characters long" in text(page(tmp_path))
    assert "from five votes on" in text(page(tmp_path))
    monkeypatch.setattr(method, "SHORTEST", 40)
    monkeypatch.setattr(method, "MINIMUM", 7)
    assert "at least 40 characters long" in text(page(tmp_path))
    assert "from seven votes on" in text(page(tmp_path))


def test_every_number_that_is_worked_out_stands_on_the_page():
    template = asset("method.html.j2", "panel.site")
    assert all(f"n.{name}" in template for name in method.numbers())
    assert method.numbers()["quorum"] == 3
    assert method.numbers()["confidence"] == 95


@pytest.mark.parametrize(
    "subject",
    [
        "have not used the tools", "dossier", "Reasons first", "contested", "unsupported", "quorum",
        "A tie is said and not broken", "first look", "Entry price", "in both orders", "An editor",
        "bets", "never enters the panel’s count", "Corrections",
    ],
)  # fmt: skip
def test_it_speaks_of_all_that_counts(tmp_path, subject):
    assert subject in text(page(tmp_path))


@pytest.mark.parametrize(
    ("setting", "href", "said"),
    [
        ("desk@example.org", "mailto:desk@example.org", "Write to desk@example.org."),
        ("https://example.org/wrong", "https://example.org/wrong", "Tell the editors."),
        ("the desk, room 3", None, "Tell the editors: the desk, room 3."),
        ("javascript:alert(1)", None, "Tell the editors: javascript:alert(1)."),
        ("a@b.example?cc=x@evil.example", None, "Tell the editors: a@b.example?cc=x@evil.example."),
    ],
)
def test_corrections_go_where_the_settings_say(tmp_path, setting, href, said):
    made = page(tmp_path, f'[site]\ncorrections = "{setting}"\n')
    links = parsed(made).xpath("//main//section[@aria-labelledby='corrections']//a/@href")
    assert links == ([href] if href else [])
    assert said in text(made)


def test_small_numbers_are_words_and_others_digits():
    assert [method.in_words(n) for n in (0, 3, 12, 13, 1200)] == ["zero", "three", "twelve", "13", "1,200"]
