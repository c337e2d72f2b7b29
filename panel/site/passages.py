"""Which passages of a dossier a review rests on, each in its place in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from panel.core.domain import Dossier, Evidence, SourceRef, Span
from panel.core.naming import reviewer_name, sitting_several_times
from panel.core.outcomes import Review
from panel.publish.wording import move

#: Characters of the source shown before and after a passage, up to the next word's end.
CONTEXT = 90


@dataclass(frozen=True)
class Passage:
    """A passage that was quoted.

    Attributes:
        anchor: Where it is on the page.
        before: What stands before it in the source.
        text: The passage as it stands in the source, or as it was quoted where the source is not kept.
        after: What stands after it.
        span: Its place, in characters of the source.
        cited: Who rests on it, and for what: `Builder on the primitive`, `the entry price`.
    """

    anchor: str
    before: str
    text: str
    after: str
    span: Span
    cited: tuple[str, ...]


@dataclass(frozen=True)
class Cited:
    """All that a review quotes; by source, in the order of the dossier."""

    sources: tuple[tuple[SourceRef, tuple[Passage, ...]], ...]

    def at(self, evidence: Evidence) -> str | None:
        """The anchor of the passage that a quotation is, if it is one."""
        key = evidence.source, evidence.start, evidence.end
        every = (each for _, passages in self.sources for each in passages)
        return next((p.anchor for p in every if (p.span.source, p.span.start, p.span.end) == key), None)


def cited(review: Review, dossier: Dossier | None) -> Cited:
    """The passages that reviewers and the entry price rest on.

    Args:
        review: Whose findings quote.
        dossier: The snapshot that its spans point into; None where it is not kept.
    """
    texts = {source.id: source.text for source in dossier.sources} if dossier else {}
    found: dict[tuple[str, int, int], tuple[str, list[str]]] = {}
    for span, quote, whose in (*_quoted(review), *_priced(review)):
        names = found.setdefault((span.source, span.start, span.end), (quote, []))[1]
        if whose not in names:
            names.append(whose)
    spans = sorted(found)
    sources = []
    for number, ref in enumerate(review.dossier.sources, start=1):
        mine = [key for key in spans if key[0] == ref.id]
        passages = (
            _passage(f"passage-{number}-{at}", key, *found[key], text=texts.get(ref.id))
            for at, key in enumerate(mine, start=1)
        )
        sources.append((ref, tuple(passages)))
    return Cited(tuple(sources))


def _quoted(review: Review) -> Iterator[tuple[Span, str, str]]:
    several = sitting_several_times(review.verdicts)
    for verdict in review.verdicts:
        for finding in verdict.findings:
            whose = f"{reviewer_name(verdict, several)}: {move(finding.move).lower()}"
            for each in finding.evidence:
                if each.found and None not in {each.source, each.start, each.end}:
                    span = Span(source=str(each.source), start=each.start or 0, end=each.end or 0)
                    yield span, each.quote, whose


def _priced(review: Review) -> Iterator[tuple[Span, str, str]]:
    facts = {fact.id: fact for fact in review.dossier.facts}
    for reason in review.entry.because:
        fact = facts.get(reason.fact)
        if fact is not None and fact.span is not None:
            yield fact.span, fact.quote or fact.value, "the entry price"


def _passage(
    anchor: str, key: tuple[str, int, int], quote: str, cited: Iterable[str], *, text: str | None
) -> Passage:
    source, start, end = key
    span = Span(source=source, start=start, end=end)
    if text is None or not 0 <= start < end <= len(text):
        return Passage(anchor, "", quote, "", span, tuple(cited))
    return Passage(anchor, _before(text, start), text[start:end], _after(text, end), span, tuple(cited))


def _before(text: str, start: int) -> str:
    """What stands before, from the start of a word on; white space is folded."""
    piece = text[max(0, start - CONTEXT) : start]
    if start > CONTEXT:
        piece = "…" + (piece.partition(" ")[2] or piece)
    return _folded(piece)


def _after(text: str, end: int) -> str:
    """What stands after, up to the end of a word; white space is folded."""
    piece = text[end : end + CONTEXT]
    if end + CONTEXT < len(text):
        piece = (piece.rpartition(" ")[0] or piece) + "…"
    return _folded(piece)


def _folded(piece: str) -> str:
    """On one line; a space at either end stays, for the passage stands beside it."""
    words = " ".join(piece.split())
    return f"{' ' if piece[:1].isspace() else ''}{words}{' ' if words and piece[-1:].isspace() else ''}"
