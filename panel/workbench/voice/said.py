"""What a reviewer said about a tool, as the voice report looks at it; taken from reviews and comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from panel.core.domain import OFFLINE_MODEL, Finding, Verdict
from panel.core.outcomes import Comparison, Review


@dataclass(frozen=True)
class Said:
    """One printed paragraph and what it rests on.

    Attributes:
        panel: The review whose seats it sat with.
        created: When, as records write times; they sort as texts.
        counted: Whether its decision is a vote: it is not contested.
        version: The hash of the persona file that spoke.
        call: The reply it was read from; one reply is one paragraph, however many records hold it.
    """

    persona: str
    name: str
    tool: str
    panel: str
    created: str
    paragraph: str
    findings: tuple[Finding, ...]
    ship: bool
    counted: bool
    version: str
    model: str
    call: str

    @property
    def offline(self) -> bool:
        """Whether no model was asked."""
        return self.model == OFFLINE_MODEL


def of_review(review: Review) -> Iterator[Said]:
    """What the seats of a review said."""
    for verdict in review.verdicts:
        yield _said(verdict, review.tool.slug, review.id, review.created)


def of_comparison(comparison: Comparison) -> Iterator[Said]:
    """What the seats of a comparison said, the extra fourth chairs among them."""
    for row in comparison.scorecard:
        for side, verdict in ((comparison.a, row.a), (comparison.b, row.b)):
            if verdict is not None:
                yield _said(verdict, side.tool.slug, side.review, comparison.created)


def each_once(said: Iterable[Said], *, offline: bool) -> list[Said]:
    """The paragraphs of models, or of the offline reader, oldest first, each reply once."""
    kept: dict[tuple[str, str, str], Said] = {}
    for each in sorted(
        (one for one in said if one.offline == offline), key=lambda one: (one.created, one.tool)
    ):
        kept.setdefault((each.persona, each.tool, each.call), each)
    return list(kept.values())


def _said(verdict: Verdict, tool: str, panel: str, created: str) -> Said:
    return Said(
        persona=verdict.persona,
        name=verdict.name,
        tool=tool,
        panel=panel,
        created=created,
        paragraph=verdict.paragraph,
        findings=verdict.findings,
        ship=verdict.decision == "ship",
        counted=not verdict.contested,
        version=verdict.persona_sha,
        model=verdict.model,
        call=verdict.call,
    )
