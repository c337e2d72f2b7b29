"""A backup holds every record, no damaged one in the place of a good one, and says when it is incomplete."""

import json

import pytest

from panel.core import backup
from panel.core.errors import DamagedRecord, InputError
from panel.core.records import Records
from panel.core.upkeep import check
from tests.core.shelf import RULES, a_run_id, add_comparison, add_review

RUNS = [a_run_id("20260301", number) for number in range(4)]


@pytest.fixture
def records(tmp_path):
    records = Records(tmp_path / "runs")
    a, b = add_review(records, RUNS[0], "lantern"), add_review(records, RUNS[1], "quarry")
    add_comparison(records, RUNS[2], a, b)
    return records


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backup"


def back_up(records, folder):
    backup.begin(folder, records.root)
    kept = backup.copy_records(records.root, folder, RULES)
    backup.finish(folder)
    return kept


def content(root):
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != backup.MARKER
    }


def test_a_backup_holds_every_file_byte_for_byte(records, folder):
    kept = back_up(records, folder)
    assert content(folder) == content(records.root)
    assert (kept.new, kept.there, kept.remarks) == (len(content(folder)), 0, [])
    assert check(folder, RULES).remarks == []


def test_what_was_mailed_to_whom_is_in_it(records, folder):
    sent = records.root / "digests" / "2026-03-08.json"
    sent.parent.mkdir()
    sent.write_text("{}")
    back_up(records, folder)
    assert (folder / "digests" / sent.name).read_text() == "{}"


def test_a_second_time_only_what_is_new_is_copied(records, folder):
    before = back_up(records, folder).new
    add_review(records, RUNS[3], "anvil")
    kept = back_up(records, folder)
    assert (kept.new, kept.there) == (3, before)
    assert content(folder) == content(records.root)


def test_until_it_is_finished_it_says_that_it_is_not_complete(records, folder):
    assert backup.unfinished(records.root) == []
    backup.begin(folder, records.root)
    (remark,) = backup.unfinished(folder)
    assert remark.kind == "damage"
    back_up(records, folder)
    assert backup.unfinished(folder) == []
    backup.begin(folder, records.root)
    assert len(backup.unfinished(folder)) == 1


def test_a_damaged_record_never_takes_the_place_of_a_good_copy(records, folder):
    back_up(records, folder)
    path = records.review_path(RUNS[0], "lantern")
    good = path.read_bytes()
    path.write_bytes(good[:100])
    kept = back_up(records, folder)
    assert [remark.file for remark in kept.remarks] == [path]
    assert (folder / path.relative_to(records.root)).read_bytes() == good


def test_a_damaged_copy_is_written_anew(records, folder):
    back_up(records, folder)
    copied = folder / records.review_path(RUNS[0], "lantern").relative_to(records.root)
    copied.write_text("{")
    assert back_up(records, folder).new == 1
    assert check(folder, RULES).remarks == []


def test_nothing_is_read_through_a_link_outward(records, folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (records.root / RUNS[0] / "page.md").symlink_to(tmp_path / "secret")
    kept = back_up(records, folder)
    assert len(kept.remarks) == 1
    assert not any(b"secret" in data for data in content(folder).values())


@pytest.mark.parametrize("name", ["notes.txt", "ledger.sqlite"])
def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(records, folder, name):
    folder.mkdir()
    (folder / name).write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        backup.begin(folder, records.root)
    assert [path.name for path in folder.iterdir()] == [name]


def test_the_runs_folder_is_no_backup_of_itself(records, tmp_path):
    (tmp_path / "link").symlink_to(records.root)
    for folder in (records.root, tmp_path / "link"):
        with pytest.raises(InputError, match="itself"):
            backup.begin(folder, records.root)


def test_a_file_in_the_place_of_the_folder_is_refused(records, folder):
    folder.write_text("")
    with pytest.raises(InputError, match="not a folder"):
        backup.begin(folder, records.root)


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"schema": "other/1", "finished": None})])
def test_a_marker_that_says_nothing_stops_it(records, folder, text):
    folder.mkdir()
    (folder / backup.MARKER).write_text(text)
    with pytest.raises(DamagedRecord):
        backup.begin(folder, records.root)
    assert len(backup.unfinished(folder)) == 1
