"""Comparisons of invented tools to render: a plain one, and an ugly one with everything that can go wrong."""

from __future__ import annotations

from panel.core.domain import OFFLINE_MODEL, Bet, Claim, DossierRef, Flag, Grounding, SourceRef, Tool
from panel.core.outcomes import (
    Community,
    Comparison,
    Cost,
    Disagreement,
    Dissent,
    Entry,
    LikeForLike,
    Pick,
    PriceDecision,
    PriceReason,
    ScorecardRow,
    Side,
    Statement,
    Tally,
)
from tests.publish.paragraphs import (
    LANTERN_BUILDER,
    LANTERN_BUSINESS,
    LANTERN_FUTURIST,
    LANTERN_SKEPTIC,
    QUARRY_BUILDER,
    QUARRY_BUSINESS,
    QUARRY_FUTURIST,
    QUARRY_SKEPTIC,
)
from tests.publish.parts import FINDINGS, SHA, failed, grounding, seating, verdict

# ---------------------------------------------------------------- a plain comparison


def lantern() -> Side:
    return Side(
        review="20261119T080100.120Z-1a2b/lantern-agent",
        run="20261119T080100.120Z-1a2b",
        created="2026-11-19T08:04:41Z",
        tool=Tool(
            slug="lantern-agent",
            name="Lantern Agent",
            vendor="Lantern Works",
            url="https://lantern.example/agent",
            category="Developer Tools",
            tagline="Hand over the chore, get back a branch with green tests",
            description=(
                "Lantern Agent takes a written task, runs it in a container with a checkout of the "
                "repository and returns a branch once the tests pass. Tasks run side by side and leave the "
                "editor alone. It works with repositories on GitHub and GitLab and is sold per seat, with "
                "sandbox time metered on top."
            ),
            launched="2026-10-02",
            modality=("code",),
            surface=("service",),
        ),
        dossier=DossierRef(
            id=SHA,
            sources=(
                SourceRef(
                    id="s1",
                    url="https://lantern.example/docs/agent",
                    title="Lantern Agent documentation",
                    retrieved="2026-11-18T07:00:00Z",
                ),
                SourceRef(
                    id="s2", url="https://lantern.example/pricing", title="Pricing", retrieved="2026-11-18"
                ),
            ),
        ),
        entry=Entry(
            price="paid",
            label="Paid",
            because=(
                PriceReason(
                    fact="f1", plan="Team", price="$30 per month", quote="Team is $30 per seat and month"
                ),
                PriceReason(fact="f2", plan="Sandbox time", price="$0.12 per minute", quote="$0.12 a minute"),
            ),
        ),
        panel=Tally(ship=3, counted=4, seated=4, percent=75, quorum=3),
        own_panel=Tally(ship=2, counted=4, seated=4, percent=50, quorum=3),
        community=Community(),
        dissent=(
            Dissent(
                persona="skeptic",
                name="Skeptic",
                decision="skip",
                objection="Metered retries make whoever has the worst tests pay the most and leave first.",
            ),
        ),
        seating=seating(),
    )


def quarry() -> Side:
    return Side(
        review="20261120T210002.007Z-33c0/quarry-coder-2",
        run="20261120T210002.007Z-33c0",
        created="2026-11-20T21:02:10Z",
        tool=Tool(
            slug="quarry-coder-2",
            name="Quarry Coder 2",
            vendor="Quarry",
            version="2.0",
            url="https://quarry.example/coder",
            category="Developer Tools",
            tagline="A 14B code model you can keep, with 64K of context",
            description=(
                "Quarry Coder 2 is an open-weight code model with 14 billion parameters, a context of 64K "
                "tokens, fill-in-the-middle completion and a chat template for tool calls. The weights can "
                "be downloaded and fine-tuned; a quantized build is meant for laptops. It is built for teams "
                "that keep their code on machines of their own."
            ),
            modality=("code", "text"),
            surface=("weights",),
        ),
        dossier=DossierRef(
            id=SHA,
            sources=(SourceRef(id="s1", url="https://quarry.example/coder/card", title="Model card"),),
            notes=("an image without a text was left out",),
        ),
        entry=Entry(
            price="free",
            label="Free",
            because=(
                PriceReason(
                    fact="f1", plan="Weights", price="free", quote="free to download and to fine-tune"
                ),
            ),
        ),
        panel=Tally(ship=4, counted=4, seated=4, percent=100, quorum=3),
        community=Community(ship=31, votes=40, percent=78),
        seating=seating(),
    )


def plain() -> Comparison:
    """All eight seats have spoken; one dissents; B is picked."""
    a = {
        "builder": verdict(
            "builder", "ship", LANTERN_BUILDER, findings=FINDINGS,
            grounding=grounding(LANTERN_BUILDER, dossier=["lantern.yml"], unsupported=["40 seconds"]),
        ),
        "skeptic": verdict(
            "skeptic", "skip", LANTERN_SKEPTIC,
            grounding=grounding(
                LANTERN_SKEPTIC, dossier=["$0.12"], outside=["Devin", "GitHub Copilot Workspace"]
            ),
            flags=(Flag(kind="avoid", text="“Here is where it breaks”"),),
        ),
        "futurist": verdict(
            "futurist", "ship", LANTERN_FUTURIST, grounding=grounding(LANTERN_FUTURIST, outside=["2028"]),
            bets=(Bet(claim="More than half of dependency updates are opened by machines.", due="2028"),),
        ),
        "business": verdict(
            "business", "ship", LANTERN_BUSINESS,
            grounding=grounding(LANTERN_BUSINESS, dossier=["$30 per month", "GitHub", "GitLab"]),
        ),
    }  # fmt: skip
    b = {
        "builder": verdict(
            "builder", "ship", QUARRY_BUILDER,
            grounding=grounding(QUARRY_BUILDER, dossier=["14B", "64K"], unsupported=["16 GB"]),
        ),
        "skeptic": verdict(
            "skeptic", "ship", QUARRY_SKEPTIC,
            grounding=grounding(
                QUARRY_SKEPTIC, dossier=["71.4", "14B"],
                outside=["Qwen2.5-Coder", "DeepSeek-Coder", "12 months"],
            ),
        ),
        "futurist": verdict(
            "futurist", "ship", QUARRY_FUTURIST, grounding=grounding(QUARRY_FUTURIST, outside=["2029"])
        ),
        "business": verdict(
            "business", "ship", QUARRY_BUSINESS,
            grounding=grounding(QUARRY_BUSINESS, unsupported=["50 million"]),
            model="openai:gpt-5.6", cost_usd=0.0209,
        ),
    }  # fmt: skip
    chairs = (
        ("builder", "builder"),
        ("skeptic", "skeptic"),
        ("futurist", "futurist"),
        ("fourth", "business"),
    )
    return Comparison(
        id="20261121T093000.000Z-0f3a/lantern-agent-vs-quarry-coder-2",
        run="20261121T093000.000Z-0f3a",
        created="2026-11-21T09:30:12Z",
        a=lantern(),
        b=quarry(),
        like_for_like=LikeForLike(
            ok=False,
            notes=(
                "The seats were not all filled by the same model.",
                "One is a service that works on its own, the other a model somebody must run.",
            ),
        ),
        scorecard=tuple(ScorecardRow(chair=chair, a=a[slug], b=b[slug]) for chair, slug in chairs),
        pick=Pick(
            choice="b",
            stable=True,
            because=(
                "Four of four reviewers ship Quarry Coder 2, three of four ship Lantern Agent.",
                "The one decisive finding against either is the metered price of Lantern Agent.",
            ),
            a_if=(
                "the chores wait for somebody to do them, not for a model",
                "the tests can be trusted to say no",
            ),
            b_if=("code may not leave machines of your own", "somebody on the team already runs models"),
        ),
        cost=Cost(
            usd=0.0471, calls=3, from_ledger=5, input_tokens=18_230, output_tokens=3_911, cached_tokens=9_000
        ),
    )


# ---------------------------------------------------------------- an ugly one

LONG_A = "Drafthorse v0.9 – Background Agent & Whole-Repository Refactoring for Very Large Monorepos"
LONG_B = "Pebble Code 4 (7B, 34B and 200B) <preview>"


def ugly() -> Comparison:
    """Missing texts, a failed panel, a contested seat, a disputed price, a hostile reply, no model asked."""
    hostile = (
        "<script>alert('paragraph')</script> {{ 7 * 7 }} **bold** [click](javascript:alert(1))\r\n\r\n"
        "# A heading\n- a list & an entity &lt;b&gt;\x00\u202e\ud800 end"
    )
    contested = verdict(
        "skeptic", "ship", QUARRY_SKEPTIC, model=OFFLINE_MODEL, contested=True, findings=FINDINGS,
        contest="Ships although its decisive finding is against.",
        flags=(
            Flag(kind="words", text="144 words, asked for 60 to 110"),
            Flag(kind="hands_on", text="“I ran it”"),
        ),
    )  # fmt: skip
    broken = verdict(
        "builder", "skip", hostile, model=OFFLINE_MODEL, cost_usd=None,
        grounding=Grounding(unsupported=(Claim(text="7 * 7", start=0, end=5, class_="unsupported"),)),
    )  # fmt: skip
    a = Side(
        review="20261121T093000.000Z-0f3a/drafthorse",
        run="20261121T093000.000Z-0f3a",
        created="not a time",
        tool=Tool(slug="drafthorse", name=LONG_A, url="javascript:alert(1)"),
        dossier=DossierRef(id=SHA, notes=("2 control characters were removed",)),
        entry=Entry(
            price="paid",
            label="Paid",
            because=(
                PriceReason(fact="f1", plan="", price="free", quote="Free for everyone"),
                PriceReason(fact="f2", plan="Pro", price="$20 per month"),
            ),
            conflicts=("“Free for everyone” stands beside “Pro and Business only”.",),
            by_rule="freemium",
            decided=PriceDecision(
                entry="paid",
                reason="The <b>checkout</b> asks for a card.",
                author="Ada *Editor*",
                time="2026-11-21T09:00:00Z",
                dossier=SHA,
            ),
        ),
        disagreements=(
            Disagreement(
                about="the licence",
                affirm=(Statement(persona="builder", name="Builder", says="The licence is <open>."),),
                deny=(Statement(persona="skeptic", name="Skeptic", says="It has a *closed* licence."),),
            ),
        ),
        panel=Tally(ship=0, counted=1, seated=4, percent=None, quorum=3),
        community=Community(),
        seating=seating(OFFLINE_MODEL),
        failures=(
            failed("skeptic", "refusal", "the vendor's filter stopped the answer"),
            failed("futurist", "outage", "HTTP 500 <b>internal</b>.", attempts=3),
        ),
    )
    b = Side(
        review="20261121T093000.000Z-0f3a/pebble",
        run="20261121T093000.000Z-0f3a",
        created="2026-02-01T00:00:00Z",
        tool=Tool(
            slug="pebble",
            name=LONG_B,
            category="Models",
            tagline="*Weights* | for [all](https://evil.example)",
        ),
        dossier=DossierRef(
            id=SHA,
            sources=(SourceRef(id="s1", origin="/home/somebody/dossiers/pebble.md"), SourceRef(id="s2")),
        ),
        entry=Entry(price="unknown", label="Unknown"),
        panel=Tally(ship=2, counted=3, seated=4, percent=67, quorum=3),
        community=Community(),
        dissent=(
            Dissent(persona="builder", name="Builder", decision="skip", objection="Nothing in it runs."),
        ),
        seating=seating(OFFLINE_MODEL),
    )
    business = verdict("business", "ship", QUARRY_BUSINESS, model=OFFLINE_MODEL)
    return Comparison(
        id="20261121T093000.000Z-0f3a/drafthorse-vs-pebble",
        run="20261121T093000.000Z-0f3a",
        created="2026-11-21T09:30:12Z",
        a=a,
        b=b,
        like_for_like=LikeForLike(ok=False, notes=("Drafthorse has no quorum.",)),
        scorecard=(
            ScorecardRow(
                chair="builder", a=broken, b=verdict("builder", "skip", LANTERN_BUILDER, model=OFFLINE_MODEL)
            ),
            ScorecardRow(chair="skeptic", a=None, b=contested),
            ScorecardRow(
                chair="futurist", a=None, b=verdict("futurist", "ship", QUARRY_FUTURIST, model=OFFLINE_MODEL)
            ),
            ScorecardRow(chair="fourth", a=None, b=business),
        ),
        pick=Pick(choice="too_close", stable=False),
        cost=Cost(usd=None, calls=2),
    )
