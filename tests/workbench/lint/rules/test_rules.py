"""Each rule finds what it is for, at its line, and lets the neighbouring good case pass."""

from __future__ import annotations

from itertools import combinations

import pytest

from panel.core.domain import SitsWhen
from panel.core.workspace import open_workspace
from panel.reviewers.personas import load_personas
from panel.workbench.lint.rules.overlap import SAME, likeness
from panel.workbench.lint.rules.reading import MOST, grade_level, syllables
from panel.workbench.lint.rules.seating import free_rank
from tests.workbench.lint.drafts import CLEAN, changed, colleague, remarks

ASK = "How long does it keep a recording, and in which format?"
SHIPPED = load_personas(open_workspace({}, environ={}))
BODY = "You look after tapes."


def rules(*changes, **kinds):
    return [rule for rule, _, _ in changed(*changes, **kinds)]


# ------------------------------------------------------------ overlap


def test_two_questions_that_share_their_content_words_are_alike():
    one = "Which rivals serve this reader already, and what sets this one apart?"
    assert likeness(one, "What sets it apart from rivals that already serve the reader?") >= SAME
    assert likeness(one, "In which situation does it fail, and who notices?") == 0


def test_a_question_of_a_colleague_in_other_words_is_named():
    other = colleague("curator", ("key: keeps", "key: storage"), ("Who pays?", ASK), ("[audio]", "[video]"))
    found = changed((ASK, "In which format does it keep recordings, and how long?"), others=(other,))
    assert [(rule, line) for rule, line, _ in found] == [("overlap", 10)]
    assert "`storage` of Archivist (personas/curator.md)" in found[0][2]


def test_a_question_asked_twice_by_the_same_reviewer_is_named_once():
    second = "By which path does somebody come upon an old recording again?"
    found = changed((second, ASK))
    assert [(rule, line, "this reviewer" in says) for rule, line, says in found] == [("overlap", 12, True)]


def test_the_questions_shipped_are_far_from_alike():
    asks = [move.ask for each in SHIPPED.values() for move in each.moves]
    assert max(likeness(a, b) for a, b in combinations(asks, 2)) < SAME / 1.5


# ------------------------------------------------------------ leading


@pytest.mark.parametrize(
    "question",
    [
        "Explain why this is great.",
        "Describe what makes it better than all rivals.",
        "Why is this such a bad idea?",
        "What makes it so useful?",
        "How amazing is it?",
        "Isn't it what everyone waited for?",
        "It saves time, right?",
        "Who obviously needs this?",
        "Praise its design.",
    ],
)
def test_a_question_with_one_answer_is_leading(question):
    assert [(rule, line) for rule, line, _ in changed((ASK, question))] == [("leading", 10)]


@pytest.mark.parametrize(
    "question",
    [
        "Why is it good or bad for a newcomer?",
        "What makes somebody come back, if anything?",
        "Is that a good default?",
        "Explain what of it is new.",
        "Which technical choice weighs most, for or against adopting it?",
        "What would have to be true for your main objection to be mistaken?",
    ],
)
def test_an_open_question_is_not(question):
    assert rules((ASK, question)) == []


def test_an_order_in_the_body_is_leading_and_prose_is_not():
    found = changed((BODY, f"{BODY}\nAlways explain why a tool is exciting."))
    assert [(rule, line) for rule, line, _ in found] == [("leading", 24)]
    assert rules((BODY, f"{BODY} Obviously you are a good listener.")) == []


# ------------------------------------------------------------ avoided


@pytest.mark.parametrize("text", ["dust off", "Dust Off", "dust\noff", "dust-off", "“dust” off"])
def test_an_avoided_phrase_is_found_in_any_writing(text):
    assert rules((BODY, f"{BODY} They {text} tapes.")) == ["avoided"]


def test_a_phrase_inside_other_words_is_not_meant():
    assert rules((BODY, f"{BODY} Sawdust offends you.")) == []


def test_motto_and_questions_count_as_own_text():
    assert changed(("by accident.", "if you dust off."))[0][:2] == ("avoided", 3)
    assert changed((ASK, "Who is to dust off what?"))[0][:2] == ("avoided", 10)


def test_a_phrase_without_words_is_never_found_and_said_so():
    assert [(rule, line) for rule, line, _ in changed(("- dust off", '- "…"'))] == [("avoided", 20)]


def test_an_apostrophe_is_an_apostrophe_however_it_is_typed():
    found = rules(("- dust off", "- isn't a rival"), (BODY, f"{BODY} It isn’t a rival."))
    assert found == ["avoided"]


# ------------------------------------------------------------ skipping

DECIDES = CLEAN[CLEAN.index("Ship when") :].strip()


@pytest.mark.parametrize(
    "text",
    [
        "Ship when it plays. Never skip.",
        "Ship when it plays. You never skip anything.",
        "Ship everything. Skip when it is broken.",
        "Always ship. Skip when it is broken.",
        "Ship when it plays. Skip only when pigs fly.",
        "Ship when it plays. Skip if it erases tapes by itself, which never happens.",
        "Always skip. Ship when it plays.",
        "Ship when it plays. Skip when never.",
        "Ship when it plays. Skip: never.",
        "Ship when it plays. Skip only if nothing.",
        "Ship when it plays. Skip when -.",
        "Ship when: always. Skip when it is broken.",
        "Ship when at no time. Skip when it is broken.",
    ],
)
def test_a_decision_that_can_never_fall_is_named(text):
    assert rules((DECIDES, text)) == ["skipping"]


@pytest.mark.parametrize(
    "text",
    [
        "Ship when it plays. Never skip a tool for its looks; skip when it cannot play.",
        "Ship when it plays. Skip when a result can never be checked.",
        "Ship everything that plays. Skip the rest.",
        "Ship when it plays. Skip when never tested, or when nothing is kept.",
        "Ship when always on. Skip once none of it plays.",
    ],
)
def test_a_narrow_rule_is_a_rule(text):
    assert rules((DECIDES, text)) == []


@pytest.mark.parametrize(
    ("text", "decision"), [("Ship when it plays.", "skip"), ("Skip when it is mute.", "ship")]
)
def test_a_body_that_names_one_decision_only_lacks_the_other(text, decision):
    ((rule, line, says),) = changed((DECIDES, text))
    assert (rule, line) == ("skipping", 23)
    assert says.endswith(f"never says when to {decision}")


@pytest.mark.parametrize("side", ["for", "against"])
def test_a_side_without_signals_never_moves_the_offline_reader(side):
    phrase = {"for": "lossless", "against": "proprietary format"}[side]
    ((rule, _, says),) = changed((f"  {side}:\n    - {phrase}", f"  {side}: []"))
    assert rule == "skipping"
    assert f"no signal {side}" in says


def test_a_signal_on_both_sides_or_without_a_letter_is_named():
    assert rules(("- proprietary format", "- Lossless!\n    - closed")) == ["skipping"]
    assert rules(("- lossless", "- lossless\n    - …")) == ["skipping"]


# ------------------------------------------------------------ seating


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("aduio", "no tool has the modality “aduio”"),
        ("editor", "“editor” is a surface"),
        ('"audio, video"', "single words"),
    ],
)
def test_a_condition_no_tool_meets_is_named(word, says):
    ((rule, line, said),) = changed(("[audio]", f"[{word}]"))
    assert (rule, line) == ("seating", 6)
    assert says in said


def test_a_word_of_ones_own_is_no_slip():
    assert rules(("[audio]", "[holograms]")) == []


def test_a_chair_somebody_always_takes_first_never_sits_and_the_taker_is_told():
    glutton = (("[audio]", "[]"), ("rank: 5", "rank: 1"))
    ((rule, line, says),) = changed(others=(colleague("glutton", *glutton),))
    assert (rule, line) == ("seating", 5)
    assert "never sits: Archivist (personas/glutton.md)" in says
    found = changed(*glutton, others=(colleague("tapes"),))
    assert ["Archivist never sits any more" in said for _, _, said in found] == [True]


def test_a_rank_is_proposed_that_gives_every_chair_a_seat_where_there_is_one():
    wide = colleague("wide", ("[audio]", "[audio, video]"), ("rank: 5", "rank: 3"))
    (remark,) = remarks(others=(wide,))
    assert remark.instead == "name conditions Archivist does not have, or give it rank 2"
    (remark,) = remarks(others=(colleague("same", ("rank: 5", "rank: 3")),))
    assert remark.instead == "name conditions Archivist does not have; no rank gives both a seat"


def test_a_free_rank_is_the_one_wished_for_or_next_to_a_colleagues():
    conditions = SitsWhen(modality=("audio",))
    wide = colleague("wide", ("[audio]", "[]"), ("rank: 5", "rank: 3"))
    narrow = colleague("narrow", ("[audio]", "[audio]\n  surface: [app]"), ("rank: 5", "rank: 7"))
    assert free_rank("x", conditions, (), wish=5) == 5
    assert free_rank("x", conditions, (narrow,), wish=5) == 8
    assert free_rank("x", conditions, (wide,), wish=5) == 2
    assert free_rank("x", conditions, (wide, narrow), wish=5) is None


def test_chairs_with_conditions_of_their_own_leave_each_other_room():
    assert rules(others=(colleague("viewer", ("[audio]", "[video]"), ("rank: 5", "rank: 1")),)) == []


# ------------------------------------------------------------ control


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("name: Archivist", 'name: "Archi\\e[31mvist"'), 2, "a terminal escape (U+001B)"),
        (("Nothing is lost by accident.", '"Nothing\\a is lost."'), 3, "a control character (U+0007)"),
        (("- lossless", '- "loss\\u202Eless"'), 15, "U+202E"),
        (("dust off", '"dust\\0 off"'), 20, "U+0000"),
        (("thirty years.", "thirty years.\n\x1b[2J"), 24, "U+001B"),
    ],
)
def test_a_character_nobody_sees_is_named_and_not_printed(change, line, says):
    ((rule, found, said),) = changed(change)
    assert (rule, found) == ("control", line)
    assert says in said
    assert said.isprintable()


def test_tabs_line_ends_accents_and_emoji_are_text():
    assert (
        rules((BODY, f"{BODY}\n\tÀ la café, 👩\u200d🔧."), ("name: Archivist", 'name: "Ar\\tchivist"')) == []
    )


# ------------------------------------------------------------ length


def test_a_persona_too_long_is_an_error_that_says_how_many_characters_too_many():
    (remark,) = [r for r in remarks(CLEAN, (BODY, BODY + " You listen." * 400)) if r.rule == "length"]
    assert (remark.severity, remark.line) == ("error", 23)
    assert remark.instead.startswith("cut ")
    over = int(remark.says.split(", ")[-1].split(" ")[0].replace(",", ""))
    shorter = remarks(CLEAN, (BODY, BODY + (" You listen." * 400)[:-over]))
    assert "length" not in {r.rule for r in shorter}


# ------------------------------------------------------------ reading


def test_syllables_of_words_everybody_can_count():
    counted = {
        "tape": 1,
        "table": 2,
        "recording": 3,
        "asked": 1,
        "wanted": 2,
        "maker's": 2,
        "syllable": 3,
        "the": 1,
    }
    assert {word: syllables(word) for word in counted} == counted


def test_the_grade_of_a_known_text():
    # 100 words of one syllable in ten sentences: 0.39 * 10 + 11.8 * 1 - 15.59.
    assert grade_level("We sat by the old red barn all day long. " * 10) == pytest.approx(0.11)
    assert grade_level("We sat by the old red barn all day long. " * 9) is None


def test_the_bodies_shipped_are_read_easily():
    assert all(grade_level(each.body) < MOST - 3 for each in SHIPPED.values())


def test_a_body_for_scholars_is_named_at_its_hardest_sentence():
    plain = "You listen to old tapes and note what can still be heard on them. " * 5
    hard = (
        "Institutional preservation responsibilities necessitate comprehensive documentation of proprietary "
        "encapsulation dependencies, organisational accountability and technological considerations. "
    ) * 4
    found = changed((BODY, f"{plain}\n{hard}"))
    assert [(rule, line) for rule, line, _ in found] == [("reading", 24)]
    assert "grade" in found[0][2]
    assert rules((BODY, plain * 3)) == []


def test_the_formula_is_not_held_against_another_language():
    german = (
        "Du hörst alte Tonbandaufnahmen und Archivierungsverantwortlichkeiten mit Unvoreingenommenheit, "
        "Aufbewahrungsverpflichtungen, Vervielfältigungsmöglichkeiten sowie Langzeitarchivierungsstrategien. "
    ) * 12
    assert "reading" not in rules((CLEAN[CLEAN.index(BODY) :], f"{german} Ship when ja. Skip when nein.\n"))
