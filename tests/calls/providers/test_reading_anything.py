"""Counts that cannot be are doubted, and whatever else an envelope holds, it is read or it is a fault."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.calls.faults import Fault
from tests.calls.providers.dialects import ANSWER, CHAT, DIALECTS, RESPONSES, changed

# ---------------------------------------------------------------- what was used


@pytest.mark.parametrize("usage", [None, [], "many", 7])
def test_a_reply_that_does_not_say_what_it_used_is_still_an_answer(dialect, usage):
    reply = dialect.read(dialect.good(ANSWER) | {"usage": usage})
    assert (reply.text, reply.usage) == (ANSWER, None)


@pytest.mark.parametrize("count", [None, -1, 10**30, 10_000_001, 1.5, "90", True, [], {}])
def test_a_count_that_cannot_be_is_doubted_and_never_raised(dialect, count):
    body = changed(dialect.good(ANSWER), ("usage", dialect.output_name), count)
    usage = dialect.read(body).usage
    assert dialect.output_name in usage.doubt
    assert usage.output_tokens == 0


def test_counts_that_are_left_out_where_a_server_has_no_such_thing_are_zero(dialect):
    body = dialect.good(ANSWER) | {"usage": {dialect.read_name: 50, dialect.output_name: 5}}
    usage = dialect.read(body).usage
    assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.doubt) == (50, 0, 5, None)


def test_a_reply_that_says_it_read_nothing_is_doubted(dialect):
    body = dialect.good(ANSWER) | {"usage": {dialect.read_name: 0, dialect.output_name: 0}}
    assert "nothing was read" in dialect.read(body).usage.doubt


@pytest.mark.parametrize("which", [RESPONSES, CHAT], ids=lambda d: d.id)
def test_more_cached_than_read_is_doubted(which):
    body = changed(which.good(ANSWER), ("usage", which.read_name), 1099)
    assert "more was cached" in which.read(body).usage.doubt


# ---------------------------------------------------------------- anything at all

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value, here=()):
    """Every place in a JSON value."""
    yield here
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, inner in entries:
        yield from paths(inner, (*here, step))


@pytest.mark.parametrize("which", DIALECTS, ids=lambda d: d.id)
@settings(max_examples=150, deadline=None)
@given(data=st.data(), value=JSON)
def test_whatever_a_field_holds_the_reply_is_read_or_is_a_fault(which, data, value):
    envelope = which.good(ANSWER)
    path = data.draw(st.sampled_from([path for path in paths(envelope) if path]))
    try:
        reply = which.read(changed(envelope, path, value))
    except Fault as fault:
        assert fault.raw is not None  # noqa: PT017 (both outcomes are allowed)
    else:
        assert reply.text.strip() or reply.ending != "complete"


@pytest.mark.parametrize("which", DIALECTS, ids=lambda d: d.id)
@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_breaks_the_reading(which, body):
    with pytest.raises(Fault):
        which.read(body)
