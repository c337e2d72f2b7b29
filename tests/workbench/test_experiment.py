"""Two reviewers over the golden set: the answer in one plain sentence, right as often as it says."""

import random

from panel.workbench.experiment import Answer, Experiment, Trial, sentences


def trials(decided):
    """An experiment from (tool, first's decision, second's, people's) each."""
    return Experiment(
        tuple(
            Trial(tool, Answer(first, golden), Answer(second, golden))
            for tool, first, second, golden in decided
        )
    )


def run(dice, tools, first, second):
    """Two simulated reviewers that decide as people do with known chances."""

    def decide(golden, chance):
        other = "skip" if golden == "ship" else "ship"
        return golden if dice.random() < chance else other

    decided = []
    for number in range(tools):
        golden = dice.choice(["ship", "skip"])
        decided.append((f"t{number}", decide(golden, first), decide(golden, second), golden))
    return trials(decided)


def test_of_a_thousand_experiments_with_equals_at_most_one_in_twenty_names_a_winner():
    dice = random.Random(3)
    assert sum(run(dice, 24, 0.8, 0.8).outcome != "inconclusive" for _ in range(1_000)) <= 50


def test_of_a_thousand_experiments_with_a_better_one_most_say_so_and_none_the_opposite():
    dice = random.Random(4)
    said = [run(dice, 40, 0.55, 0.95).outcome for _ in range(1_000)]
    assert said.count("better") > 900
    assert said.count("worse") == 0
    dice = random.Random(4)
    assert [run(dice, 40, 0.95, 0.55).outcome for _ in range(1_000)].count("worse") > 900


def test_a_better_one_is_called_so_with_its_figures():
    found = trials([(f"t{n}", "ship", "skip", "skip") for n in range(8)] + [("u", "ship", "ship", "ship")])
    assert sentences(found, "old", "new") == [
        "new is better than old: it agrees with the golden decisions on 9 of 9 tools, old on 1 (p = 0.008).",
        "Difference in agreement: +89 points for new (95 % interval +36 to +100).",
        "Decisions: old ships 9, new 1 of 9 tools; they differ on 8 (p = 0.008). People agree on 9 of these.",
    ]


def test_too_few_tools_are_inconclusive_and_how_many_more_is_said():
    found = trials(
        [("a", "ship", "skip", "skip"), ("b", "ship", "ship", "ship"), ("c", "skip", None, "ship")]
    )
    answer, *rest = sentences(found, "old", "new")
    assert answer.startswith("Inconclusive: new agrees with the golden decisions on 2 of 2 tools, old on 1")
    assert "more tools would be needed to show it (new ones, with a decision people agree on" in answer
    assert rest[-1] == "Left out, for want of a decision by both: c."


def test_tools_on_which_people_differ_say_nothing_of_who_is_better():
    found = trials([("a", "ship", "skip", None)])
    assert sentences(found, "old", "new")[0].startswith("Inconclusive: no tool of this set")
    assert found.ships.apart == 1


def test_each_is_held_against_what_people_expect_of_it():
    found = Experiment((Trial("a", Answer("ship", "ship"), Answer("skip", "skip")),))
    assert (found.agrees.both, found.ships.apart) == (1, 1)
    assert Experiment((Trial("a", Answer("ship", None), Answer("skip", "skip")),)).agrees.tools == 0


def test_two_that_hit_and_miss_the_same_tools_may_be_alike():
    answer = sentences(trials([("a", "ship", "ship", "ship"), ("b", "ship", "ship", "skip")]), "old", "new")[
        0
    ]
    assert "they are the same ones. If there is a difference of 10 points" in answer
