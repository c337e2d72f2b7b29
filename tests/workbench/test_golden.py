"""The golden set: read with file and field, judged by words, and the shipped one is whole."""

import pytest

from panel.core.errors import InputError, ManyInputErrors
from panel.core.workspace import open_workspace
from panel.reviewers.personas import load_personas
from panel.reviewers.seating import choose_fourth
from panel.workbench.golden import load_golden
from tests.workbench.verdicts import verdict

CASE = """\
dossier: quill.md
expected: ship
because: It is plain.
mentions: [letters]
never: [game changer, I tried]
seats:
  skeptic: {expected: skip, mentions: "MIT | Apache 2.0"}
"""


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "panel.toml").write_text("")
    (tmp_path / "personas" / "own").mkdir(parents=True)
    (tmp_path / "personas" / "own" / "quill.md").write_text(
        "# Quill\n\nQuill files letters as they come in.\n"
    )
    (tmp_path / "personas" / "own" / "quill.yaml").write_text(CASE)
    return open_workspace({}, folder=tmp_path)


def test_a_case_is_read_with_the_dossier_beside_it(workspace):
    (case,) = load_golden(workspace, "own")
    assert (case.name, case.dossier.tool.name, case.expected) == ("quill", "Quill", "ship")
    assert (case.decision_of("builder"), case.decision_of("skeptic")) == ("ship", "skip")


def test_what_an_answer_misses_is_said_in_words(workspace):
    (case,) = load_golden(workspace, "own")
    assert case.missed(verdict("skip", "It files letters under MIT terms.")) == []
    assert case.missed(verdict("ship", "A Game\nChanger, contested.", contested=True)) == [
        "ship, expected skip",
        "contested",
        "does not mention letters",
        "does not mention MIT | Apache 2.0",
        "says “game changer”",
    ]


def test_a_mention_may_stand_in_a_finding_and_counts_as_whole_words_only(workspace):
    (case,) = load_golden(workspace, "own")
    builder = {"persona": "builder"}
    assert case.missed(verdict("ship", "Nothing.", leans={"letters": "for"}, **builder)) == []
    assert case.missed(verdict("ship", "Its newsletters.", **builder)) == ["does not mention letters"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("dossier: quill.md\nexpected: maybe\nbecause: x\n", "expected"),
        ("dossier: quill.md\n", "because"),
        ("dossier: quill.md\nbecause: x\nmention: [a]\n", "mention"),
        ("dossier: nowhere\nbecause: x\n", "nowhere"),
        ("- a\n", "no mapping"),
        ("a: [\n", "no YAML"),
    ],
)
def test_a_file_that_is_no_case_is_named_with_its_field(workspace, text, what):
    (workspace.root / "personas" / "own" / "odd.yaml").write_text(text)
    with pytest.raises(ManyInputErrors) as caught:
        load_golden(workspace, "own")
    (error,) = caught.value.errors
    assert what in error.message


def test_a_set_that_is_not_there_is_said(workspace):
    with pytest.raises(InputError, match="no set 'gold'"):
        load_golden(workspace, "gold")


def test_the_shipped_set_has_sixteen_tools_over_all_fourth_chairs_and_both_decisions(tmp_path):
    (tmp_path / "panel.toml").write_text("")
    workspace = open_workspace({}, folder=tmp_path)
    cases = load_golden(workspace)
    personas = load_personas(workspace)
    assert len({case.dossier.id for case in cases}) == len(cases) >= 16
    chairs = {choose_fourth(case.dossier.tool, personas)[0].slug for case in cases}
    assert chairs == {persona.slug for persona in personas.values() if persona.chair == "fourth"}
    expected = [case.expected for case in cases]
    assert min(expected.count("ship"), expected.count("skip")) >= 4
    assert all(set(case.seats) <= set(personas) for case in cases)
