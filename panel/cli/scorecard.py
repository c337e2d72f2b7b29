"""Reviews and comparisons as a person likes to read them on a terminal, wide or narrow."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from panel.cli.ending import printable
from panel.core.domain import OFFLINE_MODEL, Failure, Seating, Verdict
from panel.core.naming import (
    editors_decision,
    editors_price,
    family_warning,
    in_samples,
    in_words,
    labels,
    reviewer_name,
    sitting_several_times,
    who_sat,
)
from panel.core.outcomes import Community, Comparison, Cost, Override, Review, ScorecardRow, Side, Tally
from panel.judgement.aggregate import headline
from panel.judgement.community import shown
from panel.judgement.overriding import in_force
from panel.judgement.price_decisions import open_conflicts
from panel.publish.picks import how
from panel.publish.wording import community as in_votes

#: Wider lines are hard to read, however wide the terminal.
_WIDEST = 100
_NARROW = 60
_DECIDED = {"ship": "bold green", "skip": "bold red"}


class _Out(Console):
    """A console that leaves a broken pipe to `cli.ending`, where all endings are decided."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Standard output as rich sees it; plain and without colour when it is no terminal or NO_COLOR is set."""
    out = _Out(file=sys.stdout, highlight=False, emoji=False)
    out.width = min(out.width, _WIDEST)
    return out


def show_review(review: Review, path: Path, out: Console, at_odds: Sequence[str] = ()) -> None:
    """Print one review: the count, each reviewer's paragraph, dissent, what is to be checked, the record.

    `at_odds` are other records of the same product that say otherwise, in words.
    """
    tool = review.tool
    about = " · ".join(filter(None, [tool.category, tool.vendor]))
    out.print(_line(tool.name, "bold") + _line(f"   {about}", "dim"))
    if tool.tagline:
        out.print(_line(tool.tagline))
    out.print()
    out.print(_counts(review.panel, review.entry.label, review.community))
    for dissent in review.dissent:
        out.print(_labelled("Dissent", f"{dissent.name} would {dissent.decision}: {dissent.objection}"))
    if review.offline:
        out.print(
            _line(
                "No model was asked: the offline reader quoted the dossier and leaned by signals.", "yellow"
            )
        )
    several = sitting_several_times(review.seating)
    seats: list[Verdict | Failure] = [*review.failures, *review.verdicts]
    said = {(each.persona, each.model): each for each in seats}
    for seat in review.seating:
        out.print()
        because = seat.because if seat.chair == "fourth" else None
        found = said.get((seat.persona, seat.model))
        name = reviewer_name(seat, several)
        out.print(_seat(name, found, because, in_force(seat, review.overrides), out.width))
    out.print()
    for line in _to_check(review, several):
        out.print(line)
    _show_at_odds(at_odds, out)
    out.print(_labelled("Entry", _entry(review)))
    _show_speakers(review.seating, review.one_family, out)
    out.print(_labelled("Cost", _cost(review.cost, offline=review.offline)))
    out.print(_labelled("Record", _shown(path)), soft_wrap=True)


def show_comparison(comparison: Comparison, path: Path, out: Console, at_odds: Sequence[str] = ()) -> None:
    """Print one comparison: the answer first, then both tools, then chair by chair.

    `at_odds` are other records of either product that say otherwise, in words.
    """
    a, b = comparison.a, comparison.b
    out.print(_line(" vs ".join(labels(a, b)), "bold"))
    out.print()
    out.print(_answer(comparison))
    out.print(_line(how(comparison.pick), "dim"))
    for reason in comparison.pick.because:
        out.print(Padding(_line(reason), (0, 0, 0, 2), expand=False))
    names = labels(a, b)
    for name, conditions in zip(names, (comparison.pick.a_if, comparison.pick.b_if), strict=True):
        for condition in conditions:
            out.print(Padding(_line(f"{name} if {condition}"), (0, 0, 0, 2), expand=False))
    if comparison.offline:
        seats = "" if _speaking(comparison) == {OFFLINE_MODEL} else " for at least one seat"
        out.print(_line(f"No model was asked{seats}: the offline reader's words are no review.", "yellow"))
    out.print()
    _show_side(names[0], a, [row.a for row in comparison.scorecard], out)
    _show_side(names[1], b, [row.b for row in comparison.scorecard], out)
    out.print()
    out.print(_sides_table(comparison))
    out.print()
    for note in comparison.like_for_like.notes:
        out.print(_labelled("Note", note))
    _show_at_odds(at_odds, out)
    _show_speakers([*a.seating, *b.seating], comparison.one_family, out)
    out.print(_labelled("Cost", _cost(comparison.cost, offline=_speaking(comparison) == {OFFLINE_MODEL})))
    for reason in comparison.withheld:
        out.print(_labelled("No page", reason, "yellow"))
    pages = () if comparison.withheld else (("Page", ".html"), ("Text", ".md"))
    for label, suffix in (("Record", ".json"), *pages):
        out.print(_labelled(label, _shown(path.with_suffix(suffix))), soft_wrap=True)


def _show_at_odds(sentences: Sequence[str], out: Console) -> None:
    for each in sentences:
        out.print(_labelled("At odds", each, "yellow"))


def _show_speakers(seating: Sequence[Seating], family: str | None, out: Console) -> None:
    """Which models spoke, with several for whom, and the warning where they are all of one family."""
    sat = who_sat(seating)
    out.print(_labelled("Reviewers", _speakers(set(sat))))
    if len(sat) > 1:
        for model, names in sat.items():
            out.print(_labelled(f"  {model}", ", ".join(names)))
    if family is not None:
        out.print(_labelled("Warning", family_warning(family), "yellow"))


def _show_side(name: str, side: Side, verdicts: Sequence[Verdict | None], out: Console) -> None:
    out.print(_line(name, "bold"))
    out.print(_counts(side.panel, side.entry.label, side.community, own=side.own_panel))
    for dissent in side.dissent:
        out.print(_labelled("Dissent", f"{dissent.name} would {dissent.decision}: {dissent.objection}"))
    for each in side.disagreements:
        out.print(_labelled("To check", in_words(each), "yellow"))
    several = sitting_several_times(side.seating)
    for failure in side.failures:
        who = reviewer_name(failure, several)
        out.print(_labelled("No verdict", f"{who}: {failure.kind}: {failure.message}"))
    for seat in (*verdicts, *side.failures):
        if seat is not None and (editors := side.override_of(seat)):
            said = f"{reviewer_name(seat, several)}: {editors_decision(editors, seat)}"
            out.print(_labelled("Override", said))


def _speaking(comparison: Comparison) -> set[str]:
    return {seat.model for side in (comparison.a, comparison.b) for seat in side.seating}


def _answer(comparison: Comparison) -> Text:
    pick = comparison.pick
    names = dict(zip("ab", labels(comparison.a, comparison.b), strict=True))
    words = {"depends": "It depends.", "too_close": "Too close to call."}
    answer = words.get(pick.choice) or f"{names[pick.choice]}."
    shaky = not pick.stable and pick.choice != "too_close"
    return _line(f"Which one? {answer}", "bold cyan") + _line(
        " (not stable: it hangs on a single chair)" if shaky else "", "yellow"
    )


def _sides_table(comparison: Comparison) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    for heading in ("Chair", *labels(comparison.a, comparison.b)):
        table.add_column(Text(printable(heading)), max_width=36)
    rows_of = Counter(row.chair for row in comparison.scorecard)
    for row in comparison.scorecard:
        named = row.a or row.b
        chair = row.chair if row.chair != "fourth" or named is None else f"fourth ({named.name})"
        title = Text(printable(chair))
        if rows_of[row.chair] > 1 and row.model:
            title.append(f"\n{printable(row.model)}", style="dim")
        table.add_row(
            title,
            _decision(row.a, row, comparison.a),
            _decision(row.b, row, comparison.b),
        )
    return table


def _decision(verdict: Verdict | None, row: ScorecardRow, side: Side) -> Text:
    seat = verdict or next(iter(row.failures_on(side)), None)
    editors = None if seat is None else side.override_of(seat)
    mark = _decided(verdict, editors) or Text("no verdict", style="dim")
    if editors is not None or verdict is None or verdict.samples is None:
        return mark
    votes = verdict.samples.ship + verdict.samples.skip
    return mark + Text(f" ({max(verdict.samples.ship, verdict.samples.skip)} of {votes})", style="dim")


def _decided(verdict: Verdict | None, editors: Override | None) -> Text | None:
    if editors is not None:
        return Text(f"{editors.decision}, by an editor", style=_DECIDED.get(editors.decision, ""))
    if verdict is None:
        return None
    mark = Text(verdict.decision, style=_DECIDED[verdict.decision])
    return mark + Text(" contested, not counted", style="yellow") if verdict.contested else mark


def _counts(panel: Tally, entry: str, votes: Community, *, own: Tally | None = None) -> RenderableType:
    readers = shown(votes.ship, votes.votes)
    share = "—" if readers.percent is None else f"{readers.percent} % ({in_votes(readers)})"
    about = f"   Entry: {entry}   Community: {share}"
    line = _line(headline(panel), "bold") + _line(about, "dim")
    if own is None:
        return line
    percent = "no percentage" if own.percent is None else f"{own.percent} %"
    return Group(line, _line(f"its own panel: {percent}, {own.ship} of {own.counted}", "dim"))


def _seat(
    name: str,
    said: Verdict | Failure | None,
    because: str | None,
    editors: Override | None,
    width: int,
) -> RenderableType:
    verdict = said if isinstance(said, Verdict) else None
    failure = said if isinstance(said, Failure) else None
    head = _decided(verdict, editors) or Text(
        f"no verdict: {failure.kind}" if failure else "", style="yellow"
    )
    title = Text.assemble((printable(name), "bold"), "  ", head)
    if because:
        title.append(f"  fourth chair: {printable(because)}", style="dim")
    body = verdict.paragraph if verdict else failure.message if failure else ""
    parts: list[RenderableType] = [
        title,
        Padding(_line(body), (0, 0, 0, 0 if width < _NARROW else 2), expand=False),
    ]
    if verdict and verdict.samples:
        parts.append(Padding(_line(in_samples(verdict.samples), "dim"), (0, 0, 0, 2), expand=False))
    if verdict and verdict.contest:
        parts.append(Padding(_line(f"contested: {verdict.contest}", "yellow"), (0, 0, 0, 2), expand=False))
    if editors is not None:
        line = _line(editors_decision(editors, said), "cyan")
        parts.append(Padding(line, (0, 0, 0, 2), expand=False))
    return Group(*parts)


def _to_check(review: Review, several: Collection[str]) -> list[Text]:
    """The editor's to-do: price conflicts, facts in dispute, what nothing supports, flags."""
    conflicts = open_conflicts(review.entry)
    lines = [_labelled("To check", f"price: {conflict}", "yellow") for conflict in conflicts]
    if conflicts:
        decide = f"panel price {review.tool.slug} --entry … --reason … --author …"
        lines.append(_labelled("Publish", f"not before an editor decides: {decide}", "yellow"))
    lines += [_labelled("To check", in_words(each), "yellow") for each in review.disagreements]
    for verdict in review.verdicts:
        who = reviewer_name(verdict, several)
        claims = [claim.text for claim in verdict.grounding.unsupported]
        if claims:
            listed = ", ".join(f"“{claim}”" for claim in claims)
            lines.append(_labelled("To check", f"{who}: not in the dossier: {listed}", "yellow"))
        lost = [e.quote for finding in verdict.findings for e in finding.evidence if not e.found]
        lines += [
            _labelled("To check", f"{who}: no such quotation: “{quote}”", "yellow")
            for quote in dict.fromkeys(lost)
        ]
        lines += [_labelled("Flag", f"{who}: {f.kind}: {f.text}", "dim") for f in verdict.flags]
    return lines


def _entry(review: Review) -> str:
    """The entry price and the quoted facts behind it, plans with the same price and quote together."""
    plans: dict[tuple[str, str | None], list[str]] = {}
    for reason in review.entry.because:
        plans.setdefault((reason.price, reason.quote), []).append(reason.plan or "price")
    reasons = "; ".join(
        f"{', '.join(named)}: {price}" + (f" (“{quote}”)" if quote else "")
        for (price, quote), named in plans.items()
    )
    if review.entry.decided is not None:
        return editors_price(review.entry)
    return review.entry.label + (f", because {reasons}" if reasons else ": the dossier cites no price")


def _speakers(models: set[str]) -> str:
    if models == {OFFLINE_MODEL}:
        return "offline:reader, no model"
    return f"AI ({', '.join(sorted(models))}); they have not used the tool"


def _cost(cost: Cost, *, offline: bool) -> str:
    if offline:
        return "nothing: no model was called"
    spent = "unknown (no price for this model)" if cost.usd is None else f"${cost.usd:.4f} new"
    cached = f", {cost.cached_tokens:,} tokens from the vendor's cache" if cost.cached_tokens else ""
    return f"{spent}, {cost.calls} calls, {cost.from_ledger} answers from the ledger{cached}"


def _shown(path: Path) -> str:
    """The path as short as it can be from where the user stands."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _labelled(label: str, text: str, style: str = "") -> Text:
    return Text.assemble((f"{label}: ", "dim"), (printable(text), style))


def _line(text: str, style: str = "") -> Text:
    return Text(printable(text), style=style)
