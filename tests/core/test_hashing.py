import hashlib
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.hashing import bare, canonical_json, digest, digest_of

TEXT = st.text(st.characters(), max_size=20)  # lone surrogates included
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=15,
)


def shuffled(value, luck):
    """The same JSON value with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = list(value)
        luck.shuffle(keys)
        return {key: shuffled(value[key], luck) for key in keys}
    return [shuffled(item, luck) for item in value] if isinstance(value, list) else value


@given(value=JSON, seed=st.integers(0, 1000))
def test_the_order_in_which_keys_were_written_changes_no_hash(value, seed):
    assert digest_of(shuffled(value, random.Random(seed))) == digest_of(value)


@given(value=st.lists(st.integers(), min_size=2, max_size=5, unique=True))
def test_the_order_of_a_list_does(value):
    assert digest_of(value[::-1]) != digest_of(value)


@given(value=JSON)
def test_the_canonical_form_is_one_line_of_utf8_that_says_the_same(value):
    text = canonical_json(value)
    assert b"\n" not in text
    again = json.loads(text)
    assert canonical_json(again) == text
    if not has_surrogates(value):
        assert again == value


@given(one=JSON, other=JSON)
def test_different_values_have_different_forms(one, other):
    # Equality as JSON sees it: 1, 1.0 and true are three values.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    if not has_surrogates([one, other]):
        assert (canonical_json(one) == canonical_json(other)) == same


def has_surrogates(value):
    return any("\ud800" <= character <= "\udfff" for character in json.dumps(value, ensure_ascii=False))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"deep": [value]})


def test_a_lone_surrogate_becomes_the_replacement_character():
    assert "\ufffd" in canonical_json("a\ud800b").decode("utf-8")


def test_a_hash_says_which_function_made_it():
    assert digest("ship") == "sha256:" + hashlib.sha256(b"ship").hexdigest()
    assert digest("ship") == digest(b"ship")
    assert bare(digest("ship")) == hashlib.sha256(b"ship").hexdigest()


def test_the_canonical_form_is_what_it_has_always_been():
    # A change here gives every stored call another key: all of them would be paid again.
    value = {"b": [1, 1.5, None, True], "a": "é–&"}
    assert canonical_json(value) == '{"a":"é–&","b":[1,1.5,null,true]}'.encode()
    assert digest_of(value) == "sha256:" + hashlib.sha256(canonical_json(value)).hexdigest()
