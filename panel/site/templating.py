"""How a page of HTML is filled: the layout around it, links relative to where it lies, all text escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from panel.publish.formats.html import marked
from panel.publish.legible import legible_text
from panel.publish.templating import environment, escape_html
from panel.site.addresses import address
from panel.site.head import head
from panel.site.library import Library
from panel.site.settings import SiteSettings

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["address", "forms_to", "fragment", "html", "policy"]

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


def html(template: str, path: str, library: Library, root: str | None = None, **values: Any) -> bytes:
    """A page of the site.

    Args:
        template: Its file in `templates/`.
        path: Where the page lies in the site.
        library: What is live; templates see it as `library`, and its settings as `site`.
        root: What its links to the site's files begin with; the relative way there if not given.
        values: What the template is filled with.

    `head.html.j2` is filled by `head`, from nothing but the path and what is live.
    """
    page = _environment().get_template(template)
    root = "../" * path.count("/") if root is None else root
    text = page.render(
        library=library,
        site=library.settings,
        path=path,
        root=root,
        policy=policy(library.settings),
        head=head(path, library),
        **values,
    )
    return text.encode("utf-8", errors="replace")


def fragment(template: str, library: Library, **values: Any) -> str:
    """A piece of HTML that stands in somebody else's page, such as a feed's entry; its links are absolute."""
    return _environment().get_template(template).render(library=library, site=library.settings, **values)


@cache
def _environment() -> Environment:
    # The comparison's own page and the site's share their parts: a template is looked for here first.
    filled = environment(_escaped, "panel.site", "panel.publish")
    filled.filters["marked"] = marked
    return filled


def _escaped(text: str) -> str:
    # Here, so that no page has to think of it: records, cards and settings are printed in many places.
    return escape_html(legible_text(text))
