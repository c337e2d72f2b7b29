"""The questions about a new reviewer, each asked on a terminal until nothing is to be said of its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
        stand_in: What lint says nothing of, in place of an answer that is not known yet.
        default: The answer where none is given; None where one is needed.
        several: Whether it is asked again until a blank line.
        fourth: Whether only a fourth chair is asked.
        beside: An earlier question whose answer may be at fault for what is said of both together.
    """

    name: str
    field: str
    text: str
    stand_in: str
    default: str | None = None
    several: bool = False
    fourth: bool = False
    beside: str | None = None

    @property
    def flag(self) -> str:
        """The flag that answers it on the command line."""
        return f"--{self.name.replace('_', '-')}"


QUESTIONS = (
    Question("motto", "motto", "One sentence this reviewer lives by", "Unsaid."),
    Question("chair", "chair", "core (sits for every tool) or fourth (sits for some)", "core", "fourth"),
    Question(
        "modality", "sits_when", "Sits for tools that work in (text, code, image …; blank: any)", "unsaid",
        "", fourth=True,
    ),
    Question(
        "surface", "sits_when", "Sits for tools met as (editor, app, cli, api …; blank: any)", "unsaid",
        "", fourth=True, beside="modality",
    ),
    Question(
        "rank", "sits_when", "Of those that fit the lowest rank sits (blank: one that hides nobody)", "",
        "", fourth=True,
    ),
    Question(
        "ask", "moves", "A question about every tool, written `one_word: The question?`", "unsaid: Unsaid?",
        several=True,
    ),
    Question("voice", "body", "Who is this? Two or three sentences that begin with You", "You."),
    Question("ship_when", "body", "Ship when", "it plays", beside="voice"),
    Question("skip_when", "body", "Skip when", "it fails", beside="voice"),
    Question("for", "signals", "Phrases in a dossier that speak for a tool, commas between", "unsaid for"),
    Question("against", "signals", "Phrases that speak against it", "unsaid against"),
)  # fmt: skip

Answered = dict[str, list[str]]


def missing(answers: Answered) -> list[str]:
    """The flags that are needed where nobody can be asked."""
    return [each.flag for each in QUESTIONS if each.default is None and not answers.get(each.name)]


def with_stand_ins(answers: Answered) -> Answered:
    """All questions answered, so that lint finds fault with nothing but the answers given."""
    return {**{each.name: [each.stand_in] for each in QUESTIONS}, **answers}


def ask_each(
    given: Answered,
    ask: Callable[[Question, bool], str],
    check: Callable[[Answered], list[Remark]],
    say: Callable[[Question, list[Remark]], None],
) -> Answered:
    """Ask what is not given; every answer, from a flag too, is checked as it comes, and a good one is kept.

    Args:
        given: Answers from flags.
        ask: Asks one question once; told whether a good answer is there already, so that blank ends it.
        check: Lints the file that answers make, stand-ins in place of those not known yet.
        say: Shows what is against an answer; no remarks: that one is needed.
    """
    asking = _Asking(dict(given), ask, check, say)
    asking.answers = {name: said for name, said in given.items() if name not in asking.questions}
    while question := asking.next():
        asking.settle(question)
    return asking.answers


@dataclass
class _Asking:
    given: Answered
    ask: Callable[[Question, bool], str]
    check: Callable[[Answered], list[Remark]]
    say: Callable[[Question, list[Remark]], None]
    answers: Answered = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=lambda: {each.name: each for each in QUESTIONS})

    def next(self) -> Question | None:
        """The first question that is to be asked and has no answer."""
        is_fourth = self.answers.get("chair") == ["fourth"]
        return next(
            (each for each in QUESTIONS if each.name not in self.answers and (is_fourth or not each.fourth)),
            None,
        )

    def settle(self, question: Question) -> None:
        """Take answers from flags, then ask, until a good one is there or an earlier one proves at fault."""
        waiting = self.given.pop(question.name, [])
        more, kept = not waiting, list[str]()
        while waiting or more:
            said = waiting.pop(0) if waiting else self.ask(question, bool(kept))
            said = said.strip() or (question.default or "")
            if not said and kept:
                break
            if not said and question.default is None:
                self.say(question, [])
                more = True
                continue
            remarks = self._remarks(question, [*kept, said])
            if not remarks:
                kept.append(said)
                more = more and question.several
            elif self._is_good_without(question.beside, question, said):
                self._go_back(question, said, remarks)
                return
            else:
                self.say(question, remarks)
                more = True
        self.answers[question.name] = kept

    def _remarks(self, question: Question, said: list[str]) -> list[Remark]:
        return self.check(with_stand_ins({**self.answers, question.name: said}))

    def _is_good_without(self, earlier: str | None, question: Question, said: str) -> bool:
        if earlier is None or earlier not in self.answers:
            return False
        rest = {name: each for name, each in self.answers.items() if name != earlier}
        return not self.check(with_stand_ins({**rest, question.name: [said]}))

    def _go_back(self, question: Question, said: str, remarks: list[Remark]) -> None:
        """Forget the earlier answer; this one is kept, but conditions, where either may be changed."""
        earlier = self.questions[question.beside or ""]
        self.say(earlier, remarks)
        del self.answers[earlier.name]
        if not question.fourth:
            self.answers[question.name] = [said]
