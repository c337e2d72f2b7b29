"""A site with all that a page can hold: long paragraphs, dissent, contests, overrides, bets, a history."""

from __future__ import annotations

from typing import Any

from panel.core.domain import (
    Bet,
    Dossier,
    Evidence,
    Fact,
    Finding,
    Grounding,
    Samples,
    Source,
    Span,
    Verdict,
    Vote,
)
from panel.core.hashing import digest
from panel.core.outcomes import Comparison, Dissent, Override, Review, ScorecardRow, Side, Tally
from tests.core.shelf import a_review, dossier_id
from tests.publish import contests, samples
from tests.publish.parts import SHA, failed, seating, verdict
from tests.site.samples import Press

TEXT = (
    "# Lantern Agent\n\nLantern Agent takes a written task and works on it while the editor is closed. To "
    "keep tasks apart, each task runs in its own container with a checkout of the repository. Where a test "
    "suite needs a database, services are declared in lantern.yml and started beside it. Team is $30 per "
    "seat and month, sandbox time is metered on top at $0.12 a minute. The agent stops when the tests pass, "
    "or after the third attempt."
)
QUOTES = ("each task runs in its own container", "services are declared in lantern.yml")
PRICE = "Team is $30 per seat and month"
EDITOR = Override(
    persona="business", decision="skip", reason="The price page was read wrongly.", author="Ada",
    time="2026-11-20T10:00:00Z", dossier=SHA,
)  # fmt: skip


def evidence(quote: str) -> Evidence:
    start = TEXT.index(quote)
    return Evidence(quote=quote, source="s1", start=start, end=start + len(quote), found=True)


def findings() -> tuple[Finding, ...]:
    return (
        Finding(
            move="primitive", says="A container with a checkout and a shell.", leans="for", weight="major",
            evidence=(evidence(QUOTES[0]),),
        ),
        Finding(
            move="moment_of_truth", says="A suite that needs a database.", leans="for", weight="decisive",
            evidence=(evidence(QUOTES[1]), Evidence(quote="any suite just works", found=False)),
        ),
    )  # fmt: skip


def dossier(side: Side) -> Dossier:
    """The dossier of a side, its one text in the first of its sources."""
    first, *others = side.dossier.sources
    start = TEXT.index(PRICE)
    held = Source(**{**first.model_dump(), "text": TEXT, "sha256": digest(TEXT)})
    fact = Fact(
        id="f1", kind="price", subject="Team", value="$30 per month", quote=PRICE,
        span=Span(source="s1", start=start, end=start + len(PRICE)),
    )  # fmt: skip
    made = Dossier(
        id="", tool=side.tool, sources=(held, *[Source(**each.model_dump()) for each in others]),
        facts=(fact,), notes=side.dossier.notes,
    )  # fmt: skip
    return made.model_copy(update={"id": dossier_id(made)})


def review(press: Press, side: Side, verdicts: tuple[Verdict, ...], **changes: Any) -> Review:
    """One more review of a side's tool, written down with its dossier."""
    kept = dossier(side)
    votes = [each.decision for each in verdicts if not each.contested]
    ship, counted = votes.count("ship"), len(votes)
    spoke = {each.persona: each.model for each in verdicts}
    seating = tuple(s.model_copy(update={"model": spoke.get(s.persona, s.model)}) for s in side.seating)
    made = a_review(press.run(), kept).model_copy(
        update={
            "created": side.created,
            "entry": side.entry,
            "verdicts": verdicts,
            "panel": Tally(
                ship=ship, counted=counted, seated=4, quorum=3,
                percent=round(100 * ship / counted) if counted >= 3 else None,
            ),
            "status": "complete" if counted >= 3 else "no_quorum",
            "dissent": side.dissent,
            "disagreements": side.disagreements,
            "seating": seating,
            "failures": side.failures,
            **changes,
        }
    )  # fmt: skip
    press.records.write_dossier(kept)
    press.records.write_review(made)
    return made


def plain(press: Press) -> tuple[Review, Review, Comparison]:
    """Two tools, one of them reviewed three times, and their comparison, picked head-to-head."""
    made = contests.contest()
    a, b = [[getattr(row, key) for row in made.scorecard] for key in ("a", "b")]
    builder = a[0].model_copy(update={"findings": findings()})
    votes = tuple(Vote(call=SHA, decision=each) for each in ("skip", "skip", "ship", "skip", "skip"))
    skeptic = a[1].model_copy(
        update={"samples": Samples(asked=5, ship=1, skip=4, failed=0, flip_rate=0.4, votes=votes)}
    )
    lone = a[0].model_copy(update={"decision": "skip", "findings": (), "grounding": Grounding()})
    early = made.a.model_copy(update={"created": "2026-08-02T08:00:00Z"})
    review(press, early, (lone, skeptic, a[2]))
    late = made.a.model_copy(update={"created": "2026-10-09T08:00:00Z"})
    review(press, late, (lone, skeptic, a[2], a[3]))
    first = review(press, made.a, (builder, skeptic, a[2], a[3]))
    second = review(press, made.b, tuple(b))
    return first, second, _joined(press, made, first, second)


def ugly(press: Press, slug: str = "drafthorse", **tool: Any) -> Review:
    """A tool with an empty seat, a contested one, one of an editor's, no category and a disputed price."""
    side = samples.ugly().a
    given = {"slug": slug, "category": None, **tool}
    side = side.model_copy(
        update={
            "tool": side.tool.model_copy(update=given),
            "dossier": samples.plain().a.dossier,
            "created": "2026-11-21T09:30:12Z",
            "seating": seating(),
        }
    )
    contested = verdict(
        "skeptic", "ship", "It ships; nothing speaks for it.", contested=True, contest="It leans against.",
        bets=(Bet(claim="Nobody uses it.", due="the end of 2026"),),
    )  # fmt: skip
    says = (verdict("builder", "ship", "مرحبا bonjour " + "x" * 300), contested)
    business = verdict("business", "ship", "The buyer pays.")
    return review(
        press,
        side,
        (*says, business),
        failures=(failed("futurist", "outage", "HTTP 500", attempts=3).model_copy(update={"model": SONNET}),),
        overrides=(EDITOR,),
        dissent=(
            Dissent(persona="business", name="Business", decision="skip", objection="The price was misread."),
        ),
    )


SONNET = seating()[0].model


def _joined(press: Press, made: Comparison, a: Review, b: Review) -> Comparison:
    run = press.run()
    sides = {
        key: getattr(made, key).model_copy(
            update={"review": each.id, "run": each.run, "dossier": each.dossier, "seating": each.seating}
        )
        for key, each in (("a", a), ("b", b))
    }
    rows = tuple(
        ScorecardRow(chair=row.chair, a=one, b=other)
        for row, one, other in zip(made.scorecard, a.verdicts, b.verdicts, strict=True)
    )
    name = f"{a.tool.slug}-vs-{b.tool.slug}"
    whole = made.model_copy(update={**sides, "id": f"{run}/{name}", "run": run, "scorecard": rows})
    press.records.write_comparison(whole)
    return whole
