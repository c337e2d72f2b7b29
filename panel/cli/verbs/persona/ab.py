"""`panel persona ab`: two reviewers over the golden set, and whether one decides better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Common, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.workbench.asking import Asked
    from panel.workbench.experiment import Answer, Experiment
    from panel.workbench.golden import Case


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("ab")(with_flags(Common)(ends_well(ab)))


def ab(
    first: Annotated[str, typer.Argument(help="A persona by name, or a persona file.", metavar="A")],
    second: Annotated[str, typer.Argument(help="The one that may be better.", metavar="B")],
    *,
    golden: Annotated[
        str, typer.Option("--set", help="The golden set: personas/NAME/*.yaml.", metavar="NAME")
    ] = "golden",
    flags: Common,
) -> ExitCode:
    """Say whether B decides as people do more often than A: better, worse, or inconclusive.

    Both are asked about every tool of the set; an exact test is made on those on which they differ.
    """
    from panel.cli import judging
    from panel.cli.personas.experiment import ask_all, open_kit, show_preview
    from panel.workbench.experiment import Experiment, Trial
    from panel.workbench.golden import load_golden
    from panel.workbench.versions import current

    kit = open_kit(flags)
    versions = [current(first, kit), current(second, kit)]
    if versions[0].persona.sha == versions[1].persona.sha:
        raise InputError(f"{first} and {second} are the same persona, word for word", field="B")
    cases = load_golden(kit.workspace, golden)
    dossiers = [case.dossier for case in cases]
    if flags.dry_run:
        return show_preview(versions, dossiers, kit, flags)
    words = [first, second, *(["--set", golden] if golden != "golden" else [])]
    asked = [(version, dossiers) for version in versions]
    ended = ask_all(asked, kit, flags, "persona ab", words)
    if not ended.said:
        return ended.code
    found = Experiment(
        tuple(
            Trial(case.name, _decided(a, case), _decided(b, case))
            for case, a, b in zip(cases, *ended.said, strict=True)
        )
    )
    if flags.json:
        judging.print_json(_as_json(found, first, second))
        return ended.code
    from panel.cli.personas.answers import cost_line
    from panel.workbench.experiment import sentences

    for line in sentences(found, first, second):
        typer.echo(printable(line))
    typer.echo(cost_line(ended.cost, offline=kit.choice.offline))
    return ended.code


def _decided(asked: Asked, case: Case) -> Answer:
    from panel.workbench.experiment import Answer

    verdict = asked.verdict
    decision = None if verdict is None or verdict.contested else verdict.decision
    return Answer(decision, case.decision_of(asked.outcome.persona))


def _as_json(found: Experiment, first: str, second: str) -> dict[str, Any]:
    from dataclasses import asdict

    from panel.judgement.statistics.paired import interval, mcnemar, more_needed
    from panel.workbench.experiment import sentences

    agrees = found.agrees
    return {
        "outcome": found.outcome,
        "sentences": sentences(found, first, second),
        "agreement": {
            **asdict(agrees),
            "p": mcnemar(agrees),
            "difference": agrees.difference,
            "interval": interval(agrees),
            "more_needed": more_needed(agrees) if found.outcome == "inconclusive" else None,
        },
        "decisions": {**asdict(found.ships), "p": mcnemar(found.ships)},
        "trials": [asdict(trial) for trial in found.trials],
        "left_out": list(found.left_out),
    }
