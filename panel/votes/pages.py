"""The one page of the vote server, for readers without JavaScript: the count, their vote, the buttons."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from panel.core.outcomes import Community
from panel.judgement.community import MINIMUM
from panel.publish.templating import asset, environment, escape_html, policy_for
from panel.votes.vote import Choice

if TYPE_CHECKING:
    from jinja2 import Template

_PACKAGE = "panel.votes"
_YOURS: dict[Choice | None, str] = {
    None: "You have not voted on it yet.",
    "withdrawn": "You have withdrawn your vote.",
    "ship": "You voted ship. You may change that.",
    "skip": "You voted skip. You may change that.",
}


class Shown(NamedTuple):
    """The part of the page that one votes with."""

    tool: str
    token: str
    says: str
    yours: str
    can_withdraw: bool


def ballot(tool: str, token: str, community: Community, yours: Choice | None) -> Shown:
    """What a reader sees of the votes on a tool."""
    if community.percent is None:
        says = f"There are fewer than {MINIMUM} votes, too few to show a count."
    else:
        says = f"{community.percent} % of {community.votes} readers’ votes say ship."
    return Shown(tool, token, says, _YOURS[yours], can_withdraw=yours in {"ship", "skip"})


def page(title: str, *, message: str = "", shown: Shown | None = None, back: str = "/") -> str:
    """The page as HTML; every text in it is escaped."""
    from markupsafe import Markup

    return _template().render(
        title=title,
        message=message,
        ballot=shown,
        back=back,
        back_label="All verdicts" if back == "/" else "Back to the page",
        style=Markup(asset("vote.css", _PACKAGE)),  # noqa: S704 (our own file)
    )


@cache
def policy() -> str:
    """The page's Content-Security-Policy: its own style, its own form, nothing else."""
    own = policy_for(asset("vote.css", _PACKAGE)).replace("form-action 'none'", "form-action 'self'")
    return f"{own}; frame-ancestors 'none'"


@cache
def _template() -> Template:
    return environment(escape_html, _PACKAGE).get_template("vote.html.j2")
