"""A launch made into a dossier: from the list's own text, a file beside it, or its page on the web."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from panel.core.errors import InputError
from panel.core.hashing import digest
from panel.evidence.dossiers import Loaded
from panel.evidence.fetching.fetcher import Fetcher
from panel.evidence.launches.dossier import dossier_of
from panel.evidence.launches.evidence import Evidence, Page, evidence_of, refusal
from panel.evidence.launches.launch import BadLine, Launch, content_hash
from panel.evidence.launches.pages.reading import PageReader
from panel.evidence.web import page_at

#: Characters of a plain text that is made into a dossier in milliseconds, while nothing else is done.
_SHORT = 5_000
#: What may be Markdown, which can take long to read.
_MARKS = re.compile(r"[\[\]<>`*_#|~\\]")


class Intake:
    """Makes launches into dossiers.

    Args:
        fetcher: The one way to the outside; None: nothing is fetched, and what would have to be is refused.
        reader: Finds the main text of pages, in a process of its own.
        folder: Where the list lies; None for one that was fetched.
        github_token: The user's, for more READMEs an hour.
    """

    def __init__(
        self,
        fetcher: Fetcher | None,
        reader: PageReader,
        *,
        folder: Path | None,
        github_token: str | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._reader = reader
        self._folder = folder
        self._github_token = github_token

    def content(self, launch: Launch) -> str | BadLine:
        """The hash of all that the list gives of a launch; what would have to be fetched is no part of it.

        A page that changed while its entry stayed the same is therefore not looked at again.
        """
        if launch.text or not (launch.readme or launch.dossier):
            return content_hash(launch, launch.text or launch.entry_text or "")
        found = evidence_of(launch, folder=self._folder, reader=self._reader)
        return found if isinstance(found, BadLine) else content_hash(launch, digest(found.text))

    async def dossier(self, launch: Launch) -> Loaded | BadLine:
        """The dossier of a launch, or why there is none; what is outside is fetched for it."""
        page = await self._page(launch) if launch.wants_page else None
        if isinstance(page, BadLine):
            if not launch.entry_text:
                return page
            why = f"{page.what}; the entry's own words stand in for it"
            launch, page = launch.model_copy(update={"notes": (*launch.notes, why)}), None
        if page is None and _is_short_and_plain(launch):  # a thread would take longer to wake than this to do
            return self._made(launch, page)
        return await asyncio.to_thread(self._made, launch, page)

    def _made(self, launch: Launch, page: Page | None) -> Loaded | BadLine:
        found: Evidence | BadLine = evidence_of(launch, page, folder=self._folder, reader=self._reader)
        return found if isinstance(found, BadLine) else dossier_of(launch, found)

    async def _page(self, launch: Launch) -> Page | BadLine:
        assert launch.url is not None
        if self._fetcher is None:
            return BadLine(launch.place, f"{launch.url} is not fetched here")
        try:
            return await page_at(launch.url, self._fetcher, github_token=self._github_token)
        except InputError as error:
            return refusal(launch, error)


def _is_short_and_plain(launch: Launch) -> bool:
    """Whether all that is known of a launch stands in the list, and is not much, and no Markdown."""
    if launch.readme or launch.dossier:
        return False
    texts = f"{launch.text or ''}{launch.entry_text or ''}"
    return len(texts) <= _SHORT and _MARKS.search(texts) is None
