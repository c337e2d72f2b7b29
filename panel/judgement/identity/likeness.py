"""Whether two tools are the same, members of one family, easily taken for one another, or different."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from panel.judgement.identity.letters import strange_letters
from panel.judgement.identity.makers import Makers, makers
from panel.judgement.identity.names import VERSION, Title
from panel.judgement.identity.texts import ONE_TEXT, against, differences, in_common
from panel.judgement.identity.traits import LONGEST_TYPO, SHORTEST_TYPO, Traits

#: `same`: one product. `variant`: one family, but another size, version, edition or licence. `confusable`:
#: the names are nearly the same, and nothing says that the products are. `different`: nothing of these.
Kind = Literal["same", "variant", "confusable", "different"]

#: How two names can be one, the surest first.
_How = Literal["alike", "spelled", "order", "among", "by maker"]


@dataclass(frozen=True)
class Likeness:
    """What two tools are to one another.

    Attributes:
        kind: Which of the four.
        reasons: Why, in words for an editor.
        differences: What differs, `what: this against that`, the first tool's first.
    """

    kind: Kind
    reasons: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


def likeness(a: Traits, b: Traits) -> Likeness:
    """What two tools are to one another; the other way round it is the same with its differences turned."""
    if a.slug == b.slug:
        return Likeness("same", ("both are filed as " + a.slug,))
    first, second = sorted((a, b), key=lambda each: each.order)
    made_by = _makers(first, second)
    for rule in _RULES:
        found = rule(first, second, made_by)
        if found is not None:
            return Likeness(*found, _differences(a, b))
    return Likeness("different")


_Found = tuple[Kind, tuple[str, ...]]
_Rule = Callable[[Traits, Traits, Makers], _Found | None]


# ------------------------------------------------------------ rules, the first that says anything decides


def _looks_alike(a: Traits, b: Traits, made_by: Makers) -> _Found | None:
    """Names that are one to the eye and two to a machine."""
    del made_by  # who gives himself a name like that may give himself its maker, too
    if a.title.joined == b.title.joined or a.looks.isdisjoint(b.looks):
        return None
    strange = dict.fromkeys([*strange_letters(a.name), *strange_letters(b.name)])
    why = f": {', '.join(sorted(strange)[:3])}" if strange else ""
    return "confusable", (f"the names look the same and are written with other letters{why}",)


def _one_name(a: Traits, b: Traits, made_by: Makers) -> _Found | None:
    how = _how(a, b, made_by)
    if how is None:
        return None
    reason = _NAMED[how]
    if made_by == "other":
        if a.versions and b.versions and a.versions != b.versions:
            return None  # two makers number their own things: "Agent 2" and "Agent 3" are nobody's family
        return "confusable", (reason, "they come from two makers")
    return _versions_apart(a, b, how, reason) or _one_product(a, b, how, reason, made_by)


def _was_called(a: Traits, b: Traits, made_by: Makers) -> _Found | None:
    del made_by  # a new name often comes with a new owner
    for one, other in ((a, b), (b, a)):
        if any(each.joined == other.title.joined for each in one.former):
            return "same", (f"{one.slug} says it was called {other.name} before",)
    return None


def _one_address(a: Traits, b: Traits, made_by: Makers) -> _Found | None:
    del made_by
    if not _at_one_address(a, b):
        return None
    reason = "two names at one address: renamed, or a page about several"
    return _versions_apart(a, b, "alike", reason) or ("same", (reason,))


def _other_edition(a: Traits, b: Traits, made_by: Makers) -> _Found | None:
    if a.title.core != b.title.core or a.title.bag == b.title.bag:
        return None
    plain = set(a.title.core) in ({*a.title.bag}, {*b.title.bag})
    if made_by == "one":
        return "variant", ("one maker, and the names differ in the edition only",)
    return ("confusable", ("one name is the other's with an edition after it",)) if plain else None


def _part_of(a: Traits, b: Traits, made_by: Makers) -> _Found | None:
    for one, other in ((a, b), (b, a)):
        if one.family is not None and one.family.joined == other.title.joined and made_by != "other":
            return "variant", (f"{one.slug} puts itself under {other.name}: a release or a part of it",)
    if a.family is None or b.family is None or a.family.joined != b.family.joined or made_by == "other":
        return None
    return "variant", ("both put themselves under one name: releases or parts of one thing",)


def _mistyped(a: Traits, b: Traits, made_by: Makers) -> _Found | None:
    del made_by
    if not _one_slip(a.title.joined, b.title.joined):
        return None
    return "confusable", ("the names differ in one letter",)


def _one_text(a: Traits, b: Traits, made_by: Makers) -> _Found | None:
    share = max(in_common(x, y) for x, y in zip(a.sketches, b.sketches, strict=True))
    if share < ONE_TEXT:
        return None
    reason = f"two names, and {share:.0%} of their texts are word for word the same"
    if made_by == "other":
        return "confusable", (f"{reason}: one may be a copy of the other",)
    return _versions_apart(a, b, "alike", reason) or ("same", (reason,))


_RULES: tuple[_Rule, ...] = (
    _looks_alike, _one_name, _was_called, _one_address, _other_edition, _part_of, _mistyped, _one_text,
)  # fmt: skip


# ------------------------------------------------------------ one name


_NAMED: dict[_How, str] = {
    "alike": "the names are the same",
    "spelled": "the names are the same but for spaces or a plural",
    "order": "the names have the same words in another order",
    "among": "one name stands in the other, among more",
    "by maker": "the names are the same but for the maker's",
}


def _how(a: Traits, b: Traits, made_by: Makers) -> _How | None:
    """How one of the things the first names is one that the second names; None if none is."""
    if a.title.exact == b.title.exact and _versions_stand_alike(a.title, b.title):
        return "alike"
    if a.title.joined == b.title.joined and _versions_stand_alike(a.title, b.title):
        return "spelled"
    if a.title.bag == b.title.bag:
        return "order"
    if any(x.joined == y.joined and _versions_stand_alike(x, y) for x in a.titles for y in b.titles):
        return "among"
    added = [(x, y) for x in a.by_maker for y in b.titles] + [(x, y) for x in a.titles for y in b.by_maker]
    if made_by != "other" and any(x.joined == y.joined and _versions_stand_alike(x, y) for x, y in added):
        return "by maker"
    return None


def _versions_stand_alike(a: Title, b: Title) -> bool:
    """Whether versions stand at one place among the words, where both names have any."""
    if VERSION not in a.words or VERSION not in b.words:
        return True
    return "".join(a.singular) == "".join(b.singular)


def _versions_apart(a: Traits, b: Traits, how: _How, reason: str) -> _Found | None:
    """What two are that have one name but not one version or size; None if they have."""
    if _apart(a.versions, b.versions):
        if how == "order":
            return "confusable", (f"{reason}, and other versions",)
        return "variant", (reason, "their versions differ")
    if a.sizes != b.sizes:
        return "variant", (reason, "their sizes differ" if a.sizes and b.sizes else "only one names its size")
    for what, x, y in (
        ("sizes", a.says.sizes, b.says.sizes),
        ("licences", a.says.families, b.says.families),
    ):
        if _apart(x, y):
            return "variant", (reason, f"they are described with other {what}")
    return None


def _one_product(a: Traits, b: Traits, how: _How, reason: str, made_by: Makers) -> _Found:
    if made_by == "one":
        reasons = [reason, "they are at one address" if _at_one_address(a, b) else "they come from one maker"]
    elif how == "alike":
        reasons = [reason, "nothing says that they come from two makers"]
    else:
        return "confusable", (reason, "nothing says that they come from one maker")
    if bool(a.versions) != bool(b.versions):
        reasons.append("only one says which version it is")
    return "same", tuple(reasons)


def _apart(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a) and bool(b) and a.isdisjoint(b)


# ------------------------------------------------------------ makers, letters, differences


def _makers(a: Traits, b: Traits) -> Makers:
    """Whether two tools come from one maker; a name that begins with the other's maker names its own."""
    known = "one" if _at_one_address(a, b) else makers(a.maker, b.maker)
    if known != "unknown":
        return known
    for one, other in ((a, b), (b, a)):
        words = other.title.exact
        if any(len(words) > len(name) and words[: len(name)] == name for name in one.maker.names):
            return "one"
    return "unknown"


def _at_one_address(a: Traits, b: Traits) -> bool:
    return a.maker.address is not None and a.maker.address == b.maker.address


def _one_slip(a: str, b: str) -> bool:
    """Whether two words differ in one letter, or in the order of two that stand together; no digit does."""
    short, long = sorted((a, b), key=len)
    if len(short) < SHORTEST_TYPO or len(long) > LONGEST_TYPO or len(long) - len(short) > 1 or a == b:
        return False
    start = next((n for n, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    here, there = short[start:], long[start:]
    if len(short) < len(long):
        return here == there[1:] and not there[0].isdigit()
    if here[0].isdigit() or there[0].isdigit():
        return False
    return here[1:] == there[1:] or (here[:2] == there[1::-1] and here[2:] == there[2:])


def _differences(a: Traits, b: Traits) -> tuple[str, ...]:
    found = [against("version", a.versions, b.versions)] if a.versions != b.versions else []
    return (*found, *differences(a.text_says, b.text_says))
