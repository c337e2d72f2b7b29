"""`panel persona diff`: the same tools before and after an edit of a persona or of the prompts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Common, with_flags
from panel.cli.personas.experiment import PERSONA, Set, Tools
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.cli.personas.experiment import Ended
    from panel.session import Kit
    from panel.workbench.changes import Change
    from panel.workbench.versions import Version


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("diff")(with_flags(Common)(ends_well(diff)))


def diff(
    persona: Annotated[str, PERSONA],
    *,
    against: Annotated[
        str | None,
        typer.Option(
            help="A revision of git or a persona file; else what was committed last.", metavar="REV|FILE"
        ),
    ] = None,
    prompts: Annotated[
        Path | None,
        typer.Option(
            help="Hold these templates against those in force, the persona as it is.", metavar="DIR"
        ),
    ] = None,
    tool: Tools = None,
    golden: Set = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the same as one HTML page, too.", metavar="FILE")
    ] = None,
    flags: Common,
) -> ExitCode:
    """Ask a reviewer about the same tools before and after an edit: flips, moves, length, tone, paragraphs.

    What the older version said is taken from the ledger: only what changed is paid for. No review is written.
    """
    from panel.cli import judging
    from panel.cli.personas.experiment import ask_all, dossiers_for, preview

    kit = judging.open_kit(flags)
    before, after = _versions(persona, against, prompts, kit)
    if before.persona.sha == after.persona.sha and before.prompts.sha == after.prompts.sha:
        typer.echo(printable(f"{after.label} is {before.label}: nothing to compare"), err=True)
        return ExitCode.DONE
    dossiers = dossiers_for(kit, tool, golden)
    if flags.dry_run:
        return preview([before, after], dossiers, kit, flags)
    given = {"--against": against, "--prompts": prompts, "--set": golden, "--html": html}
    words = [persona, *(str(word) for flag, value in given.items() if value for word in (flag, value))]
    words += [word for each in tool or () for word in ("--tool", each)]
    ended = ask_all([before, after], dossiers, kit, flags, "persona diff", words)
    if ended.said:
        _show(ended, before, after, kit, flags, html)
    return ended.code


def _versions(name: str, against: str | None, prompts: Path | None, kit: Kit) -> tuple[Version, Version]:
    from panel.reviewers.prompting import Prompts
    from panel.workbench.versions import current, earlier

    after = current(name, kit)
    if prompts is None:
        return earlier(after, kit, against), after
    if not prompts.is_dir():
        raise InputError("is no folder", file=prompts, field="--prompts")
    if not list(prompts.glob("*.j2")):
        raise InputError("holds no template (*.j2)", file=prompts, field="--prompts")
    other = Prompts(kit.workspace, instead=prompts)
    before = after if against is None else earlier(after, kit, against)
    return before, replace(after, label=f"{name} with {prompts}", prompts=other)


def _show(ended: Ended, before: Version, after: Version, kit: Kit, flags: Common, html: Path | None) -> None:
    from panel.workbench.changes import Change, summary

    changes = [Change(old.tool, old.outcome, new.outcome) for old, new in zip(*ended.said, strict=True)]
    found = summary(changes)
    if html is not None:
        from panel.workbench.page import page

        names = {each.tool: each.dossier.tool.name for each in ended.said[0]}
        try:
            html.write_text(
                page(changes, found, before, after, names, offline=kit.choice.offline), encoding="utf-8"
            )
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", file=html, field="--html") from None
    if flags.json:
        from panel.cli.judging import print_json

        print_json(
            {
                "before": before.label,
                "after": after.label,
                "flips": list(found.flips),
                "changes": [_as_json(change) for change in changes],
            }
        )
        return
    from panel.cli.personas import answers
    from panel.cli.scorecard import console

    out = console()
    title = f"{after.persona.name}: {before.label} (before) and {after.label} (after)"
    out.print(printable(title), style="bold", markup=False)
    for line in answers.summary_lines(found):
        out.print(printable(line), markup=False)
    out.print()
    out.print(answers.changes_table(changes))
    out.print()
    for change in sorted(changes, key=lambda change: not change.flipped):
        if not change.unchanged:
            out.print(change.tool, style="bold", markup=False)
            out.print(answers.side_by_side([("before", change.before), ("after", change.after)], out))
    out.print(answers.cost_line(ended.cost, offline=kit.choice.offline), style="dim")
    if html is not None:
        out.print(printable(f"Page: {html}"), style="dim", soft_wrap=True, markup=False)


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "tool": change.tool,
        "flipped": change.flipped,
        "moves": list(change.moves),
        "before": change.before.as_json(),
        "after": change.after.as_json(),
    }
