"""Words are folded alike for whatever is typed; see `tests/browser/test_search.py` for the script's half."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.site.words import COMMON, LONGEST, particular, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Codestral 2.0", ("codestral", "2", "0")),
        ("whisper.cpp / Node.js", ("whisper", "cpp", "node", "js")),
        ("Größe ÉCLAIR naïve", ("grosse", "eclair", "naive")),
        ("Łódź Ærø Đorđe", ("lodz", "aero", "dorde")),
        ("İstanbul ΟΔΟΣ", ("istanbul", "οδοσ")),
        ("ﬁle Ⅻ ①", ("file", "xii", "1")),
        ("a_b-c", ("a", "b", "c")),
        ("日本語 モデル", ("日本語", "モテル")),  # a voicing mark is a mark, in texts and queries alike
        ("<script>alert(1)</script>", ("script", "alert", "1", "script")),
        (" … — !", ()),
        ("x" * 100, ("x" * LONGEST,)),
    ],
)
def test_words_are_what_letters_and_digits_make_without_case_and_marks(text, found):
    assert words(text) == found


@given(st.text(max_size=80))
def test_words_of_words_are_the_same_words(text):
    assert words(" ".join(words(text))) == words(text)


def test_particular_words_are_each_there_once_without_the_common_ones():
    assert particular(["The model of models", "a Model"]) == ("model", "models")
    assert "vs" in COMMON
