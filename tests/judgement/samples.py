"""Verdicts, dossiers and sides to judge, all of invented tools; each part can be replaced."""

from __future__ import annotations

from typing import Any

from panel.core.domain import (
    Dossier,
    DossierRef,
    Fact,
    Failure,
    Finding,
    Leaning,
    Move,
    Persona,
    Seating,
    Source,
    SourceRef,
    Span,
    Tool,
    Verdict,
    Weight,
)
from panel.core.outcomes import Community, Cost, Entry, Override, Review, Side
from panel.judgement.aggregate import dissent, status, tally
from panel.judgement.grounding import Index

HARBOR = """\
Harbor 2.1 is an editor extension by Quayside Labs, released on 14 March 2026 under the Apache License 2.0.
It reviews pull requests on GitHub with a 32B model and a context of 128,000 tokens, across 100 languages.
The Hobby plan is free; the Pro plan costs $20 per user per month and covers 500 reviews.
A review takes 10 to 30 minutes. Accuracy on the vendor's own ReviewBench is 81.5%.
“It’s quick—mostly,” says the changelog of v2.1.3.
"""


def finding(
    leans: Leaning = "for",
    weight: Weight = "major",
    says: str = "It does one thing.",
    move: str = "primitive",
) -> Finding:
    return Finding(move=move, says=says, leans=leans, weight=weight)


def verdict(persona: str = "builder", decision: str = "ship", **changes: Any) -> Verdict:
    given: dict[str, Any] = {
        "persona": persona,
        "name": persona.capitalize(),
        "chair": "fourth" if persona in {"product", "business", "creative"} else "core",
        "decision": decision,
        "paragraph": f"What the {persona} says. And a little more.",
        "findings": (finding("for" if decision == "ship" else "against"),),
        "call": "sha256:0",
        "calls": ("sha256:0",),
        "model": "anthropic:model-1",
        "persona_sha": f"sha256:{persona}",
        "prompt_sha": "sha256:prompt",
        "cost_usd": 0.01,
    }
    return Verdict(**{**given, **changes})


def panel(*decisions: str) -> tuple[Verdict, ...]:
    """One verdict for each decision, in the order of the chairs; `contested` is a contested ship."""
    personas = ("builder", "skeptic", "futurist", "business", "product", "creative")
    return tuple(
        verdict(persona, "ship", contested=True) if decision == "contested" else verdict(persona, decision)
        for persona, decision in zip(personas, decisions, strict=False)
    )


def dossier(
    *texts: str | None, name: str = "Harbor 2.1", facts: tuple[Fact, ...] = (), **tool: Any
) -> Dossier:
    sources = tuple(Source(id=f"s{n}", text=text) for n, text in enumerate(texts, 1))
    return Dossier(id="sha256:d", tool=Tool(slug="harbor", name=name, **tool), sources=sources, facts=facts)


def harbor() -> Index:
    return Index(dossier(HARBOR, vendor="Quayside Labs"))


def price(value: str, plan: str = "", quote: str | None = None, *, cited: bool = True, n: int = 1) -> Fact:
    text = value if quote is None else quote
    span = Span(source="s1", start=0, end=len(text)) if cited else None
    return Fact(id=f"f{n}", kind="price", subject=plan, value=value, quote=text, span=span)


def persona(**changes: Any) -> Persona:
    given: dict[str, Any] = {
        "slug": "builder",
        "name": "Builder",
        "motto": "Show me the primitive.",
        "chair": "core",
        "moves": (Move(key="primitive", ask="What is it?"),),
        "words": (5, 60),
        "body": "Plain words.",
        "sha": "sha256:p",
        "file": "personas/builder.md",
    }
    return Persona(**{**given, **changes})


def side(slug: str, verdicts: tuple[Verdict, ...], seated: int = 4, **changes: Any) -> Side:
    given: dict[str, Any] = {
        "review": f"run-1/{slug}",
        "run": "run-1",
        "created": "2026-11-20T21:04:05Z",
        "tool": Tool(slug=slug, name=slug.capitalize()),
        "dossier": DossierRef(id=f"sha256:{slug}", sources=(SourceRef(id="s1", retrieved="2026-11-01"),)),
        "entry": Entry(price="free", label="Free"),
        "panel": tally(verdicts, seated),
        "community": Community(),
    }
    return Side(**{**given, **changes})


def a_review(verdicts: tuple[Verdict, ...], failures: tuple[Failure, ...] = (), **changes: Any) -> Review:
    """A review of these seats, counted as a panel counts them."""
    seats = (*verdicts, *failures)
    panel = tally(verdicts, len(seats))
    given: dict[str, Any] = {
        "id": "run-1/harbor",
        "run": "run-1",
        "created": "2026-11-20T21:04:05Z",
        "status": status(panel),
        "tool": Tool(slug="harbor", name="Harbor"),
        "dossier": DossierRef(id="sha256:d"),
        "entry": Entry(price="free", label="Free"),
        "panel": panel,
        "dissent": dissent(verdicts),
        "verdicts": verdicts,
        "failures": failures,
        "seating": tuple(
            Seating(persona=s.persona, name=s.name, chair=s.chair, model=s.model, because="") for s in seats
        ),
        "cost": Cost(),
    }
    return Review(**{**given, **changes})


def failure(persona: str = "builder", **changes: Any) -> Failure:
    given: dict[str, Any] = {
        "persona": persona,
        "name": persona.capitalize(),
        "chair": "core",
        "model": "anthropic:model-1",
        "stage": "call",
        "kind": "outage",
        "message": "no answer",
    }
    return Failure(**{**given, **changes})


def decides(persona: str = "skeptic", decision: str = "ship", **changes: Any) -> Override:
    """An editor's decision about a seat of `a_review`."""
    given: dict[str, Any] = {
        "persona": persona, "decision": decision, "reason": "The card names the memory it needs.",
        "author": "Ada", "time": "2026-11-21T10:00:00Z", "dossier": "sha256:d",
    }  # fmt: skip
    return Override(**{**given, **changes})
