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
    from panel.kit import Kit
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
    from panel.cli.personas.experiment import ask_all, dossiers_for, open_kit, show_preview
    from panel.core.files import check_writable

    kit = open_kit(flags)
    before, after = _versions(persona, against, prompts, kit)
    if before.persona.sha == after.persona.sha and before.prompts.sha == after.prompts.sha:
        typer.echo(printable(f"{after.label} is {before.label}: nothing to compare"), err=True)
        if flags.json:
            judging.print_json(_document(before, after, []))
        return ExitCode.DONE
    if html is not None:
        check_writable(html.expanduser().absolute().parent, subfolders=())
    dossiers = dossiers_for(kit, tool, golden)
    if flags.dry_run:
        return show_preview([before, after], dossiers, kit, flags)
    given = {"--against": against, "--prompts": prompts, "--set": golden, "--html": html}
    words = [persona, *(str(word) for flag, value in given.items() if value for word in (flag, value))]
    words += [word for each in tool or () for word in ("--tool", each)]
    ended = ask_all([(before, dossiers), (after, dossiers)], kit, flags, "persona diff", words)
    if ended.said:
        _show(ended, before, after, kit, flags, html)
    return ended.code


def _versions(name: str, against: str | None, prompts: Path | None, kit: Kit) -> tuple[Version, Version]:
    from panel.reviewers.prompting import TEMPLATES, Prompts
    from panel.workbench.versions import current, earlier

    after = current(name, kit)
    if prompts is None:
        return earlier(after, kit, against), after
    if not prompts.is_dir():
        raise InputError("is no folder", file=prompts, field="--prompts")
    names = {path.stem for path in prompts.glob("*.j2")}
    if not names or names - TEMPLATES:
        odd = ", ".join(sorted(f"{name}.j2" for name in names - TEMPLATES)) or "nothing that ends in .j2"
        there = ", ".join(sorted(f"{name}.j2" for name in TEMPLATES))
        raise InputError(f"holds {odd}; templates are {there}", file=prompts, field="--prompts")
    other = Prompts(kit.workspace, instead=prompts)
    before = after if against is None else earlier(after, kit, against)
    return before, replace(after, label=f"{name} with {prompts}", prompts=other)


def _show(ended: Ended, before: Version, after: Version, kit: Kit, flags: Common, html: Path | None) -> None:
    from panel.workbench.changes import Change, summary

    changes = [Change(old.tool, old.outcome, new.outcome) for old, new in zip(*ended.said, strict=True)]
    found = summary(changes)
    if flags.json:
        from panel.cli.judging import print_json

        print_json(_document(before, after, changes))
    else:
        _print(changes, before, after, ended, kit)
    if html is not None:
        from panel.workbench.page import page

        names = {each.tool: each.dossier.tool.name for each in ended.said[0]}
        text = page(changes, found, before, after, names, offline=kit.choice.offline)
        try:
            html.expanduser().write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", file=html, field="--html") from None
        typer.echo(printable(f"wrote {html}"), err=True)


def _print(changes: list[Change], before: Version, after: Version, ended: Ended, kit: Kit) -> None:
    from panel.cli.personas import answers
    from panel.cli.scorecard import console
    from panel.workbench.changes import summary

    out = console()
    title = f"{after.persona.name}: {before.label} (before) and {after.label} (after)"
    out.print(printable(title), style="bold", markup=False)
    for line in answers.summary_lines(summary(changes)):
        out.print(printable(line), markup=False)
    out.print()
    out.print(answers.changes_table(changes))
    out.print()
    for change in sorted(changes, key=lambda change: not change.flipped):
        if not change.unchanged:
            out.print(change.tool, style="bold", markup=False)
            out.print(answers.side_by_side([("before", change.before), ("after", change.after)], out))
    out.print(answers.cost_line(ended.cost, offline=kit.choice.offline), style="dim")


def _document(before: Version, after: Version, changes: list[Change]) -> dict[str, Any]:
    flips = [change.tool for change in changes if change.flipped]
    said = [_as_json(change) for change in changes]
    return {"before": before.label, "after": after.label, "flips": flips, "changes": said}


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "tool": change.tool,
        "flipped": change.flipped,
        "moves": list(change.moves),
        "before": change.before.as_json(),
        "after": change.after.as_json(),
    }
