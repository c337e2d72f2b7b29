"""Tools that wait for a vendor's batch, from one process to the next."""

import asyncio

import pytest

from panel.batch.pending import FILE, FromSnapshots, Waiting
from panel.core.errors import DamagedRecord
from panel.core.records import Records
from panel.evidence.launches.launch import BadLine, launch_from
from tests.batch.launches import launch

RUN = "20261121T000000.000Z-0001"
DOSSIER = "sha256:" + "0" * 64


@pytest.fixture
def records(tmp_path):
    (tmp_path / "runs" / RUN).mkdir(parents=True)
    return Records(tmp_path / "runs")


def tool(name):
    return launch_from(launch(name), "list:1")


def add(waiting, *names):
    for name in names:
        asyncio.run(waiting.add(tool(name), f"content of {name}", DOSSIER))


def names(waiting):
    return [each.name for each in waiting]


def test_who_waits_is_known_to_the_next_process_without_the_evidence(records):
    add(Waiting(records, RUN), "One", "Two")
    again = Waiting(records, RUN)
    assert len(again) == 2
    assert tool("One").identity in again
    assert tool("Three").identity not in again
    (one, _two) = again
    assert (one.content, one.asked_about, one.text) == ("content of One", DOSSIER, None)
    assert one.identity == tool("One").identity


def test_a_tool_is_noted_once(records):
    waiting = Waiting(records, RUN)
    add(waiting, "One", "One")
    assert names(waiting) == names(Waiting(records, RUN)) == ["One"]


def test_a_round_forgets_those_that_were_judged_in_it(records):
    add(Waiting(records, RUN), "One", "Two", "Three")
    waiting = Waiting(records, RUN).start_round()
    add(waiting, "Two")
    waiting.settle()
    assert names(waiting) == names(Waiting(records, RUN)) == ["Two"]
    waiting.start_round().settle()
    assert len(waiting) == len(Waiting(records, RUN)) == 0


def test_a_line_that_a_crash_cut_short_is_taken_away(records):
    add(Waiting(records, RUN), "One", "Two")
    path = records.root / RUN / FILE
    path.write_bytes(path.read_bytes()[:-20])
    waiting = Waiting(records, RUN)
    assert names(waiting) == ["One"]
    add(waiting, "Three")
    assert names(Waiting(records, RUN)) == ["One", "Three"]


def test_a_damaged_line_is_named(records):
    add(Waiting(records, RUN), "One")
    path = records.root / RUN / FILE
    path.write_bytes(path.read_bytes() + b'{"name": 7}\n')
    with pytest.raises(DamagedRecord, match="line 2") as found:
        Waiting(records, RUN)
    assert found.value.hint


def test_a_dossier_that_is_not_kept_any_more_is_said(records):
    waiting = Waiting(records, RUN)
    add(waiting, "One")
    (one,) = waiting
    intake = FromSnapshots(records)
    assert intake.content(one) == "content of One"
    missing = asyncio.run(intake.dossier(one))
    assert isinstance(missing, BadLine)
    assert "is not kept" in missing.what
