"""Which family a model is of, and whether all seats are of one."""

from __future__ import annotations

import pytest

from panel.core.domain import OFFLINE_MODEL, Seating
from panel.judgement.families import family_of, one_family


@pytest.mark.parametrize(
    ("label", "at_vendor", "family"),
    [
        ("anthropic:claude-sonnet-5-5", True, "anthropic"),
        ("openai:gpt-6.1-terra", True, "openai"),
        ("openai:o3-mini", True, "openai"),
        ("openai:something-new", True, "openai"),  # at the vendor's own host the vendor made it
        ("openai:something-new", False, "something"),
        ("openai:gpt-oss-120b", False, "openai"),  # the maker's name goes before the place
        ("openai:anthropic/claude-sonnet-5-5", False, "anthropic"),
        ("openai:llama3.3:70b", False, "llama"),
        ("openai:meta-llama/Llama-3.3-70B", False, "llama"),
        ("openai:Qwen2.5-Coder", False, "qwen"),
        ("openai:deepseek-r1", False, "deepseek"),
        ("mine:model-1", False, "model"),
        ("mine:42", False, "42"),
    ],
)
def test_a_family_is_the_maker_the_vendor_or_the_first_word(label, at_vendor, family):
    assert family_of(label, at_vendor=at_vendor) == family


def seat(model, family):
    return Seating(persona="builder", name="Builder", chair="core", model=model, because="", family=family)


def test_a_panel_is_of_one_family_only_if_every_seat_is():
    claude, gpt = seat("anthropic:claude-x", "anthropic"), seat("openai:gpt-x", "openai")
    assert one_family([claude, claude]) == "anthropic"
    assert one_family([claude, gpt]) is None


def test_the_offline_reader_and_a_record_of_before_have_no_family():
    assert one_family([seat(OFFLINE_MODEL, None)]) is None
    assert one_family([seat("anthropic:claude-x", None)]) is None
    assert one_family([]) is None
