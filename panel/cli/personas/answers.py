"""Reviewers' answers before and after, as a person likes to read them on a terminal, wide or narrow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from panel.cli.ending import printable
from panel.core.domain import Failure, Verdict
from panel.core.outcomes import Cost
from panel.workbench.changes import Change, Summary, tone

#: Narrower terminals show two paragraphs below each other instead of side by side.
_TWO_COLUMNS = 90
_STYLES = {"ship": "bold green", "skip": "bold red"}


def decision(outcome: Verdict | Failure | None) -> Text:
    """What came of a seat, in a word or two."""
    if outcome is None:
        return Text("not stored", style="dim")
    if isinstance(outcome, Failure):
        return Text(f"no verdict: {outcome.kind}", style="yellow")
    if outcome.contested:
        return Text(f"{outcome.decision}, contested", style="yellow")
    return Text(outcome.decision, style=_STYLES[outcome.decision])


def side_by_side(titled: Sequence[tuple[str, Verdict | Failure]], out: Console) -> RenderableType:
    """Paragraphs beside each other where the terminal is wide enough, else below each other."""
    blocks = [
        Group(
            Text.assemble((printable(title), "dim"), "  ", decision(outcome)),
            Text(printable(outcome.paragraph if isinstance(outcome, Verdict) else outcome.message)),
        )
        for title, outcome in titled
    ]
    if len(blocks) == 1 or out.width < _TWO_COLUMNS:
        return Group(*(Padding(block, (0, 0, 1, 2), expand=False) for block in blocks))
    table = Table.grid(padding=(0, 3, 1, 0), expand=True)
    for _ in blocks:
        table.add_column(ratio=1)
    table.add_row(*blocks)
    return Padding(table, (0, 0, 0, 2))


def findings(verdict: Verdict) -> Iterable[RenderableType]:
    """One line for each finding, and below it other quotations and whether the dossier has them."""
    for finding in verdict.findings:
        yield Text.assemble(
            (finding.move, "bold"), (f"  {finding.leans}, {finding.weight}  ", "dim"), printable(finding.says)
        )
        for quoted in finding.evidence:
            if quoted.found and quoted.quote in finding.says:
                continue  # it is quoted in the line above
            known = f"in {quoted.source}" if quoted.found else "not in the dossier"
            yield Padding(
                Text.assemble(
                    f"“{printable(quoted.quote)}” ", (f"({known})", "dim" if quoted.found else "yellow")
                ),
                (0, 0, 0, 2),
                expand=False,
            )


def grounding(verdict: Verdict) -> Iterable[RenderableType]:
    """What the paragraph says that can be checked, by class, and its flags."""
    classes = (
        ("in the dossier", verdict.grounding.dossier, "dim"),
        ("outside knowledge", verdict.grounding.outside, "dim"),
        ("not in the dossier", verdict.grounding.unsupported, "yellow"),
    )
    for title, claims, style in classes:
        if claims:
            listed = ", ".join(dict.fromkeys(f"“{claim.text}”" for claim in claims))
            yield Text.assemble((f"{title}: ", "dim"), (printable(listed), style))
    for flag in verdict.flags:
        yield Text.assemble((f"flag, {flag.kind}: ", "dim"), (printable(flag.text), "yellow"))


def changes_table(changes: Sequence[Change]) -> Table:
    """One line for each tool: what it was, what it is, and what else moved."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("tool", "before", "after", "words", "moves"):
        table.add_column(title, overflow="fold")
    for change in changes:
        words, moves = "", "same words" if change.unchanged else ", ".join(change.moves)
        if change.both:
            before, after = (tone(verdict.paragraph).words for verdict in change.both)
            words = f"{before} > {after}" if before != after else str(after)
        table.add_row(change.tool, decision(change.before), decision(change.after), words, moves)
    return table


def summary_lines(found: Summary) -> list[str]:
    """What a change came to, in sentences."""
    tools = "1 tool" if found.tools == 1 else f"{found.tools} tools"
    if len(found.lost) == found.tools:
        return ["No tool has a decision on both sides."]
    flips = f"{len(found.flips)} of {tools} flipped" + (f": {', '.join(found.flips)}" if found.flips else "")
    lines = [f"{flips}."]
    if found.lost:
        lines.append(f"Without a decision on one side: {', '.join(found.lost)}.")
    if found.unchanged:
        lines.append(f"Word for word as before: {', '.join(found.unchanged)}.")
    lines.append(
        f"Words in a paragraph: {found.words[0]:.0f} before, {found.words[1]:.0f} now; "
        f"hedges such as “may”: {found.hedges[0]:.1f} before, {found.hedges[1]:.1f} now."
    )
    return lines


def cost_line(cost: Cost | None, *, offline: bool) -> str:
    """What was newly spent."""
    if offline or cost is None:
        return "Cost: nothing, no model was called"
    usd = "unknown (no price for this model)" if cost.usd is None else f"${cost.usd:.4f} new"
    calls = "1 call" if cost.calls == 1 else f"{cost.calls} calls"
    return f"Cost: {usd}, {calls}, {cost.from_ledger} from the ledger"
