"""The command line: flags in, one call, result printed, exit code out. It decides nothing.

One file per verb in `verbs/`; a verb is found by its file name. Nothing here imports a model library before a
verb needs it.
"""

from __future__ import annotations

import importlib
import pkgutil

import typer

from panel.cli import verbs

#: The order in which `panel --help` lists the verbs; verbs not named here follow by name.
_ORDER = (
    "review", "compare", "batch", "nightly", "worker", "dossier", "override", "bets", "stats", "serve",
    "votes", "runs", "schema", "doctor", "init",
)  # fmt: skip


def build() -> typer.Typer:
    """The program with every verb found in `verbs/`."""
    app = typer.Typer(
        name="panel",
        help="Seat a panel of LLM reviewers, ask each for ship or skip, keep the evidence.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_program)
    found = sorted(module.name for module in pkgutil.iter_modules(verbs.__path__))
    for name in sorted(found, key=lambda n: (_ORDER.index(n) if n in _ORDER else len(_ORDER), n)):
        importlib.import_module(f"panel.cli.verbs.{name}").register(app)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from panel import __version__

        typer.echo(__version__)
        raise typer.Exit


def _program(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_version, is_eager=True
    ),
) -> None:
    """What stands before any verb; the version is printed by its own callback."""


def main() -> None:
    """The console command `panel`, also installed as `shipskip`."""
    build()()
