"""For each cause a pair of reviews of one tool in which just that has changed."""

from __future__ import annotations

from panel.core.domain import DossierRef, Samples
from panel.core.outcomes import Review
from panel.judgement.history import Cause
from tests.judgement.samples import a_review, panel

FOUR = panel("ship", "skip", "ship", "ship")


def _all(**changes: object) -> Review:
    return a_review(tuple(each.model_copy(update=changes) for each in FOUR))


def _one(at: int, **changes: object) -> Review:
    return a_review((*FOUR[:at], FOUR[at].model_copy(update=changes), *FOUR[at + 1 :]))


#: The review before, and the one now.
CHANGED: dict[Cause, tuple[Review, Review]] = {
    "dossier": (a_review(FOUR), a_review(FOUR, dossier=DossierRef(id="sha256:e"))),
    "left": (a_review(FOUR), a_review(FOUR[:3])),
    "joined": (a_review(FOUR[:3]), a_review(FOUR)),
    "persona": (a_review(FOUR), _one(1, persona_sha="sha256:new")),
    "prompts": (a_review(FOUR), _all(prompt_sha="sha256:p2")),
    "models": (a_review(FOUR), _all(model="openai:model-2")),
    "seats": (_one(0, model="openai:m"), _one(1, model="openai:m")),
    "samples": (a_review(FOUR), _all(samples=Samples(asked=3, ship=3, skip=0, failed=0))),
}
