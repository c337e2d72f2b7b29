"""How a command ends: done, expected trouble, unexpected trouble, interrupted; decided in this one place."""

from __future__ import annotations

import errno
import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from panel.core.errors import ExitCode, Interrupted, PanelError, StoppedEarly

#: A bug in this program, by the custom of sysexits.h; no promised exit code means that.
SOFTWARE = 70


def ends_well(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a verb returns or raises into an exit code and, on trouble, a few lines on stderr."""

    @functools.wraps(verb)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            code = verb(*args, **kwargs)
        except PanelError as error:
            explain(error)
            code = error.exit_code
        except KeyboardInterrupt:
            explain(Interrupted("interrupted", hint="run the same command again; finished calls are kept"))
            code = ExitCode.INTERRUPTED
        except BrokenPipeError:
            # The reader of our output left (`| head`). What is stored is stored.
            _let_go_of_stdout()
            code = ExitCode.DONE
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            _let_go_of_stdout()
            explain(StoppedEarly("no space left where the output goes", hint="panel runs list"))
            code = ExitCode.STOPPED
        except Exception as error:
            if getattr(kwargs.get("flags"), "verbose", False):
                raise
            _internal(error)
            code = SOFTWARE
        raise typer.Exit(int(code))

    return wrapped


def _let_go_of_stdout() -> None:
    """Nothing more is written there, not even by the interpreter when it leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def explain(error: PanelError) -> None:
    """Say on stderr what failed, what is saved, and what to do next."""
    for line in error.message.splitlines():
        typer.echo(f"error: {printable(line)}", err=True)
    if error.saved:
        typer.echo(f"saved: {printable(error.saved)}", err=True)
    if error.hint:
        typer.echo(f"next:  {printable(error.hint)}", err=True)


def printable(text: str) -> str:
    """The text on one line, terminal escapes and other control characters shown, not obeyed."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text)


def _internal(error: Exception) -> None:
    # Neither the message nor the locals of an unexpected error are known to be free of keys or prompts.
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f" at {os.path.basename(last.tb_frame.f_code.co_filename)}:{last.tb_lineno}" if last else ""  # noqa: PTH119
    typer.echo(f"error: unexpected {type(error).__name__}{place}; this is a bug in panel", err=True)
    typer.echo("saved: every call that was answered is in the ledger", err=True)
    typer.echo("next:  run the same command with --verbose and report what it prints", err=True)
