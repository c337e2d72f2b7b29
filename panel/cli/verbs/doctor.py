"""`panel doctor`: which provider, model, keys and settings are in force, and where each came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Common, with_flags
from panel.core.errors import ExitCode, PanelError, worst

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
    """What is in force, by heading; and the exit code of the worst that is wrong with it."""
    provider, spoken = _provider(workspace)
    places, kept = _places(workspace)
    personas, seated = _personas(workspace)
    settings = {
        name: {"value": setting.shown, "origin": setting.origin}
        for name, setting in workspace.settings.items()
    }
    report = {
        "reviewers speak through": provider,
        "keys": _keys(workspace),
        "places": places,
        "personas": personas,
        "settings": settings,
    }
    return report, worst([spoken, kept, seated])


def _provider(workspace: Workspace) -> tuple[dict[str, Any], ExitCode]:
    from panel.calls.choosing import choose, connect

    choice = choose(workspace)
    provider = {
        "provider": choice.vendor.name,
        "because": choice.because,
        "model": ", ".join(choice.labels),
        "base URL": choice.base_url or choice.vendor.own_url or "none: nothing is called",
    }
    try:
        for name, _ in choice.panel:
            connect(workspace, name)
    except PanelError as error:
        return provider | {"ready": f"no: {error.message}"}, error.exit_code
    ready = "yes" if not choice.offline else "yes, but no model will be asked"
    return provider | {"ready": ready}, ExitCode.DONE


def _keys(workspace: Workspace) -> dict[str, Any]:
    from panel.calls.providers import base

    variables = filter(None, (base.vendor_of(name).key_variable for name in base.names()))
    there = {each: workspace.environment.get(each, "").strip() for each in variables}
    return {name: "set" if key else "not set" for name, key in there.items()}


def _places(workspace: Workspace) -> tuple[dict[str, Any], ExitCode]:
    from panel.cli.upkeep.opening import ledger_name
    from panel.core.files import check_writable

    places = {
        "workspace": {"value": str(workspace.root), "origin": workspace.origin},
        "runs": str(workspace.runs_dir),
        "ledger": ledger_name(workspace),
    }
    try:
        check_writable(workspace.runs_dir)
    except PanelError as error:
        return places | {"runs writable": f"no: {error.message}"}, error.exit_code
    return places | {"runs writable": "yes"}, ExitCode.DONE


def _personas(workspace: Workspace) -> tuple[dict[str, Any], ExitCode]:
    from panel.reviewers.personas import load_personas

    try:
        found = load_personas(workspace)
    except PanelError as error:
        return {"broken": error.message}, error.exit_code
    return {slug: f"{each.chair}, {each.file}" for slug, each in found.items()}, ExitCode.DONE
