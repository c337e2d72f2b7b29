"""`panel doctor`: which provider, model, keys and settings are in force, and where each came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Common, with_flags
from panel.core.errors import ExitCode, PanelError

if TYPE_CHECKING:
    from panel.core.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("doctor")(with_flags(Common)(ends_well(doctor)))


def doctor(*, flags: Common) -> ExitCode:
    """Say what is in force and why; keys are only said to be there or not."""
    from panel.core.workspace import open_workspace

    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    report, code = _report(workspace)
    if flags.json:
        from panel.cli.judging import print_json

        print_json(report)
        return code
    for heading, lines in report.items():
        typer.echo(f"{heading}:")
        for name, line in lines.items():
            typer.echo(f"  {name:18} {_shown(line)}")
    return code


def _shown(line: Any) -> str:
    if isinstance(line, dict):
        value = "(not set)" if line["value"] is None else line["value"]
        return printable(f"{value}   [{line['origin']}]")
    return printable(str(line))


def _report(workspace: Workspace) -> tuple[dict[str, dict[str, Any]], ExitCode]:
    from panel.calls.choosing import choose, connect
    from panel.calls.providers import base
    from panel.cli.upkeep.opening import ledger_name
    from panel.core.files import check_writable
    from panel.reviewers.personas import load_personas

    code = ExitCode.DONE
    choice = choose(workspace)
    provider: dict[str, Any] = {
        "provider": choice.vendor.name,
        "because": choice.because,
        "model": ", ".join(choice.labels),
        "base URL": choice.base_url or choice.vendor.own_url or "none: nothing is called",
    }
    try:
        for name, _ in choice.panel:
            connect(workspace, name)
        provider["ready"] = "yes" if not choice.offline else "yes, but no model will be asked"
    except PanelError as error:
        provider["ready"] = f"no: {error.message}"
        code = error.exit_code
    keys = {
        vendor.key_variable: "set"
        if workspace.environment.get(vendor.key_variable, "").strip()
        else "not set"
        for vendor in map(base.vendor_of, base.names())
        if vendor.key_variable
    }
    places: dict[str, Any] = {
        "workspace": {"value": str(workspace.root), "origin": workspace.origin},
        "runs": str(workspace.runs_dir),
        "ledger": ledger_name(workspace),
    }
    try:
        check_writable(workspace.runs_dir)
        places["runs writable"] = "yes"
    except PanelError as error:
        places["runs writable"] = f"no: {error.message}"
        code = error.exit_code
    personas: dict[str, Any] = {}
    try:
        personas = {slug: f"{p.chair}, {p.file}" for slug, p in load_personas(workspace).items()}
    except PanelError as error:
        personas = {"broken": error.message}
        code = error.exit_code
    return {
        "reviewers speak through": provider,
        "keys": keys,
        "places": places,
        "personas": personas,
        "settings": {
            name: {"value": setting.shown, "origin": setting.origin}
            for name, setting in workspace.settings.items()
        },
    }, code
