"""A build writes what changed, all of it and nothing else, and the same bytes from the same records."""

import fcntl
import json
import os
import shutil

import pytest

from panel.core.errors import DamagedRecord, InputError
from panel.site import build as building
from panel.site.build import STATE, build, check, read_and_build
from panel.site.page import Page
from tests.site.samples import Press, panel_of


@pytest.fixture
def press(tmp_path):
    press = Press(tmp_path)
    a, b = press.review("lantern"), press.review("mast")
    press.comparison(a, b)
    for name in ("lantern", "mast"):
        press.desk.publish(name)
    return press


@pytest.fixture
def out(press):
    return press.root / "site"


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_records_make_the_same_bytes_wherever_they_lie(press, out, tmp_path_factory):
    build(press.library(), out)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "workspace"
    shutil.copytree(press.root, elsewhere)
    shutil.rmtree(elsewhere / "site")
    copy = Press.__new__(Press)
    copy.root, copy.records = elsewhere, type(press.records)(elsewhere / "runs")
    build(copy.library(), elsewhere / "other")
    assert files(out) == files(elsewhere / "other")


def test_a_second_build_touches_nothing(press, out):
    first = build(press.library(), out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.html")}
    again = build(press.library(), out)
    assert (again.any, again.same) == (False, len(first.made))
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.html")} == before


def test_check_says_what_a_build_would_do_and_does_nothing(press, out):
    would = check(press.library(), out)
    assert not out.exists()
    assert would == build(press.library(), out)
    press.review("mast", **panel_of("ship", "skip", "ship", "ship"))
    before = files(out)
    would = check(press.library(), out)
    assert would.changed
    assert files(out) == before
    assert would == build(press.library(), out)


def test_a_build_from_scratch_and_one_after_another_end_alike(press, out):
    build(press.library(), out)
    press.review("mast", **panel_of("ship", "skip", "skip", "ship"))
    press.review("sail")
    press.desk.publish("sail")
    press.desk.withdraw("lantern")
    build(press.library(), out)
    fresh = press.root / "fresh"
    build(press.library(), fresh)
    assert files(out) == files(fresh)


def test_the_pages_of_what_is_withdrawn_go_and_foreign_files_stay(press, out):
    build(press.library(), out)
    (out / "CNAME").write_text("example.org")
    (out / "tools").mkdir(exist_ok=True)
    (out / "tools" / "mine.txt").write_text("mine")
    for name in ("lantern", "mast"):
        press.desk.withdraw(name)
    changes = build(press.library(), out)
    assert "tools/lantern.html" in changes.removed
    left = files(out)
    assert not [path for path in left if "lantern" in path]
    assert (left["CNAME"], left["tools/mine.txt"]) == (b"example.org", b"mine")


def test_a_file_of_somebody_elses_is_never_overwritten(press, out):
    out.mkdir()
    (out / "index.html").write_text("mine")
    with pytest.raises(InputError, match="not a file of the site's"):
        build(press.library(), out)
    assert files(out) == {"index.html": b"mine"}


@pytest.mark.parametrize("kind", ["a file", "a link to nothing"])
@pytest.mark.parametrize("act", [build, check])
def test_what_is_no_folder_is_refused_by_name(press, out, kind, act):
    if kind == "a file":
        out.write_text("mine")
    else:
        out.symlink_to(press.root / "nowhere")
    with pytest.raises(InputError, match="is no folder"):
        act(press.library(), out)


@pytest.mark.parametrize("name", ["../precious.txt", "tools/../../precious.txt", "{root}/precious.txt"])
def test_a_state_that_names_files_elsewhere_removes_nothing(press, out, name):
    build(press.library(), out)
    precious = press.root / "precious.txt"
    precious.write_text("mine")
    state = json.loads((out / STATE).read_text())
    state["files"][name.format(root=press.root)] = ["", 4]
    (out / STATE).write_text(json.dumps(state))
    with pytest.raises(DamagedRecord, match="does not lie in this folder"):
        build(press.library(), out)
    assert precious.exists()


@pytest.mark.parametrize("harm", ["cut short", "removed"])
def test_a_page_that_was_harmed_is_made_again(press, out, harm):
    build(press.library(), out)
    page = out / "index.html"
    before = page.read_bytes()
    if harm == "removed":
        page.unlink()
    else:
        page.write_bytes(before[:100])
    build(press.library(), out)
    assert page.read_bytes() == before


def test_a_page_that_cannot_be_made_leaves_the_one_that_stands_there(press, out, monkeypatch):
    build(press.library(), out)
    before = files(out)

    def broken():
        raise ZeroDivisionError("no such thing")

    page = Page("index.html", "other inputs", broken)
    other = Page("other.html", 1, lambda: b"made")
    monkeypatch.setattr(building, "kinds", lambda: {"home": _Kind(page), "other": _Kind(other)})
    changes = build(press.library(), out)
    assert changes.failed == (("index.html", "ZeroDivisionError: no such thing"),)
    assert (out / "index.html").read_bytes() == before["index.html"]
    assert (out / "other.html").read_bytes() == b"made"
    # It is tried again the next time.
    assert build(press.library(), out).failed


def test_a_build_that_was_killed_is_finished_by_the_next(press, out, monkeypatch):
    whole = press.root / "whole"
    build(press.library(), whole)

    def killed():
        raise KeyboardInterrupt

    pages = {path: page for path, page in building._pages(press.library()).items() if path != "method.html"}
    last = Page("method.html", None, killed)
    monkeypatch.setattr(building, "kinds", lambda: {"all": _Kind(*pages.values(), last)})
    with pytest.raises(KeyboardInterrupt):
        build(press.library(), out)
    assert (out / "index.html").exists()
    assert not (out / "method.html").exists()
    monkeypatch.undo()
    build(press.library(), out)
    assert files(out) == files(whole)


def test_what_a_build_that_died_wrote_is_not_taken_for_what_was_there_before(press, out, monkeypatch):
    before, after = Page("a.html", 1, _says("75%")), Page("a.html", 2, _says("50%"))
    rest = Page("b.html", 0, _says(""))
    monkeypatch.setattr(building, "kinds", lambda: {"some": _Kind(before, rest)})
    build(press.library(), out)
    monkeypatch.setattr(building, "kinds", lambda: {"some": _Kind(after, _DIES)})
    with pytest.raises(KeyboardInterrupt):
        build(press.library(), out)
    assert (out / "a.html").read_bytes() == b"50%"
    monkeypatch.setattr(building, "kinds", lambda: {"some": _Kind(before, rest)})
    build(press.library(), out)
    assert (out / "a.html").read_bytes() == b"75%"


def test_of_two_builds_the_later_one_has_read_the_later_state(press, out):
    """What is live is read when nobody else builds: who had to wait does not publish what was before."""

    def withdraws_and_reads():
        assert not _free(out)
        press.desk.withdraw("mast")
        return press.library()

    build(press.library(), out)
    assert _free(out)
    library, changes = read_and_build(withdraws_and_reads, out)
    assert set(library.tools) == {"lantern"}
    assert "tools/mast.html" in changes.removed
    assert _free(out)


def _free(folder):
    """Whether a build of this folder could begin now."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def test_a_damaged_record_changes_nothing(press, out):
    build(press.library(), out)
    before = files(out)
    review = press.review("mast", **panel_of("ship", "skip", "skip", "ship"))
    press.records.review_path(review.run, "mast").write_text("{")
    with pytest.raises(DamagedRecord):
        build(press.library(), out)
    assert files(out) == before


@pytest.fixture
def damaged(press, out):
    """A site on which a record of one tool of three cannot be read, and one of another is newer."""
    c = press.review("oar")
    press.comparison(press.review("lantern"), c)
    press.desk.publish("oar")
    build(press.library(), out)
    before = files(out)
    review = press.review("mast", **panel_of("ship", "skip", "skip", "ship"))
    press.review("lantern", **panel_of("ship", "skip", "ship", "ship"))
    path = press.records.review_path(review.run, "mast")
    path.write_text("{")
    return path, before


def test_a_damaged_record_keeps_its_tools_pages_and_no_others_from_being_made(press, out, damaged):
    path, before = damaged
    library = press.library(hold=True)
    changes = build(library, out)
    (line,) = library.held.lines()
    assert str(path) in line
    assert "restore the file" in line
    after = files(out)
    of_mast = {name for name in before if "mast" in name}
    assert {name.partition("/")[0] for name in of_mast} == {"tools", "badges", "comparisons", "share"}
    assert {name: after[name] for name in of_mast} == {name: before[name] for name in of_mast}
    assert "tools/lantern.html" in changes.changed
    assert not set(changes.removed) & of_mast
    assert b"tools/mast.html" not in after["index.html"]
    again = build(press.library(hold=True), out)
    assert (again.any, files(out)) == (False, after)


def test_once_the_record_is_mended_the_tool_is_back(press, out, damaged):
    path, before = damaged
    build(press.library(hold=True), out)
    path.unlink()
    build(press.library(hold=True), out)
    after = files(out)
    assert after["tools/mast.json"] == before["tools/mast.json"]
    assert b"tools/mast.html" in after["index.html"]


def test_what_was_withdrawn_goes_even_where_a_record_is_damaged(press, out, damaged):  # noqa: ARG001 (sets the scene)
    press.desk.withdraw("lantern")
    build(press.library(hold=True), out)
    left = set(files(out))
    assert {"tools/mast.html", "tools/oar.html"} <= left
    assert not [name for name in left if "lantern" in name]
    press.desk.withdraw("mast")
    build(press.library(hold=True), out)
    assert not [name for name in files(out) if "mast" in name]


def test_a_damaged_comparison_keeps_its_page_and_its_tools_go_on(press, out, damaged):
    path, before = damaged
    path.unlink()
    (record,) = press.records.root.glob("*/comparisons/lantern-vs-mast.json")
    record.write_text("{")
    library = press.library(hold=True)
    build(library, out)
    assert (set(library.held.tools), set(library.held.pairs)) == (set(), {"lantern-vs-mast"})
    assert files(out)["comparisons/lantern-vs-mast.html"] == before["comparisons/lantern-vs-mast.html"]
    assert library.tools["lantern"].card.panel.ship == 3
    assert files(out)["tools/lantern.json"] != before["tools/lantern.json"]


def test_a_rehearsal_goes_on_without_a_damaged_one(press, out):
    fine, broken = (press.review(slug, offline=True) for slug in ("reed", "sail"))
    press.records.review_path(broken.run, "sail").write_text("{")
    library = press.library(hold=True, rehearsals=True)
    build(library, out)
    assert set(library.held.tools) == {"sail"}
    assert library.tools["reed"].card.id == fine.id


@pytest.mark.parametrize("state", ["{", "[]", '{"schema": "panel.site/9"}', '{"schema": "panel.site/1"}'])
def test_a_folder_whose_state_cannot_be_read_is_left_alone(press, out, state):
    build(press.library(), out)
    (out / STATE).write_text(state)
    before = files(out)
    with pytest.raises(DamagedRecord) as refused:
        build(press.library(), out)
    assert "remove the folder" in refused.value.hint
    assert files(out) == before


def test_a_damaged_snapshot_leaves_the_page_that_stands_there(press, out):
    build(press.library(), out)
    before = files(out)
    review = press.review("mast", **panel_of("ship", "skip", "skip", "ship"))
    press.records.dossier_path(review.dossier.id).write_text("{")
    ((path, why),) = build(press.library(), out).failed
    assert (path, "not JSON" in why) == ("tools/mast.html", True)
    assert files(out)["tools/mast.html"] == before["tools/mast.html"]


def test_what_a_killed_build_was_just_writing_is_swept_away(press, out):
    build(press.library(), out)
    state = json.loads((out / STATE).read_text())
    state["files"]["index.html"] = ["", -1]
    (out / STATE).write_text(json.dumps(state))
    left = out / "tools" / ".tmp-mast.html-0123abcd"
    left.write_text("half")
    build(press.library(), out)
    assert not left.exists()


def test_many_pages_are_made_by_several_processes_and_are_the_same(press, out, monkeypatch):
    monkeypatch.setattr(building, "_WORTH_A_PROCESS", 2)
    monkeypatch.setattr(building.os, "cpu_count", lambda: 2)
    build(press.library(), out)
    monkeypatch.setattr(building.os, "cpu_count", lambda: 1)
    build(press.library(), press.root / "one")
    assert files(out) == files(press.root / "one")


def test_cards_are_kept_and_may_be_lost(press, out):
    build(press.library(), out)
    kept = press.records.root / ".site-cards.json"
    assert json.loads(kept.read_text())["files"]
    for content in (b"", b"{}", b"\xff"):
        kept.write_bytes(content)
        assert not check(press.library(), out).any
    kept.unlink()
    assert not check(press.library(), out).any


def test_one_new_card_among_hundreds_is_not_worth_writing_all_down(tmp_path):
    press = Press(tmp_path)
    for number in range(101):
        press.desk.publish(press.review(f"tool-{number}").tool.slug)
    kept = press.records.root / ".site-cards.json"
    press.library()
    before = kept.read_bytes()
    newest = press.review("tool-7", **panel_of("ship", "skip", "ship", "ship"))
    assert press.library().tools["tool-7"].card.id == newest.id
    assert kept.read_bytes() == before
    for number in range(20):
        press.review(f"tool-{number}", **panel_of("ship", "skip", "ship", "ship"))
    press.library()
    newer = press.library().tools["tool-7"].card.id
    assert newer != newest.id
    assert newer in kept.read_text()


class _Kind:
    def __init__(self, *made):
        self._made = made

    def pages(self, _):
        yield from self._made


def _says(text):
    return text.encode


def _dies():
    raise KeyboardInterrupt


_DIES = Page("b.html", 1, _dies)
