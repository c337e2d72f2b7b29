"""Seats that say opposite things about one fact are found, and nothing else is."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Evidence, Fact, Finding, Seating, Span
from panel.core.naming import in_words
from panel.judgement.disagreement import disagreements
from panel.judgement.grounding import Index, locate
from panel.judgement.prose import sentences
from tests.judgement.samples import HARBOR, dossier, harbor, price, verdict

LAUNCHES = Path(__file__).parents[3] / "shared" / "launches"
DOSSIERS = Path(__file__).parents[2] / "dossiers"


def says(persona, text, leans="for", quotes=(), index=None):
    """A verdict whose one finding says that; its paragraph says nothing of facts."""
    evidence = tuple(locate(quote, index or harbor()) for quote in quotes)
    finding = Finding(move="primitive", says=text, leans=leans, weight="major", evidence=evidence)
    return verdict(persona, findings=(finding,))


def seat_of(said):
    return Seating(
        persona=said.persona, name=said.name, chair=said.chair, model=said.model, because="core: always sits"
    )


def on(*texts, index=None):
    """What two seats or more disagree on, by its name."""
    seats = [
        says(persona, text) for persona, text in zip(("builder", "skeptic", "futurist"), texts, strict=False)
    ]
    return [each.about for each in disagreements(seats, index or harbor())]


@pytest.mark.parametrize(
    ("affirms", "denies", "about"),
    [
        ("The permissive licence is the best part.", "The licence is closed.", "the licence"),
        ("A generous Apache 2.0 license earns it.", "It is proprietary, licence and all.", "the licence"),
        ("The licence permits commercial use.", "Its licence forbids commercial use.", "the licence"),
        ("It is open source.", "It isn't open source.", "the licence"),
        ("The code is open source.", "A restrictive licence keeps buyers away.", "the licence"),
        ("An open licence, at last.", "This is not an open licence.", "the licence"),
        ("The weights are open.", "The weights stay closed.", "whether the weights are open"),
        ("You get the open weights.", "There are no open weights.", "whether the weights are open"),
        ("There is a free tier.", "There is no free tier.", "whether there is a way to pay nothing"),
        (
            "It is free.",
            "Only paying subscribers and Pro plans get it.",
            "whether there is a way to pay nothing",
        ),
        ("It runs locally.", "It is cloud-only.", "whether it runs on one's own machine"),
        ("Self-hosting is one command.", "It cannot be self-hosted.", "whether it runs on one's own machine"),
        (
            "It runs on macOS, Linux and Windows.",
            "There is no Windows version.",
            "whether it runs on Windows",
        ),
        ("It supports Linux.", "It is Mac-only.", "whether it runs on Linux"),
    ],
)
def test_two_seats_that_contradict_one_another_on_a_fact_are_found_in_either_order(affirms, denies, about):
    assert about in on(affirms, denies)
    assert on(affirms, denies) == on(denies, affirms)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # the same, or a judgement of another kind
        ("The permissive licence is the best part.", "A permissive licence is no moat."),
        ("The weights are open.", "Open weights earn nothing."),
        ("There is a free tier.", "It costs $20 a month."),
        ("The licence is permissive.", "The price is closed to negotiation."),
        # different things
        ("The weights are open.", "The licence is restrictive."),
        ("It runs locally.", "The API is slow."),
        # another tool, time or world
        ("The licence is permissive.", "Rivals live with a closed licence."),
        ("The licence is permissive.", "Copilot has a proprietary licence."),
        ("The licence is permissive.", "If the licence were closed, nobody would come."),
        ("It is free.", "There was no free tier."),
        ("There is a free tier.", "One day there will be no free tier."),
        ("It runs locally.", "Unlike cloud-only editors it asks nobody."),
        # what a source says, a question, somebody's words
        ("The licence is permissive.", "The dossier does not name an open licence."),
        ("There is a free tier.", "No free tier is named."),
        ("The licence is permissive.", "Is the licence closed?"),
        ("The licence is permissive.", "Somebody called “the licence is closed” a rumour."),
        # turned round
        ("The licence is permissive.", "This is not a closed licence."),
        ("It runs locally.", "It is not cloud-only."),
    ],
)
def test_what_only_sounds_like_it_is_left_alone(one, other):
    assert on(one, other) == []
    assert on(other, one) == []


def test_both_sides_are_named_with_their_words():
    [found] = disagreements(
        [
            says("builder", "It does one thing. The licence is permissive, so fork it."),
            says("skeptic", "The licence is closed: nobody can fork it.", leans="against"),
            says("futurist", "A permissive licence wins in the end."),
        ],
        harbor(),
    )
    assert [(each.persona, each.says) for each in found.affirm] == [
        ("builder", "The licence is permissive, so fork it."),
        ("futurist", "A permissive licence wins in the end."),
    ]
    assert [each.name for each in found.deny] == ["Skeptic"]
    assert found.fact is None


def test_of_two_models_that_disagree_in_one_persona_each_is_named_with_its_model():
    closed = says("builder", "The licence is closed: nobody can fork it.", leans="against")
    open_ = says("builder", "The licence is permissive, so fork it.").model_copy(update={"model": "openai:x"})
    [found] = disagreements([closed, open_, says("skeptic", "A permissive licence wins.")], harbor())
    assert [(each.name, each.model) for each in (*found.affirm, *found.deny)] == [
        ("Builder (openai:x)", "openai:x"),
        ("Skeptic", None),
        ("Builder (anthropic:model-1)", "anthropic:model-1"),
    ]
    assert "Builder (openai:x) says “The licence is permissive, so fork it.”" in in_words(found)


def test_a_persona_is_named_with_its_model_also_where_its_other_seat_is_empty():
    seating = [seat_of(verdict("builder")), seat_of(verdict("builder", model="openai:x"))]
    seats = [says("builder", "The licence is permissive."), says("skeptic", "The licence is closed.")]
    [found] = disagreements(seats, harbor(), seating)
    assert found.affirm[0].name == "Builder (anthropic:model-1)"


def test_what_one_model_denies_the_other_of_the_same_persona_may_praise():
    quotes = ["under the Apache License 2.0"]
    praise = says("builder", "The licence lets a team sell what it builds.", quotes=quotes)
    denial = says("builder", "The licence is closed.", leans="against").model_copy(
        update={"model": "openai:x"}
    )
    [found] = disagreements([praise, denial], harbor())
    assert [each.model for each in (*found.affirm, *found.deny)] == ["anthropic:model-1", "openai:x"]


def test_a_paragraph_speaks_as_its_findings_do():
    seats = [
        verdict("builder", paragraph="Short and good. The licence is permissive."),
        verdict("skeptic", paragraph="I like little here. The licence is closed."),
    ]
    assert [each.about for each in disagreements(seats, harbor())] == ["the licence"]


def test_the_fact_that_both_sides_quote_is_named():
    quote = "the Pro plan costs $20 per user per month"
    start = HARBOR.index(quote)
    fact = Fact(
        id="price-2", kind="price", subject="Pro", value="$20", quote=quote,
        span=Span(source="s1", start=start, end=start + len(quote)),
    )  # fmt: skip
    index = Index(dossier(HARBOR, facts=(price("free", "Hobby"), fact)))
    [found] = disagreements(
        [
            says("builder", "There is a free tier.", quotes=["is free; the Pro plan costs $20"], index=index),
            says("skeptic", "There is no free tier.", quotes=["Pro plan costs $20 per user"], index=index),
        ],
        index,
    )
    assert found.fact == "price-2"


def test_praise_that_quotes_the_licence_stands_against_who_calls_it_closed():
    quotes = ["under the Apache License 2.0"]
    praise = says("builder", "The licence lets a team sell what it builds.", quotes=quotes)
    denial = says("skeptic", "The licence is closed in all but name.", leans="against")
    [found] = disagreements([praise, denial], harbor())
    assert [each.persona for each in found.affirm] == ["builder"]
    unquoted = says("builder", "The licence lets a team sell what it builds.")
    assert disagreements([unquoted, denial], harbor()) == ()
    critic = says("builder", "The licence has a catch.", leans="against", quotes=quotes)
    assert disagreements([critic, denial], harbor()) == ()


def test_a_seat_that_says_both_is_taken_at_neither_word():
    both = says("builder", "The licence is permissive. The licence is closed.")
    assert disagreements([both, says("skeptic", "The licence is closed.")], harbor()) == ()


_OPEN, _CLOSED = "The licence is permissive.", "The licence is closed."
_SAID = st.sampled_from([_OPEN, _CLOSED, "It runs locally.", "It is cloud-only.", "It is fine."])


@given(st.lists(_SAID, min_size=1, max_size=4))
def test_one_word_is_never_a_disagreement_and_the_order_of_seats_is_no_matter(texts):
    personas = ("builder", "skeptic", "futurist", "business")
    seats = [says(persona, text) for persona, text in zip(personas, texts, strict=False)]
    found = {each.about for each in disagreements(seats, harbor())}
    assert ("the licence" in found) == ({_OPEN, _CLOSED} <= set(texts))
    for order in list(permutations(seats))[:6]:
        assert {each.about for each in disagreements(order, harbor())} == found


@given(st.text(max_size=200))
def test_any_text_is_read_without_harm(text):
    seats = [verdict(persona, paragraph=text) for persona in ("builder", "skeptic")]
    assert disagreements(seats, harbor()) == ()


def _every_sentence_has_a_seat(name, text):
    """The harshest panel there is: whoever reads a source aloud, one seat for each of its sentences."""
    seats = [verdict(f"p{n}", paragraph=s.text, findings=()) for n, s in enumerate(sentences(text))]
    return disagreements(seats, Index(dossier(text, name=name)))


@pytest.mark.parametrize("path", sorted(DOSSIERS.glob("*.md")), ids=lambda path: path.stem)
def test_a_shipped_dossier_read_aloud_sentence_by_sentence_contradicts_nothing(path):
    assert _every_sentence_has_a_seat(path.stem, path.read_text(encoding="utf-8")) == ()


@pytest.mark.skipif(
    not LAUNCHES.is_dir(), reason="the READMEs to try this on lie beside the project, not in it"
)
def test_nor_does_a_real_readme():
    for line in (LAUNCHES / "launches.jsonl").read_text(encoding="utf-8").splitlines():
        launch = json.loads(line)
        text = (LAUNCHES / launch["readme"]).read_text(encoding="utf-8")
        assert _every_sentence_has_a_seat(launch["name"], text) == (), launch["slug"]


def test_a_quotation_that_is_lost_cites_nothing():
    lost = Finding(
        move="primitive", says="The licence lets all sell.", leans="for", weight="major",
        evidence=(Evidence(quote="a licence nobody wrote"),),
    )  # fmt: skip
    seats = [verdict("builder", findings=(lost,)), says("skeptic", "The licence is closed.")]
    assert disagreements(seats, harbor()) == ()
