"""`panel persona regress`: the golden set as a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Common, with_flags
from panel.core.errors import ExitCode, InputError, worst

if TYPE_CHECKING:
    from pathlib import Path

    from panel.core.domain import Dossier, Seat
    from panel.core.outcomes import Cost
    from panel.core.workspace import Workspace
    from panel.kit import Kit
    from panel.session import Session
    from panel.workbench.golden import Case
    from panel.workbench.regression import Gate, Point

_BASELINE = "baseline.json"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("regress")(with_flags(Common)(ends_well(regress)))


def regress(
    persona: Annotated[
        list[str] | None, typer.Argument(help="Only these reviewers, by name.", metavar="[PERSONA]…")
    ] = None,
    *,
    golden: Annotated[
        str, typer.Option("--set", help="The golden set: personas/NAME/*.yaml.", metavar="NAME")
    ] = "golden",
    accept: Annotated[
        bool, typer.Option("--accept", help="Take what is missed now as known: write the baseline.")
    ] = False,
    flags: Common,
) -> ExitCode:
    """Ask each panel about the golden set; exit code 1 if anything is missed that was not known to be.

    What is expected stands in personas/golden/*.yaml, what is known to be missed in baseline.json beside
    it, for each model of its own.
    """
    from panel.cli import judging
    from panel.cli.personas.experiment import open_kit
    from panel.workbench.golden import load_golden
    from panel.workbench.regression import accept as write_baseline
    from panel.workbench.regression import gate, read_baseline

    kit = open_kit(flags)
    cases = load_golden(kit.workspace, golden)
    work = _work(cases, kit, persona)
    kit.check(work)
    if flags.dry_run:
        return judging.show_preview(work, kit, flags, warns=False)
    home = _home(kit.workspace, golden)
    own, known = home / _BASELINE, _known(kit.workspace, golden)
    model = f"{kit.choice.vendor.name}:{kit.choice.model}"
    accepted = read_baseline(known, model)
    words = [*(persona or ()), *(["--set", golden] if golden != "golden" else [])]
    points, cost, code = _asked(cases, work, kit, flags, words)
    if not points:
        return code
    found = gate(points, accepted)
    accept = accept and any(point.answered for point in points)
    if accept:
        write_baseline(own, model, points, before=known)
    if flags.json:
        judging.print_json(_as_json(found, model, accepted=accept))
    else:
        _print(found, kit, cost, baseline=kit.workspace.shown(own) if accept else None)
    failed = bool(found.worse) and not accept
    return worst([code, ExitCode.NEEDS_A_PERSON if failed else ExitCode.DONE])


def _work(cases: list[Case], kit: Kit, only: list[str] | None) -> list[tuple[Dossier, list[Seat]]]:
    """The seats of each case; of the reviewers named those that sit on its panel.

    Raises:
        InputError: a reviewer named sits on no panel of the set.
    """
    work = []
    for case in cases:
        seats = kit.panel_for(case.dossier.tool, fourth=kit.workspace.get("fourth"))
        work.append((case.dossier, [seat for seat in seats if not only or seat.persona.slug in only]))
    sitting = {seat.persona.slug for _, seats in work for seat in seats}
    for name in only or ():
        if name not in sitting:
            raise InputError(
                f"{name!r} sits on no panel of this set", field="PERSONA", hint="panel persona list"
            )
    return work


def _asked(
    cases: list[Case],
    work: list[tuple[Dossier, list[Seat]]],
    kit: Kit,
    flags: Common,
    words: list[str],
) -> tuple[list[Point], Cost | None, ExitCode]:
    from functools import reduce

    from panel.cli import judging
    from panel.core.outcomes import Cost
    from panel.review import hear
    from panel.workbench.regression import point

    points: list[Point] = []
    costs: list[Cost] = []

    async def all_of_them(session: Session) -> judging.Made:
        heard = await session.together(hear(dossier, seats, session) for dossier, seats in work)
        issues = []
        for case, said in zip(cases, heard, strict=True):
            points.extend(point(case, outcome) for outcome in said.outcomes)
            issues += judging.failure_issues(case.dossier.tool.slug, said.failures, said.verdicts)
        costs.append(reduce(Cost.plus, (said.cost for said in heard), Cost()))
        return judging.Made(cost=costs[0], issues=issues, codes=[ExitCode.NEEDS_A_PERSON] if issues else [])

    dossiers = [dossier for dossier, _ in work]
    code = judging.conduct(kit, "persona regress", words, dossiers, flags, all_of_them, warns=False)
    return points, costs[0] if costs else None, code


def _home(workspace: Workspace, golden: str) -> Path:
    """The folder of the workspace's own set; a baseline is written there even where the set is shipped."""
    from pathlib import Path

    return Path(golden) if "/" in golden else workspace.root / "personas" / golden


def _known(workspace: Workspace, golden: str) -> Path:
    """The baseline in force: the workspace's own, else the one shipped with the set."""
    own = _home(workspace, golden) / _BASELINE
    if own.exists() or "/" in golden:
        return own
    folders = [folder / golden / _BASELINE for folder in workspace.folders("personas")]
    return next((path for path in folders if path.exists()), own)


def _print(found: Gate, kit: Kit, cost: Cost | None, *, baseline: str | None) -> None:
    from panel.cli.personas.answers import cost_line

    right = sum(not each.missed for each in found.points)
    typer.echo(f"{right} of {len(found.points)} answers are as expected")
    groups = (
        ("missed, and not known to be" if baseline is None else "missed, and known from now on", found.worse),
        ("no longer missed", found.better),
        ("not answered", found.unknown),
    )
    for title, points in groups:
        if points:
            typer.echo(f"{title}:")
        for each in points:
            typer.echo(printable(f"  {each.case}  {each.persona}: {'; '.join(each.missed)}"))
    known = len(found.points) - right - len(found.worse) - len(found.unknown)
    if known > 0:
        typer.echo(f"{known} {'answer misses' if known == 1 else 'answers miss'} what was known to be missed")
    typer.echo(cost_line(cost, offline=kit.choice.offline))
    if found.unknown:
        typer.echo(f"{len(found.unknown)} without an answer: nothing of them is known or accepted", err=True)
    if baseline is not None:
        typer.echo(printable(f"wrote {baseline}"))
    elif found.worse:
        typer.echo(
            "next:  mend the persona; or, if that is as it should be: panel persona regress --accept",
            err=True,
        )


def _as_json(found: Gate, model: str, *, accepted: bool) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "model": model,
        "passed": found.passed or (accepted and not found.unknown),
        **{
            name: [asdict(each) for each in getattr(found, name)]
            for name in ("points", "worse", "better", "unknown")
        },
    }
