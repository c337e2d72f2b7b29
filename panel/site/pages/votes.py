"""The script that shows and sends readers' votes (`vote.html.j2` is what it works on), and where it asks."""

from __future__ import annotations

from collections.abc import Iterator

from panel.publish.templating import asset
from panel.site.library import Library
from panel.site.page import Page

_PATH = "assets/votes.js"
#: Where the script asks for counts. The vote server answers there itself; a plain file server sends this,
#: and the script knows that nobody takes votes. Without it each reader's console would name an error.
_ASKED, _NOBODY = "votes.json", b'{"schema": "panel.no-votes/1", "tools": {}}\n'


def pages(library: Library) -> Iterator[Page]:
    """Both files, where pages ask for votes."""
    if library.settings.votes:
        yield Page(_PATH, None, lambda: asset("votes.js", "panel.site").encode())
        yield Page(_ASKED, None, lambda: _NOBODY)
