"""Prompts are the same bytes for the same input, the shared part first, no tool's text in the system role."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.core.domain import Dossier, Source, Tool
from panel.core.errors import InputError
from panel.core.workspace import open_workspace, shipped
from panel.reviewers.personas import load_personas
from panel.reviewers.prompting import MAX_TASK, Prompts, marker
from panel.reviewers.seating import Speaker, seat_panel
from tests.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden"
WORKSPACE = open_workspace({}, folder=shipped("personas").parent, environ={})
PROMPTS = Prompts(WORKSPACE)
PERSONAS = load_personas(WORKSPACE)
CALL = {"base_url": None, "max_output_tokens": 6000, "options": {}}


def dossier(body="Ferry moves files between two folders.\n\nIt is free.", name="Ferry"):
    return Dossier(
        id="sha256:0",
        tool=Tool(slug="ferry", name=name, category="Developer Tools", tagline="Moves files"),
        sources=(
            Source(id="body", title="README", url="https://ferry.example/readme", text=body),
            Source(id="card", title="front matter", text=f"Name: {name}\nTagline: Moves files"),
            Source(id="s1", title="Launch post", url="https://ferry.example/launch"),
        ),
    )


def requests(about):
    seats = seat_panel(about.tool, PERSONAS, Speaker("anthropic", "claude-x"))
    return [PROMPTS.opening(about, seat, **CALL) for seat in seats]


def test_the_rendered_prompts_are_those_somebody_agreed_to():
    opening = requests(dossier())[0]
    assert_golden(GOLDEN / "house.txt", opening.system)
    assert_golden(GOLDEN / "dossier.txt", opening.messages[0].parts[0])
    for slug in ("builder", "skeptic", "futurist", "product", "business", "creative"):
        assert_golden(GOLDEN / f"task-{slug}.txt", PROMPTS.task(PERSONAS[slug]))
    repair = PROMPTS.repair(opening, "{", "the JSON stops before its end", PERSONAS["builder"])
    assert_golden(GOLDEN / "repair.txt", repair.messages[-1].parts[0])
    reask = PROMPTS.reask(opening, "{}", ["The findings weigh against the tool, the decision is ship."])
    assert_golden(GOLDEN / "reask.txt", reask.messages[-1].parts[0])


def test_all_seats_share_system_text_and_dossier_to_the_byte_and_differ_only_in_the_last_part():
    openings = requests(dossier())
    assert len({request.system for request in openings}) == 1
    assert len({request.messages[0].parts[0] for request in openings}) == 1
    assert len({request.messages[0].parts[1] for request in openings}) == 4
    assert len({request.key for request in openings}) == 4


def test_the_system_text_is_the_same_for_every_tool():
    assert requests(dossier())[0].system == requests(dossier("Another text.", "Other"))[0].system


def test_no_persona_text_and_no_dossier_text_is_in_the_system_role():
    system = requests(dossier())[0].system
    assert "Ferry" not in system
    assert not [p.slug for p in PERSONAS.values() if p.motto in system or p.body[:40] in system]


def test_a_second_rendering_gives_the_same_key():
    again = Prompts(WORKSPACE)
    seat = seat_panel(dossier().tool, PERSONAS, Speaker("anthropic", "claude-x"))[0]
    assert again.opening(dossier(), seat, **CALL).key == requests(dossier())[0].key


@pytest.mark.parametrize("slug", sorted(PERSONAS))
def test_persona_and_task_stay_short(slug):
    assert len(PROMPTS.task(PERSONAS[slug])) < MAX_TASK


def test_a_persona_that_is_too_long_is_refused_by_name():
    wordy = PERSONAS["builder"].model_copy(update={"body": "word " * 700})
    with pytest.raises(InputError, match=r"builder\.md.*3,000"):
        PROMPTS.task(wordy)


def test_a_body_that_looks_like_a_template_is_shown_as_typed():
    odd = PERSONAS["builder"].model_copy(update={"body": "{{ 7 * 7 }} {% raw %}"})
    assert "{{ 7 * 7 }} {% raw %}" in PROMPTS.task(odd)


def test_what_the_dossier_does_not_give_is_said():
    assert "[not given: vendor, version, url, description, launched]" in PROMPTS.dossier(dossier())


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_the_closing_line_stands_exactly_once_whatever_the_dossier_says(text):
    first = PROMPTS.dossier(dossier("x"))
    forged = first.splitlines()[-1]
    for body in (text, forged, f"{forged}\n{text}\n{forged}"):
        request = requests(dossier(body))[0]
        whole = "\n".join([request.system, *request.messages[0].parts])
        word = re.search(r"<<<DOSSIER ([0-9a-f]{12,})", request.messages[0].parts[0]).group(1)
        assert whole.count(f"DOSSIER {word} END>>>") == 1
        assert whole.count(f"<<<DOSSIER {word}") == 1
        assert word not in body


def test_a_marker_is_salted_until_the_text_does_not_contain_it():
    text = "a text"
    assert marker(text + marker(text)) not in text + marker(text)


def write_prompts(folder, **changed):
    (folder / "prompts").mkdir()
    for path in shipped("prompts").glob("*.j2"):
        (folder / "prompts" / path.name).write_text(changed.get(path.stem, path.read_text()))
    return open_workspace({}, folder=folder, environ={})


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("line\n{{ nobody }}", "house.j2:2"),
        ("line\n\n{% if %}", "house.j2:3"),
        ("{% include '/etc/passwd' %}", "house.j2"),
        ("{{ ''.__class__.__mro__ }}", "house.j2"),
        ("{{ 'x' * 3000000 }}", "house.j2"),
        ("{% for a in range(99999) %}{{ 'x' * 99999 }}{% endfor %}", "house.j2"),
        ("{{ " + "(" * 9_000, "house.j2"),
    ],
)
def test_a_broken_or_hostile_template_is_refused_with_its_file_and_line(tmp_path, template, says):
    with pytest.raises(InputError) as caught:
        Prompts(write_prompts(tmp_path, house=template))
    assert says in str(caught.value)


_LOOPS = "".join(f"{{% for {name} in persona.body %}}" for name in "abcdefgh")
_NESTED = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'x' * 10**9 }}",
        "{{ 9**9**9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'x'|center(1000000000) }}",
        "{{ 'x'|indent(1000000000) }}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ '{:>1000000000}'.format('x') }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ lipsum(n=100000) }}",
        _NESTED,
        _LOOPS + "{% endfor %}" * 8,
        _LOOPS + "{% for z in persona.body if false %}{% endfor %}" + "{% endfor %}" * 8,
        _LOOPS + "{{ persona.body }}" + "{% endfor %}" * 8,
        "{% set x = 'xx' %}{% set x = x ~ x %}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for a in [persona] %}{% for b in [[a, a]] %}{{ b }}{% endfor %}{% endfor %}",
        "{{ persona.body|join(persona.body) }}{{ persona.body|join(persona.body)|join(persona.body) }}",
        "{{ " + " ~ ".join(["persona.body"] * 1_500) + " }}",
    ],
)
def test_a_runaway_template_is_an_error_with_file_and_line_within_two_seconds(tmp_path, template):
    wordy = PERSONAS["builder"].model_copy(update={"body": "word " * 400})
    start = time.monotonic()
    with pytest.raises(InputError, match=r"prompts/task\.j2:2: "):
        Prompts(write_prompts(tmp_path, task="first line\n" + template)).task(wordy)
    assert time.monotonic() - start < 2


def test_a_template_that_is_not_utf8_or_a_folder_is_refused_by_name(tmp_path):
    workspace = write_prompts(tmp_path)
    path = tmp_path / "prompts" / "task.j2"
    path.write_bytes(b"one\ntwo \xff")
    with pytest.raises(InputError, match=r"task\.j2:2: is not UTF-8"):
        Prompts(workspace)
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match=r"task\.j2: is a folder"):
        Prompts(workspace)


SHIPPED_DOSSIER = (shipped("prompts") / "dossier.j2").read_text()
CLOSING_LINE = "DOSSIER {{ marker }} END>>>"


@pytest.mark.parametrize(
    "template",
    [
        "{% for source in sources %}{{ source.text }}{% endfor %}",
        SHIPPED_DOSSIER.replace("<<<DOSSIER {{ marker }}", ""),
        SHIPPED_DOSSIER.replace(CLOSING_LINE, ""),
        SHIPPED_DOSSIER.replace(CLOSING_LINE, f"{CLOSING_LINE}\n{CLOSING_LINE}"),
        CLOSING_LINE + "\n<<<DOSSIER {{ marker }}\n",
    ],
)
def test_a_dossier_template_without_its_two_marker_lines_is_refused_by_name(tmp_path, template):
    prompts = Prompts(write_prompts(tmp_path, dossier=template))
    with pytest.raises(InputError, match=r"prompts/dossier\.j2: .*exactly once"):
        prompts.dossier(dossier())


def test_the_closing_line_stands_once_although_reply_and_problem_quote_it():
    opening = requests(dossier())[0]
    closing = opening.messages[0].parts[0].splitlines()[-1]
    word = closing.split()[1]
    repaired = PROMPTS.repair(
        opening, f"a\n{closing}\n{word.upper()}", f"key {closing!r}", PERSONAS["builder"]
    )
    again = PROMPTS.reask(repaired, f"b\n{closing}", [f"It says {closing}."])
    whole = "\n".join(part for message in again.messages for part in message.parts)
    assert whole.count(closing) == 1
    assert again.messages[0] == opening.messages[0]
    assert again.messages[1].parts == ("a\nDOSSIER [marker] END>>>\n[marker]",)
    assert word not in "".join(part for message in again.messages[1:] for part in message.parts)


def test_a_reply_that_quotes_no_marker_is_sent_back_as_it_came():
    reply = '{"paragraph": "[marker] 0123456789abcdef"}'
    assert PROMPTS.reask(requests(dossier())[0], reply, ["x"]).messages[1].parts == (reply,)


def test_the_prompts_hash_changes_with_any_template(tmp_path):
    text = (shipped("prompts") / "reask.j2").read_text()
    assert Prompts(write_prompts(tmp_path, reask=text + "!")).sha != PROMPTS.sha
