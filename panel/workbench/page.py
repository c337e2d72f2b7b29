"""Before and after as one self-contained HTML page: no script, no request to anywhere, all text escaped."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from panel.core.domain import Failure, Verdict
from panel.workbench.changes import Change, Summary, tone
from panel.workbench.versions import Version

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_PIECES = re.compile(r"\s+|[^\s]+")


def page(
    changes: Sequence[Change],
    found: Summary,
    before: Version,
    after: Version,
    names: Mapping[str, str],
    *,
    offline: bool,
) -> str:
    """The page.

    Args:
        changes: One for each tool.
        found: What they came to.
        before: The older version.
        after: The newer one.
        names: The tools' names by slug.
        offline: Whether no model was asked.
    """
    return _template().render(
        changes=changes, found=found, before=before, after=after, names=names, offline=offline
    )


@cache
def _template() -> Template:
    from markupsafe import Markup

    from panel.publish.templating import asset, environment, escape_html, policy_for

    style = asset("page.css") + asset("diff.css", "panel.workbench")
    filled = environment(escape_html, "panel.workbench")
    filled.globals.update(
        style=Markup(style),  # noqa: S704 (our own files, and the policy holds their hash)
        policy=policy_for(style),
        marked=marked,
        result=_result,
        text=_text,
        words_of=_words,
    )
    return filled.get_template("diff.html.j2")


def marked(change: Change, *, side: str) -> Markup:
    """One side's paragraph, the words in `<mark>` that the other side does not have at that place."""
    from markupsafe import Markup

    from panel.publish.templating import escape_html

    if change.both is None:
        return Markup(escape_html(_text(change.before if side == "before" else change.after)))  # noqa: S704 (escaped)
    parts = (
        f"<mark>{escape_html(piece)}</mark>" if new and piece.strip() else escape_html(piece)
        for piece, new in differing(change.both[0].paragraph, change.both[1].paragraph, side=side)
    )
    return Markup("".join(parts))  # noqa: S704 (every piece is escaped above)


def differing(before: str, after: str, *, side: str) -> Iterator[tuple[str, bool]]:
    """One side's text in pieces, each with whether the other side lacks it; joined they are the text."""
    a, b = _PIECES.findall(before), _PIECES.findall(after)
    for how, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        piece = "".join(a[i1:i2] if side == "before" else b[j1:j2])
        if piece:
            yield piece, how != "equal"


def _result(outcome: Verdict | Failure) -> tuple[str, str]:
    """The badge's class and words."""
    if isinstance(outcome, Failure):
        return "none", f"No verdict: {outcome.kind}"
    if outcome.contested:
        return "contested", f"{outcome.decision.capitalize()}, contested"
    return outcome.decision, outcome.decision.capitalize()


def _text(outcome: Verdict | Failure) -> str:
    return outcome.paragraph if isinstance(outcome, Verdict) else outcome.message


def _words(outcome: Verdict | Failure) -> int:
    return tone(outcome.paragraph).words if isinstance(outcome, Verdict) else 0
