"""What a version of a persona said before, as the records have it: no call is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from panel.core.domain import Dossier, Persona, Verdict
from panel.core.errors import InputError
from panel.core.records import Records


@dataclass(frozen=True)
class Stored:
    """A verdict in a record: the review's id and when it was made."""

    review: str
    created: str
    verdict: Verdict


def last_verdicts(records: Records, persona: Persona, dossiers: Sequence[Dossier]) -> dict[str, Stored]:
    """The newest stored verdict of exactly this version on each tool, by slug; others are left out.

    Damaged records are left to `panel runs verify`.
    """
    wanted = {dossier.tool.slug for dossier in dossiers}
    found: dict[str, Stored] = {}
    for run in reversed(records.run_ids()):
        for slug in sorted(wanted - found.keys()):
            if not records.review_path(run, slug).exists():
                continue
            try:
                review = records.review(f"{run}/{slug}")
            except InputError:
                continue
            mine = [v for v in review.verdicts if v.persona == persona.slug and v.persona_sha == persona.sha]
            if mine:
                found[slug] = Stored(review.id, review.created, mine[0])
        if len(found) == len(wanted):
            break
    return found
