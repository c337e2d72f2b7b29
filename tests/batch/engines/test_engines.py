"""What every engine is, and what a job carries from one machine to another."""

from __future__ import annotations

import asyncio
import json

import pytest

from panel.batch.asked import kit_under, settings_in_force, with_flags
from panel.batch.engines.base import check_engine, names, open_engine
from panel.batch.engines.on_procrastinate.job import Job, keys_of, queue_of, seats_of
from panel.core.domain import Dossier, Tool
from panel.core.errors import InputError
from tests.batch.working import kit_of

DOSSIER = Dossier(id="sha256:00", tool=Tool(slug="a-tool", name="A \x00 tool \ud800 é"), sources=())


def job(**fields):
    given = {
        "run": "run-1", "dossier": DOSSIER, "chairs": ("builder",), "keys": ("sha256:11",),
        "settings": {"max_usd": 5.0, "personas": ("builder", "skeptic")}, "mode": "fresh",
        "retry_maybe_paid": True,
    }  # fmt: skip
    return Job(**{**given, **fields})


def test_engines_are_found_by_their_files():
    assert names() == ["local", "procrastinate"]


def test_an_engine_nobody_wrote_is_refused_with_those_there_are(tmp_path):
    kit = kit_of(tmp_path)
    for ask in (lambda: check_engine("ray", kit.workspace), lambda: open_engine("ray", kit, None, print)):
        with pytest.raises(InputError, match="there are: local, procrastinate"):
            ask()


def test_the_local_engine_wants_as_many_tools_as_calls_and_leaves_them_to_whoever_judges(tmp_path):
    kit = kit_of(tmp_path, concurrency=3)

    async def go():
        async with open_engine("local", kit, None, print) as engine:
            await engine.ask(DOSSIER, [])
            return engine.at_once

    assert asyncio.run(go()) == 3


def test_a_job_survives_what_the_json_of_postgresql_cannot_hold():
    text = job().as_text()
    assert text.isascii()
    assert "\x00" not in text
    read = Job.read(text)
    assert read.dossier == DOSSIER
    assert (read.run, read.chairs, read.keys, read.mode, read.retry_maybe_paid) == (
        "run-1", ("builder",), ("sha256:11",), "fresh", True,
    )  # fmt: skip


def test_a_job_of_another_version_is_no_job():
    with pytest.raises(ValueError, match="surprise"):
        Job.read(job().as_text()[:-1] + ', "surprise": 1}')


def test_the_settings_of_the_run_win_over_those_of_the_worker(tmp_path):
    here = kit_of(tmp_path, max_usd=1.0, concurrency=2)
    there = kit_under(
        here, {"max_usd": 5.0, "provider": "openai", "model": "some-model", "base_url": "http://h/v1"}
    )
    assert there.workspace.get("max_usd") == 5.0
    assert there.workspace.get("concurrency") == 2
    assert (there.choice.vendor.name, there.choice.model) == ("openai", "some-model")
    assert there.choice.base_url == "http://h/v1"
    assert here.choice.offline


def test_a_queue_is_for_the_same_personas_whatever_the_model(tmp_path):
    one, same = kit_of(tmp_path / "one"), kit_of(tmp_path / "same", concurrency=99)
    assert queue_of(one) == queue_of(same)
    folder = tmp_path / "other" / "personas"
    folder.mkdir(parents=True)
    text = (one.workspace.files("personas", "*.md")["builder"]).read_text(encoding="utf-8")
    (folder / "builder.md").write_text(text + "\nIn a hurry.\n", encoding="utf-8")
    assert queue_of(kit_of(tmp_path / "other")) != queue_of(one)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        *(
            (f"takeover_seconds = {value}", r"procrastinate\.takeover_seconds")
            for value in ("2", "true", '"soon"')
        ),
        ("takeover = 30", r"procrastinate\.takeover: no such setting; there are: takeover_seconds"),
    ],
    ids=["too few", "no number", "words", "another"],
)
def test_a_takeover_of_fewer_than_three_signs_of_life_is_refused_and_so_is_what_is_no_setting(
    tmp_path, said, field
):
    queue = pytest.importorskip(
        "panel.batch.engines.on_procrastinate.queue", reason="procrastinate is missing"
    )
    kit = kit_of(tmp_path)
    assert queue.takeover_seconds(kit.workspace) == 30.0
    (tmp_path / "panel.toml").write_text(f"[procrastinate]\n{said}\n")
    with pytest.raises(InputError, match=field):
        queue.takeover_seconds(kit_of(tmp_path).workspace)


def test_another_machine_seats_the_same_models_as_often(tmp_path):
    asked = kit_of(
        tmp_path / "here", provider="openai", base_url="http://h/v1", models="m,anthropic:n", samples="3"
    )
    there = kit_under(kit_of(tmp_path / "there"), json.loads(json.dumps(settings_in_force(asked))))
    seats = asked.panel_for(DOSSIER.tool)
    chairs = tuple(seat.persona.slug for seat in seats)
    asked.to_call = there.to_call = False  # no key is needed to know what would be asked
    taken = seats_of(job().model_copy(update={"chairs": chairs}), there)
    assert keys_of(there, DOSSIER, taken) == keys_of(asked, DOSSIER, seats)
    assert [seat.samples for seat in taken] == [seat.samples for seat in seats]
    assert {seat.label for seat in seats} == {"openai:m", "anthropic:n"}
    assert {seat.samples for seat in seats} == {3}


@pytest.mark.parametrize("models", ["openai:m,anthropic:n", "anthropic:n,openai:m"])
def test_every_vendor_of_a_panel_keeps_its_base_url_whatever_is_set_where_it_goes_on(tmp_path, models):
    asked = kit_of(
        tmp_path / "here",
        provider=None,
        base_url="http://h/v1",
        models=models,
        environ={"ANTHROPIC_BASE_URL": "http://a"},
    )
    elsewhere = kit_of(tmp_path / "there", environ={"ANTHROPIC_BASE_URL": "http://other"})
    there = kit_under(elsewhere, json.loads(json.dumps(settings_in_force(asked))))
    asked.to_call = there.to_call = False
    seats = there.panel_for(DOSSIER.tool)
    urls = {seat.provider: there.opening(DOSSIER, seat).base_url for seat in seats}
    assert urls == {"openai": "http://h/v1", "anthropic": "http://a"}
    assert keys_of(there, DOSSIER, seats) == keys_of(asked, DOSSIER, asked.panel_for(DOSSIER.tool))


def test_a_run_at_the_vendors_own_host_stays_there(tmp_path):
    settings = settings_in_force(kit_of(tmp_path / "here", provider="openai", model="m"))
    there = kit_under(kit_of(tmp_path / "there", environ={"OPENAI_BASE_URL": "http://h/v1"}), settings)
    assert there.choice.base_url is None


def test_a_run_that_an_older_version_began_still_goes_on(tmp_path):
    settings = settings_in_force(kit_of(tmp_path / "here", provider="openai", base_url="http://h/v1"))
    del settings["base_urls"]
    assert kit_under(kit_of(tmp_path / "there"), settings).choice.base_url == "http://h/v1"
    flagged = with_flags(settings, {"base_url": "http://new/v1"}, opened(tmp_path, base_url="http://new/v1"))
    assert kit_under(kit_of(tmp_path / "there"), flagged).choice.base_url == "http://new/v1"


def opened(folder, **flags):
    """The workspace as these flags open it."""
    return kit_of(folder, **{"provider": None, **flags}).workspace


@pytest.mark.parametrize(
    ("flags", "moved"),
    [
        ({}, {"openai": "http://new", "anthropic": None}),
        ({"provider": "anthropic"}, {"openai": "http://h/v1", "anthropic": "http://new"}),
    ],
)
def test_a_base_url_given_anew_moves_the_provider_it_belongs_to(tmp_path, flags, moved):
    asked = kit_of(tmp_path / "here", provider=None, base_url="http://h/v1", models="anthropic:n,openai:m")
    flags = {**flags, "base_url": "http://new/"}
    found = with_flags(settings_in_force(asked), flags, opened(tmp_path / "there", **flags))["base_urls"]
    assert {name: found[name] for name in moved} == moved


def test_a_flag_wins_over_the_settings_of_the_run_that_goes_on(tmp_path):
    kept = {"model": "a", "models": ["openai:a"], "samples": 2, "provider": "openai"}
    here = opened(tmp_path)
    assert with_flags(kept, {"model": None, "samples": None}, here) == kept
    assert with_flags(kept, {"model": "b", "samples": 4, "limit": 3}, here) == {
        **kept, "model": "b", "models": ["b"], "samples": 4,
    }  # fmt: skip


def test_names_in_a_flag_are_told_apart(tmp_path):
    kept = {"personas": None, "models": None}
    assert with_flags(kept, {"personas": "builder, skeptic", "models": "a,openai:b"}, opened(tmp_path)) == {
        "personas": ["builder", "skeptic"], "models": ["a", "openai:b"],
    }  # fmt: skip
