"""Whether a record rests on a dossier that has changed since."""

from __future__ import annotations

import pytest

from panel.judgement.staleness import DossierNow, stale
from tests.judgement.samples import a_review, panel

REVIEW = a_review(panel("ship", "ship", "ship", "skip"), created="2026-11-20T21:04:05Z")


def test_the_same_dossier_and_one_nothing_is_known_of_are_not_stale():
    assert stale(REVIEW, {"harbor": DossierNow("sha256:d", "2026-12-01")}) is None
    assert stale(REVIEW, {}) is None
    assert stale(REVIEW, {"lantern": DossierNow("sha256:new")}) is None


@pytest.mark.parametrize(
    ("since", "when"),
    [("2026-12-01", " on 2026-12-01,"), ("2026-11-20", " on 2026-11-20,"), ("2026-11-19", ""), (None, "")],
)
def test_another_dossier_is_stale_and_the_day_is_said_if_it_is_later(since, when):
    assert (
        stale(REVIEW, {"harbor": DossierNow("sha256:new", since)})
        == f"stale: the dossier of Harbor changed{when} after this review"
    )
