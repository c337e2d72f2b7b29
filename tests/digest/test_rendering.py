"""An issue in its three forms: complete, safe whatever a record says, and such that mail programs show it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from panel.core.errors import InputError
from panel.digest import rendering
from panel.digest.wording import subject
from panel.publish.formats import markdown as md
from tests.digest.samples import bet, filled, full, issue, news, pair, tally, withdrawn
from tests.publish.hostile import PAYLOADS

LEAVE = "https://panel.example/leave"
FORMS = {"md": rendering.markdown, "txt": rendering.text, "html": rendering.html}
each_form = pytest.mark.parametrize("form", FORMS)

ELEMENTS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "table",
    "tr",
    "td",
    "tbody",
    "h1",
    "h2",
    "p",
    "a",
    "span",
    "strong",
}
ATTRIBUTES = {
    "lang",
    "charset",
    "name",
    "content",
    "class",
    "style",
    "role",
    "width",
    "height",
    "cellpadding",
    "cellspacing",
    "border",
    "align",
    "href",
    "aria-hidden",
}


def elements(page):
    return list(lxml_html.document_fromstring(page).iter(lxml_html.etree.Element))


def shown(page):
    return " ".join(lxml_html.document_fromstring(page).body.text_content().split())


def read(form, value):
    """The text a reader sees, on one line."""
    made = FORMS[form](value)
    if form == "html":
        return shown(made)
    if form == "txt":
        return " ".join(made.split())
    inline = [token for token in MarkdownIt("commonmark").parse(made) if token.type == "inline"]
    return " ".join(
        " ".join("".join(child.content if child.type == "text" else " " for child in token.children).split())
        for token in inline
    )


# ---------------------------------------------------------------- what is told


@each_form
def test_everything_of_an_issue_is_told(form):
    text = read(form, full()).casefold()
    for said in (
        "Ship or skip",
        "14 November 2026 to 21 November 2026",
        "Changed verdicts",
        "Ferry",
        "3 of 4",
        "1 of 4",
        "by decision of editor Ada: the licence forbids commercial use",
        "The dossier is a new one",
        "New verdicts",
        "Lantern Agent",
        "Hand over the chore",
        "75% panel ship, 3 of 4",
        "Entry: Paid",
        "First look",
        "Skeptic dissents",
        "Every retry of a flaky test suite",
        "No dissent: all 4 say ship",
        "A tie",
        "An editor published this despite: contested, stale",
        "No quorum",
        "Comparison of the week",
        "Lantern Agent vs Quarry Coder 2",
        "stable answer",
        "Ferry vs Heron",
        "It depends on your case",
        "Bets come due",
        "Half of all dependency bumps",
        "Bets settled",
        "The vendor counts 11 percent",
        "wrong",
        "Corrections",
        "Kite 3: we withdrew this verdict on 18 November 2026",
        "“Trial”",
        "The reviewers are AI and have not used the tools",
        "errors@panel.example",
    ):
        assert said.casefold() in text, said
    assert "rehearsal" not in text


@each_form
def test_a_rehearsal_is_marked_at_the_top_and_at_each_verdict(form):
    text = read(form, issue(new=(news(offline=True, silent=True), news("heron", "Heron"))))
    assert text.count("No model was asked") == 1
    assert text.count("Rehearsal: no model was asked") == 1
    assert "Not every seat" not in text


@each_form
def test_where_some_seats_asked_a_model_it_is_not_said_that_none_was_asked(form):
    some = pair(offline=True)
    text = read(form, issue(new=(news(offline=True), news("heron", "Heron")), best=some, compared=(some,)))
    assert text.count("Not every seat asked a model") == 1
    assert text.count("Rehearsal: not every seat asked a model") == 3
    assert "no model was asked" not in text.lower()
    both = read(form, issue(new=(news(offline=True, silent=True), news("heron", "Heron", offline=True))))
    assert both.count("Rehearsal: not every seat asked a model") == 1
    assert (both.count("No model was asked"), both.count("Not every seat asked a model")) == (1, 1)


@each_form
def test_an_issue_with_nothing_new_says_so(form):
    assert "Nothing new from 14 November 2026 to 21 November 2026" in read(form, issue())


@each_form
def test_links_are_absolute_and_of_the_site(form):
    found = set(re.findall(r"https?://[^\s\"<>)]+", FORMS[form](full())))
    assert found
    assert all(link.startswith("https://panel.example/") for link in found)
    assert "https://panel.example/tools/lantern-agent.html" in found


@pytest.mark.parametrize("form", ["txt", "html"])
def test_an_email_without_a_public_address_is_refused_with_the_setting_named(form):
    with pytest.raises(InputError, match=r"site\.url: .*public address"):
        FORMS[form](full().model_copy(update={"url": None}))


def test_markdown_without_a_public_address_links_within_the_site():
    text = rendering.markdown(full().model_copy(update={"url": None}))
    assert "](tools/lantern-agent.html)" in text
    assert "http" not in text


@each_form
def test_the_same_issue_is_the_same_text(form):
    assert FORMS[form](full()) == FORMS[form](full())


# ---------------------------------------------------------------- what mail programs show


def test_the_html_is_made_of_what_mail_programs_know():
    for each in elements(rendering.html(filled("x"), LEAVE)):
        assert each.tag in ELEMENTS
        assert set(each.attrib) <= ATTRIBUTES


def test_nothing_is_loaded_and_nothing_runs():
    page = rendering.html(full(), LEAVE)
    assert not re.search(r"src=|url\(|@import|<img|<script|<link|<form|\bon\w+=", page, re.IGNORECASE)
    assert {each.get("href") for each in elements(page) if each.tag == "a"} == {
        LEAVE,
        *(
            f"https://panel.example/{path}"
            for path in (
                "",
                "tools/ferry.html",
                "tools/lantern-agent.html",
                "tools/quarry-coder-2.html",
                "tools/heron.html",
                "tools/moth.html",
                "comparisons/lantern-agent-vs-quarry-coder-2.html",
                "comparisons/ferry-vs-heron.html",
            )
        ),
    }


def test_without_the_style_element_every_text_has_its_colour_and_ground():
    page = rendering.html(full())
    for each in elements(page):
        if each.tag in {"p", "h1", "h2"} or (each.tag == "a"):
            assert "color:#" in each.get("style"), each.tag
        if each.tag == "td" and each.get("class") in {"card", "warn"}:
            assert "background-color:#" in each.get("style")


def test_tables_are_for_the_layout_and_the_page_has_a_language_and_a_title():
    found = elements(rendering.html(full()))
    assert all(each.get("role") == "presentation" for each in found if each.tag == "table")
    assert found[0].get("lang") == "en"
    assert (
        next(each for each in found if each.tag == "title").text == "Ferry is now skip (1 of 4), and 6 more"
    )


def test_what_mail_programs_show_beside_the_subject_comes_first_and_is_hidden_below():
    body = lxml_html.document_fromstring(rendering.html(full())).body
    assert body[0].text.startswith("4 new verdicts, 1 changed verdict")
    assert "display:none" in body[0].get("style")


@pytest.mark.parametrize("text", ["A name", "\"&'<>" * 100, "\U0001f6a2" * 400, "ö" * 400])
def test_a_huge_issue_stays_below_what_gmail_clips_and_says_how_much_more_there_is(text):
    one = filled(text)
    huge = one.model_copy(
        update={
            "new": one.new * 250,
            "changed": one.changed * 500,
            "compared": one.compared * 500,
            "due": one.due * 500,
            "settled": one.settled * 500,
            "corrections": one.corrections * 250,
        }
    )
    plain, page = rendering.both(huge, LEAVE)
    assert len(page.encode()) < 102_000
    more = re.findall(r"And (\d+) more", shown(page))
    assert len(more) == 6
    # Both parts of the e-mail tell the same.
    assert re.findall(r"And (\d+) more", plain) == more


def test_markdown_tells_all_of_a_huge_issue():
    many = tuple(news(f"tool-{n}", f"Tool {n}") for n in range(300))
    assert rendering.markdown(issue(new=many)).count("\n### ") == 300


def test_lines_of_the_plain_text_are_short_but_for_links():
    long = [line for line in rendering.text(full()).splitlines() if len(line) > 76]
    assert all(line.strip().startswith("https://") for line in long)


# ---------------------------------------------------------------- hostile records


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
@example('"><script>alert(1)</script>')
def test_no_text_of_a_record_becomes_an_element_or_an_attribute(text):
    bare, hostile = elements(rendering.html(filled("x"))), elements(rendering.html(filled(f"x{text}x")))
    assert [each.tag for each in hostile] == [each.tag for each in bare]
    for one, other in zip(hostile, bare, strict=True):
        assert dict(one.attrib) == dict(other.attrib)


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_text_is_shown_as_text(name):
    value = filled(f"x {PAYLOADS[name]} x")
    page = rendering.html(value)
    assert all(each.tag in ELEMENTS and set(each.attrib) <= ATTRIBUTES for each in elements(page))
    assert value.new[0].name in shown(page)


def tokens(text):
    """All tokens of a Markdown text but its words, with where links lead."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = [part for token in reader.parse(text) for part in (token, *(token.children or ()))]
    return [(each.type, each.attrs.get("href")) for each in found]


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
@example("[a](javascript:alert(1))")
@example("# h")
@example("a\n\n- b")
@example("``` x")
def test_no_text_of_a_record_becomes_markup_in_markdown(text):
    assert tokens(rendering.markdown(filled(f"x{text}x"))) == tokens(rendering.markdown(filled("x")))


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_payload_becomes_markup_in_markdown(name):
    text = f"x {PAYLOADS[name]} x"
    assert tokens(rendering.markdown(filled(text))) == tokens(rendering.markdown(filled("x")))
    assert md.line(filled(text).new[0].name) in rendering.markdown(filled(text))


def test_a_slug_cannot_leave_its_address():
    odd = issue(new=(news('x"><script>', "X"), news("../../evil (1)", "Y")), due=(bet(tool="a b"),))
    for made in (rendering.html(odd), rendering.markdown(odd), rendering.text(odd)):
        assert "https://panel.example/tools/../../evil%20%281%29.html" in made
        assert "x%22%3E%3Cscript%3E.html" in made


@each_form
def test_verdicts_of_panels_of_any_size_are_shown(form):
    sizes = (tally(0, 0), tally(9, 9, 9), tally(20, 30, 40))
    odd = issue(new=tuple(news(f"t{n}", f"T{n}", panel=each) for n, each in enumerate(sizes)))
    assert "20 of 30" in read(form, odd)
    assert "0 of 0, no quorum" in read(form, odd)


@each_form
def test_an_issue_of_corrections_alone_is_one(form):
    assert "1 correction" in read(form, issue(corrections=(withdrawn(of="comparison", reason=None),)))
    assert "we withdrew this comparison on 18 November 2026." in read(
        form, issue(corrections=(withdrawn(of="comparison", reason=None),))
    )


def test_the_best_comparison_alone_makes_the_subject():
    assert subject(issue(best=pair())) == "Lantern Agent vs Quarry Coder 2"
    assert subject(issue(due=(bet(),))) == "Ship or skip: 1 bet due"
    assert subject(issue(due=(bet(), bet()))) == "Ship or skip: 2 bets due"
    assert subject(issue(new=(news(offline=True),))) == "[Rehearsal] Lantern Agent: ship (3 of 4)"
