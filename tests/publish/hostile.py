"""Records whose every text field holds the same thing, to see whether a text can become markup."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError

from panel.core.domain import Value

Record = TypeVar("Record", bound=Value)

PAYLOADS = {
    "script": "<script>alert(1)</script>",
    "closes the style": "</style></title></textarea><script>alert(1)</script>",
    "event handler": "\"><img src=x onerror=alert(1)>' onmouseover='alert(1)",
    "svg": "<svg/onload=alert(1)><iframe src=javascript:alert(1)>",
    "comment and cdata": "--><!-- <![CDATA[ ]]> <?php ?> &lt;b&gt; &#60;i&#62;",
    "javascript address": "javascript:alert(1)",
    "data address": "data:text/html,<script>alert(1)</script>",
    "address of another host": "//evil.example/x",
    "own vote address": "/vote?tool=a&yes=1",
    "address with a user": "https://bank.example@evil.example/",
    "broken address": 'https://evil.example/"onclick="alert(1)',
    "markdown links": "[a](javascript:alert(1)) ![i](https://evil.example/i.png) <https://e.example> [x]: /",
    "bare links": "https://evil.example www.evil.example mailto:a@evil.example",
    "markdown blocks": "# Heading\n\n- item\n\n1. one\n\n> quote\n\n```\nx\n```\n\n---\n\n    x\n\nx\n===\ny",
    "markdown line starts": "+ a\n* b\n10) c\n~~~\n<div>\n| a | b |\n| --- | --- |",
    "emphasis": "**bold** _it_ `code` ~~gone~~ \\*",
    "templates": "{{ 7 * 7 }} {% raw %} {c.pick} %(x)s ${x}",
    "controls": "a\x00b\x08c\x1b[31md\x7fe\x85f\u2028g\u2029h\u202ei\u2066j\ufeffk\ud800l\ufffem",
    "line ends": "a\r\nb\rc\nd\te",
    "blank": " ",
    "empty": "",
    "long": "x" * 3000,
}


@cache
def text_fields(record: Value) -> list[tuple[str | int, ...]]:
    """The paths of all fields that take any text (a field with a fixed choice of words takes none)."""
    data = record.as_json()
    return [path for path in _strings(data, ()) if _accepts(type(record), data, path)]


def filled(record: Record, text: str) -> Record:
    """The same record with `text` in every field that takes any text."""
    data = record.as_json()
    for path in text_fields(record):
        _put(data, path, text)
    return type(record).model_validate(data)


def _strings(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*path, key))
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from _strings(item, (*path, n))


def _accepts(kind: type[Value], data: Any, path: tuple[str | int, ...]) -> bool:
    kept = _get(data, path)
    _put(data, path, "any text at all")
    try:
        kind.model_validate(data)
    except ValidationError:
        return False
    finally:
        _put(data, path, kept)
    return True


def _get(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def _put(data: Any, path: tuple[str | int, ...], text: str) -> None:
    _get(data, path[:-1])[path[-1]] = text
