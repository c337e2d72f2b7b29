"""What a list would cost, before anything is fetched or called."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from panel.batch.intake import Intake
from panel.batch.lists import OpenedList
from panel.batch.memory import Memory, reviewers_in_force
from panel.batch.pending import Waiting, is_asked
from panel.batch.run import LEFT
from panel.batch.screening import Screen
from panel.batch.turns import left as unfinished
from panel.calls.ledger.base import exists, ledger_url, open_ledger
from panel.core.domain import Dossier
from panel.core.outcomes import total_usd
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.pages.reading import PageReader
from panel.kit import Kit
from panel.preview import preview

#: Tools the cost is judged by.
SAMPLE = 20
_PAGE = 200
#: What a quotient may lose to rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Outlook:
    """A list before it is worked on.

    Attributes:
        lines: All of them.
        known: Judged before, and unchanged.
        bad: Lines that give no launch.
        screened: Launches that nothing is spent on.
        pending: Tools whose calls are in a vendor's batch, on the list or no longer.
        reasons: Why the others are to be judged.
        sampled: Tools the bound was worked out for.
        usd_at_most: The most that all of them cost if they are like those; None if a price is unknown or
            nothing could be sampled.
    """

    lines: int
    known: int
    bad: int
    screened: int
    pending: int
    reasons: dict[str, int]
    sampled: int
    usd_at_most: float | None

    @property
    def to_judge(self) -> int:
        """Tools that would be judged."""
        return sum(self.reasons.values())

    def fitting(self, left: float | None) -> int | None:
        """How many tools so many dollars are enough for at the bound; None if that is not known.

        Real costs lie far below the bound: a run judges more of them.
        """
        if left is None or not self.usd_at_most:
            return None if self.usd_at_most is None and left is not None else self.to_judge
        return min(self.to_judge, math.floor(left * self.to_judge / self.usd_at_most + _ROUNDING))

    def as_json(self, left: float | None) -> dict[str, Any]:
        """The outlook as plain JSON types; `left` is what is left of `--max-usd`."""
        return {
            "dry_run": True,
            **vars(self),
            "to_judge": self.to_judge,
            "usd_left": left,
            "fitting": self.fitting(left),
        }

    def in_words(self, left: float | None) -> str:
        """A few lines for a person; `left` is what is left of `--max-usd`."""
        why = ", ".join(f"{count:,} {reason}" for reason, count in self.reasons.items())
        bound = "the cost is unknown (name it with --price-in and --price-out)"
        if self.sampled == 0:
            bound = "the cost is unknown before pages are fetched"
        if not self.to_judge or self.usd_at_most == 0:
            bound = "nothing to pay"
        elif self.usd_at_most is not None:
            bound = f"at most ${self.usd_at_most:.2f} in all if they are like the first {self.sampled}"
        fits = self.fitting(left)
        if left is not None and fits is not None and fits < self.to_judge:
            bound += (
                f"\n${left:.2f} left of --max-usd, at that rate enough for {fits:,} of {self.to_judge:,};\n"
                "what it does not reach would be parked"
            )
        screened = f", {self.screened:,} screened out" if self.screened else ""
        pending = f", {self.pending:,} in a vendor's batch" if self.pending else ""
        lines = "1 line" if self.lines == 1 else f"{self.lines:,} lines"
        return (
            f"{lines}: {self.to_judge:,} to judge{f' ({why})' if why else ''}, "
            f"{self.known:,} known, {self.bad:,} bad{screened}{pending}\n"
            f"{bound}\nno page was fetched, nothing was called"
        )


def left_off(kit: Kit, listing: str) -> str | None:
    """The run that a list's next one goes on with; None for a new one.

    Args:
        kit: What was read.
        listing: What the list is known by, its command before it (`turns.turn`).
    """
    return next((note["run"] for note in unfinished(kit.records.root) if note["list"] == listing), None)


async def money_left(kit: Kit, run: str | None) -> float | None:
    """What is left of the cap in USD once the run that goes on spent of it; None where nothing is capped."""
    cap: float | None = kit.workspace.get("max_usd")
    url = ledger_url(kit.workspace)
    if cap is None or run is None or not exists(url):
        return cap
    ledger = await open_ledger(url)
    try:
        return max(0.0, cap - await ledger.spent(run))
    finally:
        await ledger.close()


async def look_ahead(
    listing: OpenedList,
    kit: Kit,
    *,
    only_failed: bool = False,
    fresh: bool = False,
    limit: int | None = None,
    screen: Screen | None = None,
    waiting: Waiting | None = None,
) -> Outlook:
    """Screen a list as a run would, and price a sample of what is new.

    Args:
        listing: The list.
        kit: What was read.
        only_failed: Only what failed, or was left, the last time.
        fresh: Judge again what was judged.
        limit: Tools to be judged at most.
        screen: Says on which launches nothing is spent; None: none is screened out.
        waiting: Tools whose calls the run that goes on has in a vendor's batch.

    Raises:
        InputError: a prompt cannot be rendered, or the ledger cannot be opened.
    """
    url = ledger_url(kit.workspace)
    ledger = await open_ledger(url) if exists(url) else None
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    sample: list[Dossier] = []
    with PageReader() as reader:
        intake = Intake(None, reader, folder=listing.folder)
        memory = Memory(ledger, reviewers_in_force(kit)) if ledger else None
        try:
            rest = iter(listing.lines)
            while page := list(islice(rest, _PAGE)):
                counts["lines"] += len(page)
                page = [line for line in page if not is_asked(line, waiting)]
                for launch, why in await _screened(page, intake, memory, counts):
                    reason = "asked for" if why is None and fresh and not only_failed else why
                    if reason is None or (only_failed and reason not in LEFT):
                        counts["known"] += 1
                        continue
                    if screen is not None and screen.refusal(launch, is_new=reason == "new") is not None:
                        counts["screened"] += 1
                        continue
                    if limit is not None and reasons.total() >= limit:
                        continue
                    reasons[reason] += 1
                    if len(sample) < SAMPLE and not launch.wants_page:
                        loaded = await intake.dossier(launch)
                        sample += [] if isinstance(loaded, BadLine) else [loaded.dossier]
        finally:
            if ledger is not None:
                await ledger.close()
    total = reasons.total()
    bound = await _bound(sample, kit) if total else 0.0
    return Outlook(
        lines=counts["lines"],
        known=counts["known"],
        bad=counts["bad"],
        screened=counts["screened"],
        pending=0 if waiting is None else len(waiting),
        reasons=dict(reasons),
        sampled=len(sample),
        usd_at_most=None if bound is None else round(bound * total, 4),
    )


async def _screened(
    page: list[Launch | BadLine], intake: Intake, memory: Memory | None, counts: Counter[str]
) -> list[tuple[Launch, str | None]]:
    """The launches of some lines, each with why it is to be judged; None where that was done."""
    found: list[tuple[Launch, str]] = []
    for line in page:
        content = line if isinstance(line, BadLine) else intake.content(line)
        if isinstance(content, BadLine) or isinstance(line, BadLine):
            counts["bad"] += 1
        else:
            found.append((line, content))
    if memory is None:
        return [(launch, "new") for launch, _ in found]
    before = await memory.recall([launch.identity for launch, _ in found])
    return [(launch, memory.reason(content, before.get(launch.identity))) for launch, content in found]


async def _bound(sample: list[Dossier], kit: Kit) -> float | None:
    """The most one tool costs, on average over a sample; None if that is not known."""
    if not sample:
        return 0.0 if kit.choice.offline else None
    work = [(dossier, kit.panel_for(dossier.tool)) for dossier in sample]
    priced = await preview(work, kit, fresh=True)
    total = total_usd([priced.usd_at_most])
    return None if total is None else total / len(sample)
