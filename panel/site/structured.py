"""What pages say to machines (schema.org, JSON-LD): opinions, who wrote them, and that these are models."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from panel.core.domain import Finding, Leaning, Verdict, Weight
from panel.core.naming import reviewer_name, sitting_several_times
from panel.core.outcomes import Review
from panel.judgement.overriding import in_force
from panel.judgement.prose import one_line
from panel.publish import wording
from panel.publish.legible import legible
from panel.publish.links import live
from panel.site.addresses import address, moment, revised, stamp
from panel.site.cards import ComparisonCard, ReviewCard, SideCard
from panel.site.library import Library
from panel.site.settings import SiteSettings

if TYPE_CHECKING:
    from markupsafe import Markup

_CONTEXT = "https://schema.org"
#: The words of the IPTC for "made by a trained model".
_BY_A_MODEL = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
_PANEL = (
    "A panel of AI reviewers. Each is a language model with a persona that has read one dossier about a "
    "tool; none has used the tool."
)
_WEIGHTS: dict[Weight, int] = {"decisive": 0, "major": 1, "minor": 2}
#: Notes of either kind, and characters of one.
_MOST_NOTES, _LONGEST_NOTE = 5, 200

_Node = dict[str, Any]


def data_block(node: _Node) -> Markup:
    """A node for a `<script type="application/ld+json">`: no text in it can end the element or begin another.

    Such a block is data: browsers do not execute it, so the strict policy of the pages does not keep it out.
    """
    from markupsafe import Markup

    text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 (no markup is left in it)


def of_site(library: Library) -> _Node:
    """The site as a whole."""
    settings = library.settings
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": settings.title,
        "description": settings.tagline,
        "inLanguage": "en",
        "publisher": _organization(settings, library),
        **_known(url=address("index.html", library)),
    }


def of_review(card: ReviewCard, library: Library) -> _Node | None:
    """A verdict as a review without a rating; None for a rehearsal, which is no review. Reads the record."""
    if card.offline:
        return None
    review, settings = legible(library.review(card)), library.settings
    page = address(f"tools/{card.slug}.html", library)
    counted = [verdict for verdict in review.verdicts if _counts(verdict, review)]
    return {
        "@context": _CONTEXT,
        "@type": "Review",
        "name": f"{review.tool.name}: {_count(card)}",
        "reviewBody": " ".join([_count(card), *_dissent(review)]),
        "inLanguage": "en",
        "digitalSourceType": _BY_A_MODEL,
        "author": _organization(settings, library),
        "publisher": _organization(settings, library),
        "itemReviewed": _tool(review),
        "positiveNotes": _notes(counted, "for"),
        "negativeNotes": _notes(counted, "against"),
        "associatedReview": [_of_seat(verdict, review) for verdict in counted],
        **_known(url=page, datePublished=_time(moment(review.created)), dateModified=_time(revised(card))),
    }


def of_comparison(card: ComparisonCard, library: Library) -> _Node | None:
    """A comparison as a list of two tools, each with the panel's opinion; None for a rehearsal."""
    if card.offline:
        return None
    shown = legible(card)
    return {
        "@context": _CONTEXT,
        "@type": "ItemList",
        "name": f"{shown.title}: {shown.answer}",
        "numberOfItems": 2,
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": _of_side(side, card.created, library)}
            for position, side in enumerate((shown.a, shown.b), start=1)
        ],
        **_known(
            url=address(f"comparisons/{card.pair}.html", library), description=shown.because or shown.answer
        ),
    }


def _of_side(side: SideCard, created: str, library: Library) -> _Node:
    review = {
        "@type": "Review",
        "reviewBody": f"{wording.percent(side.panel.percent)} panel ship, {wording.share(side.panel)}.",
        "digitalSourceType": _BY_A_MODEL,
        "author": _organization(library.settings, library),
        **_known(datePublished=_time(moment(created))),
    }
    return {
        "@type": "SoftwareApplication",
        "name": side.name,
        "review": review,
        **_known(
            applicationCategory=side.category,
            url=address(f"tools/{side.slug}.html", library) if side.slug in library.tools else None,
        ),
    }


def _of_seat(verdict: Verdict, review: Review) -> _Node:
    name = reviewer_name(verdict, sitting_several_times(review.seating))
    editors = in_force(verdict, review.overrides)
    decided = f"{editors.decision}, decided by an editor" if editors else verdict.decision
    return {
        "@type": "Review",
        "name": f"{name}: {decided}",
        "reviewBody": verdict.paragraph,
        "digitalSourceType": _BY_A_MODEL,
        "author": {
            "@type": "SoftwareApplication",
            "name": f"{verdict.name} (AI reviewer, {wording.speaker(verdict)})",
            "applicationCategory": "AI reviewer",
        },
    }


def _tool(review: Review) -> _Node:
    tool = review.tool
    return {
        "@type": "SoftwareApplication",
        "name": tool.name,
        **_known(
            url=tool.url if live(tool.url) else None,
            applicationCategory=tool.category,
            softwareVersion=tool.version,
            description=tool.tagline or tool.description,
            author={"@type": "Organization", "name": tool.vendor} if tool.vendor else None,
        ),
    }


def _organization(settings: SiteSettings, library: Library) -> _Node:
    return {
        "@type": "Organization",
        "name": settings.title,
        "description": _PANEL,
        **_known(url=address("index.html", library)),
    }


def _counts(verdict: Verdict, review: Review) -> bool:
    return in_force(verdict, review.overrides) is not None or not verdict.contested


def _count(card: ReviewCard) -> str:
    count = wording.share(card.panel)
    return count if card.panel.percent is None else f"{card.panel.percent}% panel ship, {count}."


def _dissent(review: Review) -> list[str]:
    return [f"{each.name} says {each.decision}: {each.objection}" for each in review.dissent]


def _notes(verdicts: Iterable[Verdict], leaning: Leaning) -> _Node:
    found = [finding for verdict in verdicts for finding in verdict.findings if finding.leans == leaning]
    weighty = sorted(found, key=_weight)[:_MOST_NOTES]
    notes = dict.fromkeys(one_line(finding.says, _LONGEST_NOTE) for finding in weighty)
    elements = [
        {"@type": "ListItem", "position": position, "name": note}
        for position, note in enumerate(filter(None, notes), start=1)
    ]
    return {"@type": "ItemList", "itemListElement": elements}


def _weight(finding: Finding) -> int:
    return _WEIGHTS[finding.weight]


def _time(when: datetime | None) -> str | None:
    return stamp(when) if when else None


def _known(**values: Any) -> _Node:
    return {name: value for name, value in values.items() if value is not None}
