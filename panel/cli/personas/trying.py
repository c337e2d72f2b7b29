"""One try of a reviewer, printed: what it says of a tool, beside what its committed version said last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from panel.cli.options import Common

if TYPE_CHECKING:
    from panel.cli.personas.experiment import Ended
    from panel.session import Kit
    from panel.workbench.asking import Asked
    from panel.workbench.stored import Stored


def tried(persona: str, tool: list[str], flags: Common) -> Ended:
    """One try, printed; what it came to.

    Raises:
        PanelError: an input is wrong, or the provider or the account is.
    """
    from panel.cli import judging
    from panel.cli.personas.experiment import Ended, ask_all, dossiers_for, preview
    from panel.workbench.stored import last_verdicts
    from panel.workbench.versions import committed, current

    kit = judging.open_kit(flags)
    now = current(persona, kit)
    dossiers = dossiers_for(kit, tool)
    if flags.dry_run:
        return Ended(code=preview([now], dossiers, kit, flags))
    was = committed(now, kit)
    edited = was is not None and was.persona.sha != now.persona.sha
    stored = last_verdicts(kit.records, was.persona, dossiers) if was is not None and edited else {}
    words = [persona, *(word for each in tool for word in ("--tool", each))]
    ended = ask_all([now], dossiers, kit, flags, "persona try", words)
    if not ended.said:
        return ended
    if flags.json:
        judging.print_json([_as_json(each, stored.get(each.tool)) for each in ended.said[0]])
    else:
        _print(ended, stored, kit, edited=edited)
    return ended


def _as_json(asked: Asked, stored: Stored | None) -> dict[str, object]:
    return {
        "tool": asked.tool,
        "now": asked.outcome.as_json(),
        "committed": stored and {"review": stored.review, **stored.verdict.as_json()},
    }


def _print(ended: Ended, stored: dict[str, Stored], kit: Kit, *, edited: bool) -> None:
    from panel.cli.personas import answers
    from panel.cli.scorecard import console

    out = console()
    for asked in ended.said[0]:
        before = stored.get(asked.tool)
        out.print(f"{asked.outcome.name} on {asked.dossier.tool.name}", style="bold", markup=False)
        out.print()
        titled = [("now", asked.outcome)]
        if before is not None:
            titled.append((f"as committed, {before.created[:10]}", before.verdict))
        out.print(answers.side_by_side(titled, out))
        if asked.verdict is not None:
            for line in (*answers.findings(asked.verdict), "", *answers.grounding(asked.verdict)):
                out.print(line)
        if edited and before is None:
            out.print("its committed version has no stored verdict on this tool", style="dim")
        out.print()
    out.print(answers.cost_line(ended.cost, offline=kit.choice.offline), style="dim")
