"""The checkable pieces of a paragraph and their class."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Fact, Source
from panel.judgement.grounding import Index, ground
from panel.judgement.prose import sentences
from tests.judgement.grounding.labelled import LABELLED, read
from tests.judgement.samples import HARBOR, dossier, harbor

LAUNCHES = Path(__file__).parents[4] / "shared" / "launches"
#: What the rules reach on the labelled paragraphs; raise these when they get better.
LEAST_PRECISION = LEAST_RECALL = 0.98


def _claims(paragraph, index):
    grounding = ground(paragraph, index)
    return [*grounding.dossier, *grounding.outside, *grounding.unsupported]


def _classes(paragraph, index=None):
    return {claim.text: claim.class_ for claim in _claims(paragraph, index or harbor())}


def _labelled_and_found():
    index = harbor()
    for labelled in LABELLED:
        paragraph, wanted = read(labelled)
        found = {(claim.start, claim.end, claim.class_) for claim in _claims(paragraph, index)}
        yield set(wanted), found


def test_precision_and_recall_on_the_labelled_paragraphs_do_not_fall():
    pairs = list(_labelled_and_found())
    assert len(pairs) >= 60
    hits = sum(len(wanted & found) for wanted, found in pairs)
    assert hits / sum(len(found) for _, found in pairs) >= LEAST_PRECISION
    assert hits / sum(len(wanted) for wanted, _ in pairs) >= LEAST_RECALL


def test_hardly_any_invented_figure_of_the_labelled_paragraphs_passes_as_the_dossier_s():
    misses = Counter(
        (start, end)
        for wanted, found in _labelled_and_found()
        for start, end, class_ in wanted
        if class_ == "unsupported" and (start, end, "dossier") in found
    )
    assert not misses


@given(
    text=st.lists(
        st.sampled_from(
            [
                "$20/mo",
                "32B",
                "Harbor 2.1",
                "Devin",
                "by 2029",
                "Apache 2.0",
                "“a quote”",
                "and",
                ".",
                "é",
                "\ud800",
                "MIT",
            ]
        ),
        max_size=20,
    ).map(" ".join)
    | st.text(max_size=80)
)
def test_every_claim_is_a_piece_of_the_paragraph_and_none_overlaps_another(text):
    claims = sorted(_claims(text, harbor()), key=lambda claim: claim.start)
    assert all(text[claim.start : claim.end] == claim.text for claim in claims)
    assert all(one.end <= other.start for one, other in pairwise(claims))


def test_each_claim_stands_in_the_list_of_its_class():
    grounding = ground("Harbor 2.1 beats Devin by 95%.", harbor())
    assert [(c.text, c.class_) for c in grounding.dossier] == [("Harbor 2.1", "dossier")]
    assert [(c.text, c.class_) for c in grounding.outside] == [("Devin", "outside")]
    assert [(c.text, c.class_) for c in grounding.unsupported] == [("95%", "unsupported")]


def test_the_dossier_s_own_sentences_claim_nothing_beyond_it():
    for line in HARBOR.splitlines():
        assert set(_classes(line).values()) <= {"dossier"}


def test_the_tool_s_fields_and_facts_are_the_dossier_s_too():
    index = Index(
        dossier(
            "No text to speak of.",
            vendor="Quayside Labs",
            launched="2026-03-14",
            facts=(Fact(id="f1", kind="price", subject="Crew", value="$12 per month"),),
        )
    )
    said = _classes("Since March 2026 the Crew plan of Quayside Labs costs $12/mo for Harbor 2.1.", index)
    assert set(said.values()) == {"dossier"}
    assert len(said) == 5


def test_a_source_that_is_only_cited_lends_its_title():
    given = dossier("Text.")
    cited = given.model_copy(
        update={"sources": (*given.sources, Source(id="s9", title="Gartner on Windsurf"))}
    )
    assert _classes("It is Windsurf again.", Index(cited)) == {"Windsurf": "dossier"}


def test_a_licence_s_version_is_no_version_of_the_tool():
    assert _classes("Look at v2.0 again.", Index(dossier("Apache License 2.0", name="Harbor"))) == {
        "v2.0": "unsupported"
    }


@pytest.mark.parametrize(
    ("paragraph", "class_"),
    [
        ("by 2031 it is over", "outside"),
        ("until late 2031 it is over", "outside"),
        ("in 2031 it will be over", "outside"),
        ("My bet: 2031 ends it", "outside"),
        ("it ended in 2019", "unsupported"),
        ("it began in March 2026", "dossier"),
    ],
)
def test_the_date_of_a_prediction_is_outside_knowledge_and_any_other_needs_the_dossier(paragraph, class_):
    assert list(_classes(paragraph).values()) == [class_]


@pytest.mark.parametrize(
    ("paragraph", "class_"),
    [
        ("the Harbor 2.1 release", "dossier"),
        ("the Harbor 2.7 release", "unsupported"),
        ("the Harbor release", "dossier"),
        ("the Dock 2.7 release", "outside"),
    ],
)
def test_the_tool_under_another_version_is_unsupported(paragraph, class_):
    assert list(_classes(paragraph).values()) == [class_]


def test_an_empty_dossier_supports_nothing():
    assert set(_classes("A 32B model at $20.", Index(dossier(name="X"))).values()) == {"unsupported"}


@pytest.mark.skipif(
    not LAUNCHES.is_dir(), reason="the READMEs to try this on lie beside the project, not in it"
)
def test_what_a_readme_says_of_itself_is_never_unsupported():
    """A sentence taken from a source must be found in it whole: figures, licences and names."""
    for line in (LAUNCHES / "launches.jsonl").read_text(encoding="utf-8").splitlines():
        launch = json.loads(line)
        text = (LAUNCHES / launch["readme"]).read_text(encoding="utf-8")
        index = Index(dossier(text, name=launch["name"]))
        for sentence in sentences(text)[:120]:
            grounding = ground(sentence.text, index)
            assert grounding.unsupported == (), (launch["slug"], sentence.text)
