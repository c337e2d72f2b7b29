"""The page: its content, its order, and that nothing in a record can become markup."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Claim, Grounding
from panel.publish.formats import html
from panel.publish.links import live
from tests.publish import golden, samples
from tests.publish.hostile import PAYLOADS, filled, text_fields

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "aside", "section", "article",
    "footer", "div", "h1", "h2", "h3", "h4", "p", "ul", "li", "dl", "dt", "dd", "table", "thead", "tbody",
    "tr", "th", "td", "blockquote", "span", "strong", "b", "bdi", "a", "details", "summary",
    "svg", "circle", "path",
}  # fmt: skip
ATTRIBUTES = {
    "html": {"lang"},
    "meta": {"charset", "name", "content", "http-equiv"},
    "a": {"href", "rel"},
    "th": {"scope", "class"},
    "span": {"class", "aria-hidden"},
    "svg": {"class", "viewbox", "role", "aria-label"},
    "p": {"class", "dir"},
    "circle": {"cx", "cy", "r", "stroke-dasharray"},
    "path": {"d"},
    "title": set(),
    "style": set(),
}
VOID = {"meta"}


@dataclass
class Page(HTMLParser):
    """A page taken apart: its tags in order, its visible text, and the text inside elements of a class."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    style: str = ""
    by_class: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        assert len(values) == len(attrs), f"<{tag}> has an attribute twice"
        self.tags.append((tag, values))
        if tag not in VOID:
            self.open.append((tag, values.get("class", "")))
            if values.get("class"):
                self.by_class.setdefault(values["class"], []).append("")

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "style":
            self.style += data
            return
        self.text += data
        for _, name in self.open:
            if name:
                self.by_class[name][-1] += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")

    def handle_pi(self, data):
        raise AssertionError(f"a processing instruction: {data!r}")

    def unknown_decl(self, data):
        raise AssertionError(f"a declaration: {data!r}")


def parsed(comparison) -> Page:
    page = Page()
    page.feed(html.render(comparison))
    page.close()
    assert page.open == []
    return page


PLAIN = parsed(samples.plain())
UGLY = parsed(samples.ugly())


def words(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------- content and order


@pytest.mark.parametrize("name", ["plain", "ugly"])
def test_the_page_is_the_reviewed_one(name):
    golden.check(f"{name}.html", html.render(getattr(samples, name)()))


def test_the_blocks_come_in_their_order_with_their_labels():
    c = samples.plain()
    in_order = [
        "AI tool comparison", "Lantern Agent vs Quarry Coder 2",
        "panel verdict", "pricing read", "reviewer split", "community vote",
        "Which one should you use?", "Quarry Coder 2", "Choose Lantern Agent if", "Choose Quarry Coder 2 if",
        "Developer Tools", "Lantern Agent", c.a.tool.tagline,
        "75%", "Panel ship", "3 of 4", "—", "Community", "Paid", "Entry", c.a.tool.description,
        "Skeptic dissents", c.a.dissent[0].objection, "In its own review: 50% (2 of 4)",
        "Developer Tools", "Quarry Coder 2", c.b.tool.tagline,
        "100%", "Panel ship", "4 of 4", "78%", "Community", "31 of 40 votes", "Free", "Entry",
        c.b.tool.description,
        "Reviewer scorecard", "The reviewers are AI and have not used the tools", "First look",
        *(verdict.paragraph for row in c.scorecard for verdict in (row.a, row.b)),
        "21 November 2026", "anthropic:claude-sonnet-5, openai:gpt-5.6", "$0.05 for 3 calls",
    ]  # fmt: skip
    text, at = words(PLAIN.text), 0
    for wanted in in_order:
        assert wanted in text[at:], f"{wanted!r} is missing, or not in its place"
        at = text.index(wanted, at) + len(wanted)


def test_the_heading_holds_both_names_as_they_are_given():
    page = html.render(samples.ugly())
    assert f"{samples.LONG_A} vs {samples.LONG_B}" in words(UGLY.text)
    assert "– Background Agent &amp; Whole" in page


def test_the_eight_paragraphs_are_the_replies_unchanged_between_quotation_marks():
    c = samples.plain()
    said = [verdict.paragraph for row in c.scorecard for verdict in (row.a, row.b)]
    assert PLAIN.by_class["paragraph"] == said
    assert all(f"“{paragraph}”" in PLAIN.text for paragraph in said)


def test_a_hostile_paragraph_is_printed_as_it_is_but_for_what_no_page_can_hold():
    written = samples.ugly().scorecard[0].a.paragraph
    assert "\r\n" in written
    # Written as itself, a carriage return would be read back by a browser as a line feed.
    assert "\r" not in html.render(samples.ugly())
    assert UGLY.by_class["paragraph"][0] == written.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")


def test_each_seat_says_whose_it_is_who_speaks_what_was_decided_and_which_model():
    seats = [words(text) for text in PLAIN.by_class["seat a"]]
    assert len(seats) == 4
    assert seats[1].startswith("Lantern Agent Skeptic ✕ Skip “Category")
    assert seats[1].endswith("anthropic:claude-sonnet-5")
    assert words(PLAIN.by_class["seat b"][3]).endswith("openai:gpt-5.6")


def test_claims_are_marked_by_class_and_unsupported_ones_listed():
    assert PLAIN.by_class["claim unsupported"] == ["unsupported", "40 seconds", "16 GB", "50 million"]
    assert PLAIN.by_class["claim outside"][1:3] == ["Devin", "GitHub Copilot Workspace"]
    assert "Unsupported: “40 seconds”" in words(PLAIN.text)


def test_an_empty_seat_says_why_and_that_it_is_no_vote():
    text = words(UGLY.text)
    assert "Skeptic – No verdict The model refused to answer: the vendor's filter stopped the answer." in text
    assert "No answer came after 3 attempts: HTTP 500 <b>internal</b>. This is not a vote." in text
    assert "Business – No verdict The record does not say why." in text


def test_a_contested_seat_is_shown_and_said_not_to_count():
    text = words(UGLY.text)
    assert "! Ship, contested" in text
    assert "Contested, not counted. Ships although its decisive finding is against." in text
    assert "Not counted: Skeptic (contested)" in text


def test_below_quorum_there_is_a_dash_and_the_reason():
    card = words(UGLY.by_class["tool a"][0])
    assert "— Panel ship 0 of 1, no quorum" in card
    assert "No percentage: 1 of 4 seats gave a verdict that counts, and it takes 3." in card


def test_what_is_missing_or_contradicts_itself_is_said():
    text = words(UGLY.text)
    for wanted in (
        "Category not given",
        "No tagline given.",
        "The dossier gives no description.",
        "The dossier names no price.",
        "Conflict: “Free for everyone” stands beside “Pro and Business only”.",
        "Too close to call",
        "The two were not judged alike. Drafthorse has no quorum.",
        "Cost nothing: no model was asked",
        "Source: pebble.md",
        "Reviewed not a time",
    ):
        assert wanted in text


def test_an_offline_page_opens_by_saying_so_and_asks_not_to_be_indexed():
    assert words(UGLY.by_class["offline"][0]).startswith("No model was asked.")
    assert UGLY.text.index("No model was asked") < UGLY.text.index("AI tool comparison")
    assert ("meta", {"name": "robots", "content": "noindex"}) in UGLY.tags
    assert "offline" not in PLAIN.by_class
    assert ("meta", {"name": "robots", "content": "noindex"}) not in PLAIN.tags


# ---------------------------------------------------------------- self-contained, and closed to markup


def policy(page: Page) -> str:
    found = [a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv")]
    assert len(found) == 1
    return found[0]


def test_the_policy_allows_the_inlined_style_by_its_hash_and_nothing_else():
    digest = base64.b64encode(hashlib.sha256(PLAIN.style.encode()).digest()).decode()
    wanted = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy(PLAIN) == wanted
    assert policy(UGLY) == wanted


def test_the_policy_stands_before_anything_it_governs():
    assert [tag for tag, _ in PLAIN.tags[:5]] == ["html", "head", "meta", "meta", "meta"]
    assert "http-equiv" in PLAIN.tags[3][1]


def test_the_style_fetches_nothing():
    assert not re.search(r"url\(|@import|@font-face|expression|</", PLAIN.style)


def check_tags(page: Page) -> None:
    for tag, attributes in page.tags:
        assert tag in ELEMENTS
        assert set(attributes) <= ATTRIBUTES.get(tag, {"class"}), f"<{tag} {attributes}>"
        if tag == "a":
            assert live(attributes["href"])
            assert attributes["rel"] == "nofollow noopener"


def test_only_web_addresses_of_the_front_matter_are_links():
    links = [attributes["href"] for tag, attributes in PLAIN.tags if tag == "a"]
    assert links == [
        "https://lantern.example/agent",
        "https://lantern.example/docs/agent",
        "https://lantern.example/pricing",
        "https://quarry.example/coder",
        "https://quarry.example/coder/card",
    ]
    check_tags(PLAIN)
    assert "a" not in [tag for tag, _ in UGLY.tags]
    assert "javascript:alert(1)" in UGLY.text


@pytest.mark.parametrize("sample", ["plain", "ugly"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_record_adds_an_element_or_an_attribute(payload, sample):
    record = getattr(samples, sample)()
    assert len(text_fields(record)) > 100
    page = parsed(filled(record, PAYLOADS[payload]))
    check_tags(page)
    # The same tags as with a harmless word of that length; only a missing text may take its element along.
    if PAYLOADS[payload].strip():
        harmless = parsed(filled(record, "w" * len(PAYLOADS[payload])))
        assert [(tag, set(a)) for tag, a in page.tags] == [(tag, set(a)) for tag, a in harmless.tags]


def test_template_expressions_are_shown_as_typed():
    assert PAYLOADS["templates"] in parsed(filled(samples.plain(), PAYLOADS["templates"])).text


# ---------------------------------------------------------------- claims in a paragraph


spans = st.tuples(
    st.integers(-2, 30), st.integers(-2, 30), st.sampled_from(["dossier", "outside", "unsupported"])
)


@given(st.text(max_size=25), st.lists(spans, max_size=8), st.booleans())
def test_the_slices_of_a_paragraph_joined_are_the_paragraph(paragraph, places, honest):
    claims = {"dossier": [], "outside": [], "unsupported": []}
    for start, end, kind in places:
        text = paragraph[max(start, 0) : max(end, 0)] if honest else "something else"
        claims[kind].append(Claim(text=text, start=start, end=end, class_=kind))
    slices = list(html.slices(paragraph, Grounding(**claims)))
    assert "".join(text for text, _ in slices) == paragraph
    assert all(text for text, _ in slices)


def test_where_claims_overlap_the_graver_one_is_marked():
    paragraph = "costs $20 per month"
    claims = Grounding(
        dossier=(Claim(text="$20", start=6, end=9, class_="dossier"),),
        unsupported=(Claim(text="$20 per month", start=6, end=19, class_="unsupported"),),
    )
    assert list(html.slices(paragraph, claims)) == [("costs ", None), ("$20 per month", "unsupported")]


def test_a_claim_whose_span_holds_another_text_is_not_marked():
    claims = Grounding(outside=(Claim(text="Devin", start=0, end=5, class_="outside"),))
    assert list(html.slices("Copilot", claims)) == [("Copilot", None)]
