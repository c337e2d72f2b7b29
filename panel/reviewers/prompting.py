"""Prompts: the templates of prompts/ rendered into requests, the same bytes for the same input, always.

Order: one system text, constant over tools, seats and runs; one user message whose first part is the dossier
(shared by all seats, so that they share the vendor's cache) and whose last part is persona and task.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from panel.core.domain import Dossier, Persona, Seat, Source, Tool
from panel.core.errors import InputError
from panel.core.hashing import bare, digest, digest_of
from panel.core.requests import CallRequest, Message
from panel.core.workspace import Workspace
from panel.reviewers.rubric import REPLY_SCHEMA

if TYPE_CHECKING:
    from jinja2 import Environment, Template

#: Persona and task stay short so that nearly all of a request is the prefix the seats share.
MAX_TASK = 3_000
MAX_RENDERED = 2_000_000
MAX_SECONDS = 2.0
MARKER_DIGITS = 16

_NAMES = ("house", "dossier", "task", "repair", "reask")
#: What a reviewer is told is missing, if it is.
_EXPECTED = ("vendor", "version", "url", "category", "tagline", "description", "launched")


class Prompts:
    """The templates in force in a workspace, and the requests made from them."""

    def __init__(self, workspace: Workspace) -> None:
        found = workspace.files("prompts", "*.j2")
        missing = [name for name in _NAMES if name not in found]
        if missing:
            raise InputError(f"prompts/ lacks {', '.join(name + '.j2' for name in missing)}")
        self._files = {name: workspace.shown(path) for name, path in found.items()}
        self._texts = {name: path.read_text(encoding="utf-8") for name, path in found.items()}
        #: Changes whenever any template does.
        self.sha = digest_of({name: self._texts[name] for name in _NAMES})
        self._templates = self._compiled()
        rules = self._texts["house"]
        #: A word derived from the house rules: an answer that holds it has given them away.
        self.canary = bare(digest(rules))[:12]
        #: The system text of every request.
        self.system = self._render("house", canary=self.canary)

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
            messages=(Message(role="user", parts=(self.dossier(dossier), self.task(seat.persona))),),
            schema_=REPLY_SCHEMA,
            sample=seat.sample,
            **call,
        )

    def dossier(self, dossier: Dossier) -> str:
        """The dossier between its marker lines: the part all seats share."""
        shown = [source for source in dossier.sources if source.text is not None]
        cited = [source for source in dossier.sources if source.text is None]
        text = self._render("dossier", marker="", **_view(dossier.tool, shown, cited))
        return self._render("dossier", marker=marker(text), **_view(dossier.tool, shown, cited))

    def task(self, persona: Persona) -> str:
        """Persona and task: the part that differs from seat to seat.

        Raises:
            InputError: it is longer than 3,000 characters; the persona's file is named.
        """
        text = self._render("task", persona=persona)
        if len(text) > MAX_TASK:
            raise InputError(
                f"persona and task have {len(text):,} characters once rendered; {MAX_TASK:,} is the most",
                file=persona.file,
                field="body",
                hint="shorten the body or the moves",
            )
        return text

    def repair(self, request: CallRequest, reply: str, problem: str, persona: Persona) -> CallRequest:
        """The same request once more, after a reply that could not be read."""
        text = self._render("repair", problem=problem, moves=[move.key for move in persona.moves])
        return request.followed_by(*_turn(reply, text))

    def reask(self, request: CallRequest, reply: str, reasons: list[str]) -> CallRequest:
        """The same request once more, after a reply that speaks against itself."""
        return request.followed_by(*_turn(reply, self._render("reask", reasons=reasons)))

    # ------------------------------------------------------------ rendering

    def _compiled(self) -> dict[str, Template]:
        from jinja2 import TemplateSyntaxError

        environment = _environment()
        compiled = {}
        for name, text in self._texts.items():
            try:
                compiled[name] = environment.from_string(text)
            except TemplateSyntaxError as error:
                raise InputError(str(error.message), file=self._files[name], line=error.lineno) from None
        return compiled

    def _render(self, name: str, **values: Any) -> str:
        try:
            return _bounded(self._templates[name], values)
        except InputError:
            raise
        except Exception as error:  # noqa: BLE001 (a template may raise anything; all of it is the editor's to mend)
            line = _template_line(error)
            raise InputError(str(error) or type(error).__name__, file=self._files[name], line=line) from None


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


def _turn(reply: str, text: str) -> tuple[Message, Message]:
    said = reply.strip() or "(nothing)"
    return Message(role="assistant", parts=(said,)), Message(role="user", parts=(text,))


def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    # No loader: a template cannot include a file. No autoescape: this is plain text for a model.
    return SandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


def _bounded(template: Template, values: dict[str, Any]) -> str:
    """Render piece by piece, so that a runaway template ends in an error and not in full memory."""
    pieces: list[str] = []
    size, start = 0, time.monotonic()
    for piece in template.generate(**values):
        size += len(piece)
        if size > MAX_RENDERED:
            raise ValueError(f"renders more than {MAX_RENDERED:,} characters")
        if time.monotonic() - start > MAX_SECONDS:
            raise ValueError(f"takes longer than {MAX_SECONDS:.0f} s to render")
        pieces.append(piece)
    return "".join(pieces)


def _template_line(error: BaseException) -> int | None:
    """The template's line in which an exception arose: the last frame that is a template."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
