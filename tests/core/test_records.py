import builtins
import json
import math
import types
import typing
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_origin

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panel.core.domain import Persona
from panel.core.errors import DamagedRecord, InputError
from panel.core.outcomes import Comparison, Review, Run
from panel.core.records import (
    SCHEMAS,
    DossierSnapshot,
    Records,
    pretty,
    read_record,
    schema_json,
    timestamp,
    to_pretty,
)

MOMENT = datetime(2026, 11, 20, 21, 4, 5, 678_000, tzinfo=UTC)

# ------------------------------------------------------------ records of any content

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=15)
SIMPLE = {
    str: TEXT,
    int: st.integers(0, 10**6),
    float: st.floats(0, 1e6, allow_nan=False),
    bool: st.booleans(),
    type(None): st.none(),
    Any: TEXT | st.integers() | st.lists(TEXT, max_size=2),
}


def of_type(kind):
    """Any value of a field's type."""
    args = get_args(kind)
    match get_origin(kind):
        case None:
            return SIMPLE[kind] if kind in SIMPLE else records_of(kind)
        case typing.Literal:
            return st.sampled_from(args)
        case builtins.tuple:
            return st.lists(of_type(args[0]), max_size=2).map(tuple)
        case builtins.dict:
            return st.dictionaries(TEXT, of_type(args[1]), max_size=2)
        case types.UnionType | typing.Union:  # a Literal or None is still the latter
            return st.one_of([of_type(arg) for arg in args])
    raise AssertionError(f"no strategy for {kind}")


def records_of(kind, **fixed):
    """Any record of a type; `fixed` gives strategies for fields that must fit together."""
    fields = {
        field.alias or name: fixed.get(name, of_type(field.annotation))
        for name, field in kind.model_fields.items()
        if name != "schema_" or kind.__name__ == "CallRequest"
    }
    return st.fixed_dictionaries(fields).map(kind.model_validate)


@pytest.mark.parametrize("name", SCHEMAS)
def test_any_record_read_back_is_the_one_that_was_written_and_fits_its_schema(name, tmp_path):
    kind, schema = SCHEMAS[name], jsonschema.Draft202012Validator(schema_json(name))

    @given(record=records_of(kind))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def round_trip(record):
        path = tmp_path / "record.json"
        path.write_bytes(to_pretty(record))
        assert read_record(path, kind) == record
        written = json.loads(path.read_bytes())
        schema.validate(written)
        assert next(iter(written)) == "schema"
        assert to_pretty(read_record(path, kind)) == path.read_bytes()

    round_trip()


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_refuses_a_field_nobody_knows(name):
    @given(record=records_of(SCHEMAS[name]))
    @settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
    def refuse(record):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(record.as_json() | {"verdict_override": "ship"}, schema_json(name))

    refuse()


def test_there_is_no_schema_of_another_name():
    with pytest.raises(InputError, match="review, comparison, run, call"):
        schema_json("persona")


_TEXTS_AND_WHOLE_NUMBERS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


@given(data=st.dictionaries(st.text(max_size=9), _TEXTS_AND_WHOLE_NUMBERS))
def test_a_record_is_two_space_json_as_anybody_writes_it(data):
    whole = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    assert pretty(data) == whole.encode("utf-8", errors="replace")


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_as_it_was(number):
    assert json.loads(pretty({"usd": number})) == {"usd": number}


def test_a_word_is_no_number_and_what_is_none_is_refused():
    assert json.loads(pretty({"says": "NaN, -Infinity"})) == {"says": "NaN, -Infinity"}
    for number in (math.nan, math.inf, -math.inf):
        with pytest.raises(ValueError, match="not JSON compliant"):
            pretty({"usd": number})


def test_a_lone_surrogate_does_not_stop_the_writer(tmp_path):
    run = a_run("r", command="bad \ud800 text")
    (tmp_path / "run.json").write_bytes(to_pretty(run))
    assert "bad ? text" in read_record(tmp_path / "run.json", Run).command


# ------------------------------------------------------------ run ids


def a_run(run, **changes):
    fields = {
        "id": run,
        "command": "panel review",
        "version": "0",
        "created": "2026-11-20T21:04:05Z",
        "provider": "p",
    }
    return Run.model_validate(fields | changes)


@given(jumps=st.lists(st.integers(-7200_000, 7200_000), min_size=1, max_size=12))
@settings(deadline=None, max_examples=30)
def test_run_ids_are_unique_and_sorted_even_if_the_clock_goes_back(tmp_path_factory, jumps):
    records, moment, made = Records(tmp_path_factory.mktemp("runs")), MOMENT, []
    for jump in jumps:
        moment += timedelta(milliseconds=jump)
        made.append(records.open_run(moment))
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert records.run_ids() == made


def test_hundreds_of_runs_in_one_instant_stay_sorted(tmp_path):
    records = Records(tmp_path)
    made = [records.open_run(MOMENT) for _ in range(300)]
    assert made == sorted(set(made))


def test_other_folders_are_no_runs(tmp_path):
    records = Records(tmp_path)
    run = records.open_run(MOMENT)
    for name in ("dossiers", ".tmp-x", "20261120T210405Z", "notes"):
        (tmp_path / name).mkdir()
    assert records.run_ids() == [run]


def test_a_workspace_without_runs_has_none(tmp_path):
    assert Records(tmp_path / "missing").run_ids() == []
    assert Records(tmp_path / "missing").runs_with_manifest() == []


def test_a_run_that_died_before_its_manifest_is_left_out(tmp_path):
    records = Records(tmp_path)
    first, _dead, last = (records.open_run(MOMENT) for _ in range(3))
    records.write_run(a_run(first))
    records.write_run(a_run(last))
    assert records.runs_with_manifest() == [last, first]
    assert records.run(last).id == last


def test_moments_are_written_in_utc():
    assert timestamp(MOMENT) == "2026-11-20T21:04:05Z"


# ------------------------------------------------------------ reading


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "not JSON"),
        (b'{"schema": "panel.run/1", "id"', "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "schema: has the schema None"),
        (
            b'{"schema": "panel.run/2"}',
            "schema: has the schema 'panel.run/2'; this version reads 'panel.run/1'",
        ),
        (b'{"schema": "panel.review/1"}', "schema: has the schema 'panel.review/1'"),
        (b'{"schema": "panel.run/1"}', "id: Field required"),
    ],
)
def test_a_damaged_record_is_named_and_never_taken_for_empty(tmp_path, content, named):
    path = tmp_path / "run.json"
    path.write_bytes(content)
    with pytest.raises(DamagedRecord) as caught:
        read_record(path, Run)
    assert caught.value.message.startswith(str(path))
    assert named in caught.value.message
    assert path.read_bytes() == content


def test_torn_json_is_named_with_its_line(tmp_path):
    path = tmp_path / "run.json"
    path.write_text('{\n "schema": "panel.run/1",\n "id": oops\n}')
    with pytest.raises(DamagedRecord, match=r"run\.json:3: not JSON"):
        read_record(path, Run)


# ------------------------------------------------------------ where things lie


def a_review(run, *, status="complete", dossier="sha256:aa", model="openai:m", slug="llm"):
    seat = {"persona": "builder", "name": "B", "chair": "core", "model": model, "because": "always"}
    return Review.model_validate(
        {
            "id": f"{run}/{slug}", "run": run, "created": "2026-11-20T21:04:05Z", "status": status,
            "tool": {"slug": slug, "name": "LLM"}, "dossier": {"id": dossier},
            "entry": {"price": "unknown", "label": "Unknown"},
            "panel": {"ship": 0, "counted": 0, "seated": 4, "percent": None, "quorum": 3},
            "verdicts": [], "seating": [seat], "cost": {},
        }
    )  # fmt: skip


def test_the_current_review_is_the_newest_with_quorum_and_the_dossier_of_today(tmp_path):
    records = Records(tmp_path)
    runs = [records.open_run(MOMENT) for _ in range(5)]
    reviews = [
        a_review(runs[0]),
        a_review(runs[1], status="partial"),
        a_review(runs[2], status="no_quorum"),
        a_review(runs[3], dossier="sha256:bb"),
        a_review(runs[4], model="offline:reader"),
    ]
    for review in reviews:
        records.write_review(review)
    assert records.current_review("llm", "sha256:aa") == reviews[1]
    assert records.current_review("llm", "sha256:bb") == reviews[3]
    assert records.current_review("llm", "sha256:cc") is None
    assert records.current_review("another", "sha256:aa") is None
    assert [review.run for review in records.reviews("llm")] == runs[::-1]
    assert records.review(f"{runs[3]}/llm") == reviews[3]
    assert records.reviews_in(runs[0]) == [reviews[0]]


def test_an_offline_review_is_current_where_there_is_no_other(tmp_path):
    records = Records(tmp_path)
    review = a_review(records.open_run(MOMENT), model="offline:reader")
    records.write_review(review)
    assert records.current_review("llm", "sha256:aa") == review


def test_a_review_that_is_not_there_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no review x/y"):
        Records(tmp_path).review("x/y")


def test_a_comparison_and_its_pages_lie_side_by_side(tmp_path):
    records = Records(tmp_path)
    run = records.open_run(MOMENT)
    comparison = None

    @given(record=records_of(Comparison, id=st.just(f"{run}/a-vs-b"), run=st.just(run)))
    @settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
    def make(record):
        nonlocal comparison
        comparison = record

    make()
    record = records.write_comparison(comparison)
    page = records.write_page(comparison, ".html", "<p>a \ud800 b")
    assert (record.name, page.name) == ("a-vs-b.json", "a-vs-b.html")
    assert record.parent == page.parent == tmp_path / run / "comparisons"
    assert records.comparisons_in(run) == [comparison]


def test_a_dossier_is_kept_once(tmp_path):
    records = Records(tmp_path)
    dossier = DossierSnapshot.model_validate(
        {"id": "sha256:" + "a" * 64, "tool": {"slug": "llm", "name": "LLM"}, "sources": []}
    )
    path = records.write_dossier(dossier)
    written = path.stat().st_mtime_ns
    assert records.write_dossier(dossier) == path
    assert path.stat().st_mtime_ns == written
    assert path.name == "a" * 64 + ".json"
    assert records.dossier(dossier.id).tool == dossier.tool
    with pytest.raises(InputError, match="not kept"):
        records.dossier("sha256:" + "b" * 64)


def test_a_record_is_not_written_through_a_link(tmp_path):
    records = Records(tmp_path / "runs")
    run = records.open_run(MOMENT)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "runs" / run / "reviews").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="leads out of"):
        records.write_review(a_review(run))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_personas_are_no_records():
    assert Persona not in SCHEMAS.values()
