"""What is to be changed in a persona, found without asking a model: a pure function of the text."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from panel.core.errors import InputError
from panel.core.frontmatter import parse
from panel.reviewers.personas import read_persona
from panel.workbench.lint import rules, structure
from panel.workbench.lint.draft import Draft
from panel.workbench.lint.remarks import Remark

if TYPE_CHECKING:
    from panel.core.domain import Persona

__all__ = ["Draft", "Remark", "lint", "rule_names"]

Rule = Callable[[Draft], Iterator[Remark]]


def lint(
    text: str, *, slug: str, file: str, others: Iterable[Persona], render: Callable[[Persona], str]
) -> tuple[Remark, ...]:
    """All that is to be changed in a persona, in the order of the file; nothing raises, whatever the text.

    A file that is no persona gets its errors only: the other rules need one.

    Args:
        text: The whole file.
        slug: The file's name without `.md`.
        file: How remarks name the file.
        others: The personas in force; the one of this slug is left out.
        render: Persona and task as a model is shown them (`Prompts.unbounded_task`).
    """
    try:
        persona = read_persona(text, slug=slug, file=file)
    except InputError as error:
        return structure.remarks(error, text)
    draft = Draft(
        text=text,
        document=parse(text, file),
        persona=persona,
        others=tuple(other for other in others if other.slug != slug),
        rendered=len(render(persona)),
    )
    found = [remark for rule in _rules().values() for remark in rule(draft)]
    return tuple(sorted(found, key=lambda remark: (remark.line or 0, remark.rule)))


def rule_names() -> tuple[str, ...]:
    """The names of all rules, by which docs/personas.md explains them."""
    return (structure.RULE, *_rules())


@cache
def _rules() -> dict[str, Rule]:
    names = sorted(module.name for module in pkgutil.iter_modules(rules.__path__))
    return {name: importlib.import_module(f"{rules.__name__}.{name}").check for name in names}
