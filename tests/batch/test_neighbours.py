"""Which tools are worth a comparison."""

import pytest

from panel.batch.neighbours import Pair, compared_already, current_reviews, nearest, weigh, words_of
from panel.core.domain import Dossier
from panel.core.records import Records
from tests.batch.reviews import known_of, review_of


def alike(new, known):
    """The nearest pairs by what tools say of themselves."""
    return nearest(new, known, lambda each: words_of(Dossier(id="x", tool=each.tool, sources=())))


def test_the_nearest_of_the_same_category_is_chosen():
    new = known_of("a", "An editor that writes code with you")
    near = known_of("b", "An editor that writes code for you")
    far = known_of("c", "Turns speech into text on your own machine")
    assert [pair.slugs for pair in alike([new], [new, far, near])] == [("a", "b")]


def test_tools_of_another_category_or_of_none_are_no_neighbours():
    new = known_of("a", "An editor that writes code with you")
    other = known_of("b", "An editor that writes code for you", category="Music")
    none = known_of("c", "An editor that writes code for you", category=None)
    assert alike([new], [other, none]) == []


def test_tools_that_do_different_things_are_not_compared():
    new = known_of("a", "An editor that writes code")
    assert alike([new], [known_of("b", "zzz qqq xxx")]) == []


def test_a_model_and_the_offline_reader_are_not_compared():
    new = known_of("a", "An editor that writes code with you")
    offline = known_of("b", "An editor that writes code for you", offline=True)
    assert alike([new], [offline]) == []


def test_two_new_tools_that_are_nearest_to_each_other_make_one_pair():
    a, b = known_of("a", "An editor that writes code"), known_of("b", "An editor that writes code too")
    assert [pair.slugs for pair in alike([b, a], [a, b])] == [("a", "b")]


def test_the_most_alike_come_first():
    known = [known_of("ka", "An editor that writes code"), known_of("kb", "A voice for audio books")]
    new = [known_of("na", "An editor that writes code"), known_of("nb", "A voice for phone calls")]
    pairs = alike(new, known)
    assert [pair.slugs for pair in pairs] == [("ka", "na"), ("kb", "nb")]
    assert pairs[0].likeness == pytest.approx(1)
    assert pairs[1].likeness < 1


def test_words_that_nearly_all_say_count_less_than_rare_ones():
    weights = weigh({n: {"tool": 1, **({"speech": 1} if n in "ab" else {})} for n in "abcdef"})
    assert weights["a"]["speech"] > weights["a"]["tool"]
    assert weights["c"] == {"tool": 1.0}


def test_addresses_and_short_words_are_none():
    dossier = Dossier(
        id="x", tool=known_of("a", "An editor at https://editor.example/code of code").tool, sources=()
    )
    assert words_of(dossier) == {"editor": 1, "code": 1}


@pytest.fixture
def records(tmp_path):
    return Records(tmp_path / "runs")


def test_of_each_tool_the_newest_review_with_quorum_counts(records):
    old, new = "20261120T000000.000Z-0001", "20261121T000000.000Z-0001"
    for run, slug, status in (
        (old, "a", "complete"),
        (new, "a", "no_quorum"),
        (old, "b", "complete"),
        (new, "b", "complete"),
    ):
        records.write_review(review_of(slug, "x", run=run, status=status))
    assert {review.id for review in current_reviews(records)} == {f"{old}/a", f"{new}/b"}


def test_a_damaged_review_hides_nothing_else(records):
    run = "20261120T000000.000Z-0001"
    for slug in ("a", "b"):
        records.write_review(review_of(slug, "x", run=run))
    records.review_path(run, "a").write_text("{")
    assert [review.tool.slug for review in current_reviews(records)] == ["b"]


def test_a_pair_is_compared_again_only_when_one_of_its_reviews_is_newer(records):
    old, new = "20261120T000000.000Z-0001", "20261121T000000.000Z-0001"
    a, b = known_of("a", "x", run=old), known_of("b", "x", run=old)
    path = records.comparison_path(old, "a-vs-b")
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    assert compared_already(records, [Pair(a, b, 90.0)]) == {("a", "b")}
    assert compared_already(records, [Pair(a, known_of("b", "x", run=new), 90.0)]) == set()
