"""`panel dossier …`: what reviewers are given about a tool: written down, checked, shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import ends_well, explain, printable
from panel.cli.options import Place, with_flags
from panel.core.errors import ExitCode, InputError, worst

if TYPE_CHECKING:
    from collections.abc import Callable

    from panel.core.domain import Dossier
    from panel.core.outcomes import Entry
    from panel.core.workspace import Workspace
    from panel.evidence.dossiers import Loaded

_JSON = typer.Option("--json", help="Print it as JSON.")
_TOOL = typer.Argument(
    help="A slug in dossiers/, a path, an http(s) address, or - for standard input.", metavar="TOOL"
)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    dossier = typer.Typer(
        help="What reviewers are given about a tool: write it down, check it, show it.", no_args_is_help=True
    )
    verbs: dict[str, Callable[..., ExitCode]] = {"new": new, "check": check, "show": show}
    for name, verb in verbs.items():
        dossier.command(name)(with_flags(Place)(ends_well(verb)))
    app.add_typer(dossier, name="dossier")


# ------------------------------------------------------------ new


def new(
    name: Annotated[str | None, typer.Argument(help="The tool's name.", metavar="NAME")] = None,
    *,
    evidence: Annotated[
        str | None,
        typer.Option(
            "--from", help="A README or a page, by path or address, or - for standard input.", metavar="TOOL"
        ),
    ] = None,
    slug: Annotated[str | None, typer.Option(help="The file's name; else made from the name.")] = None,
    vendor: Annotated[str | None, typer.Option(help="Who makes it.")] = None,
    version: Annotated[str | None, typer.Option(help="Which one this is about.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it lives.", metavar="URL")] = None,
    category: Annotated[str | None, typer.Option(help="As the site sorts it.")] = None,
    tagline: Annotated[str | None, typer.Option(help="One line.")] = None,
    modality: Annotated[str | None, typer.Option(help="text,code,image,audio,video", metavar="LIST")] = None,
    surface: Annotated[
        str | None, typer.Option(help="editor,app,cli,api,library,weights,service", metavar="LIST")
    ] = None,
    flags: Place,
) -> ExitCode:
    """Write dossiers/<slug>.md: what is known of a tool, and what is still to be filled in.

    A file that is there already is left alone.
    """
    from panel.core.frontmatter import parse
    from panel.core.slugs import slugify
    from panel.evidence.dossiers import read_dossier
    from panel.evidence.drafting import draft

    workspace = _opened(flags)
    given = {
        "name": name, "slug": slug, "vendor": vendor, "version": version, "url": url, "category": category,
        "tagline": tagline, "modality": _words(modality), "surface": _words(surface),
    }  # fmt: skip
    known, body = _taken_from(evidence, workspace) if evidence else ({}, "")
    fields = known | {field: value for field, value in given.items() if value}
    if not fields.get("name"):
        raise InputError("a new dossier needs a name", field="NAME", hint="panel dossier new 'Codestral 2.0'")
    fields["slug"] = slug or slugify(str(fields["name"]))
    path = workspace.root / "dossiers" / f"{fields['slug']}.md"
    # What is wrong with a field is said before anything is written, also while there is no evidence yet.
    loaded = read_dossier(parse(draft(fields, body or "to be written"), workspace.shown(path)))
    _write(path, draft(fields, body))
    typer.echo(f"wrote {workspace.shown(path)}")
    if body:
        _warn(loaded)
        typer.echo(f"next:  panel review {path.stem}")
    else:
        typer.echo(f"next:  write below its front matter what is known; panel dossier check {path.stem}")
    return ExitCode.DONE


def _taken_from(reference: str, workspace: Workspace) -> tuple[dict[str, Any], str]:
    """The front matter and the body that a page or a file gives a new dossier."""
    from panel.cli.loading import load_dossiers

    (dossier,) = load_dossiers([reference], workspace)
    tool = dossier.tool
    fields = tool.model_dump(exclude={"slug", "description"}, exclude_defaults=True)
    texts = {source.id: source for source in dossier.sources}
    body = texts.get("body")
    if body is None or body.text is None:
        return fields, ""
    cited = {"url": body.url, "title": body.title, "retrieved": body.retrieved}
    origin = {key: value for key, value in cited.items() if value}
    if {"url", "title"} & origin.keys():
        fields["sources"] = [origin]
    return fields, body.text


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(
            "is there already, and is left alone", file=path, hint="edit it, or give --slug another name"
        ) from None
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=path) from None


def _words(text: str | None) -> list[str]:
    return [word for each in (text or "").split(",") if (word := each.strip().lower())]


# ------------------------------------------------------------ check


def check(
    tool: Annotated[list[str] | None, _TOOL] = None,
    *,
    json: Annotated[bool, _JSON] = False,
    flags: Place,
) -> ExitCode:
    """Check dossiers, all of this workspace without a name; nothing is asked or fetched but an address.

    Wrong ones are named with file, line and field, exit code 2; warnings leave it at 0.
    """
    from panel.cli.loading import load_each
    from panel.evidence.dossiers import load_folder

    workspace = _opened(flags)
    folder = workspace.root / "dossiers"
    found, errors = load_each(tool, workspace) if tool else load_folder(folder, workspace)
    if json:
        from panel.cli.judging import print_json

        print_json({"dossiers": [_as_json(each) for each in found], "errors": [e.message for e in errors]})
    else:
        for each in found:
            _print_check(each)
    for error in errors:
        explain(error)
    if not found and not errors:
        typer.echo(f"no dossiers in {workspace.shown(folder)}; next: panel dossier new NAME", err=True)
    return worst([error.exit_code for error in errors])


def _print_check(loaded: Loaded) -> None:
    dossier = loaded.dossier
    entry = _entry(dossier)
    said = f"{_amount(len(_text(dossier).split()), 'word')}, entry price {entry.label}"
    lacking = ", ".join(_lacking(dossier))
    typer.echo(printable(f"{dossier.tool.slug}: {said}" + (f"; not given: {lacking}" if lacking else "")))
    for conflict in entry.conflicts:
        typer.echo(printable(f"  to decide: price: {conflict}"))
    _warn(loaded, indent="  ")


def _warn(loaded: Loaded, indent: str = "") -> None:
    for warning in loaded.warnings:
        typer.echo(printable(f"{indent}warning: {warning}"))
    for note in loaded.dossier.notes:
        typer.echo(printable(f"{indent}note: {note}"))


def _as_json(loaded: Loaded) -> dict[str, Any]:
    entry = _entry(loaded.dossier)
    return {
        "slug": loaded.dossier.tool.slug,
        "id": loaded.dossier.id,
        "words": len(_text(loaded.dossier).split()),
        "entry": entry.as_json(),
        "missing": _lacking(loaded.dossier),
        "warnings": list(loaded.warnings),
        "notes": list(loaded.dossier.notes),
    }


# ------------------------------------------------------------ show


def show(
    tool: Annotated[str, _TOOL],
    *,
    json: Annotated[bool, _JSON] = False,
    flags: Place,
) -> ExitCode:
    """Print a dossier word for word as reviewers are given it."""
    from panel.cli.loading import load_dossiers
    from panel.reviewers.prompting import Prompts

    workspace = _opened(flags)
    (dossier,) = load_dossiers([tool], workspace)
    if json:
        from panel.cli.judging import print_json

        print_json(dossier.as_json())
        return ExitCode.DONE
    for line in Prompts(workspace).dossier(dossier).splitlines():
        typer.echo(printable(line))
    typer.echo(f"id: {dossier.id}", err=True)
    typer.echo(printable(f"entry price: {_entry(dossier).label}"), err=True)
    return ExitCode.DONE


def _opened(flags: Place) -> Workspace:
    from panel.core.workspace import open_workspace

    return open_workspace(flags.settings(), folder=flags.workspace)


def _entry(dossier: Dossier) -> Entry:
    from panel.judgement.pricing import entry

    return entry(dossier.facts)


def _text(dossier: Dossier) -> str:
    return next((source.text or "" for source in dossier.sources if source.id == "body"), "")


def _lacking(dossier: Dossier) -> list[str]:
    fields = ("vendor", "version", "url", "category", "tagline", "launched", "modality", "surface")
    lacking = [field for field in fields if not getattr(dossier.tool, field)]
    return lacking if any(fact.kind == "price" for fact in dossier.facts) else [*lacking, "pricing"]


def _amount(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
