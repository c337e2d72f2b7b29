"""How a record's numbers, reasons and gaps are said in plain words; the same in every format."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from panel.core import naming
from panel.core.domain import (
    OFFLINE_MODEL,
    Choice,
    Decision,
    Evidence,
    Failure,
    FailureKind,
    Finding,
    FlagKind,
    Samples,
    SourceRef,
    Tool,
    Verdict,
)
from panel.core.outcomes import (
    Community,
    Comparison,
    Cost,
    Disagreement,
    Entry,
    LikeForLike,
    Override,
    PriceReason,
    Tally,
)

KICKER = "AI tool comparison"
PROMISE = (
    "Two tools before one panel: the panel verdict, a pricing read, the reviewer split "
    "and the community vote, side by side."
)
QUESTION = "Which one should you use?"
NONE = "—"
DISCLOSURE = {
    "none": (
        "The reviewers are AI and have not used the tools: each of them read one dossier per tool and wrote "
        "down what follows from it."
    ),
    "some": (
        "The reviewers are AI and have not used the tools: each of them read one dossier per tool. "
        "Where the offline reader stood in for one, no AI was asked either."
    ),
    "all": (
        "The reviewers of this panel are AI and have not used the tools. On this page not even they were "
        "asked: the offline reader quoted one dossier per tool in their place."
    ),
}
OFFLINE_TITLE = {"all": "No model was asked", "some": "Not every seat asked a model"}
OFFLINE = {
    "all": (
        "Everything below was put together by the deterministic offline reader: it quotes the dossiers "
        "and counts signal words. It is a rehearsal of the page, not a review of the tools."
    ),
    "some": (
        "For some of the seats below the deterministic offline reader stood in: it quotes the dossier "
        "and counts signal words. Those seats are marked, and this page is not a review of the tools."
    ),
}
CONTESTED = "The decision contradicts the reviewer’s own findings, even after being asked again."
LEGEND = (
    "Numbers, prices, versions, dates and product names are checked against the dossier. "
    "What is marked as outside knowledge is not in it; what is marked as unsupported was found nowhere."
)

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_FAILURES: dict[FailureKind, str] = {
    "outage": "no answer came",
    "refusal": "the model refused to answer",
    "truncated": "the answer was cut off",
    "invalid": "the answer could not be used",
    "parked": "the seat was put off",
}
_FLAGS: dict[FlagKind, str] = {
    "hands_on": "Speaks as if it had used the tool",
    "suspect": "May have followed orders hidden in the dossier",
    "language": "Not in the language asked for",
    "served_model": "Another model answered than the one asked",
    "usage": "The vendor’s token counts are in doubt",
    "words": "Length",
    "avoid": "Phrase this reviewer is told to avoid",
}


# ---------------------------------------------------------------- names and dates


def labels(comparison: Comparison) -> tuple[str, str]:
    """What the two tools are called where they must be told apart: by slug too if their names are equal."""
    return naming.labels(comparison.a, comparison.b)


def chair(key: str) -> str:
    """A scorecard's chair as a heading: `Builder`, `Fourth chair`."""
    return "Fourth chair" if key == "fourth" else sentence(key.replace("_", " "))


def move(key: str) -> str:
    """A move's key as words: `moment_of_truth` is "Moment of truth"."""
    return sentence(key.replace("_", " "))


def particulars(tool: Tool) -> tuple[str, ...]:
    """What the dossier says of a tool's origin, each as `Vendor: …`; what is missing is left out."""
    launched = tool.launched and day(tool.launched)
    known = (("Vendor", tool.vendor), ("Version", tool.version), ("Launched", launched))
    return tuple(f"{label}: {value}" for label, value in known if value)


def sentence(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def day(moment: str) -> str:
    """A record's time as a date, `21 November 2026`; a text that is no time is given back as it is."""
    try:
        date = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    # Not strftime: its month names follow the machine's locale, and a record has one page everywhere.
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def source(ref: SourceRef) -> str:
    """What a source is called: its title, else its address, else the file it came from, else its id."""
    if ref.title or ref.url:
        return ref.title or ref.url or ""
    # Only the file's name: the folders above it are the editor's, not the reader's.
    return (ref.origin or ref.id).replace("\\", "/").rstrip("/").rpartition("/")[2] or ref.id


# ---------------------------------------------------------------- the panel’s count


def percent(value: int | None) -> str:
    """A percentage, or a dash where there is none."""
    return NONE if value is None else f"{value}%"


def share(tally: Tally) -> str:
    """The count a percentage is made of, or would be."""
    counted = f"{tally.ship} of {tally.counted}"
    return counted if tally.percent is not None else f"{counted}, no quorum"


def split(tally: Tally) -> tuple[str, ...]:
    """A missing quorum, a tie or unanimity in words; nothing where the dissent speaks for itself."""
    ship, counted = tally.ship, tally.counted
    lines = []
    if tally.percent is None:
        lines.append(
            f"No percentage: {counted} of {tally.seated} seats gave a verdict that counts, "
            f"and it takes {tally.quorum}."
        )
    if counted and ship * 2 == counted:
        lines.append(f"A tie, which is not broken here: {ship} for ship, {counted - ship} for skip.")
    if counted > 1 and ship in {0, counted}:
        lines.append(f"No dissent: all {counted} say {'ship' if ship else 'skip'}.")
    return tuple(lines)


def community(votes: Community) -> str:
    """The readers' count, or why there is none: below five votes a record does not even tell how many."""
    return "fewer than five votes" if votes.percent is None else f"{votes.ship} of {votes.votes} votes"


def decision(value: Decision) -> str:
    """A decision as it stands on its badge."""
    return value.capitalize()


def failure(what: Failure) -> str:
    """Why a seat is empty, in one sentence; an empty seat is not a vote."""
    tries = f" after {what.attempts} attempts" if what.attempts > 1 else ""
    detail = " ".join(what.message.split()).rstrip(".")
    return f"{sentence(_FAILURES[what.kind])}{tries}{f': {detail}' if detail else ''}. This is not a vote."


def override(what: Override, seat: Verdict | Failure) -> str:
    """What an editor decided about a seat, and what the reviewer had said."""
    return f"{naming.editors_decision(what, seat)}."


def flag(kind: FlagKind) -> str:
    """What a flag warns of."""
    return _FLAGS[kind]


def leaning(finding: Finding) -> str:
    """Which way a finding leans, and how much it weighs."""
    return f"{finding.leans}, {finding.weight}"


def found(evidence: Evidence) -> str:
    """Whether a quotation stands in the dossier."""
    return "in the dossier" if evidence.found else "not in the dossier"


def claims(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """The checked pieces of a paragraph, class by class: its heading, and each piece once, quoted, in order.

    A class without pieces is left out.
    """
    grounding = verdict.grounding
    classes = (
        ("Unsupported", grounding.unsupported),
        ("Outside knowledge", grounding.outside),
        ("In the dossier", grounding.dossier),
    )
    return tuple(
        (label, ", ".join(f"“{text}”" for text in _once(claim.text for claim in found)))
        for label, found in classes
        if found
    )


def disagreement(what: Disagreement) -> str:
    """On which fact seats say opposite things, and what."""
    return sentence(naming.in_words(what))


def editors_price(entry: Entry) -> str:
    """Who decided an entry price, why, and what the rule had said."""
    return f"{naming.editors_price(entry)}."


def first_look(comparison: Comparison) -> str | None:
    """Which of the tools nobody has tried; None if the dossiers of both hold a log of ours."""
    sides = comparison.a, comparison.b
    untried = [
        label for label, side in zip(labels(comparison), sides, strict=True) if not side.dossier.test_log
    ]
    if not untried:
        return None
    if len(untried) == len(sides):
        return "it rests on what is written about the tools, not on a log of anybody trying them."
    return (
        f"what is said of {untried[0]} rests on what is written about it, not on a log of anybody trying it."
    )


# ---------------------------------------------------------------- the answer


def headline(comparison: Comparison) -> str:
    """The answer to the page's question in a few words."""
    label_a, label_b = labels(comparison)
    answers: dict[Choice, str] = {
        "a": label_a,
        "b": label_b,
        "depends": "It depends on your case",
        "too_close": "Too close to call",
    }
    return answers[comparison.pick.choice]


def steadiness(comparison: Comparison) -> str:
    """How far the answer can be relied on."""
    pick = comparison.pick
    if pick.choice == "too_close" and pick.how == "head_to_head":
        return "The panel’s choices do not separate the two."
    if pick.choice == "too_close":
        return "The panel’s findings do not separate the two."
    if pick.choice == "depends":
        firm = "The panel sees a case for each, and no single winner."
        return firm if pick.stable else f"{firm} Even that is not stable: little would tip it."
    if pick.stable:
        return "The panel’s pick, and a stable one."
    return "The panel leans this way, but the answer is not stable: little would tip it."


def like_for_like(alike: LikeForLike) -> str:
    """Whether the two were judged in the same way."""
    return "The two were judged alike." if alike.ok else "The two were not judged alike."


# ---------------------------------------------------------------- money and models


def price(reason: PriceReason) -> str:
    """A plan and its price as the vendor writes it."""
    plan = reason.plan.strip()
    return f"{plan}: {reason.price}" if plan else reason.price


def money(usd: float | None) -> str:
    """Dollars for a reader; unknown is said, never rounded to nothing."""
    if usd is None or not math.isfinite(usd):
        return "unknown"
    if 0 < usd < 0.01:  # noqa: PLR2004 (below a cent two decimals would read as nothing)
        return f"${usd:.4f}" if usd >= 0.0001 else "under $0.0001"  # noqa: PLR2004 (same, one step down)
    return f"${usd:,.2f}"


def spend(cost: Cost, offline: str) -> str:
    """What this comparison cost when it was made, and what it took from earlier calls.

    Args:
        cost: The record's new spend.
        offline: For how many seats no model was asked, as `seats.no_model_asked` says it.
    """
    if offline == "all" and not cost.usd:
        return "nothing: no model was asked"
    kept = f"{_count(cost.from_ledger, 'answer')} came from the ledger at no new cost"
    if not cost.calls:
        return f"nothing new: {kept}" if cost.from_ledger else "nothing: no call was made"
    unknown = " (a model’s price is not known)" if cost.usd is None else ""
    spent = f"{money(cost.usd)}{unknown} for {_count(cost.calls, 'call')}"
    return f"{spent}; {kept}" if cost.from_ledger else spent


def model(name: str) -> str:
    """A model's name; the offline reader is called what it is."""
    return "offline reader, no model" if name == OFFLINE_MODEL else name


def speaker(verdict: Verdict) -> str:
    """Who spoke: the model that was asked, and the one that answered where the vendor names it otherwise."""
    asked, served = model(verdict.model), verdict.served_model
    return asked if not served or verdict.model.endswith(served) else f"{asked}, served as {served}"


def models(comparison: Comparison) -> tuple[str, ...]:
    """All models that were asked for a verdict or a choice shown here, in the order of the page."""
    spoken = [v.model for row in comparison.scorecard for v in (row.a, row.b) if v]
    silent = [f.model for side in (comparison.a, comparison.b) for f in side.failures]
    chose = [chair.model for chair in comparison.pick.choices]
    return _once(model(name) for name in [*spoken, *silent, *chose])


def who_sat(comparison: Comparison) -> str:
    """The models, and where the record knows of several, for whom each of them spoke."""
    seating = (*comparison.a.seating, *comparison.b.seating)
    sat = naming.who_sat(seating)
    if len(sat) < 2 or not set(models(comparison)) <= {model(name) for name in sat}:  # noqa: PLR2004 (several)
        return ", ".join(models(comparison)) or NONE
    return "; ".join(f"{model(name)}: {', '.join(personas)}" for name, personas in sat.items())


def family(name: str) -> str:
    """What is said of a page whose models are all of one family."""
    return naming.family_warning(name)


def samples(counted: Samples) -> str:
    """What became of a seat that was asked several times."""
    return sentence(f"{naming.in_samples(counted)}.")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
