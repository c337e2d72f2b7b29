"""A request's JSON is the contract's: its key, the ledger and the vendors' batches rest on it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.hashing import digest_of
from panel.core.requests import CallRequest, Message

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def made(**fields):
    """For `builds`, which would ask the type itself for the field's alias too."""
    return CallRequest(**fields)


def requests(texts, values):
    """Requests of such texts, and such JSON in schema and options."""
    messages = st.builds(
        Message, role=st.sampled_from(["user", "assistant"]), parts=st.lists(texts, max_size=3).map(tuple)
    )
    return st.builds(
        made,
        provider=texts,
        base_url=st.none() | texts,
        model=texts,
        system=texts,
        messages=st.lists(messages, max_size=3).map(tuple),
        schema_=st.dictionaries(texts, values, max_size=3),
        max_output_tokens=st.integers(1, 10_000),
        options=st.dictionaries(texts, values, max_size=3),
        sample=st.integers(0, 3),
    )


@given(requests(TEXTS, JSON))
def test_it_has_every_field_as_the_contract_names_it_in_the_same_order(request):
    # pydantic's own; `as_json` says the same by hand, for it is asked for with every call.
    full = request.model_dump(mode="json")
    assert list(request.as_json().items()) == list(full.items())


ANY_TEXTS = st.text(max_size=20) | st.sampled_from(
    ["a\ud800b", "\ud83d\ude00", "\x00\x1f\x7f\u2028", "é" * 20_000]
)


@given(requests(ANY_TEXTS, JSON | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXTS))
def test_its_key_is_the_hash_of_its_canonical_json(request):
    assert request.key == digest_of(request.as_json())


@pytest.mark.parametrize("field", ["schema_", "options"])
def test_a_number_json_does_not_know_has_no_key(field):
    request = made(
        provider="p",
        model="m",
        system="",
        messages=(),
        max_output_tokens=1,
        **{"schema_": {}, field: {"a": math.nan}},
    )
    with pytest.raises(ValueError, match="JSON"):
        _ = request.key
