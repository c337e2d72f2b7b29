"""Where a quote stands, and when two dossiers are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Fact, Source, Span, Tool
from panel.core.frontmatter import parse
from panel.evidence.dossiers import dossier_id, locate, read_dossier
from tests.evidence.places import FULL, dossier

# ---------------------------------------------------------------- quotes


def test_a_quote_is_found_whatever_its_white_space_and_case():
    text = "It costs\n  $20   per month."
    span = locate("COSTS $20 per\tmonth", text, "body")
    assert span == Span(source="body", start=3, end=26)


@pytest.mark.parametrize("quote", ["$2", "0 per", "ost", "cost 20", "$20.5", "per month more", "", "  "])
def test_a_quote_is_not_found_in_part_of_a_word_or_otherwise(quote):
    assert locate(quote, "It costs $20 per month, or $20.50.", "body") is None


@pytest.mark.parametrize("quote", ["$1", "$1,200", "200", "50", "200.50"])
def test_a_quote_is_not_found_in_part_of_a_number(quote):
    assert locate(quote, "It costs $1,200.50 a year.", "body") is None


@pytest.mark.parametrize("quote", ["$20", "20", "$20.50", "month,", "or $20.50."])
def test_a_whole_price_is_found_beside_punctuation(quote):
    text = "It costs $20 per month, or $20.50."
    span = locate(quote, text, "body")
    assert span is not None
    assert text[span.start : span.end] == quote


@given(st.text("ab$1., \n", min_size=1), st.text("ab$1., \n"), st.text("ab$1., \n"))
def test_a_found_quote_is_what_stands_there(quote, before, after):
    text = f"{before} {quote} {after}"
    span = locate(quote, text, "body")
    assert (span is None) == (not quote.strip())
    if span is not None:
        assert text[span.start : span.end].casefold().split() == quote.casefold().split()


# ---------------------------------------------------------------- identity

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MAYBE = st.none() | TEXT.filter(bool)
TOOLS = st.builds(
    Tool,
    slug=st.just("quill"),
    name=TEXT.filter(bool),
    vendor=MAYBE,
    description=MAYBE,
    modality=st.lists(TEXT.filter(bool), max_size=2).map(tuple),
)
SOURCES = st.lists(
    st.builds(Source, id=st.sampled_from(["body", "card", "s1"]), title=MAYBE, url=MAYBE, text=MAYBE),
    max_size=3,
)
FACTS = st.lists(
    st.builds(Fact, id=st.just("price-1"), kind=st.just("price"), subject=TEXT, value=TEXT, quote=MAYBE),
    max_size=2,
)


@given(TOOLS, SOURCES, FACTS, TEXT, TEXT)
def test_path_and_time_of_retrieval_are_no_part_of_the_identity(tool, sources, facts, path, time):
    elsewhere = [source.model_copy(update={"origin": path, "retrieved": time}) for source in sources]
    renamed = tool.model_copy(update={"slug": "another"})
    assert dossier_id(tool, sources, facts) == dossier_id(renamed, elsewhere, facts)


@given(TOOLS, SOURCES, FACTS, TOOLS, SOURCES, FACTS)
def test_two_identities_are_equal_only_if_all_that_is_seen_is(
    tool, sources, facts, tool_b, sources_b, facts_b
):
    same = (tool, sources, facts) == (tool_b, sources_b, facts_b)
    assert (dossier_id(tool, sources, facts) == dossier_id(tool_b, sources_b, facts_b)) == same


@given(TOOLS, SOURCES.filter(bool), FACTS, TEXT.filter(bool), st.sampled_from(["title", "url", "text"]))
def test_any_change_of_a_seen_text_gives_another_identity(tool, sources, facts, more, field):
    first = sources[0]
    changed = [first.model_copy(update={field: (getattr(first, field) or "") + more}), *sources[1:]]
    assert dossier_id(tool, sources, facts) != dossier_id(tool, changed, facts)


@pytest.mark.parametrize("field", ["name", "vendor", "version", "url", "category", "tagline", "launched"])
def test_any_change_of_a_field_gives_another_identity(field):
    made = read_dossier(parse(dossier(FULL), "x.md")).dossier
    other = made.tool.model_copy(update={field: "other"})
    assert dossier_id(other, made.sources, made.facts) != made.id


def test_the_identity_of_a_dossier_is_that_of_its_parts():
    made = read_dossier(parse(dossier(FULL), "x.md")).dossier
    assert made.id == dossier_id(made.tool, made.sources, made.facts)
    assert made.id.startswith("sha256:")
