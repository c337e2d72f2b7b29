"""Records under runs/ are held against their place, their hash and what they refer to."""

import json
import os
import time

import pytest

from panel.core.leftovers import clear_leftovers
from panel.core.records import Records
from panel.core.upkeep import check
from tests.core.shelf import KEY, RULES, a_manifest, a_run_id, add_comparison, add_review

FIRST, SECOND, THIRD = (a_run_id(day) for day in ("20260301", "20260302", "20260303"))


@pytest.fixture
def records(tmp_path):
    """Two reviews and the comparison that rests on them."""
    records = Records(tmp_path / "runs")
    a, b = add_review(records, FIRST, "lantern"), add_review(records, SECOND, "quarry")
    add_comparison(records, THIRD, a, b)
    return records


@pytest.fixture
def review_path(records):
    return records.review_path(FIRST, "lantern")


@pytest.fixture
def dossier_path(records):
    return records.dossier_path(next(records.reviews("lantern")).dossier.id)


def found(records):
    return check(records.root, RULES)


def said(records, kind="damage"):
    return [(each.file, each.what) for each in found(records).remarks if each.kind == kind]


def only(records, kind="damage"):
    (one,) = [each for each in found(records).remarks if each.kind == kind]
    return one


def change(path, edit):
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))


def test_whole_records_give_no_remark_and_are_counted(records):
    checked = found(records)
    assert checked.remarks == []
    assert checked.counts == {"run": 3, "review": 2, "comparison": 1, "dossier": 2}
    assert set(checked.named) == {KEY}


def test_where_there_is_nothing_there_is_nothing_to_say(tmp_path):
    checked = check(tmp_path / "runs", RULES)
    assert (checked.remarks, set(checked.counts.values())) == ([], {0})
    assert not (tmp_path / "runs").exists()


def test_a_truncated_review_is_named_with_its_line_and_column(records, review_path):
    text = review_path.read_text()
    review_path.write_text("\n".join(text.splitlines()[:10])[:-1])
    damage = next(each for each in found(records).remarks if each.kind == "damage")
    assert (damage.file, damage.line) == (review_path, 10)
    assert "column" in damage.what


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"null", b"{}", b"[" * 100_000])
def test_a_file_that_holds_no_record_is_damage_and_never_taken_for_empty(records, review_path, content):
    review_path.write_bytes(content)
    assert review_path in dict(said(records))


def test_a_field_of_the_wrong_type_is_named(records, review_path):
    change(review_path, lambda data: data["panel"].update(ship="three"))
    assert "panel.ship" in only(records).what


def test_a_record_of_a_newer_version_is_named(records, review_path):
    change(review_path, lambda data: data.update(schema="panel.review/99"))
    assert "panel.review/99" in only(records).what


def test_a_review_in_another_ones_place_is_damage(records, review_path):
    review_path.rename(review_path.with_name("elsewhere.json"))
    texts = dict(said(records))
    assert "its place is that of" in texts[review_path.with_name("elsewhere.json")]
    # And whatever rests on it says so.
    assert "lists the review" in texts[records.run_path(FIRST)]
    assert "rests on the review" in texts[records.comparison_path(THIRD, "lantern-vs-quarry")]


def test_a_manifest_of_another_run_is_damage(records):
    records.run_path(FIRST).write_bytes(records.run_path(SECOND).read_bytes())
    assert only(records).file == records.run_path(FIRST)


def test_records_without_a_manifest_are_damage_and_an_empty_run_is_none(records):
    records.run_path(FIRST).unlink()
    records.open_run()
    assert only(records).file == records.run_path(FIRST)


def test_a_dossier_that_was_edited_no_longer_has_its_hash(records, dossier_path):
    change(dossier_path, lambda data: data["tool"].update(name="Lantern Pro"))
    assert only(records).file == dossier_path
    assert "changed after it was written" in only(records).what


def test_a_text_that_was_edited_no_longer_has_the_hash_beside_it(records, dossier_path):
    change(dossier_path, lambda data: data["sources"][0].update(sha256=KEY))
    assert [file for file, _ in said(records)][:1] == [dossier_path]
    assert "body" in dict(said(records))[dossier_path]


def test_a_review_whose_dossier_is_gone_says_so(records, dossier_path, review_path):
    dossier_path.unlink()
    texts = dict(said(records))
    assert dossier_path.name in texts[review_path]
    assert dossier_path.name in texts[records.comparison_path(THIRD, "lantern-vs-quarry")]


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        ({"start": 0}, "read"),
        ({"end": 10_000}, "of body, which has 75"),
        ({"start": 20, "end": 10}, "of body"),
        ({"start": -30, "end": -1}, "of body"),
        ({"source": "s9"}, "does not hold"),
        ({"quote": "each task on your own machine"}, "each task on your own machine"),
    ],
)
def test_a_quotation_must_stand_where_it_is_said_to(records, review_path, edit, what):
    change(review_path, lambda data: data["verdicts"][0]["findings"][0]["evidence"][0].update(edit))
    assert only(records).file == review_path
    assert what in only(records).what
    assert "builder's finding on primitive" in only(records).what


def test_a_quotation_that_was_never_found_is_not_looked_for(records, review_path):
    wild = {"quote": "nobody wrote this", "source": None, "start": None, "end": None, "found": False}
    change(review_path, lambda data: data["verdicts"][0]["findings"][0]["evidence"][0].update(wild))
    assert said(records) == []


def test_a_marked_piece_must_stand_in_the_paragraph(records, review_path):
    claim = {"text": "a container", "start": 0, "end": 11, "class": "dossier"}
    change(review_path, lambda data: data["verdicts"][0]["grounding"]["dossier"].append(claim))
    assert "a container" in only(records).what


def test_facts_of_a_review_are_those_of_its_dossier(records, review_path):
    change(review_path, lambda data: data["dossier"]["facts"][0].update(value="$20"))
    assert "facts" in only(records).what


def test_a_missing_page_is_a_note_that_says_how_to_write_it_again(records):
    page = records.comparison_path(THIRD, "lantern-vs-quarry").with_suffix(".html")
    page.unlink()
    assert said(records) == []
    note = only(records, "note")
    assert note.file == page
    assert "panel compare lantern quarry --from-ledger" in note.what


# ------------------------------------------------------------ links and leftovers


def test_a_file_that_is_a_link_outward_is_damage_and_is_not_read(records, review_path, tmp_path):
    outside = tmp_path / "outside.json"
    review_path.rename(outside)
    review_path.symlink_to(outside)
    assert "leads out" in dict(said(records))[review_path]


def test_a_run_that_is_a_link_outward_is_damage_and_is_not_read(records, tmp_path):
    (records.root / FIRST).rename(tmp_path / "outside")
    (records.root / FIRST).symlink_to(tmp_path / "outside")
    assert "leads out" in dict(said(records))[records.root / FIRST]
    assert found(records).counts["review"] == 1


def test_a_link_in_a_circle_is_damage(records, review_path):
    review_path.unlink()
    review_path.symlink_to(review_path)
    assert review_path in dict(said(records))


def test_a_runs_folder_that_is_itself_a_link_is_fine(records, tmp_path):
    (tmp_path / "linked").symlink_to(records.root)
    assert check(tmp_path / "linked", RULES).remarks == []


def test_a_folder_in_the_place_of_a_record_is_damage(records, review_path):
    review_path.unlink()
    review_path.mkdir()
    assert "not a file" in dict(said(records))[review_path]


def test_a_file_in_the_place_of_a_folder_is_damage(records):
    folder = records.root / THIRD / "reviews"
    folder.write_text("")
    assert dict(said(records))[folder] == "is not a folder"


def torn(folder, name=".tmp-run.json-1234", hours=2.0):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text('{"schema": "pan')
    os.utime(path, (time.time() - hours * 3600,) * 2)
    return path


def test_an_old_temporary_file_is_removed_wherever_it_lies(records):
    places = [records.root, records.root / "dossiers", records.root / FIRST, records.root / FIRST / "reviews"]
    paths = [torn(place) for place in places]
    remarks = clear_leftovers(records.root)
    assert {each.file for each in remarks} == set(paths)
    assert {each.kind for each in remarks} == {"repaired"}
    assert not any(path.exists() for path in paths)
    assert said(records) == []


def test_a_young_temporary_file_may_still_be_written_and_stays(records):
    path = torn(records.root, hours=0.5)
    assert [each.kind for each in clear_leftovers(records.root)] == ["note"]
    assert path.exists()


def test_a_temporary_folder_is_as_old_as_the_youngest_file_in_it(records):
    inner = torn(records.root / ".tmp-pruned", name="run.json", hours=0.1)
    os.utime(inner.parent, (0, 0))
    clear_leftovers(records.root)
    assert inner.exists()
    os.utime(inner, (0, 0))
    os.utime(inner.parent, (0, 0))
    clear_leftovers(records.root)
    assert not inner.parent.exists()


def test_of_a_temporary_link_only_the_link_is_removed(records, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("")
    link = records.root / ".tmp-link"
    link.symlink_to(outside)
    clear_leftovers(records.root, now=time.time() + 7200)
    assert not link.is_symlink()
    assert (outside / "precious").exists()


def test_a_run_that_vanishes_meanwhile_is_no_damage(records, monkeypatch):
    """As `panel runs prune` in another process does it."""
    path = records.run_path(FIRST)
    records.write_run(a_manifest(FIRST, reviews=(f"{FIRST}/nobody",)))
    real = os.path.lexists
    monkeypatch.setattr(os.path, "lexists", lambda each: each != path and real(each))
    assert said(records) == []
