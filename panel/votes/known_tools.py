"""Which tools there are to vote on: those with a review, or with a page in the site."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from panel.core.records import Records
from panel.core.slugs import is_slug

#: Seconds after which an unknown tool is looked for again: reviews are written while we serve.
_LOOK_AGAIN = 10.0
#: Where in the site a tool's page may lie.
_PAGES = ("tools/{}/index.html", "tools/{}.html")


class KnownTools:
    """The tools one may vote on, as they were when folders were last looked at: now, and at most every 10 s.

    Args:
        records: Where reviews are.
        site: The folder of the site.
        clock: Seconds that never go back.
    """

    def __init__(self, records: Records, site: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._records, self._site, self._clock = records, site, clock
        self._slugs = frozenset(records.slugs())
        self._looked = clock()
        self._one_looks = threading.Lock()

    def remembers(self, slug: str) -> bool:
        """Whether that tool is known without looking."""
        return slug in self._slugs

    def has(self, slug: str) -> bool:
        """Whether there is such a tool; reads folders, so not for an event loop."""
        if not is_slug(slug):
            return False
        if self.remembers(slug):
            return True
        if self.page(slug) is not None:
            self._slugs |= {slug}
            return True
        self._look_again()
        return self.remembers(slug)

    def page(self, slug: str) -> str | None:
        """The path of a tool's page in the site; None where it has none. The slug must be one."""
        for pattern in _PAGES:
            if (self._site / pattern.format(slug)).is_file():
                return f"/{pattern.format(slug).removesuffix('index.html')}"
        return None

    def _look_again(self) -> None:
        if self._clock() - self._looked < _LOOK_AGAIN or not self._one_looks.acquire(blocking=False):
            return  # whoever else asks meanwhile does not wait for it
        try:
            self._slugs = frozenset(self._records.slugs())
            self._looked = self._clock()
        finally:
            self._one_looks.release()
