"""One try of a reviewer, printed: what it says of a tool, beside what its committed version said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from panel.cli.ending import printable
from panel.cli.options import Common

if TYPE_CHECKING:
    from panel.cli.personas.experiment import Ended
    from panel.core.domain import Dossier
    from panel.kit import Kit
    from panel.workbench.asking import Asked
    from panel.workbench.versions import Version


def tried(persona: str, tool: list[str], flags: Common, *, command: str = "persona try") -> Ended:
    """One try, printed; what it came to.

    Args:
        persona: A persona's name, or a path to one.
        tool: What about.
        flags: The common flags.
        command: The verb that is carried out.

    Raises:
        PanelError: an input is wrong, or the provider or the account is.
    """
    from panel.cli import judging
    from panel.cli.personas.experiment import Ended, ask_all, dossiers_for, open_kit, show_preview
    from panel.workbench.versions import committed, current

    kit = open_kit(flags)
    now = current(persona, kit)
    dossiers = dossiers_for(kit, tool)
    if flags.dry_run:
        return Ended(code=show_preview([now], dossiers, kit, flags))
    was = committed(now, kit)
    if was is not None and was.persona.sha == now.persona.sha:
        was = None
    known = _answered(was, dossiers, kit, flags) if was is not None else []
    words = [persona, *(word for each in tool for word in ("--tool", each))]
    asked = [(now, dossiers), *([(was, known)] if was is not None and known else [])]
    ended = ask_all(asked, kit, flags, command, words)
    if not ended.said:
        return ended
    before = {each.tool: each for each in ended.said[1]} if len(ended.said) > 1 else {}
    if flags.json:
        found = [_as_json(each, before.get(each.tool)) for each in ended.said[0]]
        judging.print_json(found[0] if len(found) == 1 else found)
    else:
        _print(ended, before, was, kit)
    return ended


def _answered(version: Version, dossiers: Sequence[Dossier], kit: Kit, flags: Common) -> list[Dossier]:
    """The tools of which the ledger has all that a version says, under the model in force, for nothing."""
    from dataclasses import replace

    from panel.cli.personas.experiment import foresee

    seats = foresee(version, dossiers, kit, replace(flags, fresh=False)).seats
    free = {"use", "read"} if not flags.fresh else {"read"}
    return [dossier for dossier, seat in zip(dossiers, seats, strict=True) if seat.do in free]


def _as_json(asked: Asked, before: Asked | None) -> dict[str, Any]:
    return {
        "tool": asked.tool,
        "now": asked.outcome.as_json(),
        "committed": before and before.outcome.as_json(),
    }


def _print(ended: Ended, before: dict[str, Asked], was: Version | None, kit: Kit) -> None:
    from panel.cli.personas import answers
    from panel.cli.scorecard import console

    out = console()
    for asked in ended.said[0]:
        title = printable(f"{asked.outcome.name} on {asked.dossier.tool.name}")
        out.print(title, style="bold", markup=False)
        out.print()
        titled = [("now", asked.outcome)]
        if was is not None and asked.tool in before:
            titled.append((was.label, before[asked.tool].outcome))
        out.print(answers.side_by_side(titled, out))
        if asked.verdict is not None:
            for line in (*answers.findings(asked.verdict), "", *answers.grounding(asked.verdict)):
                out.print(line)
        if was is not None and asked.tool not in before:
            hint = f"panel persona diff {asked.outcome.persona} --tool {asked.tool} asks it"
            out.print(f"{was.label}: not asked about this tool yet; {hint}", style="dim", markup=False)
        out.print()
    out.print(answers.cost_line(ended.cost, offline=kit.choice.offline), style="dim")
