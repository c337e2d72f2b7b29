"""Reviews as small as they can be."""

from panel.batch.neighbours import Known
from panel.core.domain import DossierRef, Seating, Tool
from panel.core.outcomes import Cost, Entry, Review, Tally

RUN = "20261121T000000.000Z-0001"


def review_of(slug, tagline, *, category="Developer Tools", model="openai:m", run=RUN, status="complete"):
    """A review of a tool that says `tagline` of itself."""
    return Review(
        id=f"{run}/{slug}",
        run=run,
        created="2026-11-21T00:00:00Z",
        status=status,
        tool=Tool(slug=slug, name=slug.upper(), tagline=tagline, category=category),
        dossier=DossierRef(id="sha256:" + "0" * 64, sources=(), facts=(), notes=()),
        entry=Entry(price="unknown", label="Unknown"),
        panel=Tally(ship=3, counted=4, seated=4, percent=75, quorum=3),
        verdicts=(),
        seating=(Seating(persona="builder", name="Builder", chair="core", model=model, because=""),),
        cost=Cost(),
    )


def known_of(slug, tagline, *, offline=False, **fields):
    """What neighbours are found by, of such a review."""
    review = review_of(slug, tagline, **fields)
    return Known(review.id, review.run, review.tool, review.dossier.id, offline)
