"""The one way templates are filled: strict about what is missing, escaping all that is not our own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from panel.publish import links, picks, seats, wording

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = "templates"
#: What `escape_html` writes otherwise.
_SPECIAL = re.compile("[&<>'\"\r]")


def environment(escape: Callable[[str], str], *packages: str) -> Environment:
    """A Jinja environment in which every printed value goes through `escape`.

    Templates are of these packages, the first that has one; of `panel.publish` if none is named.

    A value that is already `Markup` is printed as it is, and so are a template's own literals. Printing None
    or an undefined name is an error: a template says in words what is missing.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def printed(value: Any) -> Markup:
        if isinstance(value, Markup):
            return value
        if value is None:
            raise TypeError("a template prints a value that is missing; it must say so in words")
        return Markup(escape(str(value)))  # noqa: S704 (this is the place that escapes)

    filled = Environment(
        loader=ChoiceLoader([PackageLoader(package, _FOLDER) for package in packages or ("panel.publish",)]),
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
    filled.tests.update(live=links.live, mailbox=links.mailbox)
    return filled


def asset(name: str, package: str = "panel.publish") -> str:
    """The text of a file beside the templates, such as the stylesheet."""
    return files(package).joinpath(_FOLDER, name).read_text(encoding="utf-8")


def policy_for(style: str) -> str:
    """The policy of a page that loads nothing: it allows this one inlined stylesheet, by hash."""
    sha = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{sha}'; base-uri 'none'; form-action 'none'"


def escape_html(text: str) -> str:
    """A text for an HTML page."""
    if not _SPECIAL.search(text):
        return text  # most are short and plain, and a large site prints millions
    from markupsafe import escape

    # A carriage return written as itself would be read back as a line feed.
    return str(escape(text)).replace("\r", "&#13;")
