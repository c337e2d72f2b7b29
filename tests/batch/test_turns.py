"""One process at a time works on a list, and the next one knows which run to go on with."""

import json
import os

import pytest

from panel.batch.turns import FOLDER, left, turn
from panel.core.errors import DamagedRecord, ExitCode, InputError, LockHeld

LIST = "batch /lists/tools.jsonl"
RUN = "20261121T000000.000Z-0001"


def unfinished(root, listing=LIST):
    with turn(root, listing) as mine:
        return mine.unfinished


def test_a_list_nobody_began_has_no_run_to_go_on_with(tmp_path):
    assert unfinished(tmp_path / "runs") is None


def test_a_run_that_was_begun_is_gone_on_with_until_it_is_finished(tmp_path):
    with turn(tmp_path, LIST) as mine:
        mine.begin(RUN)
    assert unfinished(tmp_path) == RUN
    with turn(tmp_path, LIST) as mine:
        mine.finish(RUN)
    assert unfinished(tmp_path) is None


def test_another_list_has_a_run_of_its_own(tmp_path):
    with turn(tmp_path, LIST) as mine:
        mine.begin(RUN)
    assert unfinished(tmp_path, "batch /lists/others.jsonl") is None
    assert unfinished(tmp_path, "nightly /lists/tools.jsonl") is None


def test_a_second_one_is_refused_and_told_who_works_on_it(tmp_path):
    with turn(tmp_path, LIST), pytest.raises(LockHeld) as refused, turn(tmp_path, LIST):
        pytest.fail("two have the same turn")
    assert refused.value.exit_code == ExitCode.LOCKED == 75
    assert f"process {os.getpid()} works on {LIST}" in refused.value.message


def test_others_work_side_by_side(tmp_path):
    with turn(tmp_path, LIST), turn(tmp_path, "batch other") as second:
        assert second.unfinished is None


def test_the_turn_is_free_again_after_trouble(tmp_path):
    with pytest.raises(ZeroDivisionError), turn(tmp_path, LIST):
        raise ZeroDivisionError
    assert unfinished(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run": "x"}', "\xff"])
def test_a_damaged_note_is_named_and_never_taken_for_none(tmp_path, text):
    with turn(tmp_path, LIST) as mine:
        mine.begin(RUN)
    (note,) = (tmp_path / FOLDER).glob("*.json")
    note.write_bytes(text.encode("latin-1"))
    with pytest.raises(DamagedRecord) as found:
        unfinished(tmp_path)
    assert note.name in found.value.message
    assert found.value.hint


def test_a_note_says_which_list_it_is_about(tmp_path):
    with turn(tmp_path, LIST, more={"by": "batch"}) as mine:
        mine.begin(RUN)
    (path,) = (tmp_path / FOLDER).glob("*.json")
    note = {"list": LIST, "run": RUN, "finished": False, "taken_in": False, "more": {"by": "batch"}}
    assert json.loads(path.read_text()) == note
    assert left(tmp_path) == [note]


def test_what_is_noted_beside_a_run_stays_until_it_is_finished(tmp_path):
    with turn(tmp_path, LIST, more={"by": "batch"}) as mine:
        mine.taken_in = True
        mine.begin(RUN)
    with turn(tmp_path, LIST) as mine:
        assert (mine.more, mine.taken_in) == ({"by": "batch"}, True)
        mine.finish(RUN)
    assert left(tmp_path) == []
    with turn(tmp_path, LIST) as mine:
        assert (mine.more, mine.taken_in, mine.finished) == ({}, False, RUN)


def test_a_note_of_an_earlier_version_is_read(tmp_path):
    with turn(tmp_path, LIST) as mine:
        mine.path.write_text(json.dumps({"list": LIST, "run": RUN, "finished": False}))
    assert unfinished(tmp_path) == RUN


def test_a_runs_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "runs").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        unfinished(tmp_path / "runs")


def test_a_notes_folder_that_leads_out_of_the_runs_folder_is_refused(tmp_path):  # E07
    runs = tmp_path / "runs"
    runs.mkdir()
    (runs / FOLDER).symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(InputError), turn(runs, LIST) as mine:
        mine.begin(RUN)
    assert not list(tmp_path.glob("*.json"))
