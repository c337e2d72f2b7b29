"""Reads a name: its words, versions, sizes and editions, and the several things a headline may name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from panel.judgement.identity.letters import cleaned
from panel.judgement.patterns import word_set

#: Where a version stands among the words of a name.
VERSION = "#"
#: Words that tell members of one family apart.
EDITIONS = word_set("""
    mini nano micro tiny small medium large xl turbo flash lite light preview beta alpha instruct chat base
    pro max plus ultra premium enterprise business team community
    """)
_FEATURE_WORDS, _MOST_FEATURES = 4, 4

_TOKEN = re.compile(r"\d+(?:\.\d+)+[^\W_]*|[^\W_]+(?:(?<=\d)(?:\.\d+)+)?")
_SIZE = re.compile(r"(?:\d{1,3}x)?\d{1,4}(?:\.\d{1,3})?[bmt]", re.IGNORECASE)
_NUMBER = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,5})", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"([^\W\d_]+)(\d{1,4}(?:\.\d{1,4}){0,3})")
_ASIDE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_NEWS = re.compile(r"(?:show|launch)\s+hn\s*:\s*", re.IGNORECASE)
_COLON = re.compile(r"\s+[-–—|·•:]+\s+|:\s+|\s*[–—]\s*")
_AND = re.compile(r"\s*[&+,;]\s*|\s+(?:and|with)\s+")
_FORMERLY = re.compile(
    r"\b(?i:formerly(?: known as| called| named)?|previously (?:known as|called|named)|f\.?k\.?a\.?"
    r"|renamed from)"
    r"\s+([A-Z0-9][\w.+-]{0,40}(?:\s[A-Z0-9][\w.+-]{0,40}){0,4})"
)


@dataclass(frozen=True)
class Title:
    """One thing that a name names.

    Attributes:
        words: Its words, case and accents folded, `#` where a version stands; sizes left out.
        versions: As `version_of` writes them.
        sizes: `70B`, `8X7B`.
    """

    words: tuple[str, ...]
    versions: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()

    @cached_property
    def exact(self) -> tuple[str, ...]:
        """The words without the versions between them."""
        return tuple(word for word in self.words if word != VERSION)

    @cached_property
    def singular(self) -> tuple[str, ...]:
        """The words in the singular, `#` where a version stands."""
        return tuple(singular(word) for word in self.words)

    @cached_property
    def joined(self) -> str:
        """The words in the singular without the spaces and versions between them."""
        return "".join(singular(word) for word in self.exact)

    @cached_property
    def bag(self) -> tuple[str, ...]:
        """The words in the singular, in the order of the alphabet."""
        return tuple(sorted(singular(word) for word in self.exact))

    @cached_property
    def core(self) -> tuple[str, ...]:
        """The bag without editions; whole where nothing else is in it."""
        return tuple(word for word in self.bag if word not in EDITIONS) or self.bag

    def under(self, head: tuple[str, ...]) -> Title:
        """The same after other words."""
        return Title(head + self.words, self.versions, self.sizes)

    def without(self, head: tuple[str, ...]) -> Title | None:
        """The same without the words it begins with; None where it does not, or nothing telling is left."""
        rest = self.words[len(head) :]
        if not head or self.words[: len(head)] != head:
            return None
        telling = any(word not in EDITIONS and word != VERSION for word in rest)
        return Title(rest, self.versions, self.sizes) if telling else None


@dataclass(frozen=True)
class Named:
    """What a name names: titles, the first of them the name itself, and the family it puts itself under."""

    titles: tuple[Title, ...]
    family: Title | None = None


def read_name(name: str) -> Named:
    """A cleaned name read.

    "Cursor v0.50 – Background Agent & Codebase Refactoring" names a background agent and a refactoring of the
    family Cursor; "Aider: pair programming in your terminal" names Aider.
    """
    text = _NEWS.sub("", name, count=1)
    aside = " ".join(filter(None, (part for pair in _ASIDE.findall(text) for part in pair)))
    plain = _ASIDE.sub(" ", text).strip() or text
    whole = title(plain)
    sizes = whole.sizes | title(aside).sizes if aside else whole.sizes
    whole = Title(whole.words, whole.versions, sizes)
    head, *tail = _COLON.split(plain, maxsplit=1)
    first = title(head)
    if not tail or not first.words:
        return Named((whole,))
    features = [part for part in _AND.split(tail[0]) if part.strip()][:_MOST_FEATURES]
    if features and all(map(_is_feature, features)):
        named = [title(each).under(first.exact) for each in features]
        own = [Title(each.words, each.versions | first.versions, each.sizes | sizes) for each in named]
        return Named((whole, *own), family=first)
    return Named((Title(first.words, first.versions, first.sizes | sizes), whole))


def former_names(text: str) -> tuple[str, ...]:
    """The names a text says something had before: "formerly OpenDevin"."""
    return tuple(dict.fromkeys(match[1].rstrip(".,;:") for match in _FORMERLY.finditer(text)))


def title(text: str) -> Title:
    """One thing's name read; where no word is in it, its numbers and signs are its words."""
    words: list[str] = []
    versions: set[str] = set()
    sizes: set[str] = set()
    for token in _TOKEN.findall(text):
        number = _NUMBER.fullmatch(token)
        ends = _ENDS_IN_NUMBER.fullmatch(token)
        if _SIZE.fullmatch(token):
            sizes.add(token.upper())
        elif number and _counts(number[1]):
            versions.add(version_of(number[1]))
            words.append(VERSION)
        elif ends and not number and _counts(ends[2]) and (words or len(ends[1]) > 1):
            versions.add(version_of(ends[2]))
            words += [ends[1].casefold(), VERSION]
        else:
            words.append(token.casefold())
    if not any(word != VERSION for word in words):
        return Title(tuple(token.casefold() for token in _TOKEN.findall(text) or text.casefold().split()))
    return Title(tuple(words), frozenset(versions), frozenset(sizes))


def sizes_in_slug(slug: str) -> frozenset[str]:
    """The sizes a slug names: `70B` of `code-llama-4-70b`."""
    return frozenset(part.upper() for part in slug.split("-") if _SIZE.fullmatch(part))


def versions_in_field(text: str | None) -> frozenset[str]:
    """What the field `version` says: its first number, else its words; nothing where it is empty."""
    said = cleaned(text or "")
    number = re.search(r"\d{1,9}(?:\.\d{1,9}){0,5}", said)
    if number:
        return frozenset({version_of(number[0])})
    return frozenset({said.casefold()} if said else ())


def version_of(number: str) -> str:
    """A version as it is compared: `2.0` and `2` are one, `0.50` and `0.5` are not."""
    while number.endswith(".0"):
        number = number[:-2]
    return number


def singular(word: str) -> str:
    """A word without the `s` of the plural, by its look alone: the same for both is all that matters."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004 (gas, bus, js)


def _counts(number: str) -> bool:
    """Whether a number can be a version: v0 and Mem0 are names."""
    return number.strip("0.") != ""


def _is_feature(text: str) -> bool:
    """Whether a piece of a headline is written as a name is: a few words, all with a capital."""
    words = text.split()
    return 0 < len(words) <= _FEATURE_WORDS and all(word[0].isupper() or word[0].isdigit() for word in words)
