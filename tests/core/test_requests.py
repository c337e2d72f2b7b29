"""A request's JSON is the contract's: its key, the ledger and the vendors' batches rest on it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panel.core.requests import CallRequest, Message

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
MESSAGES = st.builds(
    Message, role=st.sampled_from(["user", "assistant"]), parts=st.lists(TEXTS, max_size=3).map(tuple)
)


def made(**fields):
    """For `builds`, which would ask the type itself for the field's alias too."""
    return CallRequest(**fields)


@given(
    st.builds(
        made,
        provider=TEXTS,
        base_url=st.none() | TEXTS,
        model=TEXTS,
        system=TEXTS,
        messages=st.lists(MESSAGES, max_size=3).map(tuple),
        schema_=st.dictionaries(TEXTS, JSON, max_size=3),
        max_output_tokens=st.integers(1, 10_000),
        options=st.dictionaries(TEXTS, JSON, max_size=3),
        sample=st.integers(0, 3),
    )
)
def test_it_has_every_field_as_the_contract_names_it_in_the_same_order(request):
    # pydantic's own; `as_json` says the same by hand, for it is asked for with every call.
    full = request.model_dump(mode="json")
    assert list(request.as_json().items()) == list(full.items())
