"""Same thing twice is noticed before money is spent: among tools to be judged, and beside reviewed ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.core.decisions import FILE, decide
from panel.core.domain import OFFLINE_MODEL, Dossier, DossierRef, Seating, Source, Tool
from panel.core.errors import DamagedRecord
from panel.core.outcomes import Cost, Entry, Review, Tally
from panel.core.records import Records
from panel.twins import Identified, Twins, reviewed_tools, ruled, survey, twins_of

CURSOR = Tool(slug="cursor-background-agent", name="Cursor Background Agent", vendor="Cursor")
CURSORS = Tool(slug="cursor-background-agents", name="Cursor Background Agents", vendor="Cursor")
RELEASE = Tool(
    slug="cursor-v0-50", name="Cursor v0.50 – Background Agent & Codebase Refactoring", vendor="Cursor"
)
SMALL_31 = Tool(slug="mistral-small-3-1", name="Mistral Small 3.1", vendor="Mistral")
SMALL_3 = Tool(slug="mistral-3-small", name="Mistral 3 Small", vendor="Mistral")
CODESTRAL = Tool(slug="codestral-2-0", name="Codestral 2.0", vendor="Mistral")


@pytest.fixture
def records(tmp_path):
    return Records(tmp_path / "runs")


def reviewed(records, tool, *, ship=3, day=1, text="", percent=75, model="anthropic:model-1"):
    """A review of a tool in a run of its own, with its dossier's snapshot; its id."""
    source = Source(id="body", text=text)
    dossier = Dossier(id=f"sha256:{tool.slug}{day}", tool=tool, sources=(source,))
    run = f"202603{day:02d}T080000.000Z-0000"
    seat = Seating(persona="builder", name="Builder", chair="core", model=model, because="core")
    made = Review(
        id=f"{run}/{tool.slug}", run=run, created="2026-03-01T08:00:00Z",
        status="complete" if percent is not None else "no_quorum",
        tool=tool, dossier=DossierRef(id=dossier.id), entry=Entry(price="free", label="Free"),
        panel=Tally(ship=ship, counted=4, seated=4, percent=percent, quorum=3),
        verdicts=(), seating=(seat,), cost=Cost(),
    )  # fmt: skip
    records.write_dossier(dossier)
    records.write_review(made)
    return made.id


def rule(root, a, b, ruling, **signed):
    one, other = sorted((a.slug, b.slug))
    decide(root, Identified(a=one, b=other, ruling=ruling, time="2026-11-21T10:00:00Z", **signed))


def pairs(warnings):
    return [(each.tool, each.other, each.kind) for each in warnings]


# ---------------------------------------------------------------- warnings


def test_tools_of_one_command_are_told_of_one_another_once(records):
    found = twins_of([RELEASE, CODESTRAL, CURSORS, CURSOR], records)
    assert pairs(found) == [
        (CURSORS.slug, CURSOR.slug, "same"),
        (RELEASE.slug, CURSOR.slug, "same"),
        (RELEASE.slug, CURSORS.slug, "same"),
    ]


def test_a_tool_is_told_of_a_reviewed_one_with_what_its_panel_said(records):
    review = reviewed(records, CURSOR)
    (found,) = twins_of([CURSORS], records)
    assert (found.tool, found.other, found.kind) == (CURSORS.slug, CURSOR.slug, "same")
    assert found.in_words == (
        "cursor-background-agents may be the same as cursor-background-agent "
        f"(75 % panel ship, 3 of 4, {review}): the names are the same but for spaces or a plural, "
        "they come from one maker"
    )


def test_what_differs_in_the_texts_is_told_from_where_the_tool_stands(records):
    one, other = (
        Tool(slug=f"code-llama-4-{size}", name="Code Llama 4", vendor="Meta") for size in ("70b", "200b")
    )
    reviewed(records, one, text="Right in 92% of cases, under the Llama 4 community license.")
    text = "Three sizes, 7B, 34B and 200B; right in 88 percent of cases."
    (found,) = twins_of([other], records, texts={other.slug: text})
    assert found.kind == "variant"
    assert found.differences == (
        "sizes: 7B, 34B and 200B against 70B",
        "licences: none named against Llama 4 community license",
        "percentages: 88% against 92%",
    )


def test_names_that_are_easily_confused_are_told_and_what_is_alone_is_not(records):
    reviewed(records, SMALL_3)
    reviewed(records, CODESTRAL)
    assert pairs(twins_of([SMALL_31], records)) == [(SMALL_31.slug, SMALL_3.slug, "confusable")]
    assert twins_of([CODESTRAL], records) == []


def test_a_tools_own_earlier_review_is_no_twin(records):
    reviewed(records, CURSOR)
    assert twins_of([CURSOR], records) == []


def test_where_there_is_no_folder_of_runs_there_are_no_reviews(records):
    assert twins_of([CURSOR], records) == []
    assert not records.root.exists()


@settings(max_examples=20, deadline=None)
@given(st.permutations([CURSOR, CURSORS, RELEASE, SMALL_31, SMALL_3, CODESTRAL]))
def test_the_order_tools_are_named_in_does_not_matter(tmp_path_factory, tools):
    records = Records(tmp_path_factory.getbasetemp() / "none")
    assert twins_of(tools, records) == twins_of(sorted(tools, key=lambda tool: tool.slug), records)


def test_tools_that_come_one_by_one_meet_those_before_them(records):
    reviewed(records, CURSOR)
    twins = Twins(records)
    assert (twins.has_review(CURSOR.slug), twins.has_review(CURSORS.slug)) == (True, False)
    assert pairs(twins.meet(CURSORS, reviewed=False)) == []
    assert pairs(twins.meet(RELEASE)) == [
        (RELEASE.slug, CURSOR.slug, "same"),
        (RELEASE.slug, CURSORS.slug, "same"),
    ]


# ---------------------------------------------------------------- reviews are not opened to be looked at


def test_of_a_review_that_is_no_twin_only_the_beginning_is_read(records):
    reviewed(records, CODESTRAL)
    path = records.review_path("20260301T080000.000Z-0000", CODESTRAL.slug)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b'"dossier"')])
    assert [tool for _, tool in reviewed_tools(records)] == [CODESTRAL]
    assert twins_of([CURSOR], records) == []


def test_a_tool_with_a_long_description_is_read_all_the_same(records):
    long = CURSOR.model_copy(update={"description": "ü" * 9_000})
    reviewed(records, long)
    assert [tool for _, tool in reviewed_tools(records)] == [long]


def test_the_newest_review_with_quorum_counts(records):
    older = CURSOR.model_copy(update={"name": "Cursor Agent"})
    reviewed(records, older, day=1)
    second = reviewed(records, CURSOR, day=2)
    reviewed(records, older, day=3, percent=None)
    long = older.model_copy(update={"description": "x" * 9_000})
    reviewed(records, long, day=4, percent=None)
    assert list(reviewed_tools(records)) == [(second, CURSOR)]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{\n  "tool": {"slug": 1}}'])
def test_a_damaged_review_is_left_to_whoever_verifies(records, damage):
    reviewed(records, CURSOR)
    records.review_path("20260301T080000.000Z-0000", CURSOR.slug).write_bytes(damage)
    assert twins_of([CURSORS], records) == []


def test_a_twin_whose_snapshot_is_gone_is_told_without_its_text(records):
    reviewed(records, CURSOR)
    records.dossier_path(f"sha256:{CURSOR.slug}1").unlink()
    assert pairs(twins_of([CURSORS], records)) == [(CURSORS.slug, CURSOR.slug, "same")]


def test_an_offline_review_is_called_one(records):
    reviewed(records, CURSOR, model=OFFLINE_MODEL)
    assert "(offline reader: 75 %" in twins_of([CURSORS], records)[0].in_words


# ---------------------------------------------------------------- editors


def test_a_pair_an_editor_called_apart_is_not_warned_of(records, tmp_path):
    reviewed(records, CURSOR)
    rule(tmp_path, CURSOR, CURSORS, "apart", reason="A service and a feature.", author="Ada")
    assert twins_of([CURSORS], records, ruled(tmp_path)) == []
    assert pairs(twins_of([RELEASE], records, ruled(tmp_path))) == [(RELEASE.slug, CURSOR.slug, "same")]


def test_a_pair_an_editor_called_the_same_is_certain_whatever_its_names(records, tmp_path):
    reviewed(records, CODESTRAL)
    rule(tmp_path, CODESTRAL, SMALL_3, "same", reason="One was renamed.", author="Ada")
    (found,) = twins_of([SMALL_3], records, ruled(tmp_path))
    assert (found.kind, found.decided) == ("same", True)
    assert "mistral-3-small is the same as codestral-2-0" in found.in_words
    assert "Ada decided so on 2026-11-21, because One was renamed" in found.in_words


def test_the_newest_word_counts_and_the_earlier_one_stays_on_file(records, tmp_path):
    rule(tmp_path, CURSOR, CURSORS, "apart")
    rule(tmp_path, CURSORS, CURSOR, "same")
    (found,) = twins_of([CURSOR, CURSORS], records, ruled(tmp_path))
    assert found.decided
    lines = [json.loads(line) for line in (tmp_path / FILE).read_text().splitlines()]
    assert [line["ruling"] for line in lines] == ["apart", "same"]
    assert {line["kind"] for line in lines} == {"identity"}


def test_decisions_that_cannot_be_read_are_an_error_and_not_none(tmp_path):
    (tmp_path / FILE).write_text('{"schema": "panel.decision/1", "kind": "identity", "a": "x"}\n')
    with pytest.raises(DamagedRecord, match=r"decisions\.jsonl:1: b"):
        ruled(tmp_path)


# ---------------------------------------------------------------- all of them


def test_a_survey_shows_two_live_records_of_one_product_with_what_their_panels_said(records, tmp_path):
    reviewed(records, CURSOR, ship=3, percent=75)
    reviewed(records, RELEASE, ship=1, percent=25)
    found = survey([(CURSORS, ""), (CODESTRAL, "")], records, ruled(tmp_path))
    assert found.found.clusters == ((CURSOR.slug, CURSORS.slug, RELEASE.slug),)
    assert {slug: said.partition(",")[0] for slug, said in found.standings.items()} == {
        CURSOR.slug: "75 % panel ship",
        RELEASE.slug: "25 % panel ship",
    }
