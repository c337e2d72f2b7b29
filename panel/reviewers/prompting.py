"""Prompts: the templates of prompts/ rendered into requests, the same bytes for the same input, always.

Order: one system text, constant over tools, seats and runs; one user message whose first part is the dossier
(shared by all seats, so that they share the vendor's cache) and whose last part is persona and task.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from panel.core.domain import Dossier, Persona, Seat
from panel.core.errors import InputError
from panel.core.frontmatter import read_text
from panel.core.hashing import bare, digest, digest_of
from panel.core.requests import CallRequest, Message
from panel.core.workspace import Workspace
from panel.reviewers.choosing import CHOICE_SCHEMA
from panel.reviewers.rubric import REPLY_SCHEMA

if TYPE_CHECKING:
    from panel.reviewers.sandbox import BoundedTemplate

#: Persona and task stay short so that nearly all of a request is the prefix the seats share.
MAX_TASK = 3_000
#: What a choice is asked with: a persona that fits its task fits this as well.
MAX_PICK = 6_000
MAX_TEMPLATE_BYTES = 32_000
MARKER_DIGITS = 16

_NAMES = ("house", "dossier", "task", "repair", "reask")
#: For a choice between two tools: house rules and dossiers as in a review, and two templates of its own.
_PICK_NAMES = ("house", "dossier", "pick", "pick_repair")
#: All templates there are, by their stems.
TEMPLATES = frozenset(_NAMES + _PICK_NAMES)
#: What a reviewer is told is missing, if it is.
_EXPECTED = ("vendor", "version", "url", "category", "tagline", "description", "launched")
_OPENING = re.compile(rf"^<<<DOSSIER ([0-9a-f]{{{MARKER_DIGITS}}})$", re.MULTILINE)


T = TypeVar("T")
#: Rendered texts that are kept. The seats of a panel follow one another, and so do a panel and its price.
_DOSSIERS_KEPT, _TASKS_KEPT = 8, 64


class _Latest:
    """The texts that were made last, each kept with what it was made of; memory stays flat.

    Args:
        most: How many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[int, tuple[object, str]] = OrderedDict()

    def of(self, what: T, make: Callable[[T], str]) -> str:
        """The text `make` makes of this very object, which is frozen."""
        name = id(what)  # no other object has it while this one is kept
        if name not in self._made:
            self._made[name] = what, make(what)
            if len(self._made) > self._most:
                self._made.popitem(last=False)
        return self._made[name][1]


class Prompts:
    """The templates in force in a workspace, and the requests made from them.

    Args:
        workspace: Where prompts/ is.
        instead: A folder whose templates come before all others.

    Raises:
        InputError: a template is missing, cannot be read, or is none; file and line are named.
    """

    def __init__(self, workspace: Workspace, *, instead: Path | None = None) -> None:
        found = workspace.files("prompts", "*.j2")
        if instead is not None:
            found |= {path.stem: path for path in sorted(instead.glob("*.j2")) if path.stem in TEMPLATES}
        missing = sorted(TEMPLATES - found.keys())
        if missing:
            raise InputError(f"prompts/ lacks {', '.join(name + '.j2' for name in missing)}")
        self._files = {name: workspace.shown(path) for name, path in found.items()}
        self._texts = {name: read_text(path, limit=MAX_TEMPLATE_BYTES) for name, path in found.items()}
        #: Changes whenever any template of a review does.
        self.sha = digest_of({name: self._texts[name] for name in _NAMES})
        #: Changes whenever any template of a choice does.
        self.pick_sha = digest_of({name: self._texts[name] for name in _PICK_NAMES})
        self._templates = self._compiled()
        rules = self._texts["house"]
        #: A word derived from the house rules: an answer that holds it has given them away.
        self.canary = bare(digest(rules))[:12]
        #: The system text of every request.
        self.system = self._render("house", canary=self.canary)
        # All seats are shown the same dossier, and all dossiers to the same personas.
        self._dossiers = _Latest(_DOSSIERS_KEPT)
        self._tasks = _Latest(_TASKS_KEPT)

    def opening(self, dossier: Dossier, seat: Seat, **call: Any) -> CallRequest:
        """The request that opens one seat's conversation.

        Args:
            dossier: What the seat is shown.
            seat: Who is asked.
            call: `base_url`, `max_output_tokens` and `options` of the CallRequest.

        Raises:
            InputError: persona and task are longer than 3,000 characters, or a template fails.
        """
        return CallRequest(
            provider=seat.provider,
            model=seat.model,
            system=self.system,
            messages=(
                Message(
                    role="user",
                    parts=(
                        self._dossiers.of(dossier, self.dossier),
                        self._tasks.of(seat.persona, self.task),
                    ),
                ),
            ),
            schema_=REPLY_SCHEMA,
            sample=seat.sample,
            **call,
        )

    def dossier(self, dossier: Dossier) -> str:
        """The dossier between its marker lines: the part all seats share.

        Raises:
            InputError: the template fails, or does not write both marker lines exactly once.
        """
        return self._walled(dossier, marker(self._without_walls(dossier)))

    def choosing(self, first: Dossier, second: Dossier, seat: Seat, **call: Any) -> CallRequest:
        """The request that asks one seat to choose between two tools, their dossiers in this order.

        The other order gives a request in which the two dossiers have changed places and nothing else.

        Args:
            first: The dossier that stands first.
            second: The other.
            seat: Who is asked.
            call: As in `opening`.

        Raises:
            InputError: the persona is too long, or a template fails.
        """
        return CallRequest(
            provider=seat.provider,
            model=seat.model,
            system=self.system,
            messages=(Message(role="user", parts=(*self._both(first, second), self.pick(seat.persona))),),
            schema_=CHOICE_SCHEMA,
            sample=seat.sample,
            **call,
        )

    def pick(self, persona: Persona) -> str:
        """Persona and question: the part of a choice that differs from seat to seat.

        Raises:
            InputError: it is longer than 6,000 characters; the persona's file is named.
        """
        return self._short("pick", persona, MAX_PICK)

    def task(self, persona: Persona) -> str:
        """Persona and task: the part that differs from seat to seat.

        Raises:
            InputError: it is longer than 3,000 characters; the persona's file is named.
        """
        return self._short("task", persona, MAX_TASK)

    def unbounded_task(self, persona: Persona) -> str:
        """Persona and task however long they are: what lint measures.

        Raises:
            InputError: the template fails.
        """
        return self._render("task", persona=persona)

    def repair(self, request: CallRequest, reply: str, problem: str, persona: Persona) -> CallRequest:
        """The same request once more, after a reply that could not be read."""
        text = self._render("repair", problem=problem, moves=[move.key for move in persona.moves])
        return request.followed_by(*_turn(request, reply, text))

    def repair_choice(self, request: CallRequest, reply: str, problem: str) -> CallRequest:
        """The same request for a choice once more, after a reply that could not be read."""
        return request.followed_by(*_turn(request, reply, self._render("pick_repair", problem=problem)))

    def reask(self, request: CallRequest, reply: str, reasons: list[str]) -> CallRequest:
        """The same request once more, after a reply that speaks against itself."""
        return request.followed_by(*_turn(request, reply, self._render("reask", reasons=reasons)))

    # ------------------------------------------------------------ rendering

    def _compiled(self) -> dict[str, BoundedTemplate]:
        # Jinja takes a while to load, and most commands render nothing.
        from jinja2 import TemplateSyntaxError

        from panel.reviewers.sandbox import bounded

        compiled = {}
        for name, text in self._texts.items():
            try:
                compiled[name] = bounded(text)
            except TemplateSyntaxError as error:
                raise InputError(str(error.message), file=self._files[name], line=error.lineno) from None
            except Exception as error:  # noqa: BLE001 (nesting too deep, an endless number: Jinja passes it on)
                raise InputError(f"cannot be compiled: {error}", file=self._files[name]) from None
        return compiled

    def _render(self, name: str, **values: Any) -> str:
        try:
            return self._templates[name].render(**values)
        except Exception as error:  # noqa: BLE001 (a template may raise anything; all of it is the editor's to mend)
            line = _template_line(error)
            raise InputError(str(error) or type(error).__name__, file=self._files[name], line=line) from None

    def _short(self, name: str, persona: Persona, most: int) -> str:
        text = self._render(name, persona=persona)
        if len(text) > most:
            raise InputError(
                f"persona and {name} have {len(text):,} characters once rendered; {most:,} is the most",
                file=persona.file,
                field="body",
                hint="shorten the body or the moves",
            )
        return text

    def _both(self, first: Dossier, second: Dossier) -> tuple[str, str]:
        """Two dossiers, each within its own walls; neither text holds the other's marker.

        The markers depend on the two texts and not on their order.
        """
        shown = self._without_walls(first), self._without_walls(second)
        lower, upper = sorted(shown)
        word = marker(lower, upper)
        words = [word, marker(upper, lower, word)]
        if shown != (lower, upper):
            words.reverse()
        return self._walled(first, words[0]), self._walled(second, words[1])

    def _without_walls(self, dossier: Dossier) -> str:
        return self._render("dossier", marker="", **_view(dossier))

    def _walled(self, dossier: Dossier, word: str) -> str:
        text = self._render("dossier", marker=word, **_view(dossier))
        self._check_marker_lines(text, word)
        return text

    def _check_marker_lines(self, text: str, word: str) -> None:
        lines = text.splitlines()
        opening, closing = f"<<<DOSSIER {word}", f"DOSSIER {word} END>>>"
        once = lines.count(opening) == lines.count(closing) == 1
        if not once or lines.index(opening) > lines.index(closing):
            raise InputError(
                "the dossier must stand between the lines `<<<DOSSIER {{ marker }}` and "
                "`DOSSIER {{ marker }} END>>>`, each written exactly once",
                file=self._files["dossier"],
                hint="compare it with the template that was shipped",
            )


def marker(text: str, *others: str) -> str:
    """A word of 16 hex digits derived from `text`, salted again until none of the texts contains it."""
    salt = 0
    while True:
        word = bare(digest(f"{salt}\n{text}"))[:MARKER_DIGITS]
        if not any(word in each for each in (text, *others)):
            return word
        salt += 1


def _view(dossier: Dossier) -> dict[str, Any]:
    tool = dossier.tool
    return {
        "tool": tool,
        "sources": [source for source in dossier.sources if source.text is not None],
        "cited": [source for source in dossier.sources if source.text is None],
        "missing": [name for name in _EXPECTED if getattr(tool, name) is None],
    }


def _turn(request: CallRequest, reply: str, text: str) -> tuple[Message, Message]:
    """The reply and the answer to it, both without a marker: its closing line stands once in a request."""
    openings = [_OPENING.search(part) for part in request.messages[0].parts[:-1]]
    word = re.compile("|".join(each[1] for each in openings if each) or r"(?!)", re.IGNORECASE)
    said = word.sub("[marker]", reply.strip()) or "(nothing)"
    asked = word.sub("[marker]", text)  # may quote the reply
    return Message(role="assistant", parts=(said,)), Message(role="user", parts=(asked,))


def _template_line(error: BaseException) -> int | None:
    """The template's line in which an exception arose: the last frame that is a template."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
