"""A drafted dossier says what it was given, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from panel.core.frontmatter import parse
from panel.evidence.dossiers import read_dossier
from panel.evidence.drafting import draft

LINES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=60)


@given(
    name=LINES, vendor=LINES, tagline=LINES, modality=st.lists(st.sampled_from(["text", "code"]), max_size=2)
)
def test_what_is_drafted_reads_back_as_it_was_given(name, vendor, tagline, modality):
    fields = {"name": name, "slug": "a", "vendor": vendor, "tagline": tagline, "modality": modality}
    document = parse(draft(fields, "It drafts replies."), "a.md")
    assert document.data == {field: value for field, value in fields.items() if value}
    assert document.body.strip() == "It drafts replies."


def test_without_evidence_it_asks_for_it_and_is_no_dossier_yet():
    text = draft({"name": "Quill"})
    assert "# vendor: who makes it" in text
    document = parse(text, "quill.md")
    assert document.data == {"name": "Quill"}
    assert document.body.strip().startswith("<!--")


def test_prices_and_sources_are_lists_of_entries():
    pricing = ({"plan": "Pro", "price": "$20 per month", "quote": "Pro costs $20 per month."},)
    sources = [{"url": "https://quill.example/", "retrieved": "2026-11-21"}]
    text = draft({"name": "Quill", "pricing": pricing, "sources": sources}, "Pro costs $20 per month.")
    dossier = read_dossier(parse(text, "quill.md")).dossier
    (fact,) = dossier.facts
    assert (fact.subject, fact.value, fact.span is not None) == ("Pro", "$20 per month", True)
    assert dossier.sources[0].url == "https://quill.example/"
