"""The entry price, derived by rule from the pricing facts that the dossier really holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from panel.core.domain import ENTRY_LABELS, EntryPrice, Fact
from panel.core.outcomes import Entry, PriceReason
from panel.judgement.price_quotes import asks_for
from panel.judgement.price_texts import Says, for_payers_only, has_amount, said
from panel.judgement.prose import one_line

_QUOTED = 160


def entry(facts: Sequence[Fact]) -> Entry:
    """What it takes to start, by rule from the facts of kind `price`.

    Only facts whose quotation stands in the dossier decide and are named; the rest are mere claims.
    Free if everything cited costs nothing, a free tier if something does and something does not (or does not
    say), a trial if one is offered and nothing is free, paid if only prices are known, else unknown.

    Args:
        facts: All facts of the dossier; `subject` is the plan, `value` the price as the vendor writes it.
    """
    cited = [
        _Cited(fact, said(fact.value)) for fact in facts if fact.kind == "price" and fact.span is not None
    ]
    price = _decide([each.says for each in cited])
    return Entry(
        price=price,
        label=ENTRY_LABELS[price],
        because=tuple(each.reason for each in cited),
        conflicts=(
            *_denied_by_its_quote(cited),
            *_priced_by_its_quote(cited),
            *_one_plan_two_prices(cited),
            *_free_beside_payers_only(cited),
        ),
    )


@dataclass(frozen=True)
class _Cited:
    """A pricing fact whose quotation is in the dossier, and what its price text says."""

    fact: Fact
    says: frozenset[Says]

    @property
    def reason(self) -> PriceReason:
        fact = self.fact
        return PriceReason(fact=fact.id, plan=fact.subject, price=fact.value, quote=fact.quote)

    @cached_property
    def plan(self) -> str:
        return " ".join(self.fact.subject.casefold().split())

    @property
    def quote(self) -> str:
        return one_line(self.fact.quote or self.fact.value, _QUOTED)

    @property
    def is_free(self) -> bool:
        return "zero" in self.says

    @cached_property
    def is_for_payers(self) -> bool:
        return for_payers_only(self.fact.quote or "")


def _decide(kinds: Sequence[frozenset[Says]]) -> EntryPrice:
    known: frozenset[Says] = frozenset().union(*kinds)
    if "zero" in known:
        return "free" if all(kind == {"zero"} for kind in kinds) else "freemium"
    if "trial" in known:
        return "trial"
    return "paid" if "paid" in known else "unknown"


def _denied_by_its_quote(cited: Sequence[_Cited]) -> list[str]:
    """A price of nothing, from a source that says "available to Pro and Business subscribers"."""
    return [
        f"The price of {each.fact.subject.strip() or 'the tool'} is given as “{each.fact.value}”, but its "
        f"source says “{each.quote}”."
        for each in cited
        if each.is_free and each.is_for_payers
    ]


def _priced_by_its_quote(cited: Sequence[_Cited]) -> list[str]:
    """A price of nothing, from a source that says "$20 per month" and names no way to pay nothing."""
    return [
        f"The price of {each.fact.subject.strip() or 'the tool'} is given as “{each.fact.value}”, but its "
        f"source names “{amount}” (“{each.quote}”)."
        for each in cited
        if each.says == {"zero"} and (amount := asks_for(each.fact.quote or ""))
    ]


def _one_plan_two_prices(cited: Sequence[_Cited]) -> list[str]:
    """The same plan once for nothing and once for money."""
    found = []
    for plan in dict.fromkeys(each.plan for each in cited if each.plan):
        same = [each for each in cited if each.plan == plan]
        free = next((each for each in same if each.is_free), None)
        paid = next((each for each in same if not each.is_free and "paid" in each.says), None)
        if free and paid:
            found.append(
                f"The plan {free.fact.subject.strip()} is given as “{free.fact.value}” (“{free.quote}”) and "
                f"as “{paid.fact.value}” (“{paid.quote}”)."
            )
    return found


def _free_beside_payers_only(cited: Sequence[_Cited]) -> list[str]:
    """Free by one source, for paying subscribers only by another that names no price of a plan of its own."""
    free = next((each for each in cited if each.is_free and not each.is_for_payers), None)
    payers = [
        each for each in cited if not each.is_free and each.is_for_payers and not has_amount(each.fact.value)
    ]
    return [
        f"One source says it costs nothing (“{free.quote}”), another that it is for paying subscribers only "
        f"(“{each.quote}”)."
        for each in payers
        if free and not (each.plan and each.plan == free.plan)
    ]
