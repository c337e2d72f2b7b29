"""The Markdown file: its content, its order, and that nothing in a record can become markup."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from panel.publish.formats import markdown
from tests.publish import golden, samples
from tests.publish.hostile import PAYLOADS, filled

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
#: All that the template itself writes.
_PAIRS = (
    "heading", "paragraph", "bullet_list", "list_item", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td", "strong", "link",
)  # fmt: skip
TOKENS = {"inline", "text", "softbreak"} | {f"{name}_{end}" for name in _PAIRS for end in ("open", "close")}


def tokens(text: str) -> list:
    """All tokens of a Markdown text, those inside lines included."""
    return [part for token in READER.parse(text) for part in (token, *(token.children or ()))]


def shown(text: str) -> str:
    """The text a reader of the Markdown sees, one line per block."""
    lines = []
    for token in READER.parse(text):
        if token.type == "inline":
            kinds = {"softbreak": "\n"}
            lines.append("".join(kinds.get(child.type, child.content) for child in token.children))
    return "\n".join(lines)


def headings(text: str) -> list[str]:
    found = READER.parse(text)
    return [f"{a.tag} {shown(b.content)}" for a, b in pairwise(found) if a.type == "heading_open"]


@pytest.mark.parametrize("name", ["plain", "ugly"])
def test_the_file_is_the_reviewed_one(name):
    golden.check(f"{name}.md", markdown.render(getattr(samples, name)()))


def test_the_blocks_come_in_their_order_with_their_labels():
    c = samples.plain()
    in_order = [
        "AI tool comparison", "Lantern Agent vs Quarry Coder 2", "community vote",
        "Which one should you use?",
        "Quarry Coder 2", "Developer Tools", "Lantern Agent", c.a.tool.tagline, "75% Panel ship (3 of 4)",
        "— Community", "Paid Entry", c.a.tool.description, "Skeptic dissents (Skip): ", "Developer Tools",
        "Quarry Coder 2", c.b.tool.tagline, "100% Panel ship (4 of 4)", "78% Community", "Free Entry",
        c.b.tool.description, "Reviewer scorecard", "The reviewers are AI and have not used the tools",
        *(f"“{verdict.paragraph}”" for row in c.scorecard for verdict in (row.a, row.b)),
        "How this was made", "21 November 2026", "$0.05 for 3 calls",
    ]  # fmt: skip
    text, at = shown(markdown.render(c)), 0
    for wanted in in_order:
        assert wanted in text[at:], f"{wanted!r} is missing, or not in its place"
        at = text.index(wanted, at) + len(wanted)


def test_there_are_two_files_worth_of_headings_and_no_more():
    assert headings(markdown.render(samples.ugly()))[:4] == [
        f"h1 {samples.LONG_A} vs {samples.LONG_B}",
        "h2 Which one should you use?",
        f"h2 {samples.LONG_A}",
        f"h3 Pricing read: {samples.LONG_A}",
    ]


def test_an_ordinary_name_and_paragraph_carry_no_backslash():
    for text in (samples.LONG_A, samples.LANTERN_FUTURIST, samples.QUARRY_BUSINESS):
        assert markdown.line(text) == text


@pytest.mark.parametrize("sample", ["plain", "ugly"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_record_forges_a_block_an_image_html_or_a_link(payload, sample):
    record = getattr(samples, sample)()
    text = markdown.render(filled(record, PAYLOADS[payload]))
    found = tokens(text)
    assert {token.type for token in found} <= TOKENS
    assert not [token for token in found if token.type == "link_open"]
    assert len(headings(text)) == len(headings(markdown.render(filled(record, "word"))))
    # Bare addresses, which GitHub's reader turns into links although they are no markup.
    assert not re.search(r"(?i)https?://|\bwww\.|\bmailto:", text)


def test_web_addresses_of_the_front_matter_are_links_that_show_where_they_lead():
    found = tokens(markdown.render(samples.plain()))
    links = [token.attrs["href"] for token in found if token.type == "link_open"]
    assert "https://lantern.example/agent" in links
    assert all(link.startswith("https://") for link in links)


# The reader itself replaces these; a record never gets here with them (see test_legible).
texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=60)
marked = st.text("#*_-+=>|`~[]()!<&;:\\/.0123 ab\n@", max_size=40)


@given(st.one_of(texts, marked))
@example("1. one")
@example("www.www.")
@example("&amp;#35;")
@example("a  \n    b")
@example("C #")
@example("http://x")
def test_a_line_is_read_back_as_the_text_it_was_written_from(text):
    wanted = " ".join(text.split())
    written = markdown.line(text)
    for before, after in (("", ""), ("# ", ""), ("- ", ""), ("> ", ""), ("- “", "”"), ("| ", " |\n| --- |")):
        seen = shown(before + written + after)
        assert (
            seen == (before[2:] if before.endswith("“") else "") + wanted + after[: 1 if after == "”" else 0]
        )


@given(st.one_of(texts, marked))
def test_a_quotation_is_one_block_quotation_with_the_paragraph_in_it(text):
    found = tokens(str(markdown.quoted(text)))
    kinds = {token.type for token in found}
    assert kinds <= {
        "blockquote_open", "paragraph_open", "inline", "text", "softbreak",
        "paragraph_close", "blockquote_close",
    }  # fmt: skip
    assert "".join(shown(str(markdown.quoted(text))).split()) == "“" + "".join(text.split()) + "”"
