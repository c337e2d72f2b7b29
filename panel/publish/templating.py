"""The one way templates are filled: strict about what is missing, escaping all that is not our own."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from panel.publish import links, picks, seats, wording

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = "templates"


def environment(escape: Callable[[str], str]) -> Environment:
    """A Jinja environment in which every printed value goes through `escape`.

    A value that is already `Markup` is printed as it is, and so are a template's own literals. Printing None
    or an undefined name is an error: a template says in words what is missing.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def printed(value: Any) -> Markup:
        if isinstance(value, Markup):
            return value
        if value is None:
            raise TypeError("a template prints a value that is missing; it must say so in words")
        return Markup(escape(str(value)))  # noqa: S704 (this is the place that escapes)

    filled = Environment(
        loader=PackageLoader("panel.publish", _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filled.globals.update(
        say=wording,
        picks=picks,
        scorecard=seats.scorecard,
        not_counted=seats.not_counted,
        decided_by_editors=seats.decided_by_editors,
        no_model_asked=seats.no_model_asked,
    )
    filled.tests["live"] = links.live
    return filled


def asset(name: str) -> str:
    """The text of a file beside the templates, such as the stylesheet."""
    return files("panel.publish").joinpath(_FOLDER, name).read_text(encoding="utf-8")
