"""Which tool to use, by what the chairs chose in both orders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.choices import OrderedChoice
from panel.core.domain import Seat
from panel.judgement.comparison import chair_choice, pick_of_choices
from tests.judgement.samples import failure, persona, side

CHAIRS = ("builder", "skeptic", "futurist", "business")
A, B = side("anchor", ()), side("buoy", ())
TURNED = {"a": "b", "b": "a", "depends": "depends", "neither": "neither", "-": "-"}
WORDS = {"a": "a", "b": "b", "d": "depends", "n": "neither"}


def _answer(chair, first, chose, *, cases=True):
    return OrderedChoice(
        first=first,
        choice=chose,
        because=f"{chair} chose {chose}.",
        for_a="Good.",
        for_b="Good too.",
        a_if=(f"If you need what {chair} needs.",) if cases else (),
        b_if=(f"you fear what {chair} fears",) if cases else (),
        call="sha256:0",
        calls=("sha256:0",),
    )


def chair(name, said, *, cases=True):
    """`ab` is a with a first and b with b first; `-` is no answer."""
    seat = Seat(persona=persona(slug=name, name=name.capitalize()), provider="x", model="m", because="")
    asked = [
        failure(name, kind="refusal") if word == "-" else _answer(name, first, WORDS[word], cases=cases)
        for first, word in zip("ab", said, strict=True)
    ]
    return chair_choice(seat, asked, "sha256:prompt")


def _pick(*said, cases=True):
    return pick_of_choices(A, B, [chair(*each, cases=cases) for each in zip(CHAIRS, said, strict=False)])


@pytest.mark.parametrize(
    ("said", "counts", "flipped", "follows"),
    [
        ("aa", True, False, None),
        ("dd", True, False, None),
        ("nn", True, False, None),
        ("ab", False, True, "first"),
        ("ba", False, True, "second"),
        ("ad", False, True, None),
        ("a-", False, False, None),
        ("--", False, False, None),
    ],
)
def test_a_choice_counts_if_both_orders_were_answered_alike(said, counts, flipped, follows):
    found = chair("builder", said)
    assert (found.counts, found.flipped, found.follows) == (counts, flipped, follows)
    assert found.choice == (WORDS[said[0]] if counts else None)
    assert len(found.failures) == said.count("-")


@pytest.mark.parametrize(
    ("said", "choice", "stable"),
    [
        (["aa"] * 4, "a", True),
        (["bb"] * 4, "b", True),
        (["aa", "aa", "aa", "bb"], "a", False),  # three to two without one of them
        (["aa", "aa", "aa", "ab"], "a", True),  # who flips is not heard
        (["aa", "aa", "aa", "--"], "a", True),
        (["aa", "aa", "dd", "ab"], "a", False),
        (["aa", "aa", "bb", "ab"], "depends", False),  # one more is not enough
        (["aa", "aa", "bb", "bb"], "depends", True),
        (["dd"] * 4, "depends", True),
        (["nn"] * 4, "too_close", True),
        (["nn", "nn", "nn", "dd"], "too_close", True),
        (["ab"] * 4, "too_close", False),
        (["ba"] * 4, "too_close", False),
        (["aa", "aa", "ab", "ab"], "too_close", False),  # two of four: no quorum
        (["aa", "aa", "--", "a-"], "too_close", False),
    ],
)
def test_a_tool_needs_a_clear_majority_of_the_choices_that_count_and_these_a_quorum(said, choice, stable):
    found = _pick(*said)
    assert (found.choice, found.stable) == (choice, stable)
    assert found.how == "head_to_head"


def test_a_tie_without_a_case_for_each_tool_is_too_close():
    assert _pick("aa", "aa", "bb", "bb", cases=False).choice == "too_close"


def test_where_it_depends_each_case_stands_after_if_and_names_its_reviewer():
    found = _pick("aa", "dd", "bb", "bb")
    assert found.a_if == (
        "you need what builder needs (Builder)",
        "you need what skeptic needs (Skeptic)",
    )
    assert found.b_if == (
        "you fear what skeptic fears (Skeptic)",
        "you fear what futurist fears (Futurist)",
        "you fear what business fears (Business)",
    )
    assert _pick("aa", "aa", "aa", "bb").a_if == ()


def test_who_chose_what_who_flipped_and_who_did_not_answer_is_said():
    found = _pick("aa", "ab", "ad", "a-")
    assert found.because == (
        "Builder chooses Anchor.",
        (
            "Changed with the order, so it counts for nobody: Skeptic (took whichever stood first) and "
            "Futurist (Anchor with Anchor first, “it depends” with Buoy first)."
        ),
        "No choice, which is no vote: Business (refusal).",
        "Only 1 of 4 chairs chose alike in both orders; 3 are needed.",
    )


def test_the_reason_is_that_of_a_chair_that_chose_the_tool():
    assert _pick("bb", "aa", "aa", "aa").because[-1] == "Skeptic: “skeptic chose a.”"


def test_nobody_asked_is_too_close():
    assert _pick().choice == "too_close"


WORD = st.sampled_from(["a", "b", "d", "n", "-"])
SAID = st.lists(st.tuples(WORD, WORD).map("".join), max_size=6)


def _any(said, *, cases=True):
    chairs = [chair(f"{CHAIRS[n % 4]}{n}", each, cases=cases) for n, each in enumerate(said)]
    return pick_of_choices(A, B, chairs)


def _swapped(said):
    """The same chairs with the tools' names exchanged: what was said with a first is said with b first."""
    turn = {"a": "b", "b": "a"}
    return ["".join(turn.get(word, word) for word in reversed(each)) for each in said]


@given(said=SAID, cases=st.booleans())
def test_exchanging_the_tools_exchanges_the_answer(said, cases):
    found, turned = _any(said, cases=cases), _any(_swapped(said), cases=cases)
    assert turned.choice == {"too_close": "too_close", **TURNED}[found.choice]
    assert turned.stable == found.stable
    assert (len(turned.a_if), len(turned.b_if)) == (len(found.b_if), len(found.a_if))


@given(said=SAID, cases=st.booleans())
def test_it_depends_only_with_a_case_for_each_tool(said, cases):
    found = _any(said, cases=cases)
    assert bool(found.a_if) == bool(found.b_if) == (found.choice == "depends")


@given(said=SAID)
def test_always_the_first_and_always_the_second_never_win_anything(said):
    assert _any(["ab"] * len(said)).choice == _any(["ba"] * len(said)).choice == "too_close"


@given(said=SAID.filter(bool), at=st.integers(0, 5))
def test_a_chair_that_turns_to_a_tool_never_costs_it_the_answer(said, at):
    at %= len(said)
    if _any(said).choice == "a":
        assert _any([*said[:at], "aa", *said[at + 1 :]]).choice == "a"


@given(said=SAID, flip=st.sampled_from(["ab", "ba", "ad", "nb"]))
def test_a_flip_and_a_failure_count_alike(said, flip):
    assert _any([*said, flip]).choice == _any([*said, "--"]).choice
