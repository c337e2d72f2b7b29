"""Ready-made scripts choose as their names say, whoever asks first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.standin.answers import Answer, Status, Verdict
from tests.standin.apis.chat import Chat
from tests.standin.scripts import (
    FAULTS,
    by_model,
    by_persona,
    by_text,
    either,
    first,
    once_each,
    random_faults,
    sequence,
    skeptic_skips,
    when,
)
from tests.standin.seen import Seen, see

NO, SHIP, SKIP = Status(500), Verdict(), Verdict("skip")


def seen(*parts: str, model: str = "m") -> Seen:
    content = [{"type": "text", "text": part} for part in parts]
    body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": content}]}
    reading = Chat().read(body)
    raw = json.dumps(body).encode()
    return see(Chat.path, {}, body, raw, api="chat", reading=reading, index=0, arrived=0.0)


SKEPTIC = seen("The dossier says Builder.", "Your seat: Skeptic.\n- `breaks`: What?\n- `kills`: When?")
BUILDER = seen("The dossier says Skeptic.", "Your seat: Builder.\n- `primitive`: What?")


def test_a_sequence_ends_with_its_last_answer() -> None:
    script = sequence([NO, SKIP, None])
    assert [script(BUILDER) for _ in range(4)] == [NO, SKIP, None, None]
    script = first(2, NO, SHIP)
    assert [script(BUILDER) for _ in range(4)] == [NO, NO, SHIP, SHIP]


def test_once_for_each_body() -> None:
    script = once_each(NO)
    assert [script(who) for who in (BUILDER, SKEPTIC, BUILDER, SKEPTIC)] == [NO, NO, None, None]


def test_by_seat_model_and_text() -> None:
    assert [by_persona({"Skeptic": SKIP}, SHIP)(who) for who in (SKEPTIC, BUILDER)] == [SKIP, SHIP]
    assert [by_persona({"primitive": SKIP})(who) for who in (SKEPTIC, BUILDER)] == [None, SKIP]
    assert [skeptic_skips()(who) for who in (SKEPTIC, BUILDER)] == [SKIP, None]
    assert by_model({"m": NO})(BUILDER) == NO
    assert by_model({"n": NO})(BUILDER) is None
    assert by_text({"dossier says Skeptic": NO}, SHIP)(BUILDER) == NO
    assert when(lambda who: who.turn == 1, NO)(BUILDER) == NO
    assert either(by_model({"n": NO}), skeptic_skips())(SKEPTIC) == SKIP


def faults_met(seed: int, who: Sequence[Seen]) -> dict[str, Answer | None]:
    script = random_faults(seed, 0.3)
    return {one.sha256: script(one) for one in who}


def test_random_faults_depend_on_the_body_and_not_on_the_order() -> None:
    asked = [seen(f"Tool {n}", "Judge.") for n in range(200)]
    met = faults_met(1, asked)
    assert faults_met(1, asked[::-1]) == met
    assert faults_met(2, asked) != met
    assert 30 < sum(fault is not None for fault in met.values()) < 90
    assert all(fault in FAULTS for fault in met.values() if fault is not None)
