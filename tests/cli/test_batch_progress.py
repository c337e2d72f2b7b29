"""How far a list is: a line that changes on a terminal, lines now and then for cron, nothing when quiet."""

import io
import sys
import time
from dataclasses import dataclass

import pytest

from panel.batch.report import Report
from panel.cli import batch_progress
from panel.cli.batch_progress import in_a_line, watch
from panel.cli.options import Common
from panel.core.errors import InputError
from panel.core.outcomes import Cost


@dataclass
class Spent:
    """A client that has spent something."""

    cost: Cost
    down: tuple[str, ...] = ()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def report_of(total=None, in_work=0, **endings):
    report = Report(total=total, in_work=in_work)
    report.endings.update(endings)
    return report


def test_the_line_tells_what_is_done_in_work_spent_and_left():
    line = in_a_line(report_of(total=40, in_work=8, reviewed=9, known=10, failed=1), 1.5, 5.0, 60.0)
    assert (
        line == "20 of 40 done · 10 known · 1 failed · 8 in work · $1.50 of $5.00 · 10/min · 1 min 0 s left"
    )


def test_what_is_not_known_is_left_out():
    assert in_a_line(report_of(), None, None, 0.0) == "0 done · 0 in work · cost unknown"
    assert in_a_line(report_of(reviewed=30, parked=2), 0.0, None, 120.0) == (
        "32 done · 2 parked · 0 in work · $0.00 · 15/min"
    )


def test_whom_it_waits_for_is_named():
    line = in_a_line(report_of(total=24, in_work=8), 0.0, None, 60.0, ["openai"])
    assert line == "0 of 24 done · 8 in work · openai is down · $0.00"


def test_a_long_night_is_told_in_hours():
    line = in_a_line(report_of(total=10_000, reviewed=1_000), 12.0, None, 3_600.0)
    assert "1,000 of 10,000 done" in line
    assert line.endswith("9 h 0 min left")


def told(monkeypatch, flags, stream, *, seconds=0.0):
    monkeypatch.setattr(batch_progress, "_LIVE", 0.01)
    monkeypatch.setattr(batch_progress, "_LINES", 0.01)
    monkeypatch.setattr(sys, "stderr", stream)
    with watch(report_of(total=4, reviewed=1), Spent(Cost(usd=0.25)), 1.0, flags):
        time.sleep(seconds)
    return stream.getvalue()


def test_for_cron_there_are_plain_lines(monkeypatch):
    said = told(monkeypatch, Common(), io.StringIO(), seconds=0.1)
    assert said.startswith("1 of 4 done · 0 in work · $0.25 of $1.00")
    assert said.endswith("\n")
    assert not set("\r\x1b") & set(said)


def test_a_short_run_says_nothing_on_the_way(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with watch(report_of(), Spent(Cost()), None, Common()):
        pass
    assert sys.stderr.getvalue() == ""


def test_on_a_terminal_one_line_changes_and_is_gone_in_the_end(monkeypatch):
    said = told(monkeypatch, Common(), Terminal(), seconds=0.1)
    assert "1 of 4 done" in said
    assert "\n" not in said
    assert said.endswith("\r\x1b[K")


def test_quiet_says_nothing_but_writes_the_log(monkeypatch, tmp_path):
    log = tmp_path / "batch.log"
    assert told(monkeypatch, Common(quiet=True, log_file=log), Terminal(), seconds=0.1) == ""
    assert "1 of 4 done" in log.read_text()


def test_a_log_that_cannot_be_written_is_said(tmp_path):
    flags = Common(log_file=tmp_path / "no" / "such" / "x.log")
    with pytest.raises(InputError, match=r"x\.log"), watch(report_of(), Spent(Cost()), None, flags):
        pytest.fail("it was opened")
