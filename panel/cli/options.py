"""The flags every judging verb takes, declared once."""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_type_hints

import typer

from panel.core.errors import InputError

_MODEL = "Which model"
_MONEY = "Money and time"
_OUTPUT = "Output"
_PLACE = "Where"


@dataclass(frozen=True)
class Place:
    """Where things are, and how much is told: the flags of verbs that ask no reviewer."""

    workspace: Annotated[
        Path | None, typer.Option(help="The workspace folder.", metavar="DIR", rich_help_panel=_PLACE)
    ] = None
    runs_dir: Annotated[
        Path | None, typer.Option(help="Where records go.", metavar="DIR", rich_help_panel=_PLACE)
    ] = None
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress on stderr.", rich_help_panel=_OUTPUT)
    ] = False

    def settings(self) -> dict[str, Any]:
        """The workspace settings among these flags, by the setting's name."""
        # A path on the command line is meant from where the user stands, not from the workspace.
        return {"runs_dir": None if self.runs_dir is None else str(self.runs_dir.expanduser().absolute())}


@dataclass(frozen=True)
class Common(Place):
    """The flags common to verbs that ask reviewers (DESIGN: contract, commands)."""

    provider: Annotated[
        str | None,
        typer.Option(
            help="auto, anthropic, openai, offline, or the name of a provider file.", rich_help_panel=_MODEL
        ),
    ] = None
    model: Annotated[str | None, typer.Option(help="The model to ask.", rich_help_panel=_MODEL)] = None
    models: Annotated[
        str | None,
        typer.Option(
            help="Each persona sits once with each of these: a,b. provider:model names a provider too.",
            metavar="LIST",
            rich_help_panel=_MODEL,
        ),
    ] = None
    samples: Annotated[
        int | None,
        typer.Option(
            help="Ask each seat so often, 1 to 9; the majority counts.", metavar="N", rich_help_panel=_MODEL
        ),
    ] = None
    base_url: Annotated[
        str | None,
        typer.Option(
            help="Another host; without --provider an OpenAI-compatible one.",
            metavar="URL",
            rich_help_panel=_MODEL,
        ),
    ] = None
    personas: Annotated[
        str | None,
        typer.Option(help="Exactly these sit, by name: a,b,c,d.", metavar="LIST", rich_help_panel=_MODEL),
    ] = None
    fourth: Annotated[
        str | None,
        typer.Option(help="Who takes the fourth chair.", metavar="PERSONA", rich_help_panel=_MODEL),
    ] = None
    max_usd: Annotated[
        float | None, typer.Option(help="Hard cap on this run.", metavar="USD", rich_help_panel=_MONEY)
    ] = None
    price_in: Annotated[
        float | None,
        typer.Option(help="Price per million input tokens.", metavar="USD", rich_help_panel=_MONEY),
    ] = None
    price_out: Annotated[
        float | None,
        typer.Option(help="Price per million output tokens.", metavar="USD", rich_help_panel=_MONEY),
    ] = None
    concurrency: Annotated[
        int | None, typer.Option(help="Calls in flight at most.", metavar="N", rich_help_panel=_MONEY)
    ] = None
    call_deadline: Annotated[
        float | None,
        typer.Option(
            help="Seconds one call may take, retries included.", metavar="SECONDS", rich_help_panel=_MONEY
        ),
    ] = None
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Say what would be called and what it costs at most.", rich_help_panel=_MONEY
        ),
    ] = False
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask again whatever is stored.", rich_help_panel=_MONEY)
    ] = False
    from_ledger: Annotated[
        bool, typer.Option("--from-ledger", help="Never call; say what is missing.", rich_help_panel=_MONEY)
    ] = False
    retry_maybe_paid: Annotated[
        bool,
        typer.Option(
            "--retry-maybe-paid",
            help="Ask again what may have been paid four times without an answer.",
            rich_help_panel=_MONEY,
        ),
    ] = False
    json: Annotated[
        bool, typer.Option("--json", help="Print the record as JSON.", rich_help_panel=_OUTPUT)
    ] = False
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="More on stderr.", rich_help_panel=_OUTPUT)
    ] = False
    log_file: Annotated[
        Path | None,
        typer.Option(help="Write a log there, too.", metavar="FILE", rich_help_panel=_OUTPUT),
    ] = None

    def settings(self) -> dict[str, Any]:
        """The workspace settings among these flags, by the setting's name; None where not given."""
        names = (
            "provider", "model", "models", "samples", "base_url", "personas", "fourth",
            "max_usd", "price_in", "price_out", "concurrency", "call_deadline",
        )  # fmt: skip
        if self.fresh and self.from_ledger:
            raise InputError("--fresh asks again, --from-ledger never asks: choose one")
        return {**super().settings(), **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True)
class Judging(Common):
    """The flags of verbs whose result somebody reads at once."""

    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit code 1, and no pages, where a claim or quotation is supported by nothing.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False


def resuming(command: str, references: Sequence[str], flags: Place) -> str:
    """The command line that goes on where this one stopped; without `--fresh`, which begins anew."""
    words = ["panel", *command.split(), *references]
    for name, value in given(flags).items():
        if name == "fresh":
            continue
        flag = f"--{name.replace('_', '-')}"
        plain = f"{value:.12g}" if isinstance(value, float) else str(value)
        words += [flag] if value is True else [flag, plain]
    return shlex.join(words)


def given(flags: Place) -> dict[str, Any]:
    """The flags that say something else than their default, by name."""
    values = {each.name: (getattr(flags, each.name), each.default) for each in fields(flags)}
    return {name: value for name, (value, default) in values.items() if value != default}


def refuse_before(verb: str, subcommand: str) -> NoReturn:
    """Say where flags go that stand before a subcommand, of which they would tell nothing.

    Raises:
        InputError: always.
    """
    raise InputError(f"flags go behind the subcommand: panel {verb} {subcommand} …")


def with_flags(kind: type[Place]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a verb the flags of `kind` as well; it receives them as one value, `flags`."""

    def widen(verb: Callable[..., Any]) -> Callable[..., Any]:
        own = inspect.signature(verb, eval_str=True)
        hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable, whatever its instances are
        shared = [
            inspect.Parameter(
                each.name, inspect.Parameter.KEYWORD_ONLY, default=each.default, annotation=hints[each.name]
            )
            for each in fields(kind)
        ]

        def widened(*args: Any, **kwargs: Any) -> Any:
            flags = kind(**{each.name: kwargs.pop(each.name) for each in fields(kind)})
            return verb(*args, flags=flags, **kwargs)

        kept = [p for p in own.parameters.values() if p.name != "flags"]
        widened.__signature__ = own.replace(parameters=[*kept, *shared])  # type: ignore[attr-defined]
        widened.__name__, widened.__doc__ = verb.__name__, _unwrapped(verb.__doc__ or "")
        widened.__annotations__ = {}
        return widened

    return widen


def _unwrapped(text: str) -> str:
    """A docstring with each paragraph on one line: terminals of any width break it themselves."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


@cache
def _hints(kind: type[Place]) -> dict[str, Any]:
    """The types of a kind's flags, read once for all verbs that take them."""
    return get_type_hints(kind, include_extras=True)
