"""`panel init [DIR]`: a new workspace with an example dossier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from panel.cli.ending import ends_well
from panel.core.errors import ExitCode, InputError

_CONFIG = """\
# A workspace of panel. Every setting may stand here; flags and PANEL_* variables win over it.
# API keys do not belong here: put them into the environment or into .env beside this file.

# provider = "anthropic"      # auto, anthropic, openai, offline
# model = "claude-sonnet-5-5"
# max_usd = 1.0               # hard cap on a run
"""
_IGNORED = "runs/\n.env\nvotes.sqlite*\nvotes.secret\n"
_EXAMPLE = "codestral-2-0"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("init")(ends_well(init))


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make a workspace of.")] = Path(),
) -> ExitCode:
    """Make a workspace: panel.toml, dossiers/ with an example, personas/, prompts/, runs/.

    Files that are there already are left alone.
    """
    from panel.core.workspace import shipped

    root = folder.expanduser().absolute()
    example = shipped("dossiers") / f"{_EXAMPLE}.md"
    schema = shipped("personas") / "persona.schema.json"
    files = {
        root / "panel.toml": _CONFIG,
        root / ".gitignore": _IGNORED,
        root / "dossiers" / example.name: example.read_text(encoding="utf-8"),
        # Editors look for it beside a persona: its first comment says so.
        root / "personas" / schema.name: schema.read_text(encoding="utf-8"),
    }
    try:
        for name in ("dossiers", "personas", "prompts", "runs"):
            (root / name).mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            kept = path.exists()
            if not kept:
                path.write_text(text, encoding="utf-8")
            typer.echo(f"{'kept' if kept else 'wrote'} {path.relative_to(root)}")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=root) from None
    where = "" if root == Path.cwd() else f" --workspace {folder}"
    typer.echo(f"next: panel review {_EXAMPLE} --provider offline{where}")
    return ExitCode.DONE
