"""What an experiment is likely to cost, by what verdicts of the same models have cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import fmean

from panel.core.domain import Verdict
from panel.core.errors import InputError
from panel.core.records import Records
from panel.preview import SeatPreview

#: Of so many tools the newest review is looked at.
_TOOLS = 50


@dataclass(frozen=True)
class Estimate:
    """A likely cost in USD, and the number of stored verdicts it rests on."""

    usd: float
    verdicts: int

    def in_words(self) -> str:
        """The line for a person."""
        counted = f"{self.verdicts} stored verdict{'s' if self.verdicts > 1 else ''}"
        return (
            f"likely about ${self.usd:.4f}: an estimate, by what {counted} of the same model cost on average"
        )


def likely(seats: Sequence[SeatPreview], verdicts: Iterable[Verdict]) -> Estimate | None:
    """The mean cost of the model's verdicts, repairs included, for each seat that would be called.

    None where nothing would be called, or where of some model that would be there is no verdict with a cost.
    """
    called = [seat.model for seat in seats if seat.do == "call"]
    costs: dict[str, list[float]] = {model: [] for model in called}
    for verdict in verdicts:
        if verdict.model in costs and verdict.cost_usd is not None:
            costs[verdict.model].append(verdict.cost_usd)
    if not called or not all(costs.values()):
        return None
    return Estimate(sum(fmean(costs[model]) for model in called), sum(map(len, costs.values())))


def stored_verdicts(records: Records) -> Iterable[Verdict]:
    """Those of the newest reviews; of a tool whose newest cannot be read, none."""
    for slug in islice(sorted(records.slugs()), _TOOLS):
        try:
            yield from next(records.reviews(slug)).verdicts
        except InputError:
            continue  # `panel runs verify` names it
