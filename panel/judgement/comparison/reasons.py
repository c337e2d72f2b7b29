"""The reasons for a choice in plain sentences, each with the name of who gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from panel.core.domain import Weight
from panel.core.naming import listed
from panel.judgement.comparison.preferences import Preference, SideName
from panel.judgement.prose import first_sentence, one_line

#: Reasons given for each tool where it depends.
_MOST_CONDITIONS = 2
_QUOTED = 200
_HEAVIEST_FIRST: tuple[Weight, ...] = ("decisive", "major", "minor")
_OTHER: dict[SideName, SideName] = {"a": "b", "b": "a"}

Labels = Mapping[SideName, str]


@dataclass(frozen=True)
class _Argument:
    """What a chair says for the tool it prefers: good of that tool, or ill of the other."""

    by: Preference
    about: SideName
    says: str
    weight: Weight

    def quoted(self, labels: Labels) -> tuple[str, str]:
        says = one_line(self.says, _QUOTED)
        # What is a quotation already is not quoted again.
        return f"{self.by.name} on {labels[self.about]}", says if says.startswith("“") else f"“{says}”"

    @property
    def place(self) -> int:
        return _HEAVIEST_FIRST.index(self.weight)


def who_prefers(preferences: Sequence[Preference], labels: Labels) -> str:
    """Which chairs prefer which tool, and which neither, in one sentence."""
    parts = []
    for side in ("a", "b"):
        names = [preference.name for preference in preferences if preference.side == side]
        if names:
            parts.append(f"{listed(names)} {'prefers' if len(names) == 1 else 'prefer'} {labels[side]}")
    undecided = [preference.name for preference in preferences if preference.side is None]
    if undecided:
        verb = "sees" if len(undecided) == 1 else "see"
        parts.append(f"{listed(undecided)} {verb} no difference that counts")
    return f"{'; '.join(parts)}."


def what_weighs(preferences: Sequence[Preference], chosen: SideName, labels: Labels) -> str:
    """The heaviest argument of the chairs that prefer the chosen tool; the first of equals."""
    heaviest = min(_strongest(preferences, chosen), key=lambda argument: argument.place)
    who, says = heaviest.quoted(labels)
    return f"What weighs most is {who}: {says}"


def conditions(preferences: Sequence[Preference], side: SideName, labels: Labels) -> tuple[str, ...]:
    """When to use this tool, to be read after "if": strong preferences first, heavy arguments first."""
    found = sorted(_strongest(preferences, side), key=lambda said: (not said.by.strong, said.place))
    quoted = (argument.quoted(labels) for argument in found[:_MOST_CONDITIONS])
    return tuple(f"this decides it for you ({who}): {says}" for who, says in quoted)


def _strongest(preferences: Sequence[Preference], side: SideName) -> list[_Argument]:
    """Of each chair that prefers this tool its heaviest argument."""
    return [
        min(_arguments(preference, side), key=lambda argument: argument.place)
        for preference in preferences
        if preference.side == side
    ]


def _arguments(preference: Preference, side: SideName) -> Iterable[_Argument]:
    """A chair's findings for the tool and against the other; without any, how its paragraph begins."""
    pairs = [(side, "for"), (_OTHER[side], "against")]
    found = [
        _Argument(preference, about, finding.says, finding.weight)
        for about, leaning in pairs
        for finding in preference.verdicts[about].findings
        if finding.leans == leaning and finding.says.strip()
    ]
    opening = first_sentence(preference.verdicts[side].paragraph)
    return found or [_Argument(preference, side, opening, "minor")]
