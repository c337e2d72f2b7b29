"""Whether a reviewer's questions are answered, which way, and whether its paragraph takes them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from panel.workbench.content import content
from panel.workbench.voice.said import Said

#: An answer is heard in the paragraph when this share of its content words stands there.
HEARD = 1 / 3


@dataclass(frozen=True)
class Covered:
    """One question over the paragraphs of one version of the persona.

    Attributes:
        move: The question's key.
        asked: Whether the file in force asks it; None where there is no such file.
        of: Paragraphs looked at.
        answered: Those with a finding on the question.
        heard: Those whose paragraph takes the finding up.
        leans_for: Findings that lean for the tool.
        leans_against: Findings that lean against it.
    """

    move: str
    asked: bool | None
    of: int
    answered: int
    heard: int
    leans_for: int
    leans_against: int


def coverage(said: Sequence[Said], asked: Sequence[str] | None) -> tuple[Covered, ...]:
    """The file's questions, then those only records know, over the paragraphs of the newest version.

    Args:
        said: One persona's paragraphs, oldest first.
        asked: The keys of the file in force, in order; None where there is none.
    """
    if not said:
        return ()
    newest = [each for each in said if each.version == said[-1].version]
    known = dict.fromkeys([*(asked or ()), *(f.move for each in newest for f in each.findings)])
    return tuple(_covered(move, newest, asked) for move in known)


def _covered(move: str, said: Sequence[Said], asked: Sequence[str] | None) -> Covered:
    found = [(each, finding) for each in said for finding in each.findings if finding.move == move]
    leans = [finding.leans for _, finding in found]
    return Covered(
        move=move,
        asked=None if asked is None else move in asked,
        of=len(said),
        answered=len({id(each) for each, _ in found}),
        heard=len({id(each) for each, finding in found if is_heard(finding.says, each.paragraph)}),
        leans_for=leans.count("for"),
        leans_against=leans.count("against"),
    )


def is_heard(says: str, paragraph: str) -> bool:
    """Whether a paragraph takes up a finding: a third of the finding's content words stand in it."""
    wanted = content(says)
    return bool(wanted) and len(wanted & content(paragraph)) >= HEARD * len(wanted)
