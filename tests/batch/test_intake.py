"""A launch becomes a dossier: from its text, its file, its page, its README, or the entry's own words."""

import asyncio

import pytest

from panel.batch.intake import Intake
from panel.evidence.launches.launch import BadLine, launch_from
from panel.evidence.launches.pages.reading import PageReader
from tests.batch.launches import write_list
from tests.batch.web import NOW, Web
from tests.batch.working import kit_of, work_through

URL = "https://ferry.example/"
SENTENCE = "Ferry moves files between two folders and keeps a log of every move that it has made so far."
PAGE = (
    "<html><head><title>Ferry</title></head><body><nav><a href='/'>Home</a></nav>"
    f"<article><h1>Ferry</h1><p>{SENTENCE}</p><p>It costs $5 per month and runs on your own machine; "
    "there is a free trial of fourteen days, and the source code is open.</p></article></body></html>"
)
WALL = "<html><body><h1>Ferry</h1><p>You must be logged in to see this page.</p></body></html>"
OWN_WORDS = "Ferry is a program that moves files and says so."


@pytest.fixture(scope="module")
def reader():
    with PageReader() as reader:
        yield reader


def launch_of(*, entry_text=None, **fields):
    made = launch_from({"name": "Ferry", **fields}, "tools.jsonl:1", entry_text=entry_text)
    assert not isinstance(made, BadLine)
    return made


def taken_in(reader, launch, web=None, **more):
    return asyncio.run(Intake(web, reader, folder=None, **more).dossier(launch))


def text_of(loaded):
    return "\n".join(source.text for source in loaded.dossier.sources)


def test_a_text_of_the_list_is_the_evidence_and_nothing_is_fetched(reader):
    web = Web({URL: (PAGE, "text/html")})
    assert OWN_WORDS in text_of(taken_in(reader, launch_of(url=URL, text=OWN_WORDS), web))
    assert web.asked == []


def test_a_page_is_fetched_and_its_main_text_is_the_evidence(reader):
    web = Web({URL: (PAGE, "text/html; charset=utf-8")})
    loaded = taken_in(reader, launch_of(url=URL, entry_text=OWN_WORDS), web)
    text = text_of(loaded)
    assert SENTENCE in text
    assert "Home" not in text
    assert web.robots == [True]
    (source, *_) = loaded.dossier.sources
    assert (source.url, source.retrieved) == (URL, NOW.isoformat(timespec="seconds"))


def test_the_time_of_fetching_is_no_part_of_the_dossiers_identity(reader, monkeypatch):
    loaded = taken_in(reader, launch_of(url=URL), Web({URL: (PAGE, "text/html")}))
    monkeypatch.setattr("tests.batch.web.NOW", NOW.replace(year=2027))
    later = taken_in(reader, launch_of(url=URL), Web({URL: (PAGE, "text/html")}))
    assert later.dossier.id == loaded.dossier.id


def test_of_a_repository_the_readme_is_asked_for_by_the_api_with_the_users_token(reader):
    api = "https://api.github.com/repos/o/ferry/readme"
    web = Web({api: (f"# Ferry\n\n{SENTENCE}\n", "application/vnd.github.raw+json; charset=utf-8")})
    repository = "https://github.com/o/ferry/tree/main"
    loaded = taken_in(reader, launch_of(url=repository), web, github_token="ghp-of-a-test")
    assert SENTENCE in text_of(loaded)
    assert web.headers[0]["Authorization"] == "Bearer ghp-of-a-test"
    assert web.robots == [False], "an API that is documented for programs"
    assert loaded.dossier.sources[0].url == repository, "where a person would look"


def test_a_log_in_page_is_refused_where_there_is_nothing_else(reader):  # C18
    found = taken_in(reader, launch_of(url=URL), Web({URL: (WALL, "text/html")}))
    assert isinstance(found, BadLine)
    assert found.place == "tools.jsonl:1"


@pytest.mark.parametrize("pages", [{}, {URL: (WALL, "text/html")}], ids=["404", "log-in page"])
def test_the_entrys_own_words_stand_in_for_a_page_that_cannot_be_had_and_a_note_says_so(reader, pages):
    loaded = taken_in(reader, launch_of(url=URL, entry_text=OWN_WORDS), Web(pages))
    assert OWN_WORDS in text_of(loaded)
    assert any("the entry's own words stand in for it" in note for note in loaded.dossier.notes)


def test_a_page_that_cannot_be_had_is_named_with_the_line_and_the_reason(reader):
    found = taken_in(reader, launch_of(url=URL), Web({}))
    assert isinstance(found, BadLine)
    assert found.message.startswith(f"tools.jsonl:1: {URL}: answered 404")


def test_where_nothing_is_fetched_a_launch_that_needs_its_page_is_refused(reader):
    assert isinstance(taken_in(reader, launch_of(url=URL)), BadLine)


def test_the_same_entry_has_the_same_content_whatever_its_page_says_meanwhile(reader):
    intake = Intake(None, reader, folder=None)
    known = intake.content(launch_of(url=URL, entry_text="a"))
    assert intake.content(launch_of(url=URL, entry_text="a")) == known
    assert intake.content(launch_of(url=URL, entry_text="b")) != known
    assert intake.content(launch_of(url=URL, tagline="x", entry_text="a")) != known


def test_a_file_beside_the_list_counts_by_what_it_says(reader, tmp_path):
    intake = Intake(None, reader, folder=tmp_path)
    (tmp_path / "a.md").write_text(SENTENCE)
    (tmp_path / "b.md").write_text(SENTENCE)
    by_a, by_b = (intake.content(launch_of(readme=name)) for name in ("a.md", "b.md"))
    assert by_a == by_b
    (tmp_path / "b.md").write_text(OWN_WORDS)
    assert intake.content(launch_of(readme="b.md")) != by_a


@pytest.mark.parametrize("path", ["../out.md", "/etc/hostname", "link.md", "gone.md"])
def test_a_path_that_leads_out_of_the_lists_folder_is_refused(reader, tmp_path, path):
    folder = tmp_path / "lists"
    folder.mkdir()
    (tmp_path / "out.md").write_text(SENTENCE)
    (folder / "link.md").symlink_to(tmp_path / "out.md")
    assert isinstance(Intake(None, reader, folder=folder).content(launch_of(readme=path)), BadLine)


def test_pages_of_a_whole_list_are_fetched_and_what_is_not_there_is_named(tmp_path):
    tools = [{"name": "Ferry", "url": URL}, {"name": "Gone", "url": "https://gone.example/"}]
    web = Web({URL: (PAGE, "text/html")})
    path = write_list(tmp_path, tools)
    batch = work_through(kit_of(tmp_path), path, fetcher=web)
    assert batch.report.endings == {"reviewed": 1, "bad": 1}
    (trouble,) = batch.report.troubles
    assert trouble.tool == f"{path}:2"
    assert "https://gone.example/: answered 404" in trouble.what
    again = work_through(kit_of(tmp_path), path, fetcher=web)
    assert web.asked.count(URL) == 1, "what was judged is not fetched again"
    assert again.report.endings == {"known": 1, "bad": 1}
