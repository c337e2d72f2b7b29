"""The name and first paragraph of a README, through the markup people really use."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.evidence.markdown import MAX_NAME, MAX_PARAGRAPH, blocks, first_paragraph, tool_name

PROSE = "Quill turns notes into slides without a template."


# ---------------------------------------------------------------- the name


@pytest.mark.parametrize(
    "heading",
    [
        "# Quill Pro 2.0",
        "Quill Pro 2.0\n=============",
        "## Quill Pro 2.0 ##",
        '<h1 align="center">\n  <br>\n  Quill Pro 2.0\n</h1>',
        "# **Quill** _Pro_ `2.0`",
        "# [Quill Pro](https://example.com) 2.0 [![build](b.svg)](https://example.com/ci)",
        '# <img src="logo.png" alt="Logo"> Quill Pro 2.0',
        "# 🪶 Quill Pro 2.0 🚀 :rocket:",
        "# Quill&nbsp;Pro 2.0",
        "[![badge](b.svg)](https://example.com)\n\n# Quill Pro 2.0",
        "# 🚀\n\n# Quill Pro 2.0",
        "> **Note**: an old release.\n\n# Quill Pro 2.0",
    ],
)
def test_the_first_heading_is_the_name_without_its_markup(heading):
    assert tool_name(f"{heading}\n\n{PROSE}\n") == "Quill Pro 2.0"


def test_a_heading_of_only_badges_or_emoji_is_no_name():
    body = "# ![logo](x.png)\n\n# 🚀✨\n"
    assert tool_name(body, "quill") == "quill"
    assert tool_name(body) is None


def test_a_section_heading_below_prose_is_no_name():
    assert tool_name(f"{PROSE}\n\n## Installation\n", "notes") == "notes"


def test_a_name_with_dashes_and_an_ampersand_stays_whole():
    name = "Cursor v0.50 – Background Agent & Codebase Refactoring"
    assert tool_name(f"# {name}\n\n{PROSE}", "readme-copy") == name


@pytest.mark.parametrize(
    ("heading", "hint", "name"),
    [
        ("DSPx: Programming Models", "dspx", "DSPx"),
        ("Quill, the most popular slide maker", "quill", "Quill"),
        ("Quill - slides for all", "quill", "Quill"),
        ("Quill Pro 2.0", "quill", "Quill Pro 2.0"),
        ("What can Web Pilot do?", "web-pilot", "Web Pilot"),
        ("1. Introduction of Deep-Coder", "deep_coder", "Deep-Coder"),
        ("Quill", "something-else", "Quill"),
        ("Quillotine", "quil", "Quillotine"),
    ],
)
def test_the_files_name_tells_what_of_a_heading_is_the_name(heading, hint, name):
    assert tool_name(f"# {heading}\n\n{PROSE}", hint) == name


def test_a_slogan_for_a_heading_yields_to_the_paragraph_that_introduces_the_tool():
    body = "# Slides in your terminal\n\nWrite less.\n\n**QuillX** (“quill”) lets you present from notes.\n"
    assert tool_name(body, "quillx") == "QuillX"
    assert tool_name(body, "tool") == "Slides in your terminal"


def test_a_word_that_merely_occurs_is_no_name():
    body = "# Quill\n\nThis tool makes slides. The tool is fast.\n"
    assert tool_name(body, "tool") == "Quill"


def test_a_name_is_bounded():
    name = tool_name("# " + "very " * 100 + "long\n")
    assert name is not None
    assert len(name) <= MAX_NAME
    assert name.endswith("…")


# ---------------------------------------------------------------- the first paragraph


@pytest.mark.parametrize(
    "before",
    [
        "[![build](b.svg)](https://example.com) ![x](y.png)",
        "[Website](https://a.example) | [Docs](https://b.example) • [Discord](https://c.example)",
        '<p align="center">\n  <a href="https://a.example">Homepage</a> ·\n  <a href="https://b.example">Docs</a>\n</p>',
        "- first things first, a list is no prose.\n- second.",
        "1. first things first, a list is no prose.",
        "```\nThis is code, and no prose at all.\n```",
        "    This is code too, and no prose at all.",
        "| Model | Result |\n| --- | --- |\n| This is a table. | It is no prose. |",
        "<table><tr><td>This is a table. It is no prose.</td></tr></table>",
        "![An image whose alternative text is long enough to pass for prose.](x.png)",
        "> [!WARNING]\n> This is a callout. It is no description.\n>\n> All of it is.",
        "> **Note:** this is an aside and no description of it.",
        "<details><summary>More</summary>\n\nThis is folded away and does not come first.\n\n</details>",
        "**Move fast and make things.**",
        "Documentation: see below",
        "With Quill you can:",
        "Here is what people of all kinds do with Quill every day:",
        "Read the [whole documentation of it all](https://a.example) first. Then [go](https://b.example).",
        "<ul><li>first things first, a list is no prose.<li>second, the same.</ul>",
        '<p><a href="https://a.example">Home</p>',
        "English | 中文",
        "***",
        '<img src="x.png" alt="broken\n</a>',
    ],
)
def test_what_is_no_prose_is_passed_over(before):
    assert first_paragraph(f"# Quill\n\n{before}\n\n{PROSE}\n\nMore of it follows here.\n") == PROSE


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**Quill** turns [notes](https://example.com) into\nslides   without `a` template.", PROSE),
        (
            '<p align="center">\nQuill turns <i>notes</i> into<br/>slides &amp; more.\n</p>',
            "Quill turns notes into slides & more.",
        ),
        ('<div><p align="center">Quill makes slides.</p></div>', "Quill makes slides."),
        ("> Quill makes slides.\n> It needs no template.", "Quill makes slides. It needs no template."),
        ("📜 Quill makes slides.", "Quill makes slides."),
        ("Quill does things.", "Quill does things."),
        ("Quillは、ノートをスライドに変えるツールです。", "Quillは、ノートをスライドに変えるツールです。"),
        ("Quill makes slides. For example:", "Quill makes slides. For example:"),
        ("![logo](x.png) Quill makes slides.", "Quill makes slides."),
    ],
)
def test_prose_is_freed_of_its_markup_and_folded_onto_one_line(written, read):
    assert first_paragraph(f"# Quill\n\n{written}\n") == read


def test_a_heading_ends_whatever_was_never_closed():
    body = f"# Quill\n\n<table><tr><td>This is never closed. Nor is this.\n\n## About\n\n{PROSE}\n"
    assert first_paragraph(body) == PROSE


def test_it_is_the_first_after_the_heading_not_the_notice_before_it():
    body = f"> Our other product is somewhere else, please look there.\n\n# Quill\n\n{PROSE}\n"
    assert first_paragraph(body) == PROSE


def test_without_a_heading_of_its_own_it_is_the_first_of_all():
    assert first_paragraph(f"{PROSE}\n\n# Pricing\n\nIt costs nothing at all.\n") == PROSE


def test_a_text_under_a_heading_that_comes_last_is_searched_from_its_start():
    assert first_paragraph(f"> {PROSE}\n\n# Quill\n") == PROSE


def test_a_slogan_in_bold_is_taken_where_there_is_nothing_else():
    assert first_paragraph("# Quill\n\n**Move fast and make things.**\n") == "Move fast and make things."


def test_without_prose_there_is_none():
    assert first_paragraph("# Quill\n\n- a\n- b\n\n```\ncode.\n```\n") is None


def test_a_long_paragraph_is_cut_at_the_end_of_a_sentence():
    sentence = "This is one of many sentences. "
    cut = first_paragraph(sentence * 50)
    assert cut == (sentence * 19).strip()
    assert len(cut) <= MAX_PARAGRAPH


def test_a_sentence_without_an_end_is_cut_at_a_word():
    cut = first_paragraph("word " * 500)
    assert cut is not None
    assert cut.endswith("word…")
    assert len(cut) <= MAX_PARAGRAPH


# ---------------------------------------------------------------- time and properties


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 400_000,
        "![[" * 130_000,
        "![" * 4_000 + "](a)" * 4_000,
        "<div>\n" + "<a " * 130_000,
        "<div>\n\n" * 50_000,
        "> " * 200_000,
        "1. x\n" * 80_000,
        "|a" * 9_000 + "\n" + "|-" * 9_000 + "\n" + "|b\n" * 1_000,
        "*a **b " * 50_000,
        "x" * 400_000,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_hostile_markdown_is_read_within_three_seconds(hostile):
    start = time.process_time()
    tool_name(hostile, "a-b")
    first_paragraph(hostile)
    assert time.process_time() - start < 3


UNCLOSED = """
from panel.evidence.markdown import _TAG
million = "a" * 1_000_000
for hostile in (f"<{million}", f"<div\\n<{million}", f"</{million}", "<a " * 300_000):
    assert not list(_TAG.finditer(hostile))
"""


def test_a_tag_that_is_never_closed_takes_steps_for_each_letter_and_not_for_each_pair():
    # A million letters are a million steps, or 10^12 of them: hours. A process can be ended, a search cannot.
    subprocess.run([sys.executable, "-c", UNCLOSED], check=True, timeout=60)


#: The first thread is held up while the parser's library fills a table; the second must not read half of it.
TWO_AT_FIRST = """
import sys, threading
from panel.evidence.markdown import blocks

filling, second_is_done = threading.Event(), threading.Event()

def hold_up(frame, event, _argument):
    if frame.f_code.co_name != "get_encode_cache":
        return None
    if "i" in frame.f_locals and not filling.is_set():
        filling.set()
        second_is_done.wait(1)
    return hold_up

def first():
    sys.settrace(hold_up)
    blocks("# One\\n\\n[One](https://one.example/) is *here*.")

thread = threading.Thread(target=first)
thread.start()
assert filling.wait(30)
found = blocks("# Two\\n\\n[Two](https://two.example/) is *here*.")
second_is_done.set()
thread.join()
assert [block.text for block in found] == ["Two", "Two is here."], found
"""


def test_two_threads_may_be_the_first_at_once():
    subprocess.run([sys.executable, "-c", TWO_AT_FIRST], check=True, timeout=60)


@given(st.text(st.sampled_from("ab .\n#*_[]()<>!`-=|&;:/\"'1")))
def test_any_markdown_gives_bounded_single_lines_or_nothing(body):
    name, paragraph = tool_name(body), first_paragraph(body)
    assert name is None or (name == " ".join(name.split()) and 0 < len(name) <= MAX_NAME)
    assert paragraph is None or (paragraph == " ".join(paragraph.split()) and len(paragraph) <= MAX_PARAGRAPH)


@given(st.text(st.sampled_from("ab .\n#*_[]()<>!`-=|&;:/\"'1")))
def test_links_and_stresses_never_count_more_characters_than_there_are(body):
    for block in blocks(body):
        assert 0 <= block.linked <= len(block.text)
        assert 0 <= block.stressed <= len(block.text)


_LINES = st.lists(
    st.sampled_from([
        "Plain words.", "more :tada: words", "ö, 2 of 3: it's “so”", "a  b ", "=====", "---",
        "- item", "# head", "1. one", "> said", "    code", "", "", "", "*bold* word", "[a](b)",
        "[a]: b", "a | b", "<div>", "&amp; c",
    ]),
    max_size=12,
)  # fmt: skip


@given(_LINES)
def test_plain_paragraphs_are_read_as_the_parser_reads_them(lines):
    text = "\n".join(lines)
    assert blocks(text) == blocks(f"<!-- -->\n\n{text}")  # which goes through the parser from its beginning
