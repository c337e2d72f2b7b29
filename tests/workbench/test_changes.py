"""What two versions said of the same tools: what is called a flip, and what is not."""

import pytest

from panel.workbench.changes import Change, summary, tone
from tests.workbench.verdicts import failure, verdict


def test_another_decision_is_a_flip_and_the_same_words_are_unchanged():
    assert Change("quill", verdict("ship"), verdict("skip")).flipped
    same = Change("quill", verdict("ship"), verdict("ship"))
    assert (same.flipped, same.unchanged, same.moves) == (False, True, ())


def test_a_contested_verdict_and_a_failure_decide_nothing():
    for lost in (verdict("skip", contested=True), failure()):
        change = Change("quill", verdict("ship"), lost)
        assert (change.flipped, change.lost, change.unchanged) == (False, True, False)


def test_moves_that_came_that_went_and_that_lean_otherwise_are_named():
    before = verdict(leans={"rivals": "for", "breaks": "against", "caveat": "neutral"})
    after = verdict(leans={"rivals": "for", "breaks": "for", "thesis": "for"})
    assert Change("quill", before, after).moves == ("+thesis", "-caveat", "breaks: against > for")


def test_the_summary_counts_and_names():
    found = summary(
        [
            Change("a", verdict("ship", "One two."), verdict("skip", "One two three four.")),
            Change("b", verdict("ship", "It may work."), verdict("ship", "It may work.")),
            Change("c", verdict("ship"), failure()),
        ]
    )
    assert (found.tools, found.flips, found.lost, found.unchanged) == (3, ("a",), ("c",), ("b",))
    assert found.words == (2.5, 3.5)
    assert found.hedges == (0.5, 0.5)


def test_nothing_compared_is_no_division_by_zero():
    assert summary([]).words == (0, 0)


@pytest.mark.parametrize(
    ("paragraph", "words", "per_sentence", "questions", "exclamations", "hedges"),
    [
        ("It works. Does it? Perhaps!", 5, 5 / 3, 1, 1, 1),
        ("It doesn't cost $20 … maybe.", 5, 2.5, 0, 0, 1),
        ("", 0, 0.0, 0, 0, 0),
    ],
)
def test_tone_is_counted(paragraph, words, per_sentence, questions, exclamations, hedges):
    found = tone(paragraph)
    assert (found.words, found.questions, found.exclamations, found.hedges) == (
        words,
        questions,
        exclamations,
        hedges,
    )
    assert found.per_sentence == pytest.approx(per_sentence)
