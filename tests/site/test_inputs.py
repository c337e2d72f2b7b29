"""A page that a build would leave alone reads as it did, whatever changed in a record or a decision."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from functools import partial, reduce
from operator import getitem
from typing import Any

import pytest
from pydantic import ValidationError

from panel.core.decisions import Settled, decide
from panel.core.errors import InputError
from panel.core.outcomes import Comparison, Review
from panel.judgement.bets import bet_id
from panel.site.kinds import kinds
from panel.site.library import Library
from panel.site.page import Page
from panel.twins import Identified
from tests.site import issue
from tests.site.samples import Press, bet, panel_of

URL = 'url = "https://ship.example"'
FOURTH = "chair: fourth\nsits_when:\n  modality: []\n  surface: []\n  rank: 30"
CLAIM = "Half of all editors will have one"
#: Which review of which tool, the newest is 0; each stands on pages in another way.
REVIEWS = {
    "shown": ("lantern", 0),
    "before": ("lantern", 1),
    "first": ("lantern", 2),
    "again": ("mast", 0),
    "alike": ("sail", 1),
}


def a_press(root) -> Press:
    """Three tools, one of which changed its verdict twice, and two comparisons, one of them outdated."""
    press = Press(root, URL)
    press.review("lantern", **panel_of("ship", "skip", "skip", "ship", bets=(bet(),)))
    press.review("lantern", **panel_of("ship", "skip", "skip", "skip"))
    a = press.review("lantern", **panel_of("ship", "skip", "ship", "ship", findings=issue.findings()))
    press.review("sail", category=None)
    b, c = press.review("mast"), press.review("sail", category=None)
    press.comparison(a, b)
    press.comparison(a, c)
    press.review("mast", **panel_of("skip", "skip", "ship", "ship"))
    for slug in ("lantern", "mast", "sail"):
        press.desk.publish(slug, {"unsupported"})
    return press


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The workspace as it is, and what its pages are."""
    press = a_press(tmp_path_factory.mktemp("inputs"))
    library = press.library()
    pages = every_page(library)
    # The pictures of links say what the SVGs beside them say.
    read = {path: page.render() for path, page in pages.items() if not path.endswith(".png")}
    return press, {path: page.inputs for path, page in pages.items()}, read


def every_page(library: Library) -> dict[str, Page]:
    return {page.path: page for kind in kinds().values() for page in kind.pages(library)}


def overlooked(press: Press, inputs: dict[str, Any], read: dict[str, bytes]) -> set[str]:
    """The pages that are not what they were, and that a build would leave alone."""
    now = every_page(press.library())
    alone = [path for path in read if path in now and now[path].inputs == inputs[path]]
    return {path for path in alone if now[path].render() != read[path]}


def copied(whole, root) -> Press:
    press, _, _ = whole
    shutil.copytree(press.root, root, dirs_exist_ok=True)
    other = Press.__new__(Press)
    other.root, other.records, other._runs = root, type(press.records)(root / "runs"), press._runs
    return other


def leaves(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Where in a JSON value each text, number and None stands, and each list."""
    if isinstance(value, dict | list):
        if isinstance(value, list):
            yield at, value
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*at, key))
    else:
        yield at, value


def another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        if value.startswith("2026-"):
            return value.replace("2026-", "2025-", 1)
        return {"ship": "skip", "skip": "ship"}.get(value, f"{value} or not")
    return value if isinstance(value, list) else "given"


def fewer(value: Any) -> Any:
    return value[1:] if isinstance(value, list) else value


def changed(record: Review | Comparison, field: str, way: Callable[[Any], Any]) -> Review | Comparison:
    """The record with all in that field changed that can be, so that it still is a record."""
    data = record.as_json()
    for at, value in list(leaves(data[field], (field,))):
        tried = copy.deepcopy(data)
        *path, last = at
        try:
            reduce(getitem, path, tried)[last] = way(value)
            type(record).model_validate(tried)
        except (ValidationError, InputError, LookupError):
            continue
        data = tried
    return type(record).model_validate(data)


#: What says which record it is, and what never stands on a page.
NAMES = {"schema", "id", "run"}
FIELDS, PAIR_FIELDS = (
    sorted(kind.model_json_schema()["properties"].keys() - NAMES) for kind in (Review, Comparison)
)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("which", REVIEWS)
def test_a_review_in_which_one_field_is_another(whole, tmp_path, which, field):
    press = copied(whole, tmp_path)
    slug, number = REVIEWS[which]
    review = list(press.records.reviews(slug))[number]
    for way in (another, fewer):
        press.records.write_review(changed(review, field, way))
        assert overlooked(press, *whole[1:]) == set()


@pytest.mark.parametrize("field", PAIR_FIELDS)
def test_a_comparison_in_which_one_field_is_another(whole, tmp_path, field):
    press = copied(whole, tmp_path)
    comparison = press.records.comparison(press.library().comparisons["lantern-vs-mast"].card.id)
    for way in (another, fewer):
        press.records.write_comparison(changed(comparison, field, way))
        assert overlooked(press, *whole[1:]) == set()


def settled(press: Press, outcome: str = "right", reason: str = "So it came.", author: str = "Ada") -> None:
    first = list(press.records.reviews("lantern"))[-1]
    word = {
        "bet": bet_id(first.dossier.id, "builder", CLAIM), "tool": "lantern", "persona": "builder",
        "name": "Builder", "claim": CLAIM, "due": "2027", "placed": first.created[:10], "outcome": outcome,
        "reason": reason, "author": author, "time": first.created,
    }  # fmt: skip
    decide(press.root, Settled.model_validate(word))


def ruling(press: Press, said: str, a: str = "lantern", b: str = "mast") -> None:
    word = {"a": a, "b": b, "ruling": said, "time": "2026-03-02T08:00:00Z"}
    decide(press.root, Identified.model_validate(word))


def namesakes(press: Press) -> None:
    for slug in ("lantern", "mast"):
        review = next(press.records.reviews(slug))
        press.records.write_review(
            review.model_copy(update={"tool": review.tool.model_copy(update={"name": "Lamp"})})
        )


def a_persona(press: Press, **changes: str) -> None:
    folder = press.root / "personas"
    folder.mkdir(exist_ok=True)
    said = {
        "name": "Skeptic",
        "motto": "Prove it.",
        "chair": "chair: core",
        "ask": "What kills it?",
        **changes,
    }
    (folder / "skeptic.md").write_text(
        "---\nname: {name}\nmotto: {motto}\n{chair}\nmoves:\n  - key: kills\n    ask: {ask}\n"
        "    evidence: either\n---\n\nDry.\n".format(**said)
    )


def no_snapshot(press: Press) -> None:
    review = next(press.records.reviews("lantern"))
    press.records.dossier_path(review.dossier.id).unlink()


def no_first_review(press: Press) -> None:
    first = list(press.records.reviews("lantern"))[-1]
    press.records.review_path(first.run, "lantern").unlink()


def a_dossier_now(press: Press) -> None:
    (press.root / "dossiers").mkdir()
    (press.root / "dossiers" / "lantern.md").write_text("---\nname: Lantern\n---\n\nAnother text.\n")


def withdrawn(press: Press) -> None:
    press.desk.withdraw("mast")


def worse(press: Press) -> None:
    press.review("lantern", quorum=False)


#: What is done first, and is on the pages; and what changes then.
STEPS: dict[str, tuple[Callable[[Press], None] | None, Callable[[Press], None]]] = {
    "a bet is settled": (None, settled),
    "a bet is settled otherwise": (settled, partial(settled, outcome="wrong")),
    "a bet is settled for another reason": (settled, partial(settled, reason="It did.")),
    "a bet is settled by somebody else": (settled, partial(settled, author="Bo")),
    "two tools are the same": (None, partial(ruling, said="same")),
    "two tools are not the same": (partial(ruling, said="same"), partial(ruling, said="apart")),
    "two tools get one name": (None, namesakes),
    "two tools of one name are the same": (namesakes, partial(ruling, said="same")),
    "a persona has another motto": (a_persona, partial(a_persona, motto="Show me.")),
    "a persona has another name": (a_persona, partial(a_persona, name="Doubter")),
    "a persona asks otherwise": (a_persona, partial(a_persona, ask="Who pays?")),
    "a persona takes another chair": (a_persona, partial(a_persona, chair=FOURTH)),
    "a snapshot is gone": (None, no_snapshot),
    "a review is gone": (None, no_first_review),
    "a dossier changes": (None, a_dossier_now),
    "a tool is withdrawn": (None, withdrawn),
    "a later review is unfit": (None, worse),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_of_an_editors(whole, tmp_path, name):
    press, (first, then) = copied(whole, tmp_path), STEPS[name]
    if first is not None:
        first(press)
    before = every_page(press.library())
    inputs = {path: page.inputs for path, page in before.items()}
    read = {path: page.render() for path, page in before.items() if not path.endswith(".png")}
    then(press)
    after = every_page(press.library())
    assert {path: page.inputs for path, page in after.items()} != inputs
    assert overlooked(press, inputs, read) == set()
