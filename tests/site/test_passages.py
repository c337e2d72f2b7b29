"""Quotations in their place in the dossier."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import DossierRef, Evidence, Source, SourceRef
from panel.site.passages import CONTEXT, cited
from tests.core.shelf import QUOTE, a_dossier, a_review, a_verdict


def reviewed(text: str, start: int, end: int):
    """A review that quotes these characters, and its dossier."""
    dossier = a_dossier().model_copy(update={"sources": (Source(id="body", text=text),)})
    evidence = Evidence(quote=text[start:end], source="body", start=start, end=end, found=True)
    finding = a_verdict().findings[0].model_copy(update={"evidence": (evidence,)})
    seats = tuple(
        a_verdict().model_copy(update={"persona": slug, "name": slug.title(), "findings": (finding,)})
        for slug in ("builder", "skeptic")
    )
    review = a_review("20260301T080000.000Z-0001", dossier)
    ref = DossierRef(id=dossier.id, sources=(SourceRef(id="body"),))
    return review.model_copy(update={"verdicts": seats, "dossier": ref}), dossier, evidence


def test_a_passage_two_reviewers_rest_on_is_shown_once():
    review, dossier, evidence = reviewed(f"Before it, {QUOTE}, and after.", 11, 11 + len(QUOTE))
    ((_, (passage,)),) = cited(review, dossier).sources
    assert (passage.before, passage.text, passage.after) == ("Before it, ", QUOTE, ", and after.")
    assert passage.cited == ("Builder: primitive", "Skeptic: primitive")
    assert cited(review, dossier).at(evidence) == passage.anchor


def test_long_surroundings_are_cut_between_words_and_the_cut_is_shown():
    text = "word " * 60 + "THE PLACE" + " word" * 60
    review, dossier, _ = reviewed(text, 300, 309)
    ((_, (passage,)),) = cited(review, dossier).sources
    assert passage.text == "THE PLACE"
    assert passage.before.startswith("…word word")
    assert passage.after.endswith(" word…")
    assert len(passage.before) <= CONTEXT + 1


def test_without_the_snapshot_the_quotation_stands_alone():
    review, _, _ = reviewed(f"Before it, {QUOTE}.", 11, 11 + len(QUOTE))
    ((_, (passage,)),) = cited(review, None).sources
    assert (passage.before, passage.text, passage.after) == ("", QUOTE, "")


def test_a_quotation_that_was_not_found_is_no_passage():
    review, dossier, evidence = reviewed(QUOTE, 0, len(QUOTE))
    lost = evidence.model_copy(update={"found": False})
    finding = review.verdicts[0].findings[0].model_copy(update={"evidence": (lost,)})
    seat = review.verdicts[0].model_copy(update={"findings": (finding,)})
    ((_, passages),) = cited(review.model_copy(update={"verdicts": (seat,)}), dossier).sources
    assert passages == ()


@given(st.text(max_size=300), st.integers(-5, 320), st.integers(-5, 320))
def test_no_span_breaks_it_and_what_is_shown_stands_in_the_source(text, start, end):
    review, dossier, _ = reviewed(text, start, end)
    ((_, (passage,)),) = cited(review, dossier).sources
    assert passage.text in text
    words = " ".join(text.split())
    assert " ".join(passage.before.removeprefix("…").split()) in words
    assert " ".join(passage.after.removesuffix("…").split()) in words
