"""A folder of all runs, made by hand: dossiers, reviews and comparisons that fit together."""

from __future__ import annotations

from panel.core.domain import (
    Dossier,
    DossierRef,
    Evidence,
    Fact,
    Finding,
    Grounding,
    Seating,
    Source,
    Span,
    Tool,
    Verdict,
)
from panel.core.hashing import digest, digest_of
from panel.core.outcomes import (
    Community,
    Comparison,
    Cost,
    Entry,
    LikeForLike,
    Pick,
    Review,
    Run,
    ScorecardRow,
    Side,
    Tally,
)
from panel.core.records import Records
from panel.core.upkeep import Rules

BODY = "Lantern runs each task in its own container. The free tier has two of them."
QUOTE = "each task in its own container"
KEY = "sha256:" + "1" * 64


def dossier_id(dossier: Dossier) -> str:
    """A stand-in for the rule of the evidence room."""
    return digest_of({"tool": dossier.tool.as_json(), "texts": [source.text for source in dossier.sources]})


RULES = Rules(dossier_id=dossier_id, same_words=lambda quote, passage: quote.lower() == passage.lower())


def a_run_id(day: str, number: int = 0) -> str:
    """The id of a run that began on a day such as `20260301`."""
    return f"{day}T080000.000Z-{number:04x}"


def a_dossier(slug: str = "lantern", body: str = BODY) -> Dossier:
    start = body.index("free tier")
    fact = Fact(
        id="price-1",
        kind="price",
        subject="",
        value="free",
        quote="free tier",
        span=Span(source="body", start=start, end=start + len("free tier")),
    )
    made = Dossier(
        id="",
        tool=Tool(slug=slug, name=slug.title()),
        sources=(Source(id="body", text=body, sha256=digest(body)),),
        facts=(fact,),
    )
    return made.model_copy(update={"id": dossier_id(made)})


def a_verdict(key: str = KEY) -> Verdict:
    start = BODY.index(QUOTE)
    evidence = Evidence(quote=QUOTE, source="body", start=start, end=start + len(QUOTE), found=True)
    return Verdict(
        persona="builder",
        name="Builder",
        chair="core",
        decision="ship",
        paragraph="A container each.",
        findings=(Finding(move="primitive", says="Yes.", leans="for", weight="major", evidence=(evidence,)),),
        grounding=Grounding(),
        call=key,
        calls=(key,),
        model="anthropic:claude",
        persona_sha=KEY,
        prompt_sha=KEY,
    )


def a_review(
    run: str, dossier: Dossier, *, key: str = KEY, quorum: bool = True, offline: bool = False
) -> Review:
    model = "offline:reader" if offline else "anthropic:claude"
    return Review(
        id=f"{run}/{dossier.tool.slug}",
        run=run,
        created="2026-03-01T08:00:00Z",
        status="complete" if quorum else "no_quorum",
        tool=dossier.tool,
        dossier=_reference(dossier),
        entry=Entry(price="free", label="Free"),
        panel=_TALLY,
        verdicts=(a_verdict(key),),
        seating=(Seating(persona="builder", name="Builder", chair="core", model=model, because=""),),
        cost=Cost(),
    )


def a_comparison(run: str, a: Review, b: Review) -> Comparison:
    return Comparison(
        id=f"{run}/{a.tool.slug}-vs-{b.tool.slug}",
        run=run,
        created="2026-03-01T08:00:00Z",
        a=_side(a),
        b=_side(b),
        like_for_like=LikeForLike(ok=True),
        scorecard=(ScorecardRow(chair="builder", a=a.verdicts[0], b=b.verdicts[0]),),
        pick=Pick(choice="a", stable=True),
        cost=Cost(),
    )


def add_review(records: Records, run: str, slug: str, **more: object) -> Review:
    """A run with one review in it, its dossier and its manifest."""
    dossier = a_dossier(slug)
    review = a_review(run, dossier, **more)  # type: ignore[arg-type]
    records.write_dossier(dossier)
    records.write_review(review)
    records.write_run(a_manifest(run, reviews=(review.id,)))
    return review


def add_comparison(records: Records, run: str, a: Review, b: Review) -> Comparison:
    """A run with one comparison in it and its pages."""
    comparison = a_comparison(run, a, b)
    for suffix in (".md", ".html"):
        records.write_page(comparison, suffix, "a page")
    records.write_comparison(comparison)
    records.write_run(a_manifest(run, comparisons=(comparison.id,)))
    return comparison


def a_manifest(run: str, **more: object) -> Run:
    fields = {"command": "review", "version": "1", "created": "2026-03-01T08:00:00Z", "provider": "anthropic"}
    return Run.model_validate({"id": run, "outcome": "done", **fields, **more})


_TALLY = Tally(ship=1, counted=1, seated=1, percent=100, quorum=1)


def _reference(dossier: Dossier) -> DossierRef:
    return DossierRef(
        id=dossier.id, sources=tuple(source.ref() for source in dossier.sources), facts=dossier.facts
    )


def _side(review: Review) -> Side:
    return Side(
        review=review.id,
        run=review.run,
        created=review.created,
        tool=review.tool,
        dossier=review.dossier,
        entry=review.entry,
        panel=review.panel,
        community=Community(),
    )
