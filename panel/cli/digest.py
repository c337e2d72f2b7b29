"""What `panel digest send` prints: what would be sent to whom, and what became of each message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from panel.cli.ending import printable
from panel.core.errors import ExitCode, worst
from panel.digest import wording

if TYPE_CHECKING:
    from panel.digest.message import Letter
    from panel.digest.posting import Result
    from panel.digest.sending import Plan
    from panel.digest.sent import SentIssues
    from panel.digest.settings import Server

_CODES = {
    "sent": ExitCode.DONE,
    "refused": ExitCode.NEEDS_A_PERSON,
    "unknown": ExitCode.NEEDS_A_PERSON,
    "later": ExitCode.STOPPED,
}


def preview(letters: Sequence[Letter], planned: Plan, server: Server | None, *, smtp: bool) -> ExitCode:
    """What would be sent to whom; nothing is sent."""
    _head(planned, letters)
    for letter in letters:
        known = planned.known(letter.to)
        had = "" if known is None else f": {_had(known.state, known.time)}"
        typer.echo(printable(f"to {letter.to}{had}"))
    by = f"by {server}" if server else "by no server: [digest] smtp_host is not set"
    typer.echo(printable(f"{by}; nothing was sent"))
    typer.echo(f"next:  panel digest send {'--smtp --yes' if smtp or server else '--to-file DIR'}", err=True)
    return ExitCode.DONE


def write_files(letters: Sequence[Letter], planned: Plan, folder: Path, sent: SentIssues | None) -> ExitCode:
    """Write the messages of who has none yet; with `sent` they count as sent."""
    from panel.core.decisions import one_at_a_time
    from panel.digest.files import write_letters
    from panel.digest.sending import note_all

    open_ = _not_had(letters, planned)
    for letter, path in zip(open_, write_letters(open_, planned.issue.day, folder), strict=True):
        typer.echo(printable(f"{letter.to}: {path}"))
    if sent is not None and open_:
        with one_at_a_time(sent.make()):
            note_all(open_, planned, sent)
    typer.echo(f"{len(open_)} written, none sent{', noted as sent' if sent is not None and open_ else ''}")
    return ExitCode.DONE


def deliver(letters: Sequence[Letter], planned: Plan, sent: SentIssues, server: Server) -> ExitCode:
    """Send what is left to send, and say what became of each message."""
    from panel.digest.sending import send

    _head(planned, letters)
    open_ = _not_had(letters, planned)
    codes = [_CODES[known.state] for each in letters if (known := planned.known(each.to))]
    count = 0
    for letter, result in send(open_, planned, sent, server) if open_ else ():
        count += result.state == "sent"
        codes.append(_CODES[result.state])
        typer.echo(printable(f"{letter.to}: {_became(result)}"))
    typer.echo(f"{count} of {len(letters)} sent now")
    code = worst(codes)
    if code is ExitCode.STOPPED:
        typer.echo("next:  run the same command again; who has it does not get it twice", err=True)
    return code


def _head(planned: Plan, letters: Sequence[Letter]) -> None:
    issue = planned.issue
    size = max(len(letter.data) for letter in letters)
    typer.echo(f"issue of {issue.day}: {wording.summary(issue)}, {wording.days(issue)}")
    typer.echo(printable(f"subject: {wording.subject(issue)} ({-(-size // 1024)} KB)"))


def _not_had(letters: Sequence[Letter], planned: Plan) -> list[Letter]:
    """The messages that are still to go out; of the others it is said why they are not."""
    for letter in letters:
        known = planned.known(letter.to)
        if known is not None:
            typer.echo(printable(f"{letter.to}: {_had(known.state, known.time)}"))
    return [letter for letter in letters if planned.known(letter.to) is None]


def _had(state: str, time: str) -> str:
    if state == "sent":
        return f"has it since {time}; --again sends it again"
    return f"handed over on {time}, and nobody heard whether it was taken; --again sends it again"


def _became(result: Result) -> str:
    words = {
        "sent": "sent",
        "refused": "refused",
        "later": "not sent",
        "unknown": "handed over, and the server left without a word: it may have arrived, or not",
    }
    return f"{words[result.state]} ({result.says})"
