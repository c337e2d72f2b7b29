"""A workspace with reviews and comparisons that were never asked for: records written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from panel.core.domain import Bet, Claim, Grounding, Seating, Verdict
from panel.core.outcomes import Comparison, Dissent, Review, Tally
from panel.core.records import Records
from panel.core.workspace import Workspace, open_workspace
from panel.site.library import Library
from panel.site.opening import open_library
from panel.site.publishing import Desk
from tests.core.shelf import a_comparison, a_dossier, a_review, a_run_id, a_verdict

UNSUPPORTED = Grounding(unsupported=(Claim(text="80 GB", start=0, end=5, **{"class": "unsupported"}),))


class Press:
    """An editor's workspace, and what may be done in it.

    Args:
        root: An empty folder.
        settings: Lines of `[site]`.
    """

    def __init__(self, root: Path, *settings: str) -> None:
        (root / "panel.toml").write_text("\n".join(["[site]", *settings, ""]))
        self.root = root
        self.records = Records(root / "runs")
        self._runs = 0

    @property
    def workspace(self) -> Workspace:
        return open_workspace({}, folder=self.root, environ={})

    @property
    def desk(self) -> Desk:
        return Desk(self.workspace, self.records, "Ada")

    def library(self, **given: Any) -> Library:
        return open_library(self.workspace, self.records, **given)

    def review(self, slug: str = "lantern", *, body: str | None = None, **changes: Any) -> Review:
        """One more review of a tool: of four seats, all of which say ship unless `changes` say otherwise."""
        dossier = a_dossier(slug) if body is None else a_dossier(slug, body)
        offline = changes.pop("offline", False)
        quorum = changes.pop("quorum", True)
        category = changes.pop("category", "Editors")
        review = a_review(self.run(), dossier, offline=offline, quorum=quorum)
        model = "offline:reader" if offline else "anthropic:claude"
        tool = review.tool.model_copy(update={"category": category, "tagline": f"What {slug} does."})
        given: dict[str, Any] = {
            "tool": tool,
            **panel_of("ship", "ship", "ship", "ship", model=model),
            **changes,
        }
        review = review.model_copy(update=given)
        self.records.write_dossier(dossier)
        self.records.write_review(review)
        return review

    def comparison(self, a: Review, b: Review, **changes: Any) -> Comparison:
        """A comparison of two reviews."""
        made = a_comparison(self.run(), a, b).model_copy(update=changes)
        self.records.write_comparison(made)
        return made

    def run(self) -> str:
        """The id of one more run."""
        self._runs += 1
        return a_run_id("20260301", self._runs)


def panel_of(*decisions: str, model: str = "anthropic:claude", **of_all: Any) -> dict[str, Any]:
    """The fields of a review in which these were the decisions of builder, skeptic, futurist and business."""
    names = ("builder", "skeptic", "futurist", "business")
    verdicts: list[Verdict] = []
    for name, decision in zip(names, decisions, strict=False):
        chair = "fourth" if name == "business" else "core"
        update = {"persona": name, "name": name.title(), "chair": chair, "decision": decision, "model": model}
        verdicts.append(a_verdict().model_copy(update={**update, **of_all}))
    ship = decisions.count("ship")
    return {
        "panel": Tally(ship=ship, counted=4, seated=4, percent=25 * ship, quorum=3),
        "verdicts": tuple(verdicts),
        "dissent": tuple(
            Dissent(persona=each.persona, name=each.name, decision=each.decision, objection="It leaks.")
            for each in verdicts
            if each.decision == ("skip" if ship >= 2 else "ship")
        ),
        "seating": tuple(
            Seating(persona=each.persona, name=each.name, chair=each.chair, model=model, because="")
            for each in verdicts
        ),
    }


def bet(claim: str = "Half of all editors will have one", due: str = "2027") -> Bet:
    return Bet(claim=claim, due=due)
