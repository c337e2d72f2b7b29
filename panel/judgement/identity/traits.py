"""What a tool is told from others by, read once: its names, versions, sizes, maker and texts."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import NamedTuple

from panel.core.domain import Tool
from panel.judgement.identity.letters import cleaned, looks
from panel.judgement.identity.makers import Maker, maker_of
from panel.judgement.identity.names import (
    Title,
    former_names,
    read_name,
    sizes_in_slug,
    title,
    versions_in_field,
)
from panel.judgement.identity.texts import Stated, sketch, stated

#: Names shorter than this are near others by chance, longer ones are not mistyped once only.
SHORTEST_TYPO, LONGEST_TYPO = 6, 24
#: Runs of a text that others are looked for by.
_TEXT_KEYS = 4


class Traits(NamedTuple):
    """What a tool is told from others by; a tuple, since thousands are folded up and unfolded.

    Attributes:
        slug: By which it is known.
        order: Tools in this order stand beside those they are like.
        name: Its name as it is read.
        titles: What its name names, the name itself first.
        by_maker: The same with its maker's name before it, or taken off.
        family: What its name puts it under.
        former: What it says it was called before.
        looks: Its name as a hasty eye may read it, joined.
        versions: Named in its name or given.
        sizes: Named in its name or slug.
        maker: Who makes it.
        says: What tagline and description state.
        text_says: What its dossier's texts state, those and the sizes of its name included.
        sketches: Of its description and of its texts.
    """

    slug: str
    order: str
    name: str
    titles: tuple[Title, ...]
    by_maker: tuple[Title, ...]
    family: Title | None
    former: tuple[Title, ...]
    looks: frozenset[str]
    versions: frozenset[str]
    sizes: frozenset[str]
    maker: Maker
    says: Stated
    text_says: Stated
    sketches: tuple[array[int], array[int]]

    @property
    def title(self) -> Title:
        """The name itself."""
        return self.titles[0]

    @property
    def keys(self) -> frozenset[str]:
        """By these a tool meets all that it is like: two tools with none in common are different."""
        named = (*self.titles, *self.by_maker, *self.former, *([self.family] if self.family else []))
        keys = {f"name {each.joined}" for each in named}
        keys.add(f"core {' '.join(self.title.core)}")
        keys |= {f"look {each}" for each in self.looks}
        keys |= {f"typo {each}" for each in _mistyped(self.title.joined)}
        if self.maker.address:
            keys.add(f"address {self.maker.address}")
        for kind, each in zip(("said", "text"), self.sketches, strict=True):
            keys |= {f"{kind} {run}" for run in each[:_TEXT_KEYS]}
        return frozenset(keys)


def traits(tool: Tool, text: str = "") -> Traits:
    """What a tool is told from others by.

    Args:
        tool: What is known of it without opening its texts.
        text: The texts of its dossier, if they are at hand; they add what is different, and find copies.
    """
    name = cleaned(tool.name) or tool.slug
    named = read_name(name)
    maker = maker_of(tool)
    said = f"{tool.tagline or ''}\n{tool.description or ''}"
    former = former_names(f"{name}\n{cleaned(tool.tagline or '')}\n{(tool.description or '')[:2000]}")
    says = stated(said)
    text_says = stated(f"{said}\n{text}") if text else says
    versions = frozenset().union(*(each.versions for each in named.titles), versions_in_field(tool.version))
    sizes = frozenset().union(*(each.sizes for each in named.titles), sizes_in_slug(tool.slug))
    numbers = ("/".join(sorted(each)) for each in (versions, sizes))
    return Traits(
        slug=tool.slug,
        order="\0".join((named.titles[0].joined, *numbers, tool.slug, tool.name, tool.url or "")),
        name=name,
        titles=named.titles,
        by_maker=_by_maker(named.titles, maker),
        family=named.family,
        former=tuple(each for each in map(title, former) if each.joined),
        looks=frozenset(read_name(each).titles[0].joined for each in looks(name)),
        versions=versions,
        sizes=sizes,
        maker=maker,
        says=says,
        text_says=replace(text_says, sizes=text_says.sizes | sizes) if sizes else text_says,
        sketches=(sketch(tool.description or ""), sketch(text)),
    )


def _by_maker(titles: tuple[Title, ...], maker: Maker) -> tuple[Title, ...]:
    found: list[Title] = []
    for head in maker.names:
        for each in titles:
            rest = each.without(head)
            if rest is not None:
                found.append(rest)
            elif each.words[: len(head)] != head:
                found.append(each.under(head))
    return tuple(dict.fromkeys(found))


def _mistyped(joined: str) -> set[str]:
    """The name with each of its letters left out; digits stay, for they count.

    Two names that differ in one letter, or in the order of two, have one of these in common.
    """
    if not SHORTEST_TYPO <= len(joined) <= LONGEST_TYPO:
        return set()
    return {joined} | {joined[:n] + joined[n + 1 :] for n, c in enumerate(joined) if not c.isdigit()}
