"""What a page cannot hold is replaced, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panel.core.outcomes import Comparison
from panel.publish.legible import legible, legible_text, printable
from tests.publish import samples
from tests.publish.hostile import filled


def test_an_ordinary_record_is_not_changed():
    assert legible(samples.plain()) == samples.plain()


def test_controls_lone_surrogates_and_non_characters_are_replaced_one_for_one():
    seen = legible(filled(samples.plain(), "a\x00\x1b\x7f\x9f\ud800\ufffe\U0001ffffb\r\n\tc"))
    assert seen.a.tool.name == "a\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdb\r\n\tc"
    assert seen.scorecard[0].a.paragraph == seen.a.tool.name


def test_orders_to_turn_the_writing_direction_stay_only_where_a_paragraph_is_printed_verbatim():
    seen = legible(filled(samples.plain(), "a\u202eb\u2066c\u200fd"))
    assert seen.a.tool.name == "a\ufffdb\ufffdc\u200fd"
    assert seen.scorecard[0].a.paragraph == "a\u202eb\u2066c\u200fd"


@given(st.text(max_size=30))
def test_lengths_stay_so_that_spans_of_claims_still_fit(text):
    record = samples.plain().model_copy(update={"id": text})
    seen: Comparison = legible(record)
    assert len(seen.id) == len(text)
    seen.id.encode("utf-8")
    assert legible(seen) == seen


def test_any_value_of_a_record_can_be_made_so():
    assert legible(samples.plain().a.tool.model_copy(update={"name": "a\x00b"})).name == "a\ufffdb"


def test_a_text_on_its_own_may_not_turn_what_follows_it_and_a_block_of_its_own_may():
    assert legible_text("a\x00b\u202ec") == "a\ufffdb\ufffdc"
    assert printable("a\x00b\u202ec") == "a\ufffdb\u202ec"


@given(
    st.text(st.one_of(st.characters(), st.sampled_from("\x00\x08\x0c\x7f\u202e\ufffe\\ubf\n\t")), max_size=12)
)
def test_the_quick_look_and_the_look_at_each_text_come_to_the_same(text):
    record = samples.plain().a.tool.model_copy(update={"name": text, "tagline": "a\x00b"})
    alone = record.model_copy(update={"tagline": "ab"})
    assert legible(alone).name == legible(record).name == legible_text(text)
    assert legible_text(text) == "".join(
        "\ufffd" if legible_text(f"{each}\n")[0] == "\ufffd" else each for each in text
    )
