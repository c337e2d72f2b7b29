"""What `review` and `compare` share: inputs read first, one session, progress, and how it all ended."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import typer

from panel.cli.ending import printable
from panel.cli.options import Common, resuming
from panel.cli.running import run_async
from panel.core.errors import ExitCode, PanelError, worst

if TYPE_CHECKING:
    from panel.calls.client import Mode
    from panel.core.domain import Dossier, Failure, Seat, Verdict
    from panel.core.outcomes import Comparison, Cost, Review, RunIssue
    from panel.head_to_head import Pair
    from panel.kit import Kit
    from panel.session import Session

#: So many pairs of twins are named on a terminal; the run's manifest has all.
_MOST_TWINS_SAID = 10


@dataclass
class Made:
    """What a command made: records by id, what needs a person, the new spend."""

    cost: Cost
    reviews: list[str] = field(default_factory=list)
    comparisons: list[str] = field(default_factory=list)
    issues: list[RunIssue] = field(default_factory=list)
    codes: list[ExitCode] = field(default_factory=list)


def open_kit(flags: Common) -> Kit:
    """Settle the workspace and read personas, prompts and prices; say so if no model will be asked."""
    from panel.core.workspace import open_workspace
    from panel.kit import read_kit

    sends = not (flags.dry_run or flags.from_ledger)
    kit = read_kit(open_workspace(flags.settings(), folder=flags.workspace), to_call=sends)
    if kit.choice.offline and not flags.quiet and not flags.json:
        typer.echo(
            f"offline reader ({kit.choice.because}): no model is asked, the dossier is quoted",
            err=True,
        )
    return kit


def conduct(
    kit: Kit,
    command: str,
    references: Sequence[str],
    dossiers: Sequence[Dossier],
    flags: Common,
    work: Callable[[Session], Awaitable[Made]],
    *,
    warns: bool = True,
) -> ExitCode:
    """Run `work` in a session with progress on stderr, close the run, and return how it ended.

    Args:
        kit: What was read.
        command: The verb.
        references: The tools as the user named them, for the command that resumes.
        dossiers: The same tools, loaded.
        flags: The common flags.
        work: What to do; its exit codes and those of the seats' faults decide the command's.
        warns: Whether tools that may be the same thing twice are named.
    """
    twins = warn_of_twins(dossiers, kit) if warns else []

    async def go(stop: asyncio.Event) -> ExitCode:
        from panel.cli.progress import watch
        from panel.session import open_session

        mode: Mode = "fresh" if flags.fresh else "from_ledger" if flags.from_ledger else "use_ledger"
        with watch(len(dossiers) * kit.rows, flags, several=len(dossiers) > 1) as tell:
            async with open_session(
                kit,
                command,
                dossiers,
                mode=mode,
                retry_maybe_paid=flags.retry_maybe_paid,
                stop=stop,
                tell=tell,
            ) as session:
                made = await _carried_out(work, session, twins)
                code = worst([*made.codes, *_fault_codes(session, stop)])
                session.close_run(
                    code,
                    issues=[*twins, *made.issues],
                    reviews=made.reviews,
                    comparisons=made.comparisons,
                    cost=made.cost,
                )
        causes = {fault.cause for _, _, fault in session.faults}
        # Without the flag they would only be parked once more.
        again = replace(flags, retry_maybe_paid=True) if "unanswered" in causes else flags
        _explain(made.issues, session.run.id, code, resuming(command, references, again))
        if "budget" in causes:
            typer.echo("       with a larger --max-usd: what this command has spent so far counts", err=True)
        return code

    try:
        return run_async(go)
    except KeyboardInterrupt:
        again = resuming(command, references, flags)
        typer.echo("interrupted; every call that was answered is in the ledger", err=True)
        typer.echo(f"next:  {again}  (asks only what has no answer yet)", err=True)
        return ExitCode.INTERRUPTED


async def _carried_out(
    work: Callable[[Session], Awaitable[Made]], session: Session, twins: Sequence[RunIssue]
) -> Made:
    try:
        return await work(session)
    except PanelError as error:
        session.close_run(error.exit_code, issues=twins)
        raise


def warn_of_twins(dossiers: Sequence[Dossier], kit: Kit) -> list[RunIssue]:
    """Say on stderr which tools may be the same thing twice; the same for the run's manifest.

    Raises:
        DamagedRecord: what editors decided cannot be read.
    """
    from panel.core.outcomes import RunIssue
    from panel.twins import ruled, text_of, twins_of

    found = twins_of(
        [dossier.tool for dossier in dossiers],
        kit.records,
        ruled(kit.workspace.root),
        {dossier.tool.slug: text_of(dossier) for dossier in dossiers},
    )
    for each in found[:_MOST_TWINS_SAID]:
        typer.echo(f"warning: {printable(each.in_words)}", err=True)
    if len(found) > _MOST_TWINS_SAID:
        typer.echo(f"warning: {len(found) - _MOST_TWINS_SAID} more pairs like these: panel twins", err=True)
    return [RunIssue(tool=each.tool, what=f"twin: {each.in_words}") for each in found]


def _fault_codes(session: Session, stop: asyncio.Event) -> list[ExitCode]:
    """Exit codes that faults of single seats mean for the whole command."""
    codes = [ExitCode.ACCOUNT for _, _, fault in session.faults if fault.account]
    stopped = {"budget", "long_wait", "breaker"}
    codes += [ExitCode.STOPPED for _, _, fault in session.faults if fault.cause in stopped]
    codes += [ExitCode.NEEDS_A_PERSON for _, _, fault in session.faults if fault.cause == "unanswered"]
    return [*codes, ExitCode.INTERRUPTED] if stop.is_set() else codes


def review_issues(review: Review) -> list[RunIssue]:
    """What of a review needs a person, or is worth a line in the manifest."""
    from panel.core.naming import sitting_several_times
    from panel.judgement.overriding import open_contests

    several, slug = sitting_several_times(review.seating), review.tool.slug
    return [
        *(
            _seat_issue(slug, each, several, f"no verdict: {each.kind}: {each.message}")
            for each in review.failures
        ),
        *contested_issues(slug, open_contests(review), several),
        *_quorum_issue(review),
    ]


def contested_issues(slug: str, contested: Iterable[Verdict], several: Collection[str]) -> list[RunIssue]:
    """Seats that contradict themselves and that no editor has decided.

    Args:
        slug: The tool.
        contested: Those seats.
        several: The personas that sit with several models: of these the model is told.
    """
    return [_seat_issue(slug, each, several, f"contested: {each.contest}") for each in contested]


def failure_issues(
    slug: str, failures: Sequence[Failure], verdicts: Sequence[Verdict] = ()
) -> list[RunIssue]:
    """Seats that gave no verdict, and why; of a persona that sat with several models, by which.

    Args:
        slug: The tool.
        failures: Those seats.
        verdicts: What the others said.
    """
    from panel.core.naming import sitting_several_times

    several = sitting_several_times([*failures, *verdicts])
    return [_seat_issue(slug, each, several, f"no verdict: {each.kind}: {each.message}") for each in failures]


def _seat_issue(slug: str, seat: Verdict | Failure, several: Collection[str], what: str) -> RunIssue:
    from panel.core.outcomes import RunIssue

    model = seat.model if seat.persona in several else None
    return RunIssue(tool=slug, persona=seat.persona, model=model, what=what)


def _quorum_issue(review: Review) -> list[RunIssue]:
    from panel.core.outcomes import RunIssue

    if review.status != "no_quorum":
        return []
    counted = f"{review.panel.counted} of {review.panel.seated} reviews, {review.panel.quorum} needed"
    return [RunIssue(tool=review.tool.slug, what=f"no quorum: {counted}")]


def strict_issues(reviews: Sequence[Review]) -> list[RunIssue]:
    """What `--strict` finds in reviews: what nothing supports, whichever seat says it."""
    from panel.judgement.publishing import unsupported

    return [issue for each in reviews for issue in unsupported(each)]


def withheld_issues(comparison: Comparison) -> list[RunIssue]:
    """Why `--strict` left a comparison without pages."""
    from panel.judgement.publishing import unsupported_in

    return unsupported_in(comparison) if comparison.withheld else []


def review_code(review: Review) -> ExitCode:
    """1 when a review needs a person (no quorum, a contested seat no editor decided), else 0."""
    from panel.judgement.overriding import open_contests

    return ExitCode.NEEDS_A_PERSON if open_contests(review) or review.status == "no_quorum" else ExitCode.DONE


def show_preview(
    work: Sequence[tuple[Dossier, Sequence[Seat]]],
    kit: Kit,
    flags: Common,
    choices: Sequence[tuple[Pair, Seat]] = (),
    *,
    afresh: Collection[str] = (),
    warns: bool = True,
) -> ExitCode:
    """`--dry-run`: say what would be called and what that costs at most.

    Of the tools named in `afresh` stored answers do not count. With `warns` twins are named.
    """
    from panel.preview import preview

    if warns:
        warn_of_twins([dossier for dossier, _ in work], kit)
    found = asyncio.run(
        preview(work, kit, fresh=flags.fresh, calls=not flags.from_ledger, choices=choices, afresh=afresh)
    )
    if flags.json:
        print_json(found.as_json())
        return ExitCode.DONE
    for line, times in Counter(f"{s.tool}  {s.persona}: {s.in_words()}" for s in found.seats).items():
        typer.echo(printable(line) + (f", {times} times" if times > 1 else ""))
    typer.echo(found.in_words(kit.workspace.get("max_usd")))
    return ExitCode.DONE


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _explain(issues: Sequence[RunIssue], run: str, code: ExitCode, again: str) -> None:
    """On stderr: what has no verdict or needs a person, and what to run next."""
    from panel.judgement.publishing import is_unsupported

    seats: dict[tuple[str | None, str], list[str]] = {}
    for issue in issues:
        named = is_unsupported(issue)  # of whom it is stands in the sentence
        seats.setdefault((issue.tool, issue.what), []).extend(filter(None, [None if named else issue.seat]))
    for (tool, what), personas in seats.items():
        who = f" {', '.join(personas)}" if personas else ""
        typer.echo(printable(f"{tool}{who}: {what}"), err=True)
    if code is ExitCode.ACCOUNT:
        typer.echo("next:  mend what is named above (key, quota or model), then run", err=True)
        typer.echo(f"       {again}", err=True)
    elif code in {ExitCode.INTERRUPTED, ExitCode.STOPPED} or seats:
        typer.echo(f"saved: run {run}; every call that was answered is in the ledger", err=True)
        if issues and all(map(is_unsupported, issues)):
            typer.echo(
                f"next:  put it into the dossier if it is true, or ask again: {again} --fresh", err=True
            )
            return
        typer.echo(f"next:  {again}  (asks only what has no answer yet)", err=True)
