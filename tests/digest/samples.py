"""Issues of invented tools: a full one, and one with the same text in every field."""

from __future__ import annotations

from typing import Any

from panel.core.outcomes import Tally
from panel.digest.issue import (
    BetNews,
    ChangeNews,
    ComparisonNews,
    Correction,
    Issue,
    Objection,
    VerdictNews,
)
from panel.digest.texts import CLAIM, LINE, NAME, plain, plain_or_none


def tally(ship: int, counted: int = 4, seated: int = 4) -> Tally:
    percent = (100 * ship + counted // 2) // counted if counted >= 3 else None
    return Tally(ship=ship, counted=counted, seated=seated, percent=percent, quorum=3)


def news(slug: str = "lantern-agent", name: str = "Lantern Agent", **more: Any) -> VerdictNews:
    plain: dict[str, Any] = {
        "slug": slug,
        "name": name,
        "tagline": "Hand over the chore, get back a branch with green tests",
        "category": "Developer Tools",
        "review": f"20261119T080100.120Z-1a2b/{slug}",
        "outcome": "ship",
        "panel": tally(3),
        "entry": "Paid",
        "dissent": (
            Objection(
                name="Skeptic",
                decision="skip",
                says="Every retry of a flaky test suite is metered, so the worst repositories pay the most.",
            ),
        ),
        "first_look": True,
        "despite": (),
        "offline": False,
    }
    return VerdictNews(**(plain | more))


def pair(a: str = "Lantern Agent", b: str = "Quarry Coder 2", **more: Any) -> ComparisonNews:
    plain: dict[str, Any] = {
        "pair": "lantern-agent-vs-quarry-coder-2",
        "record": "20261120T080100.120Z-1a2b/lantern-agent-vs-quarry-coder-2",
        "a": a,
        "b": b,
        "panel_a": tally(3),
        "panel_b": tally(4),
        "answer": b,
        "stable": True,
        "because": "Builder, Futurist and Business prefer Quarry Coder 2; Skeptic prefers Lantern Agent.",
        "offline": False,
    }
    return ComparisonNews(**(plain | more))


def bet(**more: Any) -> BetNews:
    plain: dict[str, Any] = {
        "id": "0123456789ab",
        "tool": "lantern-agent",
        "tool_name": "Lantern Agent",
        "reviewer": "Futurist",
        "claim": "Half of all dependency bumps are opened by agents.",
        "due": "Q3 2026",
        "state": "open",
        "reason": None,
    }
    return BetNews(**(plain | more))


def withdrawn(**more: Any) -> Correction:
    plain: dict[str, Any] = {
        "kind": "withdrawn",
        "of": "tool",
        "name": "kite-3",
        "title": "Kite 3",
        "day": "2026-11-18",
        "reason": "The dossier was about another tool of that name",
    }
    return Correction(**(plain | more))


def issue(**more: Any) -> Issue:
    plain: dict[str, Any] = {
        "day": "2026-11-21",
        "since": "2026-11-14",
        "title": "Ship or skip",
        "url": "https://panel.example",
        "corrections_to": "errors@panel.example",
    }
    return Issue(**(plain | more))


def full() -> Issue:
    """Something of everything, and every ending a verdict can have."""
    changed = ChangeNews(
        now=news("ferry", "Ferry", outcome="skip", panel=tally(1), dissent=(), tagline="Moves your mail"),
        was="ship",
        was_panel=tally(3),
        because=(
            "Skeptic: ship before, skip now by decision of editor Ada: the licence forbids commercial use.",
            "Business: ship before, skip now.",
            "The dossier is a new one.",
        ),
    )
    return issue(
        changed=(changed,),
        new=(
            news(),
            news(
                "quarry-coder-2",
                "Quarry Coder 2, the Open-Weights Model for Code That Has a Rather Long Name",
                panel=tally(4),
                dissent=(),
                entry="Free",
                first_look=False,
                tagline=None,
            ),
            news("heron", "Heron", outcome="tie", panel=tally(2), despite=("contested", "stale")),
            news("moth", "Moth", outcome=None, panel=tally(1, 2), dissent=(), despite=("no quorum",)),
        ),
        best=pair(),
        compared=(pair("Ferry", "Heron", pair="ferry-vs-heron", answer="It depends on your case"),),
        due=(bet(),),
        settled=(bet(state="wrong", reason="The vendor counts 11 percent", claim="It is at 50 percent."),),
        corrections=(
            withdrawn(),
            withdrawn(kind="price", name="heron", title="Heron", reason="A plan was misread", entry="Trial"),
        ),
    )


def filled(text: str) -> Issue:
    """The full issue with `text` wherever a record's text stands, cleaned as it is when an issue is made."""
    whole = full()
    name = plain(text, NAME) or "slug"

    def verdict(each: VerdictNews) -> VerdictNews:
        said = tuple(Objection(name=name, decision="skip", says=plain(text, LINE)) for _ in each.dissent)
        return each.model_copy(
            update={
                "name": name, "tagline": plain_or_none(text, LINE), "category": plain_or_none(text, NAME),
                "entry": plain(text, NAME), "dissent": said,
            }
        )  # fmt: skip

    def compared(each: ComparisonNews) -> ComparisonNews:
        because = plain_or_none(text, CLAIM)
        return each.model_copy(update={"a": name, "b": name, "answer": name, "because": because})

    def bets(all_: tuple[BetNews, ...]) -> tuple[BetNews, ...]:
        said = {"claim": plain(text, CLAIM), "due": plain(text, NAME), "reason": plain_or_none(text, CLAIM)}
        return tuple(each.model_copy(update={"tool_name": name, "reviewer": name, **said}) for each in all_)

    assert whole.best is not None
    return whole.model_copy(
        update={
            "title": name,
            "corrections_to": plain_or_none(text, LINE),
            "new": tuple(map(verdict, whole.new)),
            "changed": tuple(
                each.model_copy(update={"now": verdict(each.now), "because": (plain(text, CLAIM),)})
                for each in whole.changed
            ),
            "best": compared(whole.best),
            "compared": tuple(map(compared, whole.compared)),
            "due": bets(whole.due),
            "settled": bets(whole.settled),
            "corrections": tuple(
                each.model_copy(update={"title": name, "reason": plain_or_none(text, CLAIM)})
                for each in whole.corrections
            ),
        }
    )
