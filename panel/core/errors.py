"""The family tree of everything that ends a command early, with the exit code each branch means.

PanelError
├── InputError          2    a file, field or flag is wrong; nothing was called
│   └── DamagedRecord   2    a stored record or ledger row does not say what its hash or schema says
├── AccountError        3    no key, a refused key, no quota, an unknown model
├── StoppedEarly        4    budget, deadline, a full disk, a provider that asks for a long wait; resumable
├── LockHeld            75   another run works on the same list
└── Interrupted         130  SIGINT or SIGTERM; resumable

A seat that gives no verdict is not in this tree: that is a `Failure`, a value beside the verdicts.
This module imports nothing heavy, so that the command line can name errors without loading a model library.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path


class ExitCode(IntEnum):
    """What a command's exit code promises to the script that called it."""

    DONE = 0
    NEEDS_A_PERSON = 1
    INPUT = 2
    ACCOUNT = 3
    STOPPED = 4
    LOCKED = 75
    INTERRUPTED = 130


#: If several endings apply, the first of these wins.
PRECEDENCE = (
    ExitCode.INTERRUPTED,
    ExitCode.INPUT,
    ExitCode.ACCOUNT,
    ExitCode.LOCKED,
    ExitCode.STOPPED,
    ExitCode.NEEDS_A_PERSON,
    ExitCode.DONE,
)


def worst(codes: list[ExitCode]) -> ExitCode:
    """The one exit code for a command whose parts ended with `codes`; DONE for an empty list."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.DONE)


class PanelError(Exception):
    """Base of the tree: a message in one line, what was saved, and what to run next.

    Args:
        message: What failed, naming the tool, persona or file.
        saved: What is already safe on disk, if that is worth saying.
        hint: What to do or run next.
    """

    exit_code = ExitCode.INPUT

    def __init__(self, message: str, *, saved: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.saved = saved
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class InputError(PanelError):
    """A file, field or flag is wrong. The place is written as `file:line: field: what`."""

    exit_code = ExitCode.INPUT

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        field: str | None = None,
        saved: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.file, self.line, self.field, self.what = file, line, field, message
        place = "" if file is None else f"{file}:{line}: " if line is not None else f"{file}: "
        super().__init__(f"{place}{f'{field}: ' if field else ''}{message}", saved=saved, hint=hint)

    @property
    def errors(self) -> list[InputError]:
        """What is wrong, one by one."""
        return [self]


class ManyInputErrors(InputError):
    """Several things are wrong with the input; all are named at once."""

    def __init__(self, errors: list[InputError]) -> None:
        super().__init__("\n".join(error.message for error in errors))
        self.hint = next((error.hint for error in errors if error.hint), None)
        self._errors = errors

    @property
    def errors(self) -> list[InputError]:
        """What is wrong, one by one."""
        return self._errors


def all_of(errors: list[InputError]) -> InputError:
    """What to raise for some errors, at least one: itself where there is one only."""
    return errors[0] if len(errors) == 1 else ManyInputErrors(errors)


class DamagedRecord(InputError):
    """A stored record or ledger row is not what it claims to be; it is never treated as empty."""


class AccountError(PanelError):
    """The provider or the account cannot serve: no key, a refused key, no quota, an unknown model."""

    exit_code = ExitCode.ACCOUNT


class StoppedEarly(PanelError):
    """Stopped before the end by budget, deadline, disk or a long wait; the same command continues."""

    exit_code = ExitCode.STOPPED


class LockHeld(PanelError):
    """Another run holds the lock on the same list."""

    exit_code = ExitCode.LOCKED


class Interrupted(PanelError):
    """SIGINT or SIGTERM arrived; everything that was finished is kept."""

    exit_code = ExitCode.INTERRUPTED
