"""A list whose vendor fails at random, and dates that a calendar makes difficult."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import pytest

from panel.batch.lists import open_list
from panel.batch.nights import date_of
from tests.batch.launches import write_list
from tests.batch.test_run import QuickTime, patient
from tests.batch.working import batch_of, kit_of, listed
from tests.standin import StandIn, random_faults

TOOLS = 60


def test_under_a_tenth_of_random_faults_every_tool_of_a_list_ends_once_and_few_requests_are_added(
    tmp_path,
):  # A34
    path, quick = write_list(tmp_path, TOOLS), QuickTime()

    async def go(server):
        kit = kit_of(tmp_path, provider="openai", base_url=server.openai_base_url)
        listing = await open_list(str(path), kit.workspace, None)
        async with batch_of(kit, at_once=8) as batch:
            patient(batch, quick)
            with listed(listing) as one:
                await batch.work([one], stop=asyncio.Event())
        return batch, kit

    with StandIn(random_faults(seed=34, rate=0.1)) as server:
        batch, kit = asyncio.run(go(server))
        asked = server.count
    endings = batch.report.endings
    assert endings["reviewed"] + endings["failed"] == endings.total() == TOOLS
    reviews = [json.loads(path.read_text()) for path in kit.records.root.glob("*/reviews/*.json")]
    assert len(reviews) == TOOLS
    for review in reviews:
        assert len(review["verdicts"]) + len(review["failures"]) == 4
        assert all(failure["kind"] and failure["message"] for failure in review["failures"])
    assert 4 * TOOLS < asked <= 1.15 * 4 * TOOLS
    assert sum(len(review["verdicts"]) for review in reviews) > 0.95 * 4 * TOOLS


@pytest.mark.parametrize("day", ["2028-02-29", "2027-03-01", "2026-12-31", "2027-01-01"])
def test_a_leap_day_and_the_turn_of_a_year_are_nights_like_any_other(day):  # B16
    noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    nights = [date_of(noon + timedelta(days=n)) for n in (-1, 0, 1)]
    assert nights[1] == day
    assert nights == sorted(set(nights))
