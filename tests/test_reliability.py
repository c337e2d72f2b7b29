"""The tables of docs/reliability.md: each known fault of provider, process and secrets has row and test."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = [f"{part}{n:02}" for part, last in (("A", 36), ("B", 19), ("G", 6)) for n in range(1, last + 1)]

_LINE = re.compile(r"^\| (?P<row>[A-Z]\d\d) \| (?P<cells>.*) \|$", re.MULTILINE)
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
_REASON = "No test: "
_ALWAYS = ("skip", "xfail")


@cache
def functions_of(path):
    """The tests of a file by name; those that are always skipped, or expected to fail, are False."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if any(isinstance(node, ast.Assign) and is_skip(node.value) for node in tree.body):
        return {}
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {node.name: not any(map(is_skip, node.decorator_list)) for node in found}


def is_skip(decorator):
    """Whether it says `pytest.mark.skip` or `xfail`, called or not, alone or in a list."""
    if isinstance(decorator, ast.List | ast.Tuple):
        return any(map(is_skip, decorator.elts))
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(name, ast.Attribute) and name.attr in _ALWAYS


def problems_of(page):
    """All that is wrong with the tables of a page, in words."""
    lines = [(match["row"], match["cells"].split(" | ")) for match in _LINE.finditer(page)]
    rows = [row for row, _ in lines]
    found = [f"{row}: is there {rows.count(row)} times" for row in ROWS if rows.count(row) != 1]
    found += [f"{row}: is no row" for row in rows if row not in ROWS]
    for row, cells in lines:
        if len(cells) != 3 or not all(cells):
            found.append(f"{row}: has not four cells with something in each")
            continue
        found += [f"{row}: {problem}" for problem in problems_of_tests(cells[2])]
    return found


def problems_of_tests(cell):
    """What is wrong with the last cell of a row: tests that are not there, or none and no reason."""
    if cell.startswith(_REASON):
        return [] if len(cell) > len(_REASON) + 20 else ["gives no reason"]
    named = _TEST.findall(cell)
    if not named or _TEST.sub("", cell).strip(" ·"):
        return ["names no test, or something that is none"]
    return [problem for path, name in named if (problem := problem_of(path, name))]


def problem_of(path, name):
    """Why that is no test that runs; None if it is one."""
    if not name.startswith("test_") or not Path(path).name.startswith("test_"):
        return f"{path}::{name} is not collected"
    if not (TESTS / path).is_file():
        return f"{path} does not exist"
    functions = functions_of(TESTS / path)
    if name not in functions:
        return f"{path} has no test {name}, or is skipped as a whole"
    return None if functions[name] else f"{path}::{name} never has to pass"


def test_every_row_is_there_once_and_names_tests_that_exist():
    assert problems_of(PAGE) == []


def test_a_row_without_a_test_is_the_exception():
    assert sum(_REASON in match["cells"] for match in _LINE.finditer(PAGE)) <= 1


ROW = next(match[0] for match in _LINE.finditer(PAGE) if match["row"] == "A01")
TEST = _TEST.search(ROW)[0]


def with_row(row):
    return PAGE.replace(ROW, row)


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (with_row(""), "A01: is there 0 times"),
        (with_row(f"{ROW}\n{ROW}"), "A01: is there 2 times"),
        (with_row(f"{ROW}\n{ROW.replace('A01', 'A37')}"), "A37: is no row"),
        (with_row("| A01 | fault | shown |"), "A01: has not four cells"),
        (with_row("| A01 | fault | shown | comes later |"), "A01: names no test"),
        (with_row("| A01 | fault | shown | No test: later |"), "A01: gives no reason"),
        (with_row(f"| A01 | fault | shown | {TEST} and more |"), "A01: names no test, or something"),
        (with_row(ROW.replace("calls/", "halls/")), "halls/test_client.py does not exist"),
        (with_row(ROW.replace("::test_a", "::test_no")), "has no test test_no"),
        (with_row("| A01 | f | s | `calls/fakes.py::raw` |"), "A01: calls/fakes.py::raw is not collected"),
    ],
)
def test_what_is_wrong_with_a_page_is_found(page, problem):
    assert page != PAGE
    assert any(problem in each for each in problems_of(page)), problems_of(page)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("def test_x(): ...", True),
        ("@pytest.mark.parametrize('a', [1])\ndef test_x(a): ...", True),
        ("@pytest.mark.skipif(root(), reason='r')\ndef test_x(): ...", True),
        ("@pytest.mark.skip\ndef test_x(): ...", False),
        ("@pytest.mark.skip(reason='later')\ndef test_x(): ...", False),
        ("@pytest.mark.xfail(strict=True)\ndef test_x(): ...", False),
        ("pytestmark = pytest.mark.skip\ndef test_x(): ...", None),
        ("pytestmark = [pytest.mark.slow, pytest.mark.skip(reason='r')]\ndef test_x(): ...", None),
    ],
)
def test_a_test_that_never_has_to_pass_is_found(tmp_path, text, state):
    (tmp_path / "test_it.py").write_text(text)
    assert functions_of(tmp_path / "test_it.py").get("test_x") is state
