"""A page says which model sat where, how often each seat was asked, and that all models are of one family."""

from __future__ import annotations

import html as html_module
import re

import pytest

from panel.core.domain import Failure, Samples
from panel.core.outcomes import Comparison, ScorecardRow
from panel.publish.formats import html, markdown
from panel.publish.seats import not_counted, scorecard
from panel.publish.wording import who_sat
from tests.publish import samples
from tests.publish.parts import SONNET, seating

GPT = "openai:gpt-5.6"


def crossed() -> Comparison:
    """The plain comparison with each persona seated with two models; both skeptics of A failed."""
    plain = samples.plain()
    rows = []
    for row in plain.scorecard:
        for model in (SONNET, GPT):
            a, b = (each.model_copy(update={"model": model}) for each in (row.a, row.b))
            lost = row.chair == "skeptic"
            rows.append(ScorecardRow(chair=row.chair, model=model, a=None if lost else a, b=b))
    failures = tuple(
        Failure(
            persona="skeptic", name="Skeptic", chair="core", model=model, stage="call", kind=kind, message=""
        )
        for model, kind in ((SONNET, "refusal"), (GPT, "outage"))
    )
    sides = {
        key: getattr(plain, key).model_copy(update={"seating": (*seating(SONNET), *seating(GPT))})
        for key in "ab"
    }
    sides["a"] = sides["a"].model_copy(update={"failures": failures})
    return plain.model_copy(update={**sides, "scorecard": tuple(rows)})


def in_words(record: Comparison, form: str) -> str:
    """What a reader sees, on one line."""
    text = {"html": html, "markdown": markdown}[form].render(record)
    if form == "html":
        text = html_module.unescape(re.sub("<[^>]+>", " ", text))
    return " ".join(text.replace("\\", "").split())


def test_a_chair_with_several_models_is_named_with_each():
    titles = [chair.title for chair in scorecard(crossed())]
    assert titles[:2] == [f"Builder ({SONNET})", f"Builder ({GPT})"]
    assert titles[-1] == f"Fourth chair: Business ({GPT})"
    assert scorecard(samples.plain())[0].title == "Builder"


def test_an_empty_seat_finds_the_failure_of_its_own_model():
    seat = scorecard(crossed())[3].a
    assert (seat.model, seat.absence) == (GPT, "No answer came. This is not a vote.")
    assert not_counted(crossed(), "a") == (f"Skeptic, {SONNET} (refusal)", f"Skeptic, {GPT} (outage)")


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_the_page_says_which_model_sat_where(form):
    everyone = "Builder, Skeptic, Futurist, Business"
    assert who_sat(crossed()) == f"{SONNET}: {everyone}; {GPT}: {everyone}"
    assert who_sat(crossed()) in in_words(crossed(), form)


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_the_page_warns_of_one_family_and_only_then(form):
    warning = "All seats share one family of models (anthropic)"
    plain = samples.plain()
    assert warning in in_words(plain.model_copy(update={"one_family": "anthropic"}), form)
    assert "one family" not in in_words(plain, form)


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_the_page_says_how_many_samples_say_what(form):
    plain = samples.plain()
    counted = Samples(asked=5, ship=4, skip=1, failed=0, flip_rate=0.4)
    first = plain.scorecard[0]
    row = first.model_copy(update={"a": first.a.model_copy(update={"samples": counted})})
    shown = in_words(plain.model_copy(update={"scorecard": (row, *plain.scorecard[1:])}), form)
    assert "4 of 5 samples say ship; flip rate 40 %." in shown
    assert "samples say" not in in_words(plain, form)
