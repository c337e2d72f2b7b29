"""A comparison as one self-contained page: no script, no request to anywhere, all text escaped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from panel.core.domain import Claim, ClaimClass, Grounding, Verdict
from panel.core.outcomes import Comparison
from panel.publish.aged import stale_marks
from panel.publish.legible import legible, printable

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

SUFFIX = ".html"

#: Where two claims overlap, the one a reader must not miss is marked.
_FIRST: dict[ClaimClass, int] = {"unsupported": 0, "outside": 1, "dossier": 2}


def render(comparison: Comparison) -> str:
    """The page; see `Format.render`. Its policy allows the one inlined stylesheet, by hash, nothing else."""
    shown = legible(comparison)
    return _template().render(c=shown, stale=stale_marks(shown))


@cache
def _template() -> Template:
    from markupsafe import Markup

    from panel.publish.templating import asset, environment, escape_html, policy_for

    style = asset("page.css")
    page = environment(escape_html)
    page.filters["marked"] = marked
    page.globals["style"] = Markup(style)  # noqa: S704 (our own file, and the policy holds its hash)
    page.globals["policy"] = policy_for(style)
    return page.get_template("comparison.html.j2")


def marked(verdict: Verdict) -> Markup:
    """The paragraph with its claims in spans; without the tags it is the paragraph, unchanged."""
    from markupsafe import Markup

    from panel.publish.templating import escape_html

    parts = (
        f'<span class="claim {claim}">{escape_html(text)}</span>' if claim else escape_html(text)
        for text, claim in slices(printable(verdict.paragraph), verdict.grounding)
    )
    return Markup("".join(parts))  # noqa: S704 (every slice is escaped above)


def slices(paragraph: str, grounding: Grounding) -> Iterator[tuple[str, ClaimClass | None]]:
    """The paragraph cut at its claims, each piece with its class; joined again, the pieces are the paragraph.

    A claim whose span does not hold its text, or that overlaps one of a graver class, is not marked.
    """
    at = 0
    for claim in _placed(paragraph, grounding):
        if claim.start > at:
            yield paragraph[at : claim.start], None
        yield paragraph[claim.start : claim.end], claim.class_
        at = claim.end
    if at < len(paragraph):
        yield paragraph[at:], None


def _placed(paragraph: str, grounding: Grounding) -> list[Claim]:
    claims = [*grounding.unsupported, *grounding.outside, *grounding.dossier]
    taken: list[Claim] = []
    for claim in sorted(claims, key=lambda c: (_FIRST[c.class_], c.start, -c.end)):
        inside = 0 <= claim.start < claim.end <= len(paragraph)
        fits = inside and paragraph[claim.start : claim.end] == claim.text
        if fits and all(claim.end <= other.start or claim.start >= other.end for other in taken):
            taken.append(claim)
    return sorted(taken, key=lambda c: c.start)
