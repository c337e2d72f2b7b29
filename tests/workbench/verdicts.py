"""Verdicts as tests need them."""

from panel.core.domain import Evidence, Failure, Finding, Verdict


def verdict(decision="ship", paragraph="It files letters.", leans=None, **fields):
    findings = tuple(
        Finding(
            move=move, says=f"On {move}.", leans=lean, weight="major", evidence=(Evidence(quote="letters"),)
        )
        for move, lean in (leans or {"rivals": "for"}).items()
    )
    given = {
        "persona": "skeptic", "name": "Skeptic", "chair": "core", "model": "openai:m", "served_model": "m",
        "persona_sha": "sha256:0", "prompt_sha": "sha256:0", "call": "sha256:0", "calls": ("sha256:0",),
        "cost_usd": 0.0, "contested": False,
    }  # fmt: skip
    return Verdict(decision=decision, paragraph=paragraph, findings=findings, **given | fields)


def failure(kind="outage"):
    return Failure(
        persona="skeptic", name="Skeptic", chair="core", model="openai:m", stage="call", kind=kind,
        message="the server is down", attempts=3,
    )  # fmt: skip
