"""`panel persona …`: reviewers found, written, checked and tried and listened to; a verb is a file here."""

from __future__ import annotations

import importlib
import pkgutil

import typer

#: The order in which `panel persona --help` lists the verbs; verbs not named here follow by name.
_ORDER = ("list", "show", "new", "lint", "try", "diff", "ab", "regress", "watch", "voice")


def register(app: typer.Typer) -> None:
    """Add every verb found in this folder."""
    persona = typer.Typer(
        help="Reviewers: where their files lie, new ones, what to change in them, how they sound.",
        no_args_is_help=True,
    )
    found = sorted(module.name for module in pkgutil.iter_modules(__path__))
    for name in sorted(found, key=lambda n: (_ORDER.index(n) if n in _ORDER else len(_ORDER), n)):
        importlib.import_module(f"{__name__}.{name}").register(persona)
    app.add_typer(persona, name="persona")
