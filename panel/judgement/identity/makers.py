"""Who makes a tool and where it lives: what its vendor and its address say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from panel.core.domain import Tool
from panel.judgement.identity.letters import cleaned
from panel.judgement.patterns import word_set

#: Words of a company's name that do not tell it from others.
_FORMS = word_set(
    "ai inc ltd llc gmbh corp co labs lab hq dev team technologies research org app platforms the io"
)
#: What may stand behind a maker's name in that of an account.
_ENDINGS = frozenset({"", *_FORMS, "labsai"})
#: Hosts where the first step of the path is whose page it is.
_CODE_HOSTS = word_set("github.com gitlab.com codeberg.org bitbucket.org huggingface.co gitee.com")
#: Hosts that tell of everybody's tools.
_EVERYBODYS = word_set("""
    producthunt.com news.ycombinator.com x.com twitter.com youtube.com youtu.be medium.com reddit.com
    arxiv.org
    apps.apple.com play.google.com chromewebstore.google.com chrome.google.com marketplace.visualstudio.com
    linkedin.com discord.gg discord.com docs.google.com sites.google.com
    substack.com dev.to
    """)
#: Hosts that lend each customer a name before theirs.
_LENT = re.compile(
    r"(.+)\.(?:github\.io|gitlab\.io|vercel\.app|netlify\.app|pages\.dev|hf\.space|streamlit\.app|notion\.site"
    r"|substack\.com|web\.app|fly\.dev|onrender\.com)"
)
#: Second levels under which countries hand out names.
_SECOND = word_set("co com net org ac gov edu or ne")
#: Pages of a maker that tell of all its tools.
_OVERVIEWS = word_set("""
    about blog changelog docs download downloads en home index.html index.php launch models news pricing
    product products releases research tools
    """)
_TRACKING = re.compile(r"utm_\w+|ref|ref_src|source|fbclid|gclid|mc_cid|mc_eid", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LONGEST_ADDRESS = 2_000

#: What is known of two makers.
Makers = Literal["one", "other", "unknown"]


@dataclass(frozen=True)
class Maker:
    """What is known of who makes a tool.

    Attributes:
        vendor: The words of the field `vendor`; empty where it says nothing.
        host: The host its address names somebody at, such as `github.com`; `own` for one of their own.
        owner: The words of who that is; empty where the address does not tell.
        address: The address, if it is a tool's own and not its maker's, in its normal form.
    """

    vendor: tuple[str, ...] = ()
    host: str | None = None
    owner: tuple[str, ...] = ()
    address: str | None = None

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """All that it may be called by."""
        return tuple(dict.fromkeys(name for name in (self.vendor, self.owner) if name))


def maker_of(tool: Tool) -> Maker:
    """What a tool's vendor and address say of who makes it."""
    vendor = _called(cleaned(tool.vendor or ""))
    place = _place(tool.url or "")
    if place is None:
        return Maker(vendor)
    host, steps, rest = place
    address = "/".join((host, *steps)) + rest
    if host in _CODE_HOSTS:
        owner = _called(steps[0]) if steps else ()
        return Maker(vendor, host, owner, address.lower().removesuffix(".git") if len(steps) > 1 else None)
    if host in _EVERYBODYS:
        return Maker(vendor, address=address if steps or rest else None)
    lent = _LENT.fullmatch(host)
    owner = _called(lent[1] if lent else _domain(host))
    is_own = lent is not None or rest or (steps and not (len(steps) == 1 and steps[0].lower() in _OVERVIEWS))
    return Maker(vendor, "own", owner, address if is_own else None)


def makers(a: Maker, b: Maker) -> Makers:
    """Whether two tools come from one maker.

    Two vendors, two owners at one code host, or two domains that have nothing in common are two makers; a
    domain and an owner elsewhere may be one.
    """
    if any(_is_one(x, y) for x in a.names for y in b.names):
        return "one"
    if a.vendor and b.vendor:
        return "other"
    return "other" if a.owner and b.owner and a.host == b.host else "unknown"


def _is_one(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    x, y = sorted(("".join(a), "".join(b)), key=len)
    # "mistralai" and "bespokelabsai" are how accounts are named.
    account = y.startswith(x) and y.removeprefix(x) in _ENDINGS
    return account or set(a) <= set(b) or set(b) <= set(a)


def _called(text: str) -> tuple[str, ...]:
    """The words of a maker's name that tell it from others; of one without any, all."""
    words = tuple(word.casefold() for word in _WORD.findall(text))[:8]
    return tuple(word for word in words if word not in _FORMS) or words


def _place(url: str) -> tuple[str, list[str], str] | None:
    """An address's host, the steps of its path, and what else tells pages apart; None where it is none."""
    try:
        parts = urlsplit(url.strip()[:_LONGEST_ADDRESS])
        host = (parts.hostname or "").strip(".")
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:  # half an IPv6 address, too many parameters
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return None
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair[0])]
    rest = (f"?{urlencode(kept, errors='replace')}" if kept else "") + (
        f"#{parts.fragment}" if parts.fragment else ""
    )
    return host.removeprefix("www."), [step for step in parts.path.split("/") if step], rest


def _domain(host: str) -> str:
    """The label a domain was bought for: `mistral` of `docs.mistral.ai` and of `mistral.co.uk`."""
    labels = host.split(".")
    if len(labels) > 2 and labels[-2] in _SECOND and len(labels[-1]) == 2:  # noqa: PLR2004 (name, co, uk)
        return labels[-3]
    return labels[-2] if len(labels) > 1 else labels[0]
