"""The questions about a new reviewer, asked on a terminal until the file they make is clean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from panel.workbench.lint import Remark


@dataclass(frozen=True)
class Question:
    """One thing to be known of a new reviewer.

    Attributes:
        name: By which the answer is known; its flag is `--name` with hyphens.
        field: The part of the file the answer goes into, as remarks name it.
        text: What is asked.
        default: The answer where none is given; None where one is needed.
        several: Whether it is asked again until a blank line.
        fourth: Whether only a fourth chair is asked.
    """

    name: str
    field: str
    text: str
    default: str | None = None
    several: bool = False
    fourth: bool = False

    @property
    def flag(self) -> str:
        """The flag that answers it on the command line."""
        return f"--{self.name.replace('_', '-')}"


QUESTIONS = (
    Question("motto", "motto", "One sentence this reviewer lives by"),
    Question("chair", "chair", "core (sits for every tool) or fourth (sits for some)", "fourth"),
    Question("modality", "sits_when", "Sits for tools that work in (text, code, image …)", "", fourth=True),
    Question("surface", "sits_when", "Sits for tools met as (editor, app, cli, api …)", "", fourth=True),
    Question("ask", "moves", "A question about every tool, written `one_word: The question?`", several=True),
    Question("voice", "body", "Who is this? Two or three sentences that begin with You"),
    Question("ship_when", "body", "Ship when"),
    Question("skip_when", "body", "Skip when"),
    Question("for", "signals", "Phrases in a dossier that speak for a tool, commas between"),
    Question("against", "signals", "Phrases that speak against it"),
)

Answered = dict[str, list[str]]


def missing(answers: Answered) -> list[str]:
    """The flags that are needed where nobody can be asked."""
    return [each.flag for each in QUESTIONS if each.default is None and not answers.get(each.name)]


def ask_until_clean(
    given: Answered,
    ask: Callable[[Question, list[str]], list[str]],
    check: Callable[[Answered], Iterable[Remark]],
    say: Callable[[list[Remark]], None],
) -> Answered:
    """Ask what is not given, then again what lint does not like, until it likes all.

    Args:
        given: Answers from flags.
        ask: Asks one question, given what was answered before.
        check: Lints the file the answers make.
        say: Shows what lint found.
    """
    answers = dict(given)
    wanted = [each for each in QUESTIONS if each.name not in given]
    while True:
        for question in wanted:
            if not question.fourth or _is_fourth(answers):
                answers[question.name] = ask(question, answers.get(question.name, []))
        remarks = list(check(answers))
        fields = {remark.field for remark in remarks}
        wanted = [each for each in QUESTIONS if each.field in fields]
        if not wanted:
            return answers
        say(remarks)


def _is_fourth(answers: Answered) -> bool:
    return answers.get("chair", ["fourth"])[:1] == ["fourth"]
