"""One file of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

#: In the site's folder: which files there are the site's, and from which inputs they were made.
STATE = ".panel-site.json"


class Page(NamedTuple):
    """A file of the site, not made yet.

    Attributes:
        path: Where it lies in the site, `tools/codestral-2-0.html`.
        inputs: A JSON value that differs whenever the content may: all that `render` uses but the program and
            the site's settings. Hashes of records stand for records.
        render: Makes the content; only called if it is not there yet. It may read records, nothing else.
    """

    path: str
    inputs: Any
    render: Callable[[], bytes]
