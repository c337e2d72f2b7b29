"""What stays on the site as it is because a record behind it cannot be read: nothing worse replaces it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from panel.core.errors import DamagedRecord

#: Where the files of one tool lie, and those of one pair; each is named by it.
_OF_TOOLS, _OF_PAIRS = {"tools", "badges"}, {"comparisons", "share"}


@dataclass(frozen=True)
class Held:
    """Live tools and pairs that cannot be read, each with the reason. Lists do not name them meanwhile.

    Attributes:
        tools: By slug.
        pairs: By `<a>-vs-<b>`; those with a tool of these among them.
    """

    tools: dict[str, DamagedRecord] = field(default_factory=dict)
    pairs: dict[str, DamagedRecord] = field(default_factory=dict)

    def keeps(self, path: str) -> bool:
        """Whether a file of the site is one of theirs."""
        folder, _, file = path.partition("/")
        name = file.partition(".")[0]
        return (folder in _OF_TOOLS and name in self.tools) or (folder in _OF_PAIRS and name in self.pairs)

    def lines(self) -> list[str]:
        """What to tell whoever builds: each file that cannot be read once, and what to do."""
        found = {str(error): error for error in [*self.tools.values(), *self.pairs.values()]}
        return [
            f"{text}; pages made from it stay as they are; next: {error.hint or 'panel runs verify'}"
            for text, error in found.items()
        ]


@contextmanager
def holding(names: dict[str, DamagedRecord], name: str) -> Iterator[None]:
    """Note a record that turns out to be damaged inside under a name, and go on."""
    try:
        yield
    except DamagedRecord as error:
        names[name] = error
