"""What texts state of sizes, licences and percentages, and how much two have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.identity.texts import differences, in_common, sketch, stated

TEXT = " ".join(f"word{n} and another{n % 7} thing" for n in range(200))


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("in three sizes, 7B, 34B and 200B parameters", {"7B", "34B", "200B"}),
        ("a model with 7 billion parameters", {"7B"}),
        ("a 350M-parameter model", {"350M"}),
        ("Mixtral 8x7B", {"8X7B"}),
        ("raised $5B, read 32B tokens, has 5 million users and 3M downloads", set()),
        ("", set()),
    ],
)
def test_sizes_are_read_and_other_amounts_are_not(text, sizes):
    assert stated(text).sizes == sizes


def test_a_licence_with_a_version_is_told_apart_but_is_no_other_family():
    one, other = stated("under the Apache License 2.0"), stated("under the Apache License")
    assert differences(one, other)
    assert one.families == other.families


def test_what_nobody_names_is_said_so_and_many_are_counted():
    one, other = stated(" ".join(f"{n}%" for n in range(1, 10))), stated("")
    assert differences(one, other) == ("percentages: 1%, 2%, 3%, 4%, 5% and 4 more against none named",)


def test_a_text_is_all_in_common_with_itself_and_a_changed_sentence_leaves_most():
    assert in_common(sketch(TEXT), sketch(TEXT)) == 1
    assert 0.5 < in_common(sketch(TEXT), sketch(TEXT.replace("word50", "changed"))) <= 1
    assert in_common(sketch(TEXT), sketch(TEXT[::-1])) == 0


def test_a_text_too_short_to_tell_is_in_common_with_nothing():
    assert in_common(sketch("Hello world again and again"), sketch("Hello world again and again")) == 0


@given(st.text(max_size=300), st.text(max_size=300))
def test_what_is_in_common_knows_no_order_and_is_a_share(a, b):
    share = in_common(sketch(a), sketch(b))
    assert 0 <= share <= 1
    assert share == in_common(sketch(b), sketch(a))
