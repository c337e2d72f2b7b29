"""Finds licences in prose by their usual names or their kind; each gets a normal form to be compared by."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from panel.judgement.patterns import either, word_set


@dataclass(frozen=True)
class Licence:
    """A licence named in a text.

    Attributes:
        start, end: Its characters in the text.
        needs: The normal form the dossier must have: with the version if one is named.
        supports: What it proves where it stands in a dossier: the family, and the version named.
    """

    start: int
    end: int
    needs: str
    supports: frozenset[str]


def licences(text: str) -> tuple[Licence, ...]:
    """The licences a text names, in order; none overlaps another."""
    if not _SIGN.search(text):
        return ()
    found: list[Licence] = []
    taken = bytearray(len(text))
    for pattern, family_of in _READERS:
        for match in pattern.finditer(text):
            start, end = match.span()
            family = None if any(taken[start:end]) else family_of(match)
            if family is not None:
                taken[start:end] = b"\x01" * (end - start)
                version = (match.groupdict().get("version") or "").strip().removesuffix(".0")
                needs = f"{family} {version}".strip()
                found.append(Licence(start, end, needs, frozenset({family, needs, *_kinds(family)})))
    return tuple(sorted(found, key=lambda licence: licence.start))


#: Words that say what kind of licence it is, not whose: "a commercial license" names none, and
#: "the Llama license" is the Llama Community License.
_KINDS = word_set(
    "community research public model non-production commercial open source software permissive free"
)
_NOT_NAMES = word_set("the a an its this their under our your no any every that new same")


#: What kind of licence the named ones are, as the Open Source Initiative and Creative Commons sort them.
_KIND_OF = {
    **dict.fromkeys(("mit", "apache", "bsd", "isc", "unlicense", "cc0", "zlib"), "permissive"),
    **dict.fromkeys(("gpl", "agpl", "lgpl", "mpl", "epl"), "copyleft"),
    **dict.fromkeys(("sspl", "bsl", "elastic"), "source-available"),
}


def _kinds(family: str) -> list[str]:
    first, *parts = family.split()
    kinds = [_KIND_OF[first]] if first in _KIND_OF else []
    return [f"kind {kind}" for kind in [*kinds, *(["non-commercial"] if "nc" in parts else [])]]


def _kind(match: re.Match[str]) -> str:
    kind = (
        (match["kind"] or match["how"])
        .casefold()
        .replace(" ", "-")
        .replace("noncommercial", "non-commercial")
    )
    return f"kind {'permissive' if kind == 'permissively' else kind}"


def _family(name: str) -> Callable[[re.Match[str]], str | None]:
    return lambda _: name


def _apache(match: re.Match[str]) -> str | None:
    # Apache alone is a foundation with many products.
    return "apache" if match["version"] or match["licence"] else None


def _gpl(match: re.Match[str]) -> str:
    return f"{(match['kind'] or '').casefold()[:1]}gpl"


def _creative_commons(match: re.Match[str]) -> str:
    return " ".join(re.findall(r"[a-z]+\d?", match["name"].casefold()))


def _by_name(match: re.Match[str]) -> str | None:
    words = match["name"].casefold().split()
    while words and words[0] in _NOT_NAMES:
        words = words[1:]
    names = [word for word in words if word not in _KINDS]
    return f"{' '.join(names)} license" if names else None


_LICENCE = "[Ll]icen[cs](?:ed|ing|e)"
_NUMBER = r"(?P<version>\d(?:\.\d)?)(?!\w|\.\d)"
_VERSION = rf"(?:,?\s?(?:[Vv]ersion\s|[Vv]\.?\s?)|[- ])?{_NUMBER}"
#: Where MIT is the university.
_UNIVERSITY = either(
    "researchers? | study | professors? | students? | paper | labs? | group | graduates? | course | team"
)
_CC = r"\b(?P<name>CC[- ]BY(?:[- ](?:NC|SA|ND)){0,2}|CC0|Creative Commons)"
_GNU = r"\bGNU (?:(?P<kind>Affero|Lesser) )?General Public Licen[cs]e"
_KINDS_OF = either("""
    permissive | copyleft | proprietary | commercial | non-?commercial | source[- ]available
    """)
#: What there is less of, none of, or would be, is no kind that the licence is.
_OF_A_KIND = (
    rf"(?i:(?<!more )(?<!less )(?<!no )(?<!any )\b(?P<kind>{_KINDS_OF}) licen[cs]e\b"
    r"(?! (?:would|could|might)))"
    r"|(?i:(?<!more )(?<!less )\b(?P<how>permissively)[ -]licen[cs]ed\b)"
)
_KIND = "(?:[Cc]ommunity|[Rr]esearch|[Pp]ublic|[Mm]odel|[Nn]on-[Pp]roduction|[Cc]ommercial)"

#: Whatever names a licence holds one of these; most texts hold none.
_SIGN = re.compile(
    r"(?i:apache)|MIT|GPL|GNU|BSD|MPL|Mozilla|CC|Creative|RAIL|Unlicense|SSPL|BUSL|BSL|[Ll]icen[cs]"
)
#: In this order: what an earlier pattern took is no longer there for a later one.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = tuple(
    (re.compile(pattern), family_of)
    for pattern, family_of in (
        (
            rf"\b(?i:apache)(?P<licence>[- ](?:Software )?{_LICENCE})?(?:{_VERSION})?(?:[- ]{_LICENCE})?",
            _apache,
        ),
        (rf"\bMIT\b(?:[- ](?:style )?{_LICENCE}|(?!\s{_UNIVERSITY}\b))", _family("mit")),
        (rf"\b(?P<kind>A|L)?GPL(?:{_VERSION})?(?:-(?:only|or-later)\b)?(?!\w)", _gpl),
        (rf"{_GNU}(?:{_VERSION})?", _gpl),
        (r"\b(?P<version>[0-4])-[Cc]lause BSD\b", _family("bsd")),
        (r"\bBSD\b(?:[- ](?P<version>[0-4])[- ][Cc]lause)?", _family("bsd")),
        (rf"\b(?:MPL|Mozilla Public Licen[cs]e)(?:{_VERSION})?(?!\w)", _family("mpl")),
        (rf"{_CC}\b(?:[- ](?P<version>\d\.\d))?", _creative_commons),
        (r"\b(?:Creative ?ML )?Open ?RAIL(?:[-+ ]?M)?\b", _family("openrail")),
        (_OF_A_KIND, _kind),
        (r"\bUnlicense\b", _family("unlicense")),
        (r"\bSSPL\b", _family("sspl")),
        (r"\b(?:BUSL|BSL|Business Source Licen[cs]e)(?:[- ](?P<version>\d\.\d))?", _family("bsl")),
        (rf"\b(?P<name>(?:[A-Z][\w-]{{0,30}}\s){{1,3}})(?:{_KIND}\s)?[Ll]icen[cs]e\s{_NUMBER}", _by_name),
        # "the Llama 4 community license", "Mistral Research License", "Elastic License 2.0"
        (
            rf"\b(?P<name>(?:[A-Z][\w-]{{0,30}}\s){{1,3}})(?P<version>\d(?:\.\d)?\s)?(?:{_KIND}\s)?[Ll]icen[cs]e(?!\w)",
            _by_name,
        ),
    )
)
