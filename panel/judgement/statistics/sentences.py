"""What the statistics mean, one plain sentence for each finding; few data are said to be few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from panel.judgement.statistics.figures import LEAST, Agreement, Pair, Rate, Statistics, Weight


def sentences(found: Statistics) -> list[str]:
    """All findings, those about single chairs first; none where no tool was counted."""
    if found.tools == 0:
        return []
    return [
        *_of_rates(found.chairs, found.seats),
        _of_agreement(found.agreement),
        *_of_pairs(found.pairs),
        _of_weight(found.weight),
        _of_flips(found),
        *_of_picks(found),
        _of_order(found),
    ]


def _of_rates(chairs: Sequence[Rate], seats: Sequence[Rate]) -> Iterator[str]:
    for chair in chairs:
        mine = [seat for seat in seats if seat.chair == chair.chair]
        # A chair with one seat is that seat; of several each is named, unless they all are alike.
        for rate in [chair] if len(mine) == 1 or chair.informative is not True else mine:
            if rate.informative is False:
                did = "shipped" if rate.ship else "skipped"
                yield (
                    f"{rate.name} has {did} every one of {rate.tools} tools: its vote carries no information."
                )
    few = [chair for chair in chairs if chair.informative is None]
    if few:
        named = ", ".join(f"{rate.name} ({rate.tools})" for rate in few)
        yield f"Too few tools to say whether the vote carries information: {named}; {LEAST} are needed."


def _of_agreement(agreement: Agreement) -> str:
    over = f"{agreement.tools} tools"
    if agreement.why == "few":
        return f"{_tools(agreement.tools)} too few for agreement; {LEAST} with two votes are needed."
    if agreement.alpha is None:
        return f"All votes on {over} are the same: agreement beyond chance is not defined."
    scale = "1: the seats always agree, 0: as often as by chance"
    return f"Krippendorff's alpha is {agreement.alpha:.2f} over {over} ({scale})."


def _of_pairs(pairs: Sequence[Pair]) -> Iterator[str]:
    """The clearest pair, if it is beyond chance, and the pairs without a number."""
    known = [(pair.phi, pair) for pair in pairs if pair.phi is not None]
    if known:
        phi, pair = max(known, key=lambda each: abs(each[0]) / each[1].by_chance)
        if abs(phi) > pair.by_chance:
            how = "alike" if phi > 0 else "against each other"
            yield (
                f"{pair.a} and {pair.b} vote {how} most clearly: their correlation is {phi:.2f} over "
                f"{pair.tools} tools (up to ±{pair.by_chance:.2f} by chance)."
            )
        else:
            yield "No two seats correlate more than independent ones may by chance."
    few = sum(pair.why == "few" for pair in pairs)
    if few:
        yield f"{_many(few, 'pair')} of seats judged fewer than {LEAST} tools together: no correlation."
    constant = sum(pair.why == "constant" for pair in pairs)
    if constant:
        yield (
            f"The correlation of {_many(constant, 'pair')} is undefined, not 0: "
            "one of the two always decides alike."
        )


def _of_weight(weight: Weight) -> str:
    without = f" Left out: {', '.join(weight.without)}." if weight.without else ""
    if weight.why == "few":
        return f"What the votes of a panel are worth is not known: no two seats share {LEAST} tools."
    if weight.correlation is None:
        return "What the votes of a panel are worth is not known: no correlation is defined."
    mean = f"mean correlation {weight.correlation:.2f}"
    if weight.effective is None:
        return f"The seats contradict each other more than votes on one tool can ({mean}).{without}"
    if weight.correlation <= 0:
        return f"The votes of a panel weigh no less than independent ones ({mean}).{without}"
    return (
        f"{weight.votes:.1f} votes on a tool weigh as much as {weight.effective:.1f} independent ones "
        f"({mean}).{without}"
    )


def _of_flips(found: Statistics) -> str:
    whole = found.flips[0]
    if whole.questions == 0:
        return "How often a reviewer decides otherwise is not known: none was asked the same twice."
    of = f"of {_many(whole.questions, 'question')} asked again, {whole.both_ways} got both answers"
    if whole.rate is None:
        return f"Too few repeats for a flip rate: {of}; {LEAST} are needed."
    return f"Two answers to the same question differ in {100 * whole.rate:.0f} % of cases: {of}."


def _of_picks(found: Statistics) -> Iterator[str]:
    picks = found.picks
    if picks.comparisons:
        hang = picks.comparisons - picks.stable
        yield f"Of {_many(picks.comparisons, 'comparison')}, {hang} have a pick that is not stable."


def _of_order(found: Statistics) -> str:
    if found.order is None:
        return "Order sensitivity is not known: no record holds a choice that was asked for in both orders."
    whole = found.order[0]
    places = [
        f"{n} to the tool shown {at}" for n, at in ((whole.first, "first"), (whole.second, "second")) if n
    ]
    flipped = f"{whole.flipped} changed with it" + (f" ({', '.join(places)})" if places else "")
    of = f"of {_many(whole.choices, 'choice')} asked for in both orders, {flipped}"
    if whole.share is None or whole.low is None or whole.high is None:
        return f"Too few choices for order sensitivity: {of}; {LEAST} are needed."
    interval = f"95 % interval {100 * whole.low:.0f} to {100 * whole.high:.0f} %"
    share = f"{100 * whole.share:.0f} % of cases ({interval})"
    return f"Choices change with the order of the tools in {share}: {of}."


def _tools(count: int) -> str:
    return "1 tool is" if count == 1 else f"{count} tools are"


def _many(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
