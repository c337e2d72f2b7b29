"""Numbers, prices, versions and dates, and the form they are compared by."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.grounding.figures import figures
from panel.judgement.grounding.units import decimal


def _said(text):
    """Everything a text supports as a dossier."""
    return frozenset().union(*(figure.supports for figure in figures(text)))


def _holds(dossier, paragraph):
    """Whether the dossier supports every figure of the paragraph; the paragraph must claim one at least."""
    claimed = [figure for figure in figures(paragraph) if figure.needs]
    assert claimed, f"no figure is claimed in {paragraph!r}"
    said = _said(dossier)
    return all(group & said for figure in claimed for group in figure.needs)


@pytest.mark.parametrize(
    ("dossier", "paragraph"),
    [
        ("128K", "128,000"),
        ("128,000", "128k"),
        ("128 thousand", "128K"),
        ("32B", "32 billion"),
        ("32-billion-parameter", "32B"),
        ("seven billion", "7B"),
        ("1.5M", "1,500,000"),
        ("$20 per month", "$20/mo"),
        ("$20/month", "$20 a month"),
        ("$20 per user per month", "$20 per seat/mo"),
        ("$20 per user per month", "$20/mo"),
        ("$20 per user per month", "$20"),
        ("20 USD monthly", "$20 per month"),
        ("$0.30 per 1M tokens", "$0.3 per million tokens"),
        ("$0.30 per million input tokens", "$0.30 per million tokens"),
        ("from $20-40/mo", "$20 to $40 per month"),
        ("€1,200 per year", "1200 euros annually"),
        ("twenty dollars", "$20"),
        ("81.50%", "81.5 percent"),
        ("10 to 30 minutes", "10-30 min"),
        ("24GB of memory", "24 GB"),
        ("24 GiB", "24GB"),
        ("200ms", "200 milliseconds"),
        ("3x faster", "3× faster"),
        ("a 14-day trial", "14 days free"),
        ("v2.1.3", "version 2.1.3"),
        ("v2.1.3", "2.1"),
        ("release 0.50", "v0.50"),
        ("2026-03-14", "14 March 2026"),
        ("March 14th, 2026", "2026-03-14"),
        ("14 March 2026", "March 2026"),
        ("14 Mar. 2026", "in 2026"),
        ("14 March 2026", "March 14"),
        ("Q3 2026", "in 2026"),
        ("between 2024 and 2026", "2024"),
        ("12-18 months of data", "18 months ago"),
    ],
)
def test_the_dossier_s_figure_supports_the_paragraph_s_spelling(dossier, paragraph):
    assert _holds(dossier, paragraph)


@pytest.mark.parametrize(
    ("dossier", "paragraph"),
    [
        ("128K", "128"),
        ("32B", "3.2B"),
        ("7B to 70B", "34B"),
        ("$20", "$20 per month"),
        ("$20 per month", "$20 per year"),
        ("$20 per month", "€20 per month"),
        ("$20", "$20-40"),
        ("81.5", "81.5%"),
        ("24 GB", "24 MB"),
        ("24 hours", "24 minutes"),
        ("2.1", "v2.1.3"),
        ("v0.50", "0.5.1"),
        ("March 2026", "14 March 2026"),
        ("2025", "2026"),
        ("v2.1", "2.10"),
    ],
)
def test_another_value_unit_or_precision_is_not_supported(dossier, paragraph):
    assert not _holds(dossier, paragraph)


@pytest.mark.parametrize(
    "text",
    [
        "two tools and three tabs",
        "3 steps, 2 tabs, 10 seats",
        "within 12 months",
        "a 12-18 month curve",
        "in the next 3 years",
        "2 quarters away",
        "the 80/20 rule, 24/7",
        "at 3am",
        "an i18n library and k8s",
        "the H100 and GPT-4o",
        "",
    ],
)
def test_small_counts_horizons_and_parts_of_words_claim_nothing(text):
    assert [figure for figure in figures(text) if figure.needs] == []


@pytest.mark.parametrize(
    "text", ["18 months ago", "a 12-month contract", "24 months of data", "a 3-year commitment"]
)
def test_a_period_that_was_or_that_binds_is_a_claim(text):
    assert [text[figure.start : figure.end] for figure in figures(text) if figure.needs] != []


def test_the_1990s_are_no_seconds():
    assert figures("the 1990s") == ()


@given(text=st.text(alphabet="0123456789.,-$€%/KMBv xmonthper年", max_size=60))
def test_figures_lie_in_the_text_in_order_and_apart(text):
    found = figures(text)
    assert all(0 <= figure.start < figure.end <= len(text) for figure in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(text=st.text(alphabet="0123456789.,-$€%/KMBv xmonthper", max_size=60))
def test_a_text_supports_every_figure_it_claims_itself(text):
    said = _said(text)
    assert all(group & said for figure in figures(text) for group in figure.needs)


@given(value=st.integers(0, 10**12))
def test_a_number_has_one_form_however_its_thousands_are_written(value):
    assert decimal(f"{value:,}") == decimal(f"{value:05}") == decimal(f"{value}.0") == str(value)


@pytest.mark.parametrize(
    ("number", "magnitude", "value"),
    [
        ("1.5", "M", "1500000"),
        ("0.4", "k", "400"),
        ("2.0005", "K", "2000.5"),
        ("7", " billion", "7000000000"),
    ],
)
def test_a_magnitude_moves_the_point(number, magnitude, value):
    assert decimal(number, magnitude) == value


def test_a_number_word_with_a_letter_that_only_looks_like_one_is_read_and_breaks_nothing():
    assert [figure.supports for figure in figures("It took fıfteen days, and fİve mıllion rows.")] == [
        figure.supports for figure in figures("It took fifteen days, and five million rows.")
    ]
