"""Which way findings lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.consistency import lean, score
from tests.judgement.samples import finding

FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from(["for", "against", "neutral"]),
        st.sampled_from(["minor", "major", "decisive"]),
    ),
    max_size=8,
)
SWAPPED = {"for": "against", "against": "for", "neutral": "neutral"}


def _of(text):
    """`+` is a minor, `++` a major, `+++` a decisive finding for; `-` the same against; `0` neutral."""
    weights = ("minor", "major", "decisive")
    return [
        finding("neutral")
        if word == "0"
        else finding("for" if word[0] == "+" else "against", weights[len(word) - 1])
        for word in text.split()
    ]


@pytest.mark.parametrize(
    ("findings", "leaning"),
    [
        ("", "neutral"),
        ("0 0 0", "neutral"),
        ("+ +", "neutral"),  # less than one major finding in all
        ("+ + +", "for"),
        ("++", "for"),
        ("--", "against"),
        ("++ --", "neutral"),
        ("++ ++ --", "for"),
        ("++ ++ ++ -- --", "neutral"),  # three major against two are a close call
        ("++ - - -", "neutral"),
        ("+++ -- --", "for"),  # a decisive finding outweighs two major ones
        ("+++ -- -- - -", "for"),
        ("+++ -- -- --", "neutral"),  # three hold it in balance
        ("--- ++ ++", "against"),
        ("--- ++ ++ ++ ++", "neutral"),  # and four never turn it round
        ("+++ ---", "neutral"),
        ("+++ +++ --- 0", "neutral"),
        ("++ ++ 0 - ", "for"),
    ],
)
def test_findings_lead_as_documented(findings, leaning):
    assert lean(_of(findings)) == leaning


def test_the_score_is_what_speaks_for_less_what_speaks_against():
    assert score(_of("+++ ++ + -- - 0")) == 9 + 3 + 1 - 3 - 1


@given(findings=FINDINGS)
def test_the_same_findings_turned_round_lead_the_other_way(findings):
    turned = [f.model_copy(update={"leans": SWAPPED[f.leans]}) for f in findings]
    assert lean(turned) == SWAPPED[lean(findings)]
    assert score(turned) == -score(findings)


@given(findings=FINDINGS, weight=st.sampled_from(["minor", "major", "decisive"]))
def test_a_further_finding_for_never_turns_the_leaning_towards_against(findings, weight):
    rank = ("against", "neutral", "for").index
    assert rank(lean([*findings, finding("for", weight)])) >= rank(lean(findings))


@given(findings=FINDINGS)
def test_the_leaning_never_goes_against_the_score(findings):
    assert {"for": score(findings) > 0, "against": score(findings) < 0, "neutral": True}[lean(findings)]
