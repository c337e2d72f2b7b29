"""What every vendor's batches must do, whichever it is: runs over every file of the folder."""

import asyncio
import json
import re

import pytest

from panel.calls.faults import Fault
from panel.calls.providers import base as providers
from panel.calls.vendor_batches.apis import base
from panel.calls.vendor_batches.exchange import MOST_PAGES, pages
from panel.calls.vendors import Connection, Secret
from panel.core.errors import InputError
from panel.core.requests import CallRequest, Message
from tests.calls.providers.dialects import BAIT, DIALECTS, PERSONA, SCHEMA


@pytest.fixture(params=base.names())
def provider(request):
    return providers.connect(request.param, Connection(base_url="http://127.0.0.1:9/v1", key=Secret(BAIT)))


def request_to(provider, **changes):
    fields = {
        "provider": provider.vendor.name,
        "model": provider.vendor.default_model,
        "system": "Rules.",
        "messages": (Message(role="user", parts=("The dossier.\nIt has lines.", "The task \ud800.")),),
        "schema": SCHEMA,
        "max_output_tokens": 100,
        "options": provider.options(PERSONA),
    }
    return CallRequest.model_validate(fields | changes)


def test_every_file_of_the_folder_is_found_and_has_its_provider_and_a_dialect_in_these_tests():
    assert {"anthropic", "openai"} <= set(base.names()) <= set(providers.names())
    assert {dialect.provider for dialect in DIALECTS} == set(base.names())


def test_a_provider_without_batches_is_refused_and_told_which_have_some():
    offline = providers.connect("offline", Connection())
    with pytest.raises(
        InputError, match="the provider offline has no batches; these have: anthropic, openai"
    ):
        base.batches_of(offline)


def test_a_line_is_one_line_of_json_that_is_recognised_by_the_requests_key(provider):
    request = request_to(provider)
    line = base.batches_of(provider).line(request)
    assert b"\n" not in line.text
    assert json.loads(line.text)["custom_id"] == line.custom_id
    assert re.fullmatch("[0-9a-f]{64}", line.custom_id)
    assert base.key_of(line.custom_id) == request.key


def test_lines_of_one_model_go_together_and_those_of_two_do_not(provider):
    batches = base.batches_of(provider)
    one, same, other = (
        batches.line(request_to(provider, **changes)).together
        for changes in ({}, {"max_output_tokens": 7}, {"model": "another"})
    )
    assert one == same != other


def test_limits_are_below_those_of_both_vendors_and_results_are_there_longer_than_a_batch_takes(provider):
    limits = base.batches_of(provider).limits
    assert limits.lines <= 50_000
    assert limits.bytes <= 200_000_000
    assert limits.kept_seconds > 7 * 86_400


def test_nobody_there_is_a_fault_that_may_be_tried_again_and_paid_nothing(provider):
    async def run():
        batches = base.batches_of(provider)
        line = batches.line(request_to(provider))
        try:
            with pytest.raises(Fault) as caught:
                await batches.create([line], label="l")
        finally:
            await batches.close()
            await provider.close()
        return caught.value

    fault = asyncio.run(run())
    assert (fault.cause, fault.retry, fault.maybe_paid) == ("connection", True, False)
    assert BAIT not in fault.message


def listed(*pages_of_ids, more=True):
    asked = []

    async def ask(after):
        asked.append(after)
        ids = pages_of_ids[len(asked) - 1]
        return {"data": [{"id": str(each), "at": each} for each in ids], "has_more": more}

    async def run():
        return [each["at"] async for each in pages(ask, lambda batch: batch["at"], 10.0)]

    return asyncio.run(run()), asked


def test_a_list_is_looked_through_page_by_page_back_to_the_moment_that_counts():
    assert listed((30, 20), (15, 9), (8, 7)) == ([30, 20, 15], [None, "20"])
    assert listed((30, 20), more=False) == ([30, 20], [None])
    assert listed(()) == ([], [None])


def test_a_long_list_is_read_to_its_end():
    found, asked = listed(*[(99,)] * 50, ())
    assert (len(found), len(asked)) == (50, 51)


def test_a_list_that_never_ends_is_left_and_nobody_takes_what_was_sought_for_not_there():
    with pytest.raises(Fault, match="does not end after 500 pages") as said:
        listed(*[(99,)] * (MOST_PAGES + 1))
    assert said.value.retry, "it is looked for again later"
