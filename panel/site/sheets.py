"""Pages made from one value, which is all that they print: so it is also all that they depend on."""

from __future__ import annotations

from panel.core.domain import Value
from panel.publish.legible import legible
from panel.site.library import Library
from panel.site.page import Page
from panel.site.templating import html


def sheet_page(path: str, template: str, sheet: Value, library: Library) -> Page:
    """A page of HTML whose template sees `sheet` and the settings, and nothing else of the library."""

    def render() -> bytes:
        return html(template, path, library, sheet=legible(sheet))

    return Page(path, sheet.as_json(), render)
