"""A persona file as the rules see it: the reviewer, the lines of the file, and the colleagues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from panel.core.domain import Persona
from panel.core.frontmatter import Document, Path_
from panel.workbench.lint.remarks import Remark, Severity


@dataclass(frozen=True)
class Passage:
    """A piece of the persona's own text: its motto, one of its questions, or its body.

    Attributes:
        field: `motto`, `moves` or `body`.
        text: The words.
        line: Where it begins in the file.
        keeps_lines: Whether the text's line ends are the file's.
    """

    field: str
    text: str
    line: int
    keeps_lines: bool = False

    def line_at(self, position: int) -> int:
        """The file's line of a character of the text."""
        return self.line + (self.text.count("\n", 0, position) if self.keeps_lines else 0)


@dataclass(frozen=True)
class Draft:
    """A persona that could be read, and what the rules compare it with.

    Attributes:
        text: The whole file.
        document: Its front matter, with lines.
        persona: What the file makes.
        others: The personas in force beside this one.
        rendered: How many characters persona and task have as a model is shown them.
    """

    text: str
    document: Document
    persona: Persona
    others: tuple[Persona, ...] = ()
    rendered: int = 0

    def passages(self) -> Iterator[Passage]:
        """All that the persona says in its own words."""
        yield Passage("motto", self.persona.motto, self.line("motto"))
        yield from self.questions()
        yield self.body()

    def questions(self) -> Iterator[Passage]:
        """The questions of its moves, in order."""
        for n, move in enumerate(self.persona.moves):
            yield Passage("moves", move.ask, self.line("moves", n, "ask"))

    def body(self) -> Passage:
        """The voice."""
        body = self.document.body
        first = len(self.text) - len(body) + len(body) - len(body.lstrip())
        return Passage("body", self.persona.body, self.text.count("\n", 0, first) + 1, keeps_lines=True)

    def line(self, *path: str | int) -> int:
        """The line of a field of the front matter, or of the nearest field above it."""
        return self.document.line_of(path) or 1

    def remark(
        self, rule: str, path: Path_, says: str, instead: str, *, severity: Severity = "warning"
    ) -> Remark:
        """A remark on a field of the front matter."""
        field = str(path[0]) if path else None
        return Remark(rule, severity, self.document.file, self.line(*path), field, says, instead)

    def remark_on(self, rule: str, passage: Passage, position: int, says: str, instead: str) -> Remark:
        """A warning about a place in the persona's own words."""
        line = passage.line_at(position)
        return Remark(rule, "warning", self.document.file, line, passage.field, says, instead)
