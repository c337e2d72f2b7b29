"""What verbs over lists share: an early end names the command that goes on."""

from __future__ import annotations

import pytest

from panel.cli.listing import naming
from panel.cli.options import resuming
from panel.cli.verbs.batch import BatchFlags
from panel.core.errors import InputError, StoppedEarly


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ("mend it, then run the same command again; fine", "mend it, then panel batch a.jsonl; fine"),
        (None, "panel batch a.jsonl"),
    ],
)  # fmt: skip
def test_an_early_end_names_the_command(hint, said):
    with pytest.raises(StoppedEarly) as caught, naming("panel batch a.jsonl"):
        raise StoppedEarly("the server is away", hint=hint)
    assert caught.value.hint == said


def test_wrong_input_is_not_to_be_run_again():
    with pytest.raises(InputError) as caught, naming("panel batch a.jsonl"):
        raise InputError("no such file")
    assert caught.value.hint is None


@pytest.mark.parametrize(("cap", "written"), [(12345.67, "12345.67"), (5.0, "5"), (0.1, "0.1")])
def test_the_command_to_go_on_with_names_the_cap_as_it_was_given(cap, written):
    flags = BatchFlags(max_usd=cap)
    assert resuming("batch", ["list.jsonl"], flags) == f"panel batch list.jsonl --max-usd {written}"
