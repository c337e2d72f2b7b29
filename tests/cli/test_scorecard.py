"""What a terminal shows of a record."""

from __future__ import annotations

import pytest

from panel.cli.scorecard import console, show_review
from panel.core.outcomes import Community
from tests.judgement.samples import a_review, panel


@pytest.mark.parametrize(
    ("votes", "says"),
    [
        (Community(), "Community: — Dissent"),
        (Community(ship=3, votes=4, percent=75), "Community: — Dissent"),
        (Community(ship=31, votes=40, percent=78), "Community: 78 % (31 of 40 votes)"),
    ],
)
def test_readers_votes_are_shown_from_five_on(votes, says, tmp_path, capsys):
    review = a_review(panel("ship", "ship", "skip", "ship"), community=votes)
    show_review(review, tmp_path, console())
    assert says in " ".join(capsys.readouterr().out.split())
