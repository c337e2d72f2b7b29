"""Which tools there are to vote on: those that are live on the site being served."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

from panel.core.decisions import FILE
from panel.core.errors import PanelError
from panel.core.published import Withdrawn, published
from panel.core.records import Records
from panel.core.slugs import is_slug
from panel.site.page import STATE

#: Seconds after which an unknown tool is looked for again: reviews are written while we serve.
_LOOK_AGAIN = 10.0
#: Where in the site a tool's page may lie.
_PAGES = ("tools/{}/index.html", "tools/{}.html")
#: A site with one of these was built here, if of nothing: it has a page of every live tool.
_BUILT = (STATE, "tools")


class KnownTools:
    """The tools one may vote on, as they are now: a question costs a look at two files.

    A tool is live if the site has a page of it and no editor has withdrawn it since. Where there is no site
    to look at, because somebody else serves it, all reviewed tools are live that are not withdrawn.

    Args:
        records: Where reviews are.
        site: The folder of the site.
        root: The workspace, where editors' words are.
        clock: Seconds that never go back.
    """

    def __init__(
        self, records: Records, site: Path, root: Path, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._records, self._site, self._words, self._clock = records, site, root / FILE, clock
        self._words_read: tuple[int, ...] | None = None
        self._withdrawn: Collection[str] = ()
        self._reviewed: Collection[str] = ()
        self._looked = float("-inf")
        self._one_looks = threading.Lock()

    def has(self, slug: str) -> bool:
        """Whether that tool is live; reads folders, so not for an event loop."""
        if not is_slug(slug) or self._is_withdrawn(slug):
            return False
        if any((self._site / mark).exists() for mark in _BUILT):
            return self.page(slug) is not None
        return self._is_reviewed(slug)

    def page(self, slug: str) -> str | None:
        """The path of a tool's page in the site; None where it has none. The slug must be one."""
        for pattern in _PAGES:
            if (self._site / pattern.format(slug)).is_file():
                return f"/{pattern.format(slug).removesuffix('index.html')}"
        return None

    def _is_withdrawn(self, slug: str) -> bool:
        try:
            about = self._words.stat()
            now = about.st_mtime_ns, about.st_size, about.st_ino
            if now != self._words_read:
                words = published(self._words.parent).items()
                self._withdrawn = {
                    name for (of, name), word in words if of == "tool" and isinstance(word, Withdrawn)
                }
                self._words_read = now  # not before: others who ask meanwhile read it, too
        except FileNotFoundError:
            self._words_read, self._withdrawn = None, ()
        except (OSError, PanelError):
            pass  # What was known holds; the next `panel site build` stops there and says what is damaged.
        return slug in self._withdrawn

    def _is_reviewed(self, slug: str) -> bool:
        if slug not in self._reviewed:
            self._look_again()
        return slug in self._reviewed

    def _look_again(self) -> None:
        if self._clock() - self._looked < _LOOK_AGAIN or not self._one_looks.acquire(blocking=False):
            return  # whoever else asks meanwhile does not wait for it
        try:
            self._reviewed = frozenset(self._records.slugs())
            self._looked = self._clock()
        finally:
            self._one_looks.release()
