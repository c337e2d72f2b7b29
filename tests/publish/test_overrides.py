"""An editor's decision is shown as what it is: beside what the reviewer had said, not in its place."""

from __future__ import annotations

import pytest

from panel.core.outcomes import Comparison, Override
from panel.publish.formats import base, markdown
from panel.publish.seats import decided_by_editors, not_counted, scorecard
from tests.publish import samples
from tests.publish.formats.test_html import parsed
from tests.publish.formats.test_markdown import TOKENS, tokens
from tests.publish.hostile import PAYLOADS
from tests.publish.parts import SHA

SAID = "Editor Ada: ship, because the price is metered by the minute; the reviewer had said skip."


def decides(persona: str = "skeptic", decision: str = "ship") -> Override:
    return Override(
        persona=persona, decision=decision, reason="the price is metered by the minute.", author="Ada",
        time="2026-11-21T10:00:00Z", dossier=SHA,
    )  # fmt: skip


def edited(record: Comparison, side: str, *overrides: Override) -> Comparison:
    half = getattr(record, side).model_copy(update={"overrides": overrides})
    return record.model_copy(update={side: half})


PLAIN = edited(samples.plain(), "a", decides())
UGLY_A = edited(samples.ugly(), "a", decides())
UGLY_B = edited(samples.ugly(), "b", decides(decision="skip"))


def test_a_seat_an_editor_decided_has_that_mark_and_keeps_its_verdict():
    seat = scorecard(PLAIN)[1].a
    assert (seat.mark, seat.result, seat.override) == ("ship", "Ship, by an editor", SAID)
    assert seat.verdict.decision == "skip"
    assert scorecard(PLAIN)[1].b.override is None


def test_a_failed_seat_an_editor_decided_counts_and_still_says_why_it_is_empty():
    seat = scorecard(UGLY_A)[1].a
    assert (seat.mark, seat.verdict) == ("ship", None)
    assert "The model refused to answer" in seat.absence
    assert seat.override.endswith("the reviewer had given no verdict.")
    assert not_counted(UGLY_A, "a") == ("Futurist (outage)", "Business (no verdict)")
    assert decided_by_editors(UGLY_A, "a") == ("Skeptic",)


def test_a_contested_seat_an_editor_decided_counts():
    seat = scorecard(UGLY_B)[1].b
    assert seat.mark == "skip"
    assert seat.override.endswith("the reviewer had said ship, contested.")
    assert not_counted(UGLY_B, "b") == ()


@pytest.mark.parametrize("name", base.formats())
def test_every_format_shows_who_decided_what_and_why(name):
    render = base.formats()[name].render
    text = render(PLAIN).replace("\\", "")
    assert text.count(SAID) == 1
    assert "Decided by an editor:" in text
    assert "Ship, by an editor" in text
    assert "Editor Ada" not in render(samples.plain())
    assert "Contested, not counted" in render(samples.ugly())
    assert "Contested, not counted" not in render(UGLY_B)
    assert "Contested" in render(UGLY_B)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_an_editor_can_become_markup(payload):
    def saying(text: str) -> Comparison:
        override = decides().model_copy(update={"reason": text, "author": text})
        return edited(samples.plain(), "a", override)

    hostile, harmless = saying(PAYLOADS[payload]), saying("word")
    assert parsed(hostile).tags == parsed(harmless).tags
    kinds = [[t.type for t in tokens(markdown.render(each)) if t.block] for each in (hostile, harmless)]
    assert kinds[0] == kinds[1]
    assert {token.type for token in tokens(markdown.render(hostile))} <= TOKENS
