"""Old runs go when nothing rests on them, and what is left finds all it refers to at every instant."""

import os
from datetime import UTC, datetime

import pytest

from panel.core import pruning
from panel.core.errors import DamagedRecord, InputError
from panel.core.pruning import carry_out, plan
from panel.core.records import Records
from panel.core.upkeep import check
from tests.core.shelf import RULES, a_dossier, a_manifest, a_review, a_run_id, add_comparison, add_review

BEFORE = datetime(2026, 6, 1, tzinfo=UTC)
OLD = [a_run_id("20260301", number) for number in range(5)]
NEW = [a_run_id("20260701", number) for number in range(5)]


@pytest.fixture
def records(tmp_path):
    return Records(tmp_path / "runs")


def age_snapshots(records):
    for path in (records.root / "dossiers").glob("*.json"):
        os.utime(path, (0, 0))


def planned(records, **current):
    age_snapshots(records)
    return plan(records.root, RULES, before=BEFORE, current=current)


def test_an_old_review_goes_once_there_is_a_newer_one(records):
    add_review(records, OLD[0], "lantern")
    add_review(records, OLD[1], "lantern")
    assert planned(records).runs == (OLD[0],)


def test_a_young_run_stays_whatever_it_holds(records):
    add_review(records, NEW[0], "lantern")
    add_review(records, NEW[1], "lantern")
    assert planned(records).runs == ()


def test_a_tools_last_review_stays_however_old_it_is(records):
    add_review(records, OLD[0], "lantern")
    assert planned(records).runs == ()


def test_a_review_without_quorum_takes_no_ones_place(records):
    add_review(records, OLD[0], "lantern")
    add_review(records, OLD[1], "lantern", quorum=False)
    assert planned(records).runs == (OLD[1],)


def test_an_offline_review_takes_no_models_place(records):
    add_review(records, OLD[0], "lantern")
    add_review(records, OLD[1], "lantern", offline=True)
    assert planned(records).runs == (OLD[1],)


def test_the_review_of_the_dossier_as_it_is_now_stays_beside_the_newest(records):
    current = add_review(records, OLD[0], "lantern")
    changed = a_dossier("lantern", body="Another text, with a free tier.")
    records.write_dossier(changed)
    records.write_review(a_review(OLD[1], changed))
    assert planned(records).runs == (OLD[0],)
    assert planned(records, lantern=current.dossier.id).runs == ()


def test_what_a_comparison_that_stays_shows_stays_as_well(records):
    a, b = add_review(records, OLD[0], "lantern"), add_review(records, OLD[1], "quarry")
    add_comparison(records, OLD[2], a, b)
    add_review(records, NEW[0], "lantern")
    add_review(records, NEW[1], "quarry")
    assert planned(records).runs == ()  # the newest comparison of its pair
    add_comparison(records, NEW[2], a, b)
    assert planned(records).runs == (OLD[2],)


def test_a_run_that_died_before_its_first_record_goes(records):
    (records.root / OLD[0]).mkdir(parents=True)
    assert planned(records).runs == (OLD[0],)


def test_snapshots_go_when_no_run_that_stays_points_into_them_and_they_are_old(records):
    changed = a_dossier("lantern", body="Another text, with a free tier.")
    path = records.write_dossier(changed)
    add_review(records, OLD[0], "lantern")
    assert planned(records).snapshots == (path,)
    os.utime(path, (BEFORE.timestamp() + 1,) * 2)
    assert plan(records.root, RULES, before=BEFORE, current={}).snapshots == ()


def test_calls_of_what_stays_are_kept_and_of_what_goes_are_not(records):
    add_review(records, OLD[0], "lantern", key="sha256:old")
    add_review(records, OLD[1], "lantern", key="sha256:new")
    assert planned(records).kept_calls == {"sha256:new"}


def test_a_run_that_has_not_ended_is_named(records):
    records.write_run(a_manifest(NEW[0], outcome="running"))
    assert planned(records).unfinished == (NEW[0],)


def test_a_damaged_record_stops_it_all(records):
    add_review(records, OLD[0], "lantern")
    add_review(records, OLD[1], "lantern")
    records.review_path(OLD[1], "lantern").write_text("{")
    with pytest.raises(DamagedRecord):
        planned(records)


def test_a_link_outward_stops_it_all_and_what_lies_there_is_untouched(records, tmp_path):
    add_review(records, OLD[0], "lantern")
    (records.root / OLD[0]).rename(tmp_path / "outside")
    (records.root / OLD[0]).symlink_to(tmp_path / "outside")
    with pytest.raises(InputError, match="leads out"):
        planned(records)
    assert (tmp_path / "outside" / "run.json").exists()


def test_a_link_inside_a_run_is_removed_and_not_followed(records, tmp_path):
    add_review(records, OLD[0], "lantern")
    add_review(records, OLD[1], "lantern")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("")
    (records.root / OLD[0] / "more").symlink_to(outside)
    carry_out(planned(records), records.root)
    assert not (records.root / OLD[0]).exists()
    assert (outside / "precious").exists()


def test_killed_at_any_instant_nothing_that_is_left_misses_anything(records, monkeypatch):
    """Every rename, removal and flush in turn is where the process dies."""

    class Killed(BaseException):
        pass

    def stop_at(number):
        count = 0

        def counted(real):
            def wrapped(*args, **kwargs):
                nonlocal count
                count += 1
                if count == number:
                    raise Killed
                return real(*args, **kwargs)

            return wrapped

        return counted

    finished = False
    number = 0
    while not finished:
        number += 1
        root = records.root.with_name(f"runs-{number}")
        these = Records(root)
        a, b = add_review(these, OLD[0], "lantern"), add_review(these, OLD[1], "quarry")
        add_comparison(these, OLD[2], a, b)
        a, b = add_review(these, OLD[3], "lantern"), add_review(these, OLD[4], "quarry")
        add_comparison(these, NEW[0], a, b)
        these.write_dossier(a_dossier("lantern", body="Nobody needs this free tier."))
        todo = planned(these)
        assert (todo.runs, len(todo.snapshots)) == ((OLD[2], OLD[1], OLD[0]), 1)
        with monkeypatch.context() as patched:
            stop = stop_at(number)
            patched.setattr(pruning, "remove", stop(pruning.remove))
            patched.setattr(type(root), "rename", stop(type(root).rename))
            patched.setattr(type(root), "unlink", stop(type(root).unlink))
            patched.setattr(os, "sync", stop(lambda: None))
            try:
                carry_out(todo, root)
                finished = True
            except Killed:
                pass
        assert [each for each in check(root, RULES).remarks if each.kind == "damage"] == []
    assert number > 8
    assert these.run_ids() == [OLD[3], OLD[4], NEW[0]]
