"""What `[nightly]` in panel.toml may say, and which night it is."""

import asyncio
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from panel.batch.lists import fetcher_for
from panel.batch.nights import COMPARISONS, Night, carry_out_night, date_of, night_of
from panel.batch.run import Rules
from panel.core.errors import InputError
from panel.core.workspace import open_workspace
from tests.batch.launches import write_list
from tests.batch.working import kit_of


def night(folder, text):
    (folder / "panel.toml").write_text(text)
    return night_of(open_workspace({}, folder=folder, environ={}))


def test_a_night_has_sources_each_once(tmp_path):
    text = '[nightly]\nsources = ["launches.jsonl", "show-hn", "launches.jsonl"]\n'
    assert night(tmp_path, text) == Night(("launches.jsonl", "show-hn"), COMPARISONS, None)


def test_its_bounds_can_be_set(tmp_path):
    text = '[nightly]\nsources = ["a.jsonl"]\ncomparisons = 0\nping = "https://ping.example/x"\n'
    assert night(tmp_path, text) == Night(("a.jsonl",), 0, "https://ping.example/x")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", r"there is no \[nightly\]"),
        ("[nightly]\n", r"nightly\.sources: must be a list"),
        ("[nightly]\nsources = []\n", r"nightly\.sources: must be a list"),
        ('[nightly]\nsources = "a"\n', r"nightly\.sources: must be a list"),
        ('[nightly]\nsources = ["a", " "]\n', r"nightly\.sources: must be a list"),
        ('[nightly]\nsources = ["a"]\ncomparisons = -1\n', r"nightly\.comparisons: must be a whole number"),
        ('[nightly]\nsources = ["a"]\ncomparisons = true\n', r"nightly\.comparisons: must be a whole number"),
        ('[nightly]\nsources = ["a"]\nping = "ftp://x"\n', r"nightly\.ping: must be an http"),
        ('[nightly]\nsources = ["a"]\nsource = ["b"]\n', r"nightly\.source: no such setting"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, text, named):
    with pytest.raises(InputError, match=named):
        night(tmp_path, text)


# ---------------------------------------------------------------- one run for each UTC date


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("day", ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"])
def test_over_a_change_of_the_clocks_every_utc_date_comes_once_and_in_order(zone, day):
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00") - timedelta(days=1)
    dates = [date_of((start + timedelta(minutes=15 * n)).astimezone(ZoneInfo(zone))) for n in range(4 * 72)]
    assert dates == sorted(dates)
    assert [dates.count(date) for date in dict.fromkeys(dates)] == [4 * 24] * 3


def test_a_local_hour_that_comes_twice_is_one_night():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert date_of(first) == date_of(first.replace(fold=1)) == "2026-10-25"


@pytest.fixture
def nights(tmp_path):
    """Carry out the night of a date over a list that grows by a tool each time."""
    kit, count = kit_of(tmp_path), 0

    def carry_out(date):
        nonlocal count
        count += 1
        write_list(tmp_path, count)

        async def go():
            rules = Rules(limit=None, only_failed=False, fresh=False, deadline=None, clock=time.monotonic)
            async with fetcher_for(kit.workspace) as fetcher:
                return await carry_out_night(
                    Night(("tools.jsonl",)), date, rules, kit, fetcher, watcher=Nobody(), stop=asyncio.Event()
                )

        return asyncio.run(go())

    return carry_out


class Nobody:
    """Looks on and says nothing."""

    def tell(self, *_said):
        """Ignore it."""

    judged = says = tell

    @contextmanager
    def at_work(self, *_seen):
        yield


def test_a_night_is_done_once_and_the_next_one_is_another_run(nights):
    first, again, next_one = nights("2026-11-21"), nights("2026-11-21"), nights("2026-11-22")
    assert first.report.endings == {"reviewed": 1}
    assert again == first.run.id
    assert next_one.report.endings == {"known": 1, "reviewed": 2}
    assert next_one.run.id > first.run.id


def test_when_the_clock_jumps_ahead_and_back_no_night_is_done_twice_and_none_is_lost(nights):
    today, tomorrow = nights("2026-11-21"), nights("2026-11-22")
    assert nights("2026-11-21") == today.run.id
    assert nights("2026-11-22") == tomorrow.run.id
    assert nights("2026-11-20").report.endings["reviewed"] == 3
    assert nights("2026-11-23").report.endings == {"known": 5, "reviewed": 1}
