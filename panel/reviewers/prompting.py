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

from panel.core.domain import Dossier, Persona, Seat, Source, Tool
from panel.core.errors import InputError
from panel.core.frontmatter import read_text
from panel.core.hashing import bare, digest, digest_of
from panel.core.requests import CallRequest, Message
from panel.core.workspace import Workspace
from panel.reviewers.rubric import REPLY_SCHEMA

if TYPE_CHECKING:
    from panel.reviewers.sandbox import BoundedTemplate

#: Persona and task stay short so that nearly all of a request is the prefix the seats share.
MAX_TASK = 3_000
MAX_TEMPLATE_BYTES = 32_000
MARKER_DIGITS = 16

_NAMES = ("house", "dossier", "task", "repair", "reask")
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
            found |= {path.stem: path for path in sorted(instead.glob("*.j2")) if path.stem in _NAMES}
        missing = [name for name in _NAMES if name not in found]
        if missing:
            raise InputError(f"prompts/ lacks {', '.join(name + '.j2' for name in missing)}")
        self._files = {name: workspace.shown(path) for name, path in found.items()}
        self._texts = {name: read_text(path, limit=MAX_TEMPLATE_BYTES) for name, path in found.items()}
        #: Changes whenever any template does.
        self.sha = digest_of({name: self._texts[name] for name in _NAMES})
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
        shown = [source for source in dossier.sources if source.text is not None]
        cited = [source for source in dossier.sources if source.text is None]
        text = self._render("dossier", marker="", **_view(dossier.tool, shown, cited))
        word = marker(text)
        text = self._render("dossier", marker=word, **_view(dossier.tool, shown, cited))
        self._check_marker_lines(text, word)
        return text

    def task(self, persona: Persona) -> str:
        """Persona and task: the part that differs from seat to seat.

        Raises:
            InputError: it is longer than 3,000 characters; the persona's file is named.
        """
        text = self.unbounded_task(persona)
        if len(text) > MAX_TASK:
            raise InputError(
                f"persona and task have {len(text):,} characters once rendered; {MAX_TASK:,} is the most",
                file=persona.file,
                field="body",
                hint="shorten the body or the moves",
            )
        return text

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

    def reask(self, request: CallRequest, reply: str, reasons: list[str]) -> CallRequest:
        """The same request once more, after a reply that speaks against itself."""
        return request.followed_by(*_turn(request, reply, self._render("reask", reasons=reasons)))

    # ------------------------------------------------------------ rendering

    def _compiled(self) -> dict[str, BoundedTemplate]:
        # Jinja takes a while to load, and most commands render nothing.
        from jinja2 import TemplateSyntaxError

        from panel.reviewers.sandbox import BoundedTemplate

        compiled = {}
        for name, text in self._texts.items():
            try:
                compiled[name] = BoundedTemplate(text)
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


def marker(text: str) -> str:
    """A word of 16 hex digits derived from `text`, salted again until the text does not contain it."""
    salt = 0
    while True:
        word = bare(digest(f"{salt}\n{text}"))[:MARKER_DIGITS]
        if word not in text:
            return word
        salt += 1


def _view(tool: Tool, shown: list[Source], cited: list[Source]) -> dict[str, Any]:
    missing = [name for name in _EXPECTED if getattr(tool, name) is None]
    return {"tool": tool, "sources": shown, "cited": cited, "missing": missing}


def _turn(request: CallRequest, reply: str, text: str) -> tuple[Message, Message]:
    """The reply and the answer to it, both without the marker: its closing line stands once in a request."""
    opening = _OPENING.search(request.messages[0].parts[0])
    word = re.compile(opening[1] if opening else r"(?!)", re.IGNORECASE)
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
