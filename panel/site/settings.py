"""`[site]` of panel.toml: what the site is called, where it stands, and where its readers can turn to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from panel.core.errors import InputError
from panel.core.workspace import Workspace
from panel.publish.links import live


@dataclass(frozen=True)
class SiteSettings:
    """All settings of the site.

    Attributes:
        title: What it is called.
        url: Its public address, without a slash at its end; None: no canonical addresses, feeds or sitemap.
        tagline: One line below the title.
        corrections: Where readers report what is wrong: an address, or `name@example.org`.
        subscribe: The address of the form of the user's list service, for the weekly digest.
        votes: Whether the pages ask for readers' votes: `panel serve` has to take them.
    """

    title: str = "Ship or skip"
    url: str | None = None
    tagline: str = "A panel of AI reviewers on the AI tools of the day."
    corrections: str | None = None
    subscribe: str | None = None
    votes: bool = True


def site_settings(workspace: Workspace) -> SiteSettings:
    """The settings in force.

    Raises:
        InputError: one is unknown, not of its type, or no address where it must be one.
    """
    table = workspace.table("site", [field.name for field in fields(SiteSettings)])
    file = workspace.file
    for name, value in table.items():
        wanted: type = bool if name == "votes" else str
        if not isinstance(value, wanted):
            raise InputError(f"must be {wanted.__name__}", file=file, field=f"site.{name}")
    given: dict[str, Any] = {name: _said(value) for name, value in table.items()}
    for name in ("url", "subscribe"):
        address = given.get(name)
        if address is not None and not live(address):
            raise InputError(
                f"{address!r} is no address such as https://example.org", file=file, field=f"site.{name}"
            )
    if given.get("url"):
        if set(given["url"]) & {"?", "#"}:
            raise InputError("is where pages are put: it has no ? and no #", file=file, field="site.url")
        given["url"] = given["url"].rstrip("/")
    return SiteSettings(**{name: value for name, value in given.items() if value is not None})


def _said(value: Any) -> Any:
    return (" ".join(value.split()) or None) if isinstance(value, str) else value
