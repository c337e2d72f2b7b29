"""A dossier from a web address: the main text of a page, or the README of a GitHub repository."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

from panel.core.errors import InputError
from panel.evidence.cleaning import clean
from panel.evidence.dossiers import Loaded
from panel.evidence.fetching.endings import NotFetched, masked, shown
from panel.evidence.fetching.fetched import Fetched
from panel.evidence.fetching.fetcher import Fetcher
from panel.evidence.launches.addresses import repository_of
from panel.evidence.launches.dossier import dossier_of
from panel.evidence.launches.evidence import Page, evidence_of
from panel.evidence.launches.launch import BadLine, launch_from
from panel.evidence.launches.pages.reading import PageReader
from panel.evidence.launches.sources.github import readme_request
from panel.evidence.markdown import tool_name

#: What a page may be.
_PAGES = ("text/html", "application/xhtml+xml", "text/markdown", "text/plain")
#: What GitHub sends as a README.
_READMES = ("application/vnd.github.raw+json", "application/vnd.github.raw", "text/*", "application/json")
#: First labels of host names that say nothing of the tool.
_NAMELESS = {"about", "api", "app", "beta", "blog", "docs", "en", "get", "home", "try", "www"}
_INSTEAD = "save what it says as Markdown and name the file: panel review path/to/page.md"


async def page_at(url: str, fetcher: Fetcher, *, github_token: str | None = None) -> Page:
    """What is to be read at an address; of one inside a GitHub repository its README, by GitHub's API.

    Args:
        url: http or https.
        fetcher: The one way to the outside.
        github_token: The user's, for more READMEs an hour. It goes to GitHub's API only.

    Raises:
        NotFetched: it cannot be had; `temporary` if the host asks to come back later.
    """
    repository = repository_of(url)
    if repository is None:
        found = await fetcher.get(url, accept=_PAGES)
    else:
        asked = readme_request(repository, token=github_token)
        found = await fetcher.get(asked.url, accept=_READMES, headers=dict(asked.headers), robots=False)
    assert isinstance(found, Fetched)  # without validators there is no "not modified"
    return Page(
        found.text,
        html="html" in found.headers.get("content-type", ""),
        # A reader of the record looks for a README at its repository, not at the API's address.
        url=found.final_url if repository is None else url,
        retrieved=found.retrieved.isoformat(timespec="seconds"),
    )


async def load_address(
    url: str, fetcher: Fetcher, reader: PageReader, *, github_token: str | None = None
) -> Loaded:
    """The dossier of the tool that a page or README is about; fetched anew each time.

    Its name is what the text says it is; of the address only what sounds like a key is left out of it.

    Args:
        url: http or https.
        fetcher: The one way to the outside.
        reader: Finds the main text of pages.
        github_token: As for `page_at`.

    Raises:
        InputError: the page cannot be had, or is no evidence; the hint says what to do instead.
    """
    hint = _hint(url)
    launch = launch_from({"name": hint, "url": masked(url)}, shown(url))
    if isinstance(launch, BadLine):
        raise _refused(url, launch.what)
    try:
        page = await page_at(url, fetcher, github_token=github_token)
    except NotFetched as error:
        raise _not_had(url, error) from None
    page = replace(page, url=masked(page.url or url))
    evidence = await asyncio.to_thread(evidence_of, launch, page, reader=reader)
    if isinstance(evidence, BadLine):
        raise _refused(url, evidence.what.removeprefix(f"{page.url}: "))
    name = _name(clean(evidence.text).text, url, hint)
    loaded = dossier_of(launch.model_copy(update={"name": name}), evidence, card="name and address")
    if isinstance(loaded, BadLine):
        raise _refused(url, loaded.what)
    return loaded


def _hint(url: str) -> str:
    """What the tool is likely to be called: its repository's name, or a label of the host's name."""
    repository = repository_of(url)
    if repository is not None:
        return repository.partition("/")[2]
    try:
        host = urlsplit(url).hostname or url
    except ValueError:  # half an IPv6 address: refused by whoever fetches
        return url[:80]
    if re.fullmatch(r"[0-9.]+|.*:.*", host):
        return host
    labels = host.split(".")[:-1]
    return next((label for label in labels if label not in _NAMELESS), host)


def _name(text: str, url: str, hint: str) -> str:
    """The tool's name as its page gives it.

    The heading of a front page is most often a slogan: there the host's name counts, in the spelling that the
    text uses most.
    """
    named = tool_name(text, hint) or hint
    if repository_of(url) or urlsplit(url).path.strip("/") or hint.casefold() in named.casefold():
        return named
    spellings = Counter(re.findall(rf"(?<![\w./@-]){re.escape(hint)}(?![\w-]|\.\w)", text, re.IGNORECASE))
    return spellings.most_common(1)[0][0] if spellings else named


def _not_had(url: str, error: NotFetched) -> InputError:
    message = error.message
    if error.url != shown(url):
        message = f"{shown(url)}: the README cannot be had: {message}"
    if not error.temporary:
        return InputError(message, hint=_INSTEAD)
    token = " (or set GITHUB_TOKEN: GitHub answers more then)" if repository_of(url) else ""
    return InputError(message, hint=f"{error.again}{token}, or {_INSTEAD}")


def _refused(url: str, what: str) -> InputError:
    return InputError(what, file=shown(url), hint=_INSTEAD)
