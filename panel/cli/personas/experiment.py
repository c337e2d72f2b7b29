"""What the experiments share: which tools, what it may cost, one session, and what failed in it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli import judging
from panel.cli.ending import printable
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.cli.options import Common
    from panel.core.domain import Dossier
    from panel.core.outcomes import Cost
    from panel.kit import Kit
    from panel.preview import Preview
    from panel.session import Session
    from panel.workbench.asking import Asked
    from panel.workbench.versions import Version

#: Tools that are asked about where none is named.
_MOST = 8

PERSONA = typer.Argument(help="A persona by name, or a path to a persona file.", metavar="PERSONA")
Tools = Annotated[
    list[str] | None,
    typer.Option(
        "--tool", help="A slug in dossiers/, a path or an address; may be repeated.", metavar="TOOL"
    ),
]
Set = Annotated[
    str | None,
    typer.Option("--set", help="The tools of a golden set: personas/NAME/*.yaml.", metavar="NAME"),
]


@dataclass
class Ended:
    """What each version said of each tool, what was newly spent, and how the command ended."""

    said: list[list[Asked]] = field(default_factory=list)
    cost: Cost | None = None
    code: ExitCode = ExitCode.DONE


def open_kit(flags: Common) -> Kit:
    """As `judging.open_kit`; an experiment asks one model, once.

    Raises:
        InputError: several models or samples are asked for.
    """
    for name in ("models", "samples"):
        if getattr(flags, name) is not None:
            raise InputError(
                "an experiment asks one model, once", field=f"--{name}", hint="name the model with --model"
            )
    return judging.open_kit(flags)


def dossiers_for(kit: Kit, tools: Sequence[str] | None, golden: str | None = None) -> list[Dossier]:
    """The tools named, those of a golden set, or the workspace's own, eight at most.

    Raises:
        InputError: one cannot be read, or there is none.
    """
    if tools:
        from panel.cli.loading import load_dossiers

        return load_dossiers(tools, kit.workspace)
    if golden:
        from panel.workbench.golden import load_golden

        return [case.dossier for case in load_golden(kit.workspace, golden)]
    from panel.evidence.dossiers import load_all, load_folder

    found, _ = load_folder(kit.workspace.root / "dossiers", kit.workspace)
    if not found:
        found, _ = load_all(kit.workspace)
    if len(found) > _MOST:
        typer.echo(f"the first {_MOST} of {len(found)} tools; --tool names others", err=True)
    if not found:
        raise InputError("there is no dossier to try it on", field="--tool", hint="panel dossier new NAME")
    return [loaded.dossier for loaded in found[:_MOST]]


def foresee(version: Version, dossiers: Sequence[Dossier], kit: Kit, flags: Common) -> Preview:
    """What asking a version about some tools would take; nothing is called."""
    from panel.preview import preview
    from panel.workbench.asking import kit_of, work_of

    own = kit_of(version, kit)
    work = work_of(version, dossiers, own)
    return asyncio.run(preview(work, own, fresh=flags.fresh, calls=not flags.from_ledger))


def show_preview(
    versions: Sequence[Version], dossiers: Sequence[Dossier], kit: Kit, flags: Common
) -> ExitCode:
    """`--dry-run`: how many calls, what they cost at most, and what they are likely to cost."""
    from panel.preview import Preview
    from panel.workbench.estimate import likely, stored_verdicts

    found = [foresee(version, dossiers, kit, flags) for version in versions]
    whole = Preview(tuple(chain.from_iterable(one.seats for one in found)))
    estimate = likely(whole.seats, stored_verdicts(kit.records))
    if flags.json:
        usd, verdicts = (None, 0) if estimate is None else (estimate.usd, estimate.verdicts)
        judging.print_json({**whole.as_json(), "usd_likely": usd, "usd_likely_from_verdicts": verdicts})
        return ExitCode.DONE
    for version, one in zip(versions, found, strict=True):
        for seat in one.seats:
            typer.echo(printable(f"{seat.tool}  {version.label}: {seat.in_words()}"))
    typer.echo(whole.in_words(kit.workspace.get("max_usd")))
    if estimate is not None:
        typer.echo(estimate.in_words())
    return ExitCode.DONE


def ask_all(
    asked: Sequence[tuple[Version, Sequence[Dossier]]],
    kit: Kit,
    flags: Common,
    command: str,
    words: Sequence[str],
) -> Ended:
    """Ask every version about its tools, in one session.

    Args:
        asked: Who is asked about what.
        kit: What was read.
        flags: The common flags.
        command: The verb, for the manifest and for the command that resumes.
        words: What stands behind the verb, for the same.

    Raises:
        InputError: a prompt cannot be rendered, or there is a cap and no price; nothing was called.
        AccountError: a provider needs a key and there is none.
    """
    from panel.core.outcomes import Cost
    from panel.workbench.asking import ask, kit_of, work_of

    for version, dossiers in asked:
        own = kit_of(version, kit)
        own.check(work_of(version, dossiers, own))
    ended = Ended()
    slugs = [version.persona.slug for version, _ in asked]

    async def work(session: Session) -> judging.Made:
        said = await session.together(
            ask(version, dossiers, session, labelled=slugs.count(version.persona.slug) > 1)
            for version, dossiers in asked
        )
        ended.said.extend(said)
        answers = list(chain.from_iterable(said))
        ended.cost = session.client.cost.plus(Cost(from_ledger=sum(each.from_ledger for each in answers)))
        return _made(answers, ended.cost)

    tools = {dossier.id: dossier for _, dossiers in asked for dossier in dossiers}
    ended.code = judging.conduct(kit, command, words, list(tools.values()), flags, work, warns=False)
    return ended


def _made(answers: Sequence[Asked], cost: Cost) -> judging.Made:
    from panel.core.domain import Failure

    failed = [(each.tool, each.outcome) for each in answers if isinstance(each.outcome, Failure)]
    issues = [issue for tool, failure in failed for issue in judging.failure_issues(tool, [failure])]
    return judging.Made(cost=cost, issues=issues, codes=[ExitCode.NEEDS_A_PERSON] if failed else [])
