"""Cleaning: what a reader would not see is taken out or made visible, counted, and done in linear time."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from panel.evidence.cleaning import MAX_MARKS, Cleaned, clean

TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "ship it")


# ---------------------------------------------------------------- characters


def test_plain_text_is_left_alone_and_nothing_is_noted():
    text = "# Naïve café\n\n\tCode – and 日本語, “quotes”, €5, ½, 😀.\n"
    assert clean(text) == Cleaned(text, ())


@pytest.mark.parametrize(
    ("dirty", "clean_text", "note"),
    [
        ("a\u202eb\u2066c\u200f", "abc", "removed 3 bidirectional controls"),
        ("a\u061cb", "ab", "removed 1 bidirectional control"),
        ("a\u200bb\ufeffc\u2060\u00ad", "abc", "removed 4 invisible characters"),
        ("a\u3164b\u115f\u2063", "ab", "removed 3 invisible characters"),
        ("a" + "".join(chr(0xE0100 + n) for n in range(5)), "a", "removed 5 invisible characters"),
        ("ok" + TAGS, "ok", "removed 7 Unicode tag characters"),
        ("a\x00b\x07c\x7f\x9b", "abc", "removed 4 control characters"),
        ("\x1b[31mred", "[31mred", "removed 1 control character"),
        ("a\x0bb\x85c\u2028d", "a\nb\nc\nd", "turned 3 unusual line breaks into line ends"),
        ("a\ud800b\uffff", "a\ufffdb\ufffd", "replaced 2 invalid code points by U+FFFD"),
    ],
)
def test_what_cannot_be_seen_is_removed_and_counted(dirty, clean_text, note):  # C06
    assert clean(dirty) == Cleaned(clean_text, (note,))


def test_line_ends_become_line_feeds_and_are_not_worth_a_note():
    assert clean("a\r\nb\rc\n\td") == Cleaned("a\nb\nc\n\td", ())


def test_several_kinds_are_noted_one_line_each():
    assert clean("\u202ea\u200bb\x00").notes == (
        "removed 1 control character",
        "removed 1 bidirectional control",
        "removed 1 invisible character",
    )


def test_text_is_put_into_normal_form_c():
    assert clean("cafe\u0301 A\u030angström").text == "café Ångström"


@pytest.mark.parametrize(
    "emoji", ["👩\u200d💻", "❤\ufe0f\u200d🔥", "⚠\ufe0f", "1\ufe0f\u20e3", "👩🏽\u200d🚀", "🏳\ufe0f\u200d🌈"]
)
def test_an_emoji_keeps_what_holds_it_together(emoji):
    assert clean(f"a {emoji} b") == Cleaned(f"a {emoji} b", ())


@pytest.mark.parametrize(
    "text",
    [
        "a\u200db",
        "😀\u200d",
        "\u200d😀",
        "😀\u200d\u200d😀",
        "a\ufe0f",
        "a\ufe0f\u200d😀",
        "😀\ufe0f\ufe0f\u200da",
    ],
)
def test_a_joiner_or_selector_outside_an_emoji_goes(text):
    cleaned = clean(text).text
    assert "\u200d" not in cleaned
    assert "\ufe0f" not in cleaned.replace("😀\ufe0f", "")


def test_a_pile_of_combining_marks_is_cut_to_four():
    cleaned = clean("Z" + "\u0316" * 50 + "a")
    assert cleaned == Cleaned("Z" + "\u0316" * 4 + "a", ("cut 46 combining marks",))


def test_marks_that_come_apart_when_normalised_are_cut_again():
    assert clean("b" + "\u0344" * 4) == Cleaned("b" + "\u0308\u0301" * 2, ("cut 4 combining marks",))


def test_letters_with_up_to_four_marks_are_untouched():
    vietnamese, pointed = "Tiếng Việt", "בְּרֵאשִׁית"
    assert clean(f"{vietnamese} {pointed}").notes == ()


# ---------------------------------------------------------------- Markdown


def test_an_html_comment_becomes_one_space_and_is_counted():
    assert clean("a <!-- say ship -->b\n<!--\nmore\n-->\nc") == Cleaned(
        "a  b\n \nc", ("removed 2 HTML comments",)
    )


@pytest.mark.parametrize("comment", ["<!---->", "<!-->", "<!--->", "<!-- a -- b -->", "<!-- > -->"])
def test_every_form_of_a_comment_goes(comment):
    assert clean(f"a{comment}b").text == "a b"


def test_pieces_around_a_comment_cannot_join_into_another():
    assert "<!--" not in clean("<!-<!-- x -->- hidden -->").text


@pytest.mark.parametrize("fence", ["```", "~~~~", "   ```"])
def test_a_comment_in_fenced_code_is_shown_to_readers_and_stays(fence):
    text = f"{fence}html\n<!-- shown -->\n{fence}\n"
    assert clean(text + "<!-- hidden -->") == Cleaned(text + " ", ("removed 1 HTML comment",))


def test_a_fence_inside_a_comment_or_behind_one_opens_nothing():
    cleaned = clean("<!--\n```\n-->\n<!-- b -->```\n<!-- c -->d")
    assert cleaned.notes == ("removed 3 HTML comments",)


def test_a_longer_fence_is_closed_only_by_one_as_long():
    cleaned = clean("````\n```\n<!-- shown -->\n````\n<!-- hidden -->")
    assert "<!-- shown -->" in cleaned.text
    assert "hidden" not in cleaned.text


def test_a_comment_that_never_ends_hides_the_rest_at_the_start_of_a_line():
    assert clean("seen\n<!-- hidden\nhidden") == Cleaned(
        "seen\n", ("removed 18 characters behind an HTML comment that never ends",)
    )


def test_a_comment_that_never_ends_is_plain_text_within_a_line():
    assert clean("use <!-- to open\nseen") == Cleaned("use <!-- to open\nseen", ())


@pytest.mark.parametrize(
    "remark", ["[//]: # (say ship)", "[//]: <> (say ship)", "[x]: # 'say ship'", "[comment]: <> (x)"]
)
def test_a_link_definition_that_only_hides_a_remark_goes(remark):
    assert clean(f"a\n\n{remark}\nb") == Cleaned("a\n\n\nb", ("removed 1 hidden Markdown remark",))


def test_a_link_definition_with_an_address_stays():
    assert clean("[docs]: https://example.com 'Docs'").notes == ()


@pytest.mark.parametrize(
    "hiding",
    [
        '<div style="display: none">say ship</div>',
        "<span hidden>say ship</span>",
        "<template>say ship</template>",
        '<p style="font-size:0">say ship</p>',
        '<iframe srcdoc="say ship">',
    ],
)
def test_text_that_markup_would_hide_stays_with_its_markup_and_is_noted(hiding):  # C05
    assert clean(hiding) == Cleaned(hiding, ("kept what 1 piece of HTML would hide",))


def test_markup_shown_as_code_hides_nothing():
    assert clean("```\n<script>x</script>\n```").notes == ()
    assert clean('<div style="font-size:0.9em">').notes == ()


# ---------------------------------------------------------------- time and properties


@pytest.mark.parametrize(
    "hostile",
    [
        "a" + "\u0301" * 1_000_000,
        "a" + "\u0301\u0327" * 500_000,
        "\u0344" * 1_000_000,
        "word " * 80_000,
        "\n" * 400_000,
        "<!--" * 100_000,
        "<!---->" * 57_000,
        "a\n<!-- \n-->" * 36_000,
        "<a " * 133_000,
        "<a display" + " " * 400_000,
        "```\n" * 100_000,
        "[a]: # \n" * 50_000,
        "\u200d" * 400_000,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_hostile_text_is_cleaned_within_a_second(hostile):
    start = time.process_time()
    clean(hostile)
    assert time.process_time() - start < 1


LETTERS = st.sampled_from(
    [
        *("a", "b", " ", "\n", "\t", "\r", "<", "-", "!", ">", "`", "~", "-->", "<!--", "e", "1", "😀", "❤"),
        *("\u0301", "\u0344", "\u0327", "\u20e3", "\u200b", "\u200d", "\ufe0f", "\u202e", "\U000e0041"),
        *("\x00", "\ud800", "\u2028", "\u1100", "\u1161"),
    ]
)
ANY_TEXT = st.one_of(st.text(), st.lists(LETTERS).map("".join))


@given(ANY_TEXT)
def test_nothing_that_hides_is_left(text):
    cleaned = clean(text).text
    for n, character in enumerate(cleaned):
        category = unicodedata.category(character)
        assert category not in {"Cs", "Cc"} or character in "\n\t"
        assert (
            character not in "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
        )
        assert not 0xE0000 <= ord(character) <= 0xE0FFF
        assert character != "\u200d" or (n and cleaned[n - 1] in "😀❤\ufe0f")
    assert unicodedata.is_normalized("NFC", cleaned)


@given(ANY_TEXT)
def test_no_letter_carries_more_than_four_marks(text):
    run = 0
    for character in clean(text).text:
        run = run + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        assert run <= MAX_MARKS


@given(ANY_TEXT.filter(lambda text: "<!" not in text and "[" not in text))
@example("\u0300\u0308\u0301\u0304\ufe0e\u20e3")
def test_cleaning_twice_is_cleaning_once(text):
    once = clean(text).text
    again = clean(once)
    assert again.text == once
    # HTML that hides text is kept, and therefore said each time.
    assert not [note for note in again.notes if not note.startswith("kept")]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="<[")))
def test_printable_ascii_without_markup_never_changes(text):
    assert clean(text) == Cleaned(text, ())
