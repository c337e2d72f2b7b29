"""`panel publish`, `panel withdraw` and `panel site build`, from the review to the page."""

import json

import pytest

SLUG, OTHER = "codestral-2-0", "cursor-background-agent"


@pytest.fixture
def reviewed(panel):
    for slug in (SLUG, OTHER):
        panel("review", slug, "--provider", "offline", "--quiet")


def test_an_empty_site_says_what_to_do_next(panel, workspace):
    ended = panel("site", "build")
    assert ended.code == 0
    assert "nothing is published yet: panel publish TOOL" in ended.err
    assert (workspace / "site" / "index.html").is_file()


@pytest.mark.usefixtures("reviewed")
def test_a_rehearsal_is_not_published_without_the_flag(panel, workspace):
    ended = panel("publish", SLUG)
    assert ended.code == 1
    assert f"{SLUG}: not published\n  offline: no model was asked" in ended.out
    assert "--allow offline" in ended.err
    assert not (workspace / "decisions.jsonl").exists()
    panel("site", "build")
    assert not (workspace / "site" / "tools" / f"{SLUG}.html").exists()


@pytest.mark.usefixtures("reviewed")
def test_from_the_review_to_the_page_and_back(panel, workspace):
    assert panel("publish", SLUG, "--allow-offline", "--author", "Ada").code == 0
    ended = panel("site", "build")
    assert (ended.code, "1 tool, 0 comparisons" in ended.out) == (0, True)
    page = workspace / "site" / "tools" / f"{SLUG}.html"
    assert "Codestral 2.0" in page.read_text()
    assert panel("site", "build", "--check").code == 0
    assert panel("withdraw", SLUG, "--reason", "A wrong price.").code == 0
    ended = panel("site", "build", "--check")
    assert (ended.code, f"gone: tools/{SLUG}.html" in ended.out) == (0, True)
    assert page.exists()
    panel("site", "build")
    assert not page.exists()
    words = [json.loads(line) for line in (workspace / "decisions.jsonl").read_text().splitlines()]
    assert [(word["kind"], word["author"] == "Ada", word["reason"]) for word in words] == [
        ("publish", True, ""),
        ("withdraw", False, "A wrong price."),
    ]


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize("verb", ["publish", "withdraw"])
def test_of_several_names_one_that_is_wrong_decides_nothing_about_the_others(panel, workspace, verb):
    panel("publish", OTHER, "--allow-offline")
    before = (workspace / "decisions.jsonl").read_bytes()
    name = SLUG if verb == "publish" else OTHER
    ended = panel(verb, name, "nobody", *(["--allow-offline"] if verb == "publish" else []))
    assert (ended.code, "'nobody'" in ended.err) == (2, True)
    assert (workspace / "decisions.jsonl").read_bytes() == before


@pytest.mark.usefixtures("reviewed")
def test_all_are_published_but_one_whose_record_is_damaged(panel, workspace):
    (record,) = workspace.glob(f"runs/*/reviews/{SLUG}.json")
    record.write_text("{")
    ended = panel("publish", "--all", "--allow-offline")
    assert ended.code == 1
    assert f"{OTHER}: published" in ended.out
    assert "damaged: " in ended.err
    assert f"{record.name}" in ended.err


@pytest.mark.usefixtures("reviewed")
def test_a_build_names_a_damaged_record_and_makes_the_rest(panel, workspace):
    panel("publish", "--all", "--allow-offline")
    panel("site", "build")
    page = workspace / "site" / "tools" / f"{SLUG}.html"
    before = page.read_bytes()
    (record,) = workspace.glob(f"runs/*/reviews/{SLUG}.json")
    record.write_text("{")
    for more in ([], ["--check"]):
        ended = panel("site", "build", *more)
        assert ended.code == 1
        assert f"{record.name}" in ended.err
        assert "next: restore the file" in ended.err
        assert "1 tool, 0 comparisons" in ended.out
        assert "nothing of it is fit" not in ended.err
    assert page.read_bytes() == before
    told = json.loads(panel("site", "build", "--json").out)["damaged"]
    assert [record.name in line for line in told] == [True]


@pytest.mark.usefixtures("reviewed")
def test_a_build_names_what_is_published_and_cannot_be_shown_any_more(panel, workspace):
    panel("publish", SLUG, "--allow-offline")
    for record in workspace.glob(f"runs/*/reviews/{SLUG}.json"):
        record.unlink()
    ended = panel("site", "build")
    assert f"{SLUG}: published, but nothing of it is fit to be shown: panel publish {SLUG}" in ended.err
    assert not (workspace / "site" / "tools" / f"{SLUG}.html").exists()


@pytest.mark.usefixtures("reviewed")
def test_allow_offline_builds_a_rehearsal_of_all_that_was_reviewed(panel, workspace):
    panel("site", "build", "--allow-offline", "--out", "rehearsal")
    assert (workspace / "rehearsal" / "tools" / f"{OTHER}.html").is_file()
    assert not (workspace / "decisions.jsonl").exists()


@pytest.mark.usefixtures("reviewed")
def test_publish_all_takes_what_is_fit_and_names_the_rest(panel):
    ended = panel("publish", "--all")
    assert (ended.code, ended.out) == (0, "")
    assert f"not published: {SLUG}, {OTHER}" in ended.err
    ended = panel("publish", "--all", "--allow-offline")
    assert ended.out.count(": published (") == 2


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize("args", [("publish",), ("publish", SLUG, "--all"), ("publish", "no-such-tool")])
def test_publish_wants_names_that_are_there(panel, args):
    assert panel(*args).code == 2


@pytest.mark.usefixtures("reviewed")
def test_what_became_of_it_can_be_read_by_a_program(panel, workspace):
    (said,) = panel("publish", SLUG, "--allow-offline", "--json").json
    assert (said["name"], said["done"], said["despite"]) == (SLUG, True, ["offline"])
    built = panel("site", "build", "--json").json
    assert f"tools/{SLUG}.html" in built["made"]
    assert built["out"] == str(workspace / "site")


def test_old_runs_that_the_site_shows_are_not_pruned(panel, workspace):
    panel("review", SLUG, "--provider", "offline", "--quiet")
    grown_old(workspace)
    panel("publish", SLUG, "--allow-offline")
    panel("review", SLUG, "--provider", "offline", "--quiet", "--fresh")
    assert f"run {OLD}" not in panel("runs", "prune", "--older-than", "1d").out
    panel("withdraw", SLUG)
    assert f"run {OLD}" in panel("runs", "prune", "--older-than", "1d").out


OLD = "20250301T080000.000Z-0001"


def grown_old(workspace):
    """Make the only run one of long ago."""
    (folder,) = workspace.glob("runs/2*")
    for path in folder.rglob("*.json"):
        path.write_text(path.read_text().replace(folder.name, OLD))
    folder.rename(folder.with_name(OLD))


@pytest.mark.parametrize("out", [".", "..", "runs", "runs/site", "dossiers", "personas/x"])
def test_a_site_is_not_built_where_the_editors_own_files_are(panel, out):
    ended = panel("site", "build", "--out", out)
    assert (ended.code, "--out" in ended.err) == (2, True)


@pytest.mark.usefixtures("reviewed")
def test_quietly_only_what_came_of_it_is_told(panel):
    assert panel("publish", SLUG, "--allow-offline", "--quiet").code == 0
    ended = panel("site", "build", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("1 tool, 0 comparisons: ")
