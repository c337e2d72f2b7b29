"""When two web addresses mean one tool: the normal form that identities are made from."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

#: Parameters that say where a visitor came from, not where they are.
_TRACKING = re.compile(r"(?:utm_\w+|ref|ref_src|source|fbclid|gclid|mc_cid|mc_eid)\Z", re.IGNORECASE)
#: Hosts whose first two path steps name a repository, upper and lower case being the same.
_REPOSITORY_HOSTS = {"github.com", "gitlab.com", "codeberg.org"}
#: First steps of github.com that are no owner.
_NO_OWNERS = {
    "about", "apps", "collections", "customer-stories", "enterprise", "events", "explore", "features",
    "issues", "login", "marketplace", "notifications", "orgs", "pricing", "pulls", "search", "settings",
    "signup", "sponsors", "stars", "team", "topics", "trending", "users",
}  # fmt: skip
_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\Z")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}\Z")


def is_web_address(text: str) -> bool:
    """Whether `text` is an http or https address with a host and without white space."""
    return _split(text) is not None


def normal_address(url: str) -> str:
    """What two spellings of one address have in common: `host/path?query`.

    Left out are the scheme, `www.`, the standard ports, user names, the fragment, a slash at the end and
    parameters that only track visitors. Owners and repositories of code hosts are folded to lower case and
    lose `.git`. Text that is no web address is returned as it is.
    """
    parts = _split(url)
    if parts is None:
        return url
    host, port, path, query = parts
    if host in _REPOSITORY_HOSTS:
        steps = path.split("/")
        path = "/".join([*(step.lower() for step in steps[:3]), *steps[3:]]).removesuffix(".git")
    kept = [
        (key, value) for key, value in parse_qsl(query, keep_blank_values=True) if not _TRACKING.match(key)
    ]
    return f"{host}{f':{port}' if port else ''}{path}{f'?{urlencode(kept)}' if kept else ''}"


def repository_of(url: str) -> str | None:
    """`owner/name` of the GitHub repository an address lies in; None if it lies in none."""
    parts = _split(url)
    if parts is None or parts[0] != "github.com":
        return None
    steps = parts[2].split("/")[1:]
    owner, name = steps[0] if steps else "", steps[1].removesuffix(".git") if len(steps) > 1 else ""
    is_one = _OWNER.match(owner) and owner.lower() not in _NO_OWNERS and is_repository(f"{owner}/{name}")
    return f"{owner}/{name}" if is_one else None


def is_repository(name: str) -> bool:
    """Whether `name` is spelled like `owner/name` of GitHub."""
    owner, _, repository = name.partition("/")
    return (
        _OWNER.match(owner) is not None
        and _REPOSITORY.match(repository) is not None
        and repository not in {".", ".."}
    )


@lru_cache(maxsize=64)  # checked, normalised and looked at for a repository in turn
def _split(url: str) -> tuple[str, int | None, str, str] | None:
    """Host, port (None: the standard one), path and query; None where `url` is no web address."""
    if not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:  # half an IPv6 address, or a port that is no number
        return None
    if scheme not in {"http", "https"} or not host.strip("."):
        return None
    standard = port in {None, {"http": 80, "https": 443}[scheme]}
    return host.removeprefix("www."), None if standard else port, parts.path.rstrip("/"), parts.query
