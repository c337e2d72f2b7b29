"""Texts on one line, bounded, without what no page or header can hold."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from panel.digest.texts import plain, plain_or_none


@given(st.text(), st.integers(min_value=2, max_value=300))
def test_a_text_is_one_bounded_line_that_can_be_shown(text, length):
    found = plain(text, length)
    assert len(found) <= length
    assert found == " ".join(found.split())
    assert not {unicodedata.category(c) for c in found} & {"Cc", "Cs", "Zl", "Zp"}
    found.encode("utf-8")


def test_what_cannot_be_shown_is_marked_and_letters_of_all_scripts_stay():
    assert plain("a\x00b\x1bc\ud800d\u202ee\ufffff", 99) == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"
    assert plain("a\r\nBcc:\u2028b\tc", 99) == "a Bcc: b c"
    assert plain("Größe 東京 👩\u200d💻 می\u200cخواهم", 99) == "Größe 東京 👩\u200d💻 می\u200cخواهم"


def test_what_is_blank_is_none():
    assert [plain_or_none(text, 9) for text in (None, "", " \n", "x")] == [None, None, None, "x"]
