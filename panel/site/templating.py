"""How a page of HTML is filled: the layout around it, links relative to where it lies, all text escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from panel.publish.templating import environment, escape_html
from panel.site.library import Library
from panel.site.settings import SiteSettings

if TYPE_CHECKING:
    from jinja2 import Environment

#: Files of the site only, nothing inline.
_FILES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'"
)


def policy(settings: SiteSettings) -> str:
    """What a page may load, and where its forms may go.

    That is the vote server, which serves the site, and the list service for the digest, where there is one.
    """
    forms = forms_to(settings.subscribe)
    return f"{_FILES}; form-action 'self'{f' {forms}' if forms else ''}"


def forms_to(address: str | None) -> str | None:
    """The origin of a form's address, as a policy names it; None without a form."""
    if address is None:
        return None
    parts = urlsplit(address)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}"


def html(template: str, path: str, library: Library, **values: Any) -> bytes:
    """A page of the site.

    Args:
        template: Its file in `templates/`.
        path: Where the page lies in the site.
        library: What is live; templates see it as `library`, and its settings as `site`.
        values: What the template is filled with.
    """
    page = _environment().get_template(template)
    root = "../" * path.count("/")
    text = page.render(
        library=library,
        site=library.settings,
        path=path,
        root=root,
        policy=policy(library.settings),
        **values,
    )
    return text.encode("utf-8", errors="replace")


def address(path: str, library: Library) -> str | None:
    """The public address of a file of the site; None where `[site] url` is not set."""
    url = library.settings.url
    return None if url is None else f"{url}/{'' if path == 'index.html' else path}"


@cache
def _environment() -> Environment:
    # The comparison's own page and the site's share their parts: a template is looked for here first.
    return environment(escape_html, "panel.site", "panel.publish")
