"""What is called approximate may be rounded; what is not may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.grounding import Index, ground
from panel.judgement.grounding.rounding import is_hedged, is_rounded
from tests.judgement.samples import dossier


@pytest.mark.parametrize(
    ("said", "class_"),
    [
        ("about 82%", "dossier"),
        ("~80%", "dossier"),
        ("roughly 130K tokens", "dossier"),
        ("nearly 50 people", "dossier"),
        ("82%", "unsupported"),
        ("about 90%", "unsupported"),
        ("about 100 people", "unsupported"),
        ("about v2.2", "unsupported"),
        ("about $49", "unsupported"),
    ],
)
def test_a_hedged_figure_may_be_the_dossier_s_rounded(said, class_):
    index = Index(dossier("81.5% on 128,000 tokens, 48 people, $45 a month, v2.1.", name="Dock"))
    grounding = ground(f"It is {said} and that is it.", index)
    assert [claim.class_ for claim in (*grounding.dossier, *grounding.unsupported)] == [class_]


@given(st.integers(11, 10**9), st.integers(1, 4))
def test_a_rounded_figure_is_never_more_than_a_twentieth_off(value, digits):
    rounded = round(value, digits - len(str(value)))
    near = is_rounded(f"number:{rounded}", [f"number:{value}"])
    assert near == (abs(rounded - value) <= 0.05 * value)


@given(st.integers(1, 10**6))
def test_a_figure_is_itself_rounded_and_another_unit_never(value):
    assert is_rounded(f"%:{value}", [f"%:{value}"])
    assert not is_rounded(
        f"%:{value}", [f"number:{value}", f"$:{value}/", f"version:{value}", f"year:{value}"]
    )
    assert not is_rounded(f"year:{value}", [f"year:{value}"])


def test_a_hedge_stands_right_before_the_figure():
    assert is_hedged("costs about 20", 12)
    assert not is_hedged("about that: 20", 12)
