"""Before and after as a page: whole texts, marked words, and nothing of theirs that acts."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from panel.workbench.changes import Change, summary
from panel.workbench.page import differing, page
from panel.workbench.versions import Version
from tests.workbench.verdicts import failure, verdict


class Prompts:
    """No template is filled here."""


class Persona:
    name = "Skeptic <b>"


def shown(*changes):
    before, after = (
        Version(label, Persona, Prompts, Path(label)) for label in ("skeptic as committed", "skeptic now")
    )
    names = {change.tool: f"Quill <i>{change.tool}" for change in changes}
    return page(changes, summary(changes), before, after, names, offline=False)


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_of_each_side_are_its_text(before, after):
    for side, text in (("before", before), ("after", after)):
        assert "".join(piece for piece, _ in differing(before, after, side=side)) == text


def test_words_that_differ_are_marked_on_both_sides():
    html = shown(Change("quill", verdict("ship", "It files letters."), verdict("skip", "It loses letters.")))
    assert "It <mark>files</mark> letters." in html
    assert "It <mark>loses</mark> letters." in html
    assert "Flipped." in html


def test_texts_and_names_are_escaped_and_nothing_is_loaded():
    html = shown(
        Change(
            "quill", verdict("ship", "<script>alert(1)</script>"), verdict("skip", "<img src=x onerror=y>")
        ),
        Change("plume", verdict(), failure()),
    )
    assert "<script" not in html
    assert "<img" not in html
    assert "Quill &lt;i&gt;quill" in html
    assert "Skeptic &lt;b&gt;" in html
    assert "default-src &#39;none&#39;" in html
    assert "http" not in html.replace("http-equiv", "")


def test_a_side_without_a_verdict_says_why():
    assert "the server is down" in shown(Change("quill", verdict(), failure()))


def test_flips_come_first_and_what_is_unchanged_is_only_named():
    html = shown(Change("a", verdict(), verdict()), Change("b", verdict("ship"), verdict("skip")))
    assert "Word for word as before: a" in html
    assert "Quill &lt;i&gt;a" not in html
