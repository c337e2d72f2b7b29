"""A template may do what prompts need, and nothing by which it could run on or grow."""

from __future__ import annotations

import time

import pytest
from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError, UndefinedError

from panel.reviewers.sandbox import MAX_RENDERED, BoundedTemplate


def rendered(template, **values):
    return BoundedTemplate(template).render(**values)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{% for x in items %}{{ loop.index }}{{ x }}{{ ';' if not loop.last }}{% endfor %}", "1a;2b;3c"),
        ("{% for x in items if x != 'b' %}{{ x }}{% else %}none{% endfor %}", "ac"),
        ("{% for x in [] %}{% else %}none{% endfor %}", "none"),
        ("{% for key, value in pairs %}{{ key }}={{ value }} {% endfor %}", "k=v "),
        ("{{ (items[0] ~ ':' ~ 1)|upper }}", "A:1"),
        ("{{ items|join('+') }} {{ items|length }} {{ items|first }}{{ items|last }}", "a+b+c 3 ac"),
        ("{{ nobody|default('x') }}{% if 'a' in items and items is not string %}y{% endif %}", "xy"),
        ("{{ {'a': 'one', 'b': 'two'}['b'] }}", "two"),
    ],
)
def test_loops_conditions_tilde_and_the_plain_filters_work(template, text):
    values = {"items": ("a", "b", "c"), "pairs": (("k", "v"),)}
    assert rendered(template, **values) == text


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("a\n{{ 1 + 1 }}", "`add`"),
        ("a\n{{ range(3) }}", "`call`"),
        ("a\n{% set x = 1 %}", "`assign`"),
        ("a\n{{ [x] }}", "constants"),
        ("a\n{{ {'a': x} }}", "constants"),
        ("a\n{{ 'x'|center(9) }}", "center"),
        ("a\n{{ x" + "|upper" * 5_000 + " }}", "deeper than 40"),
        ("a\n" + "{% if x %}" * 50 + "{% endif %}" * 50, "deeper than 40"),
    ],
)
def test_what_is_more_than_that_is_refused_with_its_line(template, what):
    with pytest.raises(TemplateSyntaxError, match=what) as caught:
        BoundedTemplate(template)
    assert caught.value.lineno == 2


def test_a_name_nobody_gave_is_an_error_also_inside_a_tilde():
    with pytest.raises(UndefinedError, match="nobody"):
        rendered("{{ 'a' ~ nobody }}")


def test_what_lies_behind_a_value_stays_out_of_reach():
    with pytest.raises(SecurityError):
        rendered("{{ ''.__class__ }}")


def test_joined_text_may_be_as_long_as_the_whole_and_no_longer():
    half = "x" * (MAX_RENDERED // 2)
    assert len(rendered("{{ t ~ t }}", t=half)) == MAX_RENDERED
    with pytest.raises(OverflowError):
        rendered("{{ (t ~ t ~ 'x')|length }}", t=half)
    with pytest.raises(OverflowError):
        rendered("{{ t|join(t)|length }}", t="x" * 2_000)


def test_a_long_row_of_filters_over_a_long_text_is_cut_off_by_the_clock():
    row = "{% if (t" + "|upper" * 30 + ") == 'x' %}{% endif %}"
    template = BoundedTemplate(row * 50)
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        template.render(t="é" * 1_000_000)
    assert time.monotonic() - start < 2
