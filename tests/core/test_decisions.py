"""Editors' decisions are lines that are added and never changed, whoever else writes and whatever breaks."""

from __future__ import annotations

import json
import os
import threading
import time

import pytest

from panel.core.decisions import (
    FILE,
    Overridden,
    Settled,
    decide,
    decided,
    one_at_a_time,
    overrides_of,
)
from panel.core.errors import DamagedRecord, InputError
from panel.core.outcomes import Override


def line(tool="lantern", reason="A reason."):
    override = Override(
        persona="skeptic", decision="ship", reason=reason, author="Ada",
        time="2026-11-21T10:00:00Z", dossier="sha256:d",
    )  # fmt: skip
    return Overridden(tool=tool, override=override)


def test_decisions_come_back_in_the_order_they_were_made(tmp_path):
    for reason in ("one", "two\nlines", "three – “quoted” \ud800"):
        decide(tmp_path, line(reason=reason))
    read = decided(tmp_path, Overridden)
    assert [each.override.reason for each in read] == ["one", "two\nlines", "three – “quoted” ?"]
    assert len((tmp_path / FILE).read_bytes().splitlines()) == 3
    assert json.loads((tmp_path / FILE).read_text().splitlines()[0])["schema"] == "panel.decision/1"


def test_what_changed_since_the_last_look_is_seen_and_what_did_not_is_not_read_again(tmp_path):
    path = tmp_path / FILE

    def reasons():
        return [each.reason for each in overrides_of(tmp_path, "lantern")]

    decide(tmp_path, line(reason="one"))
    os.utime(path, (100, 100))
    assert reasons() == ["one"]
    decide(tmp_path, line(reason="two"))
    assert reasons() == ["one", "two"]
    path.write_text(path.read_text().replace("one", "six"))
    assert reasons() == ["six", "two"], "a person mended it, within one tick of the clock"
    os.utime(path, (100, 100))
    assert reasons() == ["six", "two"]
    path.write_bytes(b"x" * path.stat().st_size)
    os.utime(path, (100, 100))
    assert reasons() == ["six", "two"], "it looks as it did"
    path.unlink()
    assert reasons() == []


def test_where_nothing_was_decided_there_is_nothing_and_no_file(tmp_path):
    assert decided(tmp_path, Overridden) == []
    assert list(tmp_path.iterdir()) == []


def test_the_overrides_of_a_tool_are_those_of_no_other(tmp_path):
    decide(tmp_path, line("lantern", "mine"))
    decide(tmp_path, line("quarry", "theirs"))
    assert [each.reason for each in overrides_of(tmp_path, "lantern")] == ["mine"]


def test_other_kinds_are_passed_over(tmp_path):
    (tmp_path / FILE).write_text('{"schema": "panel.decision/1", "kind": "publish", "anything": 1}\n')
    decide(tmp_path, line())
    assert len(decided(tmp_path, Overridden)) == 1
    assert decided(tmp_path, Settled) == []


def test_a_line_that_was_never_finished_is_no_decision_and_spoils_no_later_one(tmp_path):
    decide(tmp_path, line(reason="whole"))
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole + b'{"schema": "panel.dec')
    assert [each.override.reason for each in decided(tmp_path, Overridden)] == ["whole"]
    decide(tmp_path, line(reason="next"))
    assert (tmp_path / FILE).read_bytes().startswith(whole + b'{"schema": "panel.dec\n')
    with pytest.raises(DamagedRecord, match=f"{FILE}:2: not JSON"):
        decided(tmp_path, Overridden)


def test_a_file_saved_without_its_last_line_end_is_read_whole_and_added_to(tmp_path):
    decide(tmp_path, line(reason="one"))
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes().rstrip())
    assert len(decided(tmp_path, Overridden)) == 1
    decide(tmp_path, line(reason="two"))
    assert [each.override.reason for each in decided(tmp_path, Overridden)] == ["one", "two"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<<<<<<< HEAD", "not JSON"),
        ("[]", "schema"),
        ('{"schema": "panel.decision/2", "kind": "override"}', "schema"),
        ('{"schema": "panel.decision/1", "kind": "override", "tool": "x"}', "override: Field required"),
    ],
)
def test_a_line_that_is_no_decision_is_named_and_never_passed_over(tmp_path, text, what):
    decide(tmp_path, line())
    with (tmp_path / FILE).open("a") as file:
        file.write(f"\n{text}\n")
    with pytest.raises(DamagedRecord, match=f"{FILE}:3: .*{what}"):
        decided(tmp_path, Overridden)


def test_only_one_at_a_time_works_on_a_folder(tmp_path):
    inside, most, count = 0, 0, 0

    def work():
        nonlocal inside, most, count
        for _ in range(5):
            with one_at_a_time(tmp_path):
                inside += 1
                most = max(most, inside)
                time.sleep(0.0005)
                count += 1
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, count) == (1, 40)


def test_a_folder_that_is_not_there_cannot_be_held(tmp_path):
    with pytest.raises(InputError), one_at_a_time(tmp_path / "nothing"):
        pass
