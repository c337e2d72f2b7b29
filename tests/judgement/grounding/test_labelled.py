"""Grounding on the labelled paragraphs: floors that are reached, and the numbers that the document names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from panel.judgement.grounding import locate
from tests.judgement.grounding.cases import PARTS, cases, quotations
from tests.judgement.grounding.measure import CLASSES, part, passed_as_the_dossiers, score

DOC = Path(__file__).parents[3] / "docs" / "judgement.md"
#: (precision, recall), a little under what `python -m tests.judgement.grounding.measure` prints.
FLOORS = {
    ("tuned", "dossier"): (0.99, 0.99), ("tuned", "outside"): (0.93, 0.81),
    ("tuned", "unsupported"): (0.94, 0.94),
    ("read_later", "dossier"): (0.96, 0.92), ("read_later", "outside"): (0.93, 0.73),
    ("read_later", "unsupported"): (0.93, 0.99),
    ("held_out", "dossier"): (0.98, 0.94), ("held_out", "outside"): (0.94, 0.77),
    ("held_out", "unsupported"): (0.90, 0.96),
}  # fmt: skip


def test_there_are_enough_paragraphs_and_a_third_of_them_was_never_looked_at():
    assert len(cases()) >= 100
    assert len(part("held_out")) * 3 >= len(cases())


@pytest.mark.parametrize(("name", "class_"), FLOORS)
def test_precision_and_recall_of_each_class_do_not_fall(name, class_):
    reached = score(part(name), class_)
    least_precision, least_recall = FLOORS[name, class_]
    assert reached.precision >= least_precision
    assert reached.recall >= least_recall


def test_nothing_unsupported_passes_as_the_dossier_s():
    assert passed_as_the_dossiers(cases()) == []


def test_every_class_stands_in_every_part():
    for name in PARTS:
        assert {span[2] for case in part(name) for span in case.wanted} == set(CLASSES)


@pytest.mark.parametrize("given", quotations(), ids=lambda given: f"{given.tool}: {given.quote}")
def test_a_quotation_counts_only_where_the_dossier_has_it_and_it_is_long_enough(given):
    assert locate(given.quote, given.index).found is given.found


@pytest.mark.parametrize("name", PARTS)
def test_the_document_names_the_measured_numbers(name):
    for class_ in (*CLASSES, None):
        reached = score(part(name), class_)
        row = rf"\| {name} \| {class_ or 'all'} \| {reached.precision:.3f} \| {reached.recall:.3f} \|"
        assert re.search(row, DOC.read_text(encoding="utf-8")), row
