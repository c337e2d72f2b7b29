"""The pieces that sample comparisons are put together from."""

from __future__ import annotations

from typing import Any

from panel.core.domain import (
    OFFLINE_MODEL,
    Claim,
    ClaimClass,
    Decision,
    Evidence,
    Failure,
    FailureKind,
    Finding,
    Grounding,
    Seating,
    Verdict,
)

SONNET = "anthropic:claude-sonnet-5"
NAMES = {"builder": "Builder", "skeptic": "Skeptic", "futurist": "Futurist", "business": "Business"}
SHA = "sha256:" + "0" * 64


def claim(paragraph: str, text: str, kind: ClaimClass) -> Claim:
    start = paragraph.index(text)
    return Claim(text=text, start=start, end=start + len(text), class_=kind)


def grounding(paragraph: str, **texts: list[str]) -> Grounding:
    kinds: tuple[ClaimClass, ...] = ("dossier", "outside", "unsupported")
    return Grounding(
        **{kind: [claim(paragraph, text, kind) for text in texts.get(kind, [])] for kind in kinds}
    )


def verdict(persona: str, decision: Decision, paragraph: str, **more: Any) -> Verdict:
    plain: dict[str, Any] = {
        "persona": persona,
        "name": NAMES[persona],
        "chair": "fourth" if persona == "business" else "core",
        "findings": (),
        "call": SHA,
        "calls": (SHA,),
        "model": SONNET,
        "persona_sha": SHA,
        "prompt_sha": SHA,
        "cost_usd": 0.0131,
    }
    return Verdict(**(plain | {"decision": decision, "paragraph": paragraph} | more))


def failed(persona: str, kind: FailureKind, message: str, *, attempts: int = 1) -> Failure:
    return Failure(
        persona=persona, name=NAMES[persona], chair="core", model=OFFLINE_MODEL, stage="call", kind=kind,
        message=message, attempts=attempts,
    )  # fmt: skip


def seating(model: str = SONNET) -> tuple[Seating, ...]:
    core = [
        Seating(persona=slug, name=NAMES[slug], chair="core", model=model, because="a core seat always sits")
        for slug in ("builder", "skeptic", "futurist")
    ]
    because = "the rule seats different fourth chairs for the two tools, so Business sits for both"
    return (*core, Seating(persona="business", name="Business", chair="fourth", model=model, because=because))


FINDINGS = (
    Finding(
        move="primitive",
        says="A container with a checkout, a model with a shell, a branch as the result; not a chat thread.",
        leans="for",
        weight="major",
        evidence=(
            Evidence(quote="each task runs in its own container", source="s1", start=10, end=45, found=True),
        ),
    ),
    Finding(
        move="moment_of_truth",
        says="A suite that needs a database: services can be declared, so the first real job can pass.",
        leans="for",
        weight="decisive",
        evidence=(
            Evidence(quote="services are declared in lantern.yml", source="s1", start=60, end=96, found=True),
            Evidence(quote="any test suite just works", found=False),
        ),
    ),
    Finding(
        move="weekend",
        says="The loop can be rebuilt in a weekend, the warm caches cannot.",
        leans="neutral",
        weight="minor",
    ),
)
