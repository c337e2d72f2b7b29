"""Twins are warned of while a list is worked on: the first ones at once, more in the report, all counted."""

from __future__ import annotations

import asyncio

from panel.batch.lookout import MOST_TOLD, Lookout
from panel.batch.report import MOST_NAMED, Report
from panel.core.domain import Tool
from panel.core.records import Records
from panel.judgement.identity.shelf import WINDOW
from panel.twins import Twins
from tests.test_twins import CURSOR, CURSORS, reviewed


def numbered(many):
    """Tools that one vendor numbers, which are variants of one another all."""
    return [Tool(slug=f"tool-{n}", name=f"Tool {n}", vendor="Acme") for n in range(many)]


def look_at(tools, records, tell=lambda _: None):
    """Warn of all of them in turn; the report and who looked out."""
    report = Report()
    lookout = Lookout(Twins(records), report, tell)

    async def go():
        for tool in tools:
            await lookout.look(tool)

    asyncio.run(go())
    return report, lookout


def test_a_tool_is_warned_of_once_beside_what_came_before_it(tmp_path):
    told = []
    report, _ = look_at([CURSOR, CURSORS], Records(tmp_path), told.append)
    (issue,) = report.twins
    assert (issue.tool, report.twins_met) == (CURSORS.slug, 1)
    assert told == [issue.what.replace("twin", "warning", 1)]


def test_what_has_a_review_is_read_only_when_the_first_tool_comes(tmp_path):
    records = Records(tmp_path / "runs")
    lookout = Lookout(Twins(records), Report())
    reviewed(records, CURSOR)
    assert [each.other for each in lookout.meet(CURSORS)] == [CURSOR.slug]


def test_of_many_pairs_ten_are_told_a_thousand_named_and_all_counted(tmp_path):
    told = []
    report, _ = look_at(numbered(80), Records(tmp_path), told.append)
    assert len(told) == MOST_TOLD == 10
    assert report.twins_met > 1_000
    assert len(report.twins) == MOST_NAMED


def test_of_more_than_are_named_no_review_is_opened(tmp_path):
    records = Records(tmp_path / "runs")
    tools = numbered(140)
    for day, tool in enumerate(tools[:20], start=1):
        reviewed(records, tool, day=day)
    _, lookout = look_at(tools[20:130], records)
    assert all(each.standing is None for each in lookout.meet(tools[130]))


def test_however_long_a_list_a_tool_is_told_of_a_bounded_number_of_others(tmp_path):
    lookout = Lookout(Twins(Records(tmp_path)), Report())
    met = [len(lookout.meet(tool)) for tool in numbered(400)]
    assert met[-1] > 1, "they are variants, all of them"
    assert max(met) <= 2 * WINDOW, "else 10,000 numbered tools took 50 million comparisons"


def test_launches_that_their_source_writes_of_in_the_same_words_are_no_twins(tmp_path):
    words = "An editor for small teams that writes code with you, works offline and costs nothing at all."
    told = [Tool(slug=name, name=name.title(), description=words) for name in ("ferry", "harbour")]
    report, _ = look_at(told, Records(tmp_path))
    assert report.twins == []
