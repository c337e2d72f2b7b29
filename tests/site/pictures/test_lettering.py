"""Text is measured and made to fit without a font being loaded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.site.pictures import lettering
from panel.site.pictures.lettering import drawable, fitted, shortened, width
from panel.site.pictures.raster import _font

SIZES = [(38, 1), (30, 2)]
NAMES = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=120
).filter(str.strip)


@pytest.mark.parametrize("face", ["bold", "medium"])
def test_the_widths_are_those_of_the_fonts(face):
    font = _font(face, 1000)
    for character, wide in lettering._widths()[face].items():
        assert font.getlength(character) == pytest.approx(wide, abs=1)


@pytest.mark.parametrize(
    "text", ["Mistral", "Žluťoučký", "Ελλάδα", "Кот", "e\u0301t\u00e9", "Ẩn", "a · b — “c”…"]
)
def test_latin_greek_and_cyrillic_can_be_drawn(text):
    assert drawable(text)


@pytest.mark.parametrize("text", ["通义千问", "🚀", "שלום", "a\nb", "नमस्ते", "₿"])
def test_other_writing_cannot_be_drawn(text):
    assert not drawable(text)


@given(NAMES)
def test_a_fitted_text_is_never_wider_or_longer_than_its_room(text):
    found = fitted(text, "bold", 480, SIZES)
    assert len(found.lines) <= dict(SIZES)[found.size]
    assert all(width(line, "bold", found.size) <= 480 for line in found.lines)


@given(NAMES)
def test_a_fitted_text_is_all_there_or_says_that_it_is_not(text):
    found = fitted(text, "bold", 480, SIZES)
    whole = "".join(lettering._composed(text).split())
    shown = "".join("".join(found.lines).split())
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown.removesuffix("…")))


def test_a_short_name_is_set_large_and_on_one_line():
    assert fitted("Codestral 2.0", "bold", 480, SIZES) == lettering.Fitted(("Codestral 2.0",), 38)


def test_a_longer_name_is_broken_at_words():
    found = fitted("Cursor Background Agent for Large Repositories", "bold", 480, SIZES)
    assert found.lines == ("Cursor Background Agent for", "Large Repositories")


def test_a_word_that_no_line_holds_is_cut():
    found = fitted("x" * 40, "bold", 480, SIZES)
    assert "".join(found.lines) == "x" * 40
    assert len(found.lines) == 2


def test_a_text_that_fits_is_not_shortened():
    assert shortened("  Ship \n or skip ", "medium", 24, 400) == "Ship or skip"


@given(NAMES, st.integers(20, 400))
def test_a_shortened_text_fits_where_an_ellipsis_does(text, room):
    assert width(shortened(text, "medium", 20, room), "medium", 20) <= room
