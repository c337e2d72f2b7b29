"""`panel dossier …`: written without overwriting, checked with file and line, shown as reviewers see it."""

from __future__ import annotations

NOTES = "# Quill\n\nQuill drafts replies to letters and files what was done with each of them.\n"


def test_a_new_dossier_is_written_and_asks_for_its_evidence(panel, workspace):
    ended = panel("dossier", "new", "Quill 2", "--vendor", "Ink", "--modality", "text, code")
    assert ended.code == 0
    assert "next:  write below its front matter what is known; panel dossier check quill-2" in ended.out
    text = (workspace / "dossiers" / "quill-2.md").read_text(encoding="utf-8")
    assert "vendor: Ink\n" in text
    assert "modality: [text, code]\n" in text
    checked = panel("dossier", "check", "quill-2")
    assert checked.code == 2
    assert "dossiers/quill-2.md: empty body: there is no evidence" in checked.err


def test_a_file_that_is_there_is_left_alone(panel, workspace):
    path = workspace / "dossiers" / "codestral-2-0.md"
    before = path.read_bytes()
    ended = panel("dossier", "new", "Codestral 2.0")
    assert ended.code == 2
    assert "is there already, and is left alone" in ended.err
    assert path.read_bytes() == before


def test_evidence_is_taken_from_a_file_or_from_standard_input(panel, workspace, tmp_path):
    (tmp_path / "notes.md").write_text(NOTES)
    assert panel("dossier", "new", "--from", "notes.md").code == 0
    assert panel("review", "quill", "--provider", "offline", "--json").json["tool"]["name"] == "Quill"
    ended = panel("dossier", "new", "Plume", "--from", "-", stdin=NOTES)
    assert ended.code == 0
    assert NOTES.strip() in (workspace / "dossiers" / "plume.md").read_text(encoding="utf-8")


def test_a_wrong_field_is_named_and_nothing_is_written(panel, workspace):
    ended = panel("dossier", "new", "Quill", "--slug", "../quill")
    assert ended.code == 2
    assert "'../quill' is no slug" in ended.err
    assert not list(workspace.glob("**/quill*"))
    assert panel("dossier", "new").code == 2


def test_all_dossiers_of_the_workspace_are_checked_and_each_fault_is_named_with_its_line(panel, workspace):
    assert panel("dossier", "check").code == 0
    (workspace / "dossiers" / "odd.md").write_text("---\nname: Odd\nvendr: Ink\n---\n\nIt does odd things.\n")
    ended = panel("dossier", "check")
    assert ended.code == 0
    assert "odd: 4 words, entry price Unknown; not given: vendor" in ended.out
    assert "warning: dossiers/odd.md:3: vendr: unknown key, ignored; did you mean vendor?" in ended.out
    (workspace / "dossiers" / "bad.md").write_text("---\nname: [1]\n---\n\nIt is bad.\n")
    ended = panel("dossier", "check")
    assert ended.code == 2
    assert "dossiers/bad.md:2: name:" in ended.err
    assert "codestral-2-0: " in ended.out
    assert len(panel("dossier", "check", "--json").json["dossiers"]) == 3


def test_prices_that_contradict_each_other_are_to_be_decided(panel, workspace):
    (workspace / "dossiers" / "quill.md").write_text(
        "---\nname: Quill\npricing:\n- {plan: Pro, price: free, quote: It is free.}\n"
        "- {plan: Pro, price: $20, quote: Pro costs $20 per month.}\n---\n\n"
        "It is free. Pro costs $20 per month.\n"
    )
    ended = panel("dossier", "check", "quill")
    assert ended.code == 0
    assert "  to decide: price: " in ended.out


def test_a_dossier_is_shown_word_for_word_as_reviewers_are_given_it(panel):
    ended = panel("dossier", "show", "codestral-2-0")
    assert ended.code == 0
    first, last = ended.out.splitlines()[2], ended.out.splitlines()[-1]
    word = first.removeprefix("<<<DOSSIER ")
    assert last == f"DOSSIER {word} END>>>"
    assert "fill-in-the-middle (FIM)" in ended.out
    shown = panel("dossier", "show", "codestral-2-0", "--json").json
    assert f"id: {shown['id']}" in ended.err
    assert shown["tool"]["slug"] == "codestral-2-0"


def test_an_empty_workspace_says_how_to_begin(panel, workspace):
    for path in (workspace / "dossiers").iterdir():
        path.unlink()
    ended = panel("dossier", "check")
    assert ended.code == 0
    assert "next: panel dossier new NAME" in ended.err
