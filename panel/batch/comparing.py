"""New tools beside their nearest neighbours: comparisons that a list's run makes when all is judged."""

from __future__ import annotations

import asyncio

from panel.batch.neighbours import Known, Pair, Words, compared_already, current_reviews, nearest, words_of
from panel.batch.report import Report
from panel.calls.faults import Fault, is_general
from panel.compare import Plan, compare, plan
from panel.core.errors import AccountError, InputError
from panel.core.naming import seat_name, sitting_several_times
from panel.core.outcomes import Comparison
from panel.core.published import live_tools
from panel.judgement.overriding import open_contests_shown
from panel.judgement.publishing import shown_on
from panel.session import Session


async def compare_new(session: Session, report: Report, *, most: int, stop: asyncio.Event) -> Fault | None:
    """Compare what this run judged with what is most like it, one pair after the other, under the same cap.

    Args:
        session: The run.
        report: Told what was made, and what needs a person.
        most: Comparisons of this run at most, those of an earlier process of it included.
        stop: Once set no pair is begun.

    Returns:
        The fault after which no other pair of this run can be asked about either; None where there was none.
    """
    pairs, report.comparisons = await asyncio.to_thread(_to_compare, session)
    for pair in pairs[: max(0, most - len(report.comparisons))]:
        if stop.is_set():
            return None
        name = "-vs-".join(pair.slugs)
        try:
            plans = await asyncio.to_thread(_plans, pair, session)
            if not _is_affordable(plans, session):
                report.note_comparison(name, "not compared: the budget does not reach")
                return None
            made = await compare(plans, session)
        except (InputError, AccountError) as error:
            report.note_comparison(name, f"not compared: {error.message}")
            continue
        report.comparisons.append(made.id)
        if open_ := left_open(made):
            report.note_comparison(name, open_)
        met = [fault for slug in pair.slugs for fault in session.take_faults(slug)]
        general = next((fault for fault in met if is_general(fault)), None)
        if general is not None:
            report.note_comparison(name, general.message)
            return general
    return None


def _to_compare(session: Session) -> tuple[list[Pair], list[str]]:
    """The pairs that are new, the nearest first; and the comparisons that this run has made before."""
    records, run = session.kit.records, session.run.id
    live = live_tools(session.kit.workspace.root)
    # Before an editor has published anything, every reviewed tool is a neighbour.
    known = [
        each for each in current_reviews(records) if not live or each.tool.slug in live or each.run == run
    ]
    new = [each for each in known if each.run == run]

    def words(each: Known) -> Words:
        try:
            return words_of(records.dossier(each.dossier))
        except InputError:
            return {}  # it is not kept any more, or damaged: `panel runs verify` says so

    pairs = nearest(new, known, words)
    done = compared_already(records, pairs)
    made = [f"{run}/{name}" for name in records.pairs_in(run)]
    return [pair for pair in pairs if pair.slugs not in done], made


def _plans(pair: Pair, session: Session) -> list[Plan]:
    dossiers = [session.kit.records.dossier(each.dossier) for each in (pair.a, pair.b)]
    # A list pays for what is new; what is not alike is noted, and `panel compare` makes it so.
    return plan(dossiers, session.kit, fourth=session.kit.workspace.get("fourth"), renew=False)


def _is_affordable(plans: list[Plan], session: Session) -> bool:
    """Whether what is left of the money is enough for every seat: no comparison is left half-done."""
    left = session.client.budget.left
    if left is None:
        return True
    asked = [session.kit.most_for(each.dossier, each.to_ask(session.kit)) for each in plans]
    return sum(bound or 0.0 for bound in asked) <= left


def left_open(made: Comparison) -> str:
    """What of a comparison needs a person, in words; empty if nothing does."""
    open_ = [
        f"{side.tool.name}: no quorum among the seats shown"
        for side in (made.a, made.b)
        if side.panel.percent is None
    ]
    several = sitting_several_times([*made.a.seating, *made.b.seating])
    open_ += [
        f"{seat_name(each, several)} contradicts itself: {each.contest}"
        for side, shown in shown_on(made)
        for each in open_contests_shown(side, shown)
    ]
    return "; ".join(open_)
