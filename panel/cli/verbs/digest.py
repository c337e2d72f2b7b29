"""`panel digest`: the weekly issue of what is new, printed, written into files, or sent by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Place, given, refuse_before, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.core.workspace import Workspace
    from panel.digest.issue import Issue
    from panel.digest.sent import SentIssues


@dataclass(frozen=True)
class DigestFlags(Place):
    """Which issue."""

    since: Annotated[
        str,
        typer.Option(help="From when: 7d, 2w, or a day.", metavar="PERIOD", rich_help_panel="Which issue"),
    ] = "7d"
    day: Annotated[
        str | None,
        typer.Option(
            help="The day of the issue, its last; today (UTC) if not given.",
            metavar="DAY",
            rich_help_panel="Which issue",
        ),
    ] = None
    allow_offline: Annotated[
        bool,
        typer.Option(
            "--allow-offline",
            help="Also tell of tools that no model was asked about: a rehearsal, marked as one.",
            rich_help_panel="Which issue",
        ),
    ] = False


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    digest = typer.Typer(help=show.__doc__, invoke_without_command=True)
    digest.callback()(with_flags(DigestFlags)(_show_or_send))
    digest.command("send")(with_flags(DigestFlags)(ends_well(send)))
    app.add_typer(digest, name="digest")


def _show_or_send(
    context: typer.Context,
    *,
    out: Annotated[
        Path | None, typer.Option(help="Also write the issue there, in every form.", metavar="DIR")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the issue as JSON.")] = False,
    flags: DigestFlags,
) -> None:
    if context.invoked_subcommand is None:
        ends_well(show)(out=out, json=json, flags=flags)
    if out or json or given(flags):
        ends_well(refuse_before)("digest", context.invoked_subcommand)


def show(*, out: Path | None, json: bool, flags: DigestFlags) -> ExitCode:
    """Print the weekly issue: new and changed verdicts, comparisons, bets come due, corrections.

    What an issue that was sent has told is not told again.
    """
    from panel.digest.rendering import markdown

    workspace, _, issue = _gathered(flags)
    if json:
        from panel.cli.judging import print_json

        print_json(issue.as_json())
    else:
        typer.echo(markdown(issue), nl=False)
    _say_left_out(issue)
    if out is not None:
        from panel.digest.files import write_issue
        from panel.digest.settings import digest_settings

        folder = out.expanduser().absolute()
        paths, missing = write_issue(issue, digest_settings(workspace), folder)
        for path in paths:
            typer.echo(printable(f"wrote {path}"), err=True)
        for each in missing:
            typer.echo(printable(f"not written: {each}"), err=True)
    return ExitCode.DONE


def send(
    *,
    to_file: Annotated[
        Path | None, typer.Option(help="Write the messages there, for another program.", metavar="DIR")
    ] = None,
    smtp: Annotated[bool, typer.Option("--smtp", help="Send by the server of panel.toml.")] = False,
    to: Annotated[
        list[str] | None,
        typer.Option(help="To whom, instead of [digest] to; may be repeated.", metavar="ADDRESS"),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do send; with --to-file: note the issue as sent.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Also to who has this day's issue already.")] = False,
    flags: DigestFlags,
) -> ExitCode:
    """Send the weekly issue, each recipient a message of its own, once; without --yes only say to whom.

    An issue with nothing new is not sent. One that was interrupted goes on where it stopped.
    """
    from panel.cli.digest import deliver, preview, write_files
    from panel.core.decisions import one_at_a_time
    from panel.digest.addresses import read_recipients
    from panel.digest.message import letters
    from panel.digest.sending import plan
    from panel.digest.settings import digest_settings

    if to_file is not None and smtp:
        raise InputError("--to-file writes, --smtp sends: choose one")
    workspace, sent, issue = _gathered(flags)
    settings = digest_settings(workspace)
    recipients = read_recipients(to) if to else settings.to
    if smtp and settings.server is None:
        raise InputError(
            "no mail server is set",
            file="panel.toml",
            field="digest.smtp_host",
            hint='[digest] smtp_host = "smtp.example.org" in panel.toml, or --to-file DIR',
        )
    planned = plan(issue, sent, again=again)
    _say_left_out(planned.issue)
    if planned.issue.empty:
        from panel.digest.wording import nothing

        typer.echo(f"{nothing(planned.issue)} Nothing is sent.")
        return ExitCode.DONE
    if not recipients:
        raise InputError(
            "nobody is named who gets it", file="panel.toml", field="digest.to", hint="--to ADDRESS"
        )
    made = letters(planned.issue, settings, recipients)
    if to_file is not None:
        folder = to_file.expanduser().absolute()
        return write_files(made, planned, folder, sent if yes else None)
    if not (smtp and yes):
        return preview(made, planned, settings.server, smtp=smtp)
    assert settings.server is not None
    with one_at_a_time(sent.make()):
        # Who waited here for another process finds what that one sent.
        planned = plan(issue, sent, again=again)
        made = letters(planned.issue, settings, recipients)
        return deliver(made, planned, sent, settings.server)


def _gathered(flags: DigestFlags) -> tuple[Workspace, SentIssues, Issue]:
    from panel.core.records import Records, utc_now
    from panel.core.workspace import open_workspace
    from panel.digest.gathering import gather, read_decisions
    from panel.digest.period import Period, read_day, since_day
    from panel.digest.sent import SentIssues, told
    from panel.site.opening import open_library

    day = utc_now().date() if flags.day is None else read_day(flags.day)
    period = Period(since_day(flags.since, day).isoformat(), day.isoformat())
    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    records = Records(workspace.runs_dir)
    library = open_library(workspace, records, rehearsals=flags.allow_offline)
    sent = SentIssues(records)
    issue = gather(
        library,
        read_decisions(workspace),
        period,
        told(sent.before(day)),
        allow_offline=flags.allow_offline,
    )
    return workspace, sent, issue


def _say_left_out(issue: Issue) -> None:
    if issue.left_out:
        typer.echo(
            f"left out: {issue.left_out} live tools and comparisons for which not every seat asked a model;"
            " --allow-offline tells of them, marked",
            err=True,
        )
