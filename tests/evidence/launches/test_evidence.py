"""Evidence: which text it is, which paths are refused, and what is no evidence."""

import os
from typing import Any

import pytest

from panel.core.errors import InputError
from panel.evidence.fetching.endings import NotFetched, Trouble
from panel.evidence.launches.evidence import Evidence, Page, evidence_of, refusal
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.pages.reading import PageReader
from panel.evidence.shelf import MAX_BYTES
from tests.evidence.launches.lists import in_folder

TEXT = "Quill makes slides out of notes and never asks twice."


def launch(**fields: Any) -> Launch:
    return Launch(**{"name": "Quill", "place": "list.jsonl:3", "url": "https://quill.example", **fields})


def found(made: Launch, page: Page | None = None, **how: Any) -> Evidence:
    evidence = evidence_of(made, page, **how)
    assert isinstance(evidence, Evidence), evidence
    return evidence


def refused(made: Launch, page: Page | None = None, **how: Any) -> str:
    wrong = evidence_of(made, page, **how)
    assert isinstance(wrong, BadLine), wrong
    return wrong.message


def test_the_lists_own_evidence_comes_before_what_was_fetched_and_that_before_the_entrys_words(tmp_path):
    folder = in_folder(tmp_path, {"d.md": "---\nname: Q\n---\nFrom the dossier.", "r.md": "From the readme."})
    page = Page("From the page.", html=False)
    every = launch(text="From the list.", dossier="d.md", readme="r.md", entry_text="From the entry.")
    for field, text in [
        ("text", "From the list."),
        ("dossier", "---\nname: Q\n---\nFrom the dossier."),
        ("readme", "From the readme."),
        (None, "From the page."),
    ]:
        assert found(every, page, folder=folder).text == text
        every = every.model_copy(update={field: None}) if field else every
    assert found(every).text == "From the entry."


def test_a_file_is_named_as_the_list_names_it(tmp_path):
    folder = in_folder(tmp_path, {"a/r.md": "\ufeffMakes\r\nslides."})
    evidence = found(launch(readme="a/r.md"), folder=folder)
    assert (evidence.origin, evidence.text, evidence.is_dossier) == ("a/r.md", "Makes\nslides.", False)


@pytest.mark.parametrize(
    "path", ["../outside.md", "link.md", "folder/../../outside.md", "loop.md", "linked/outside.md"]
)
def test_a_path_that_leads_out_of_the_lists_folder_is_refused(tmp_path, path):
    in_folder(tmp_path, {"outside.md": TEXT, "in/folder/x.md": TEXT})
    folder = tmp_path / "in"
    (folder / "link.md").symlink_to(tmp_path / "outside.md")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "loop.md").symlink_to(folder / "loop.md")
    message = refused(launch(readme=path), folder=folder)
    if path == "loop.md":
        assert message == "list.jsonl:3: readme: there is no file 'loop.md' beside the list"
    else:
        assert message.startswith(f"list.jsonl:3: readme: {path!r} leads out of the list's folder")
    assert TEXT not in message


@pytest.mark.parametrize("path", ["/etc/passwd", "a\0b", "gone.md", ".", "x" * 5_000])
def test_a_path_that_is_none_is_refused(tmp_path, path):
    assert refused(launch(dossier=path), folder=tmp_path).startswith("list.jsonl:3: dossier:")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    assert "there is no file" in refused(launch(readme="pipe.md"), folder=tmp_path)


def test_a_link_within_the_folder_is_followed(tmp_path):
    in_folder(tmp_path, {"real.md": TEXT})
    (tmp_path / "link.md").symlink_to("real.md")
    assert found(launch(readme="link.md"), folder=tmp_path).text == TEXT


def test_a_fetched_list_has_no_files():
    assert "does not lie in a folder" in refused(launch(readme="r.md"))


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path):
    (tmp_path / "r.md").write_bytes(b"one\ntwo \xe9\n")
    assert refused(launch(readme="r.md"), folder=tmp_path) == (
        "list.jsonl:3: r.md:2: is not UTF-8 (save it as UTF-8)"
    )


@pytest.mark.parametrize("letter", ["x", "é", "日", "😀"])
def test_a_long_text_or_file_is_cut_between_two_characters_and_that_is_noted(tmp_path, letter):
    text = "Makes " + letter * MAX_BYTES
    in_folder(tmp_path, {"r.md": text})
    for evidence in (found(launch(readme="r.md"), folder=tmp_path), found(launch(text=text))):
        assert text.startswith(evidence.text)
        assert MAX_BYTES - 4 < len(evidence.text.encode()) <= MAX_BYTES
        assert "cut at 400,000 of" in evidence.notes[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no evidence"),
        ("\u200b\n<!-- x -->\n", "empty: there is no evidence"),
        ("# 404\n\nPage not found", "not a product page"),
        ("We use cookies. Accept all cookies?", "not a product page"),
        ("Log in to continue reading.", "not a product page"),
    ],
)
def test_what_is_no_evidence_is_refused_wherever_it_stands(tmp_path, text, why):  # C18
    in_folder(tmp_path, {"r.md": text})
    assert why in refused(launch(text=text))
    assert why in refused(launch(entry_text=text))
    if text:
        assert why in refused(launch(), Page(text, html=False))
        assert why in refused(launch(readme="r.md"), folder=tmp_path)


def test_the_place_is_named_once_and_the_advice_says_what_to_write():
    assert refused(launch(url=None)) == (
        "list.jsonl:3: there is no evidence "
        "(give the text as `text`, or a file with it as `readme`, or an address as `url`)"
    )
    assert refused(launch(text="Page not found.")).count("list.jsonl:3") == 1


def test_a_dossier_with_front_matter_vouches_for_itself(tmp_path):
    folder = in_folder(tmp_path, {"d.md": "---\nname: Wall\n---\nPage not found."})
    assert found(launch(dossier="d.md"), folder=folder).is_dossier


def test_where_a_page_gives_nothing_the_entrys_own_words_stand_in_and_that_is_noted():
    evidence = found(launch(entry_text=TEXT), Page("# 404\n\nPage not found", html=False))
    assert evidence.text == TEXT
    assert "not a product page" in evidence.notes[0]
    assert "the entry's own words stand in for it" in evidence.notes[0]


def test_a_page_in_html_gives_its_main_text_and_its_address():
    with PageReader() as reader:
        page = Page(
            f"<html><body><main><h1>Quill</h1><p>{TEXT * 6}</p></main></body></html>",
            html=True,
            url="https://quill.example/home",
            retrieved="2026-11-20",
        )
        evidence = found(launch(), page, reader=reader)
    assert evidence.text.startswith("# Quill")
    assert (evidence.origin, evidence.url, evidence.retrieved) == (
        "https://quill.example/home",
        "https://quill.example/home",
        "2026-11-20",
    )
    assert "nobody was given to read it" in refused(launch(), page)


@pytest.mark.parametrize(
    ("trouble", "temporary"),
    [
        (Trouble("busy", "answered 403 Forbidden", status=403, retry_after=1_800.0), True),
        (Trouble("busy", "the host asks to come back in 1,800 seconds", retry_after=1_800.0), True),
        (Trouble("status", "answered 429 Too Many Requests", status=429), True),
        (Trouble("status", "answered 403 Forbidden", status=403), False),
        (Trouble("status", "answered 404 Not Found", status=404), False),
        (Trouble("refused", "127.0.0.1 is loopback"), False),
    ],
)
def test_a_refusal_says_whether_the_host_only_asked_to_come_back_later(trouble, temporary):
    line = refusal(launch(), NotFetched("https://quill.example", trouble))
    assert (line.place, line.temporary) == ("list.jsonl:3", temporary)
    assert not refusal(launch(), InputError("empty: there is no evidence")).temporary
