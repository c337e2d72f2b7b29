"""Templates are filled strictly, and everything printed is escaped."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from panel.publish.templating import asset, environment


def rendered(template: str, **values: object) -> str:
    return environment(lambda text: f"<{text}>").from_string(template).render(**values)


def test_every_printed_value_is_escaped_and_the_template_is_not():
    assert rendered("a {{ b }} c {{ d }}", b="b", d=1) == "a <b> c <1>"


def test_what_is_escaped_already_is_not_escaped_twice():
    assert rendered("{% macro m() %}{{ b }}{% endmacro %}{{ m() }}{{ c }}", b="b", c=Markup("c")) == "<b>c"


def test_a_missing_value_is_an_error_and_not_the_word_none():
    with pytest.raises(TypeError, match="missing"):
        rendered("{{ b }}", b=None)


def test_an_undefined_name_is_an_error():
    with pytest.raises(UndefinedError):
        rendered("{{ nobody }}")
    with pytest.raises(UndefinedError):
        rendered("{% if nobody %}{% endif %}")


def test_assets_are_read_from_the_package():
    assert "light-dark(" in asset("page.css")
