"""What every output format must do, whichever it is."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from panel.publish.formats import base
from tests.publish import samples
from tests.publish.hostile import PAYLOADS, filled

FORMATS = base.formats()
BOTH = {"plain": samples.plain(), "ugly": samples.ugly()}

each_format = pytest.mark.parametrize("name", FORMATS)


def test_formats_are_found_by_file_name():
    assert {"html", "markdown"} <= set(FORMATS)
    assert list(FORMATS) == sorted(FORMATS)
    assert "base" not in FORMATS


def test_listing_the_formats_loads_no_template_engine():
    check = (
        "import sys; from panel.publish.formats.base import formats; formats(); "
        "sys.exit(any(name in sys.modules for name in ('jinja2', 'markupsafe')))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@each_format
def test_a_format_has_the_members_of_the_contract(name):
    assert isinstance(FORMATS[name], base.Format)
    assert re.fullmatch(r"\.[a-z0-9]+", FORMATS[name].SUFFIX)


def test_no_two_formats_share_a_suffix():
    suffixes = [found.SUFFIX for found in FORMATS.values()]
    assert len(set(suffixes)) == len(suffixes)


@each_format
@pytest.mark.parametrize("sample", BOTH)
def test_the_same_record_always_gives_the_same_text(name, sample):
    assert FORMATS[name].render(BOTH[sample]) == FORMATS[name].render(BOTH[sample])


@each_format
def test_a_format_says_who_decided_what_and_which_one_to_use(name):
    text = FORMATS[name].render(samples.plain())
    for needed in (
        "Lantern Agent",
        "Quarry Coder 2",
        "Which one should you use?",
        "Panel ship",
        "75%",
        "Skeptic",
    ):
        assert needed in text


@each_format
def test_a_format_never_hides_that_no_model_was_asked(name):
    assert "No model was asked" in FORMATS[name].render(samples.ugly())
    assert "No model was asked" not in FORMATS[name].render(samples.plain())


@each_format
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_record_makes_a_format_fail_or_write_what_utf_8_cannot_hold(name, payload):
    for sample in BOTH.values():
        text = FORMATS[name].render(filled(sample, PAYLOADS[payload]))
        assert text.encode("utf-8")
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text)
