"""A workspace whose records are written by hand: tools reviewed, published, compared, bets settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from panel.core.decisions import Settled, decide
from panel.core.domain import Bet, DossierRef, Finding, Tool, Verdict
from panel.core.outcomes import Comparison, Cost, Entry, LikeForLike, Override, Review, Side
from panel.core.published import Published
from panel.core.records import Records
from panel.core.workspace import Workspace, open_workspace
from panel.judgement.bets import bet_id
from panel.judgement.comparison.picking import pick
from panel.judgement.comparison.scorecard import rows
from panel.judgement.overriding import overridden
from panel.judgement.publishing import kind_of, publishable
from panel.site.library import Library
from panel.site.opening import open_library
from tests.judgement.samples import a_review, verdict

MODEL = "anthropic:model-1"
TIME = "2026-11-20T12:00:00Z"
PERSONAS = ("builder", "skeptic", "futurist", "business")


class Press:
    """Writes records into a folder, and opens the library of what is live."""

    def __init__(self, root: Path, settings: str = "") -> None:
        root.mkdir(parents=True, exist_ok=True)
        (root / "panel.toml").write_text(settings, encoding="utf-8")
        self.workspace: Workspace = open_workspace({}, folder=root)
        self.records = Records(self.workspace.runs_dir)

    def review(
        self,
        slug: str,
        decisions: str = "ship ship ship ship",
        day: int = 1,
        *,
        category: str | None = "Developer Tools",
        dossier: str = "d",
        model: str = MODEL,
        bets: tuple[Bet, ...] = (),
        overrides: tuple[Override, ...] = (),
        says: str = "It hides the one number that matters.",
        live: bool = True,
        fourth: str = "business",
        entry: Entry | None = None,
        **tool: Any,
    ) -> Review:
        """A review of so many seats: `ship skip contested …`; live at once unless said otherwise."""
        run = f"202611{day:02d}T080000.000Z-{len(self.records.run_ids()):04x}"
        seats = tuple(
            _seat(persona, word, model=model, says=says, bets=bets)
            for persona, word in zip((*PERSONAS[:3], fourth), decisions.split(), strict=False)
        )
        named = {"name": slug.replace("-", " ").title(), "tagline": f"What {slug} says of itself", **tool}
        made = a_review(
            seats,
            id=f"{run}/{slug}",
            run=run,
            created=f"2026-11-{day:02d}T08:00:00Z",
            tool=Tool(slug=slug, category=category, **named),
            dossier=DossierRef(id=f"sha256:{slug}-{dossier}"),
            entry=entry or Entry(price="freemium", label="Free tier"),
            cost=Cost(),
        )
        made = overridden(made, overrides)
        self.records.write_review(made)
        if live:
            self.publish(made)
        return made

    def silence(self, review: Review) -> None:
        """Let the offline reader have spoken for its first seat, and make it live so."""
        first, *others = review.seating
        seating = (first.model_copy(update={"model": "offline:reader"}), *others)
        half = review.model_copy(update={"seating": seating})
        self.records.write_review(half)
        self.publish(half)

    def publish(self, review: Review) -> None:
        """Make it live, whatever speaks against it."""
        despite = tuple(dict.fromkeys(map(kind_of, publishable(review, strict=True))))
        word = Published(of="tool", name=review.tool.slug, record=review.id, author="Ada", time=TIME)
        decide(self.workspace.root, word.model_copy(update={"despite": despite}))

    def compare(self, one: Review, other: Review, day: int = 20) -> Comparison:
        """The comparison of two reviews."""
        a, b = sorted((one, other), key=lambda review: review.tool.slug)
        run = f"202611{day:02d}T090000.000Z-{len(self.records.run_ids()):04x}"
        sides = _side(a), _side(b)
        scorecard = rows(a.verdicts, b.verdicts, a.seating, b.seating)
        made = Comparison(
            id=f"{run}/{a.tool.slug}-vs-{b.tool.slug}",
            run=run,
            created=f"2026-11-{day:02d}T09:00:00Z",
            a=sides[0],
            b=sides[1],
            like_for_like=LikeForLike(ok=True),
            scorecard=scorecard,
            pick=pick(*sides, scorecard),
            cost=Cost(),
        )
        self.records.write_comparison(made)
        return made

    def settle(self, review: Review, persona: str, claim: str, outcome: str) -> None:
        """An editor's word on a bet of a review."""
        said = Settled.model_validate(
            {
                "bet": bet_id(review.dossier.id, persona, claim), "tool": review.tool.slug,
                "persona": persona, "name": persona.capitalize(), "claim": claim, "due": "2027",
                "placed": review.created[:10], "outcome": outcome, "reason": "It is on the record.",
                "author": "Ada", "time": TIME,
            }
        )  # fmt: skip
        decide(self.workspace.root, said)

    def library(self, *, rehearsals: bool = False) -> Library:
        """What is live now."""
        return open_library(self.workspace, self.records, rehearsals=rehearsals)


def _seat(persona: str, word: str, *, model: str, says: str, bets: tuple[Bet, ...]) -> Verdict:
    contested, decision = word == "contested", "ship" if word == "contested" else word
    leans = "for" if decision == "ship" else "against"
    return verdict(
        persona,
        decision,
        contested=contested,
        contest="Its findings say otherwise." if contested else None,
        findings=(Finding(move="primitive", says=says, leans=leans, weight="major"),),
        bets=bets,
        model=model,
    )


def _side(review: Review) -> Side:
    return Side(
        review=review.id,
        run=review.run,
        created=review.created,
        tool=review.tool,
        dossier=review.dossier,
        entry=review.entry,
        panel=review.panel,
        community=review.community,
        dissent=review.dissent,
        seating=review.seating,
    )
