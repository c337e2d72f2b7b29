"""A workspace in whose records every text is hostile, but for those that say what is whose."""

from __future__ import annotations

from pathlib import Path

from panel.core.outcomes import Comparison, Review
from panel.judgement.publishing import LENIENT
from panel.site.library import Library
from tests.publish.hostile import filled
from tests.site.samples import Press, panel_of

SLUGS = ("lantern", "mast")
PAIR = "lantern-vs-mast"
URL = "https://ship.example"


def poisoned(root: Path, text: str) -> Library:
    """Two live tools, one of which changed its verdict, and their comparison."""
    press = Press(root, f'url = "{URL}"')
    press.review("lantern", **panel_of("skip", "skip", "ship", "skip"))
    a, b = (_hostile(press, slug, text) for slug in SLUGS)
    made = press.comparison(a, b)
    comparison = filled(made, text).model_copy(
        update={"id": made.id, "run": made.run, "created": made.created}
    )
    update = {side: _kept(getattr(comparison, side), getattr(made, side)) for side in ("a", "b")}
    press.records.write_comparison(Comparison.model_validate(comparison.model_copy(update=update)))
    for name in (*SLUGS, PAIR):
        said = press.desk.publish(name, allow=LENIENT)
        assert said.done, said.against
    return press.library()


def _hostile(press: Press, slug: str, text: str) -> Review:
    made = press.review(slug, **panel_of("ship", "skip", "ship", "ship"))
    review = filled(made, text)
    kept = {"id": made.id, "run": made.run, "created": made.created}
    review = _kept(review.model_copy(update=kept), made)
    press.records.write_review(review)
    return review


def _kept(hostile, made):
    """The same with the slug and the id of the dossier that are the program's own."""
    tool = hostile.tool.model_copy(update={"slug": made.tool.slug})
    dossier = hostile.dossier.model_copy(update={"id": made.dossier.id})
    update = {"tool": tool, "dossier": dossier}
    if hasattr(made, "review"):
        update["review"] = made.review
    return hostile.model_copy(update=update)
