"""`panel twins …`: which tools are the same thing twice, and an editor's word on it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from panel.cli.ending import ends_well, explain, printable
from panel.cli.options import Place, given, refuse_before, with_flags
from panel.cli.signing import said, signed
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from panel.core.domain import Tool
    from panel.core.records import Records
    from panel.core.workspace import Workspace
    from panel.judgement.identity import Pair
    from panel.twins import Ruled, Survey

_ONE = typer.Argument(help="One tool's slug.", metavar="A")
_OTHER = typer.Argument(help="The other's.", metavar="B")
#: Runs that are looked at for launches that were parked as twins.
_RUNS_BACK = 100


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    twins = typer.Typer(help=list_twins.__doc__, invoke_without_command=True)
    twins.callback()(with_flags(Place)(_all_or_one))
    twins.command("same")(with_flags(Place)(ends_well(same)))
    twins.command("apart")(with_flags(Place)(ends_well(apart)))
    app.add_typer(twins, name="twins")


def _all_or_one(
    context: typer.Context,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    flags: Place,
) -> None:
    if context.invoked_subcommand is None:
        ends_well(list_twins)(json=json, flags=flags)
    if json or given(flags):
        ends_well(refuse_before)("twins", context.invoked_subcommand)


def list_twins(*, json: bool, flags: Place) -> ExitCode:
    """List tools of this workspace, reviewed or not, that are near-identical, and what differs."""
    from panel.twins import ruled, survey

    workspace, records = _opened(flags)
    rulings = ruled(workspace.root)
    tools, problems = _dossiers(workspace)
    for problem in problems:
        explain(problem)
    found = survey(tools, records, rulings)
    if json:
        _print_json(found, rulings)
    else:
        _print(found, rulings)
    return ExitCode.INPUT if problems else ExitCode.DONE


def same(
    a: Annotated[str, _ONE],
    b: Annotated[str, _OTHER],
    *,
    reason: Annotated[str | None, typer.Option(help="Why.", metavar="TEXT")] = None,
    author: Annotated[str | None, typer.Option(help="Who says so.", metavar="NAME")] = None,
    flags: Place,
) -> ExitCode:
    """Say that two tools are one product: from now on that is certain.

    The newest word on a pair counts, and earlier ones stay on file.
    """
    why = "say it or leave it out"
    spoken = {"reason": reason, "author": author}
    signature = {name: said(text, f"--{name}", why) for name, text in spoken.items() if text is not None}
    return _decide(a, b, "same", signature, flags)


def apart(
    a: Annotated[str, _ONE],
    b: Annotated[str, _OTHER],
    *,
    reason: Annotated[str, typer.Option(help="Why.", metavar="TEXT")],
    author: Annotated[str, typer.Option(help="Who says so.", metavar="NAME")],
    flags: Place,
) -> ExitCode:
    """Say that two tools are not one product: nobody is warned of this pair any more.

    The newest word on a pair counts, and earlier ones stay on file.
    """
    return _decide(a, b, "apart", signed(reason, author), flags)


def _decide(
    a: str, b: str, ruling: Literal["same", "apart"], signature: dict[str, str], flags: Place
) -> ExitCode:
    from panel.core.decisions import decide
    from panel.core.records import timestamp, utc_now
    from panel.twins import Identified, in_order

    workspace, records = _opened(flags)
    if a == b:
        raise InputError(f"{a} is named twice", field="B")
    _require(a, b, workspace, records)
    one, other = in_order(a, b)
    decide(workspace.root, Identified(a=one, b=other, ruling=ruling, time=timestamp(utc_now()), **signature))
    ruled = "are one product" if ruling == "same" else "are two products"
    typer.echo(printable(f"{one} and {other} {ruled}"))
    return ExitCode.DONE


def _require(a: str, b: str, workspace: Workspace, records: Records) -> None:
    """Refuse slugs a ruling on which would never be heard of: two of them, or one that nobody knows.

    Raises:
        InputError: one is none, or unknown to dossiers, reviews and what the night shift has parked.
    """
    from panel.core.slugs import is_slug

    for slug, field in ((a, "A"), (b, "B")):
        if not is_slug(slug):
            raise InputError(f"{slug!r} is no slug", field=field, hint="panel twins names slugs")
    for slug, field in ((a, "A"), (b, "B")):
        if not _is_known(slug, workspace, records) and not _is_parked(slug, records):
            raise InputError(
                f"no dossier and no review is called {slug!r}",
                field=field,
                hint="panel twins; panel runs list",
            )


def _is_known(slug: str, workspace: Workspace, records: Records) -> bool:
    """Whether a dossier or a review is called so."""
    from panel.evidence.shelf import find

    if any(records.review_path(run, slug).exists() for run in records.run_ids()):
        return True
    try:
        find(slug, workspace)
    except InputError:
        return False
    return True


def _is_parked(slug: str, records: Records) -> bool:
    """Whether a night parked a launch of that slug as a twin: it has no dossier and no review yet."""
    for run in islice(records.runs_with_manifest(), _RUNS_BACK):
        try:
            issues = records.run(run).issues
        except InputError:
            continue  # `panel runs verify` names it
        if any(f"panel twins apart {slug} " in issue.what for issue in issues):
            return True
    return False


def _opened(flags: Place) -> tuple[Workspace, Records]:
    from panel.core.records import Records
    from panel.core.workspace import open_workspace

    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    return workspace, Records(workspace.runs_dir)


def _dossiers(workspace: Workspace) -> tuple[list[tuple[Tool, str]], list[InputError]]:
    """The workspace's own dossiers with their texts, and what is wrong with those that cannot be read."""
    from panel.evidence.dossiers import load_file
    from panel.evidence.shelf import files
    from panel.twins import text_of

    tools: dict[str, tuple[Tool, str]] = {}
    problems: list[InputError] = []
    for path in files(workspace.root / "dossiers"):
        try:
            dossier = load_file(path, workspace).dossier
        except InputError as error:
            problems.append(error)
        else:
            tools.setdefault(dossier.tool.slug, (dossier.tool, text_of(dossier)))
    return list(tools.values()), problems


# ------------------------------------------------------------ shown


def _print(survey: Survey, rulings: Ruled) -> None:
    for cluster in survey.found.clusters:
        typer.echo(printable(f"one product: {', '.join(cluster)}"))
        _print_standings(cluster, survey)
    for pair in survey.found.pairs:
        typer.echo(printable(f"{' / '.join(pair.slugs)}: {_why(pair, rulings)}"))
        for each in pair.likeness.differences:
            typer.echo(printable(f"  {each}"))
        if pair.likeness.kind != "same":
            _print_standings(pair.slugs, survey)
    for slugs, ruling in sorted(rulings.items()):
        if ruling.ruling == "apart":
            typer.echo(printable(f"{' / '.join(slugs)}: two products, {_by(ruling.author, ruling.reason)}"))
    if not survey.found.pairs:
        typer.echo("no tools are near-identical", err=True)


def _print_standings(slugs: Iterable[str], survey: Survey) -> None:
    """What the panel said of each of them that has a review: records of one thing that disagree are seen."""
    for slug in slugs:
        if slug in survey.standings:
            typer.echo(printable(f"  {slug}: {survey.standings[slug]}"))


def _why(pair: Pair, rulings: Ruled) -> str:
    from panel.twins import by_whom

    reasons = (by_whom(rulings[pair.slugs]),) if pair.decided else pair.likeness.reasons
    return f"{'the same, decided' if pair.decided else pair.likeness.kind}: {', '.join(reasons)}"


def _by(author: str | None, reason: str | None) -> str:
    return f"says {author or 'an editor'}" + (f": {reason}" if reason else "")


def _print_json(survey: Survey, rulings: Ruled) -> None:
    from panel.cli.judging import print_json

    print_json(
        {
            "clusters": [list(cluster) for cluster in survey.found.clusters],
            "pairs": [
                {
                    "a": pair.a.slug,
                    "b": pair.b.slug,
                    "kind": pair.likeness.kind,
                    "decided": pair.decided,
                    "reasons": list(pair.likeness.reasons),
                    "differences": list(pair.likeness.differences),
                }
                for pair in survey.found.pairs
            ],
            "standings": dict(survey.standings),
            "decided": [ruling.as_json() for _, ruling in sorted(rulings.items())],
        }
    )
