"""Locates a quotation in the dossier, character for character but for what a reader would not see."""

from __future__ import annotations

from panel.core.domain import Evidence
from panel.judgement.grounding.folding import fold
from panel.judgement.grounding.index import Index

#: Anything shorter is found by chance, and counts as not found.
SHORTEST = 12


def locate(quote: str, index: Index) -> Evidence:
    """The quotation with its place in the first source that holds it.

    Quotation marks around the quote and an ellipsis at its end are not part of it. Nothing else is repaired:
    a changed word, a left-out passage or Markdown taken away makes a quotation not found.

    Args:
        quote: As the reviewer gave it; kept unchanged.
        index: The dossier's sources, folded.
    """
    wanted = _bare(fold(quote).text)
    if len(wanted) < SHORTEST:
        return Evidence(quote=quote)
    for source, folded in index.sources:
        at = folded.text.find(wanted)
        if at >= 0:
            start, end = folded.span(at, at + len(wanted))
            return Evidence(quote=quote, source=source, start=start, end=end, found=True)
    return Evidence(quote=quote)


def _bare(folded: str) -> str:
    while True:
        bare = folded.strip(" \"'")
        bare = bare.rstrip(".").rstrip() if bare.endswith("...") else bare
        if bare == folded:
            return bare
        folded = bare
