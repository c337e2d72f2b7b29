"""Templates that cannot hang the program or fill its memory, whatever a workspace's prompts/ says.

A template is text with values, `for`, `if`, comparisons, `~` and a few filters. There are no assignments, no
calls and no arithmetic, and a list written out holds constants only: so no value can be made larger step by
step, and what is left to bound is the time of loops, the length of joined text and that of the whole.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, cast

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.filters import FILTERS
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_RENDERED = 2_000_000
#: Shipped templates take milliseconds; half of what an editor is promised to wait for an error.
MAX_SECONDS = 1.0
#: Nesting of tags and expressions; prompts use ten levels or so.
MAX_DEPTH = 40
_TOO_LONG = f"renders more than {MAX_RENDERED:,} characters"

_FILTERS = ("capitalize", "count", "d", "default", "first", "last", "length", "lower", "trim", "upper")
_KNOWN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Name, nodes.Const,
    nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Keyword,
    nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr,
    nodes.Concat, nodes.Neg,
)  # fmt: skip


class BoundedTemplate:
    """One template, compiled; rendering it ends within a second or so and 2,000,000 characters, or fails.

    Raises:
        TemplateSyntaxError: it is no template, or uses more of Jinja than is allowed here; with the line.
    """

    def __init__(self, text: str) -> None:
        # No loader: a template cannot include a file. No autoescape: this is plain text for a model.
        environment = SandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, optimized=False
        )
        environment.code_generator_class = _NothingWorkedOutAhead
        environment.globals.clear()
        environment.filters = {name: self._timed(FILTERS[name]) for name in _FILTERS}
        environment.filters |= {"join": self._join, "each": self._each}
        tree = environment.parse(text)
        _refuse_more(tree)
        self._template: Template = environment.from_string(_Bounded().visit(tree))

    def render(self, **values: Any) -> str:
        """The template with `values`.

        Raises:
            TimeoutError: it takes too long.
            OverflowError: it makes too much text.
            Exception: whatever else a template may raise, an undefined name for one.
        """
        self._deadline = time.monotonic() + MAX_SECONDS
        pieces = cast("Generator[str, None, None]", self._template.generate(**values))
        texts: list[str] = []
        size = 0
        for piece in pieces:
            texts.append(piece)
            size += len(piece)
            if size > MAX_RENDERED:
                pieces.throw(OverflowError(_TOO_LONG))  # inside the template, so that it names its line
        return "".join(texts)

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise TimeoutError(f"takes longer than {MAX_SECONDS:g} s to render")

    def _each(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items, with a look at the clock before each: every loop goes through this."""
        for item in items:
            self._check_time()
            yield item

    def _join(self, items: Iterable[Any], between: Any = "") -> str:
        """The items as one text, refused before it is made if it is too long."""
        separator = str(between)
        texts: list[str] = []
        size = -len(separator)
        for item in self._each(items):
            texts.append(str(item))
            size += len(separator) + len(texts[-1])
            if size > MAX_RENDERED:
                raise OverflowError(_TOO_LONG)
        return separator.join(texts)

    def _timed(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        # A chain of many filters over a long text is a loop too.
        @functools.wraps(plain)  # keeps the mark by which Jinja knows what to pass
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._check_time()
            return plain(*args, **kwargs)

        return timed


@functools.lru_cache(maxsize=64)
def bounded(text: str) -> BoundedTemplate:
    """The template of that text, compiled once: prompts are read anew more often than they are edited.

    Raises:
        TemplateSyntaxError: as BoundedTemplate.
    """
    return BoundedTemplate(text)


def _refuse_more(node: nodes.Node, depth: int = 0) -> None:
    """Refuse every construct that is not known to stay small, in running or in being compiled."""
    complaint = _complaint(node)
    if depth > MAX_DEPTH:
        complaint = f"nested deeper than {MAX_DEPTH} levels"  # the compiler calls itself for each
    if complaint:
        raise TemplateSyntaxError(complaint, node.lineno)
    for child in node.iter_child_nodes():
        _refuse_more(child, depth + 1)


def _complaint(node: nodes.Node) -> str | None:
    if not isinstance(node, _KNOWN):
        what = type(node).__name__.lower()
        return f"templates have values, for, if, comparisons, `~` and filters, but no `{what}`"
    made: list[nodes.Expr] = []
    if isinstance(node, nodes.List | nodes.Tuple) and _is_value(node):
        made = node.items
    if isinstance(node, nodes.Pair):
        made = [node.key, node.value]
    constant = all(isinstance(item, nodes.Const) for item in made)
    return None if constant else "a list or mapping written in a template holds constants only"


def _is_value(node: nodes.List | nodes.Tuple) -> bool:
    # The names in `for a, b in pairs` are a tuple that is filled, not made.
    return getattr(node, "ctx", "load") == "load"


class _NothingWorkedOutAhead(CodeGenerator):
    """Leaves constant expressions to the rendering: trying them all costs the cube of their nesting."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)


class _Bounded(NodeTransformer):
    """Sends every loop and every `~` through the filters that keep them within bounds."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 (Jinja finds visitors by the node's name)
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "each")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 (same)
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), "join")


def _filtered(value: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(cast("nodes.Expr", value), name, [], [], None, None, lineno=value.lineno)
