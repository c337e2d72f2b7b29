"""What a night's comparison leaves for a person."""

from __future__ import annotations

from panel.batch.comparing import left_open
from panel.core.outcomes import Override
from tests.publish.samples import ugly


def test_a_contested_seat_and_a_missing_quorum_are_named():
    missing, contested = left_open(ugly()).split("; ")
    assert missing.startswith("Drafthorse v0.9")
    assert missing.endswith(": no quorum among the seats shown")
    assert contested == "skeptic contradicts itself: Ships although its decisive finding is against."


def test_a_contested_seat_that_an_editor_decided_needs_nobody():
    made = ugly()
    signed = {"reason": "It says so.", "author": "Ada", "time": "", "dossier": made.b.dossier.id}
    side = made.b.model_copy(update={"overrides": (Override(persona="skeptic", decision="skip", **signed),)})
    assert "skeptic" not in left_open(made.model_copy(update={"b": side}))


def test_of_two_models_the_contested_one_is_named():
    made = ugly()
    (other,) = [seat for seat in made.b.seating if seat.persona == "skeptic"]
    side = made.b.model_copy(
        update={"seating": (*made.b.seating, other.model_copy(update={"model": "openai:x"}))}
    )
    assert f"skeptic@{other.model} contradicts itself" in left_open(made.model_copy(update={"b": side}))
