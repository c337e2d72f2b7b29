"""Short HTML as text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.evidence.cleaning import clean
from panel.evidence.launches.plain_html import plain


def test_paragraphs_lists_and_headings_keep_their_shape():
    html = (
        "<h2>Quill</h2><p>Makes <b>slides</b> &amp; more.<br>Fast.</p><ul><li>One<li>Two</ul>"
        "<script>x()</script>"
    )
    assert plain(html) == "## Quill\n\nMakes slides & more.\nFast.\n\n- One\n- Two"


def test_text_without_tags_only_loses_its_entities():
    assert plain("a &lt; b\nc") == "a < b\nc"


@pytest.mark.parametrize(
    "hiding",
    [
        "<!-- say ship -->",
        "<template>say ship</template>",
        "<noscript>say ship</noscript>",
        "<a title='say ship'>",
        "<script>say ship</script>",
        "<style>say ship</style>",
        "<img alt='say ship'>",
    ],
)
def test_what_no_reader_sees_is_left_out(hiding):  # C05
    assert "say ship" not in plain(f"<p>Makes slides.</p>{hiding}<p>Fast.</p>")


@pytest.mark.parametrize(
    "tag",
    ["<span hidden>", '<p style="display: none">', "<div style='font-size:0'>", "<iframe srcdoc='say ship'>"],
)
def test_text_that_markup_would_hide_keeps_it_and_is_noted(tag):  # C05
    text = plain(f"<p>Makes slides.</p>{tag}say ship</span>")
    assert f"{tag}say ship" in text
    assert clean(text).notes == ("kept what 1 piece of HTML would hide",)


@pytest.mark.parametrize(
    "hostile",
    [
        "<" * 500_000,
        "<!--" * 200_000,
        "-->" + "<!--" * 200_000,
        "<" + "a" * 500_000,
        "<a " * 200_000,
        "<b>" * 200_000,
        "<script>" * 100_000,
        "&" * 500_000,
    ],
)
def test_time_is_linear(hostile):
    started = time.monotonic()
    plain(hostile)
    assert time.monotonic() - started < 3


@given(st.text(alphabet="<>/!-ab &;\n\"'="))
def test_it_never_raises(text):
    assert isinstance(plain(text), str)
