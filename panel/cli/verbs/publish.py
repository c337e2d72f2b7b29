"""`panel publish TOOL…`: make tools and comparisons live."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Place, with_flags
from panel.cli.publishing import Author, Reason, open_desk, print_said
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.site.publishing import Desk

#: Tools named that `--all` could not publish.
_MOST_NAMED = 20


class Allowed(StrEnum):
    """What an editor can let through."""

    OFFLINE = "offline"
    CONTESTED = "contested"
    NO_QUORUM = "no-quorum"
    STALE = "stale"
    UNSUPPORTED = "unsupported"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("publish")(with_flags(Place)(ends_well(publish)))


def publish(
    tools: Annotated[
        list[str] | None,
        typer.Argument(help="Reviewed tools, by slug; a comparison is <a>-vs-<b>.", metavar="TOOL"),
    ] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="Every tool against which nothing speaks.")] = False,
    allow: Annotated[
        list[Allowed] | None, typer.Option(help="Publish despite this; may be repeated.")
    ] = None,
    allow_offline: Annotated[
        bool, typer.Option("--allow-offline", help="The same as --allow offline.")
    ] = False,
    reason: Reason = "",
    author: Author = None,
    json: Annotated[bool, typer.Option("--json", help="Print what became of each as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Make tools live; a comparison is live when both of its tools are and nothing speaks against it.

    What is offline, contested, stale, without a quorum, or says what nothing supports is not published
    unless --allow names just that. A later review takes the place of a live one if nothing speaks against it.
    Readers see it after the next panel site build.
    """
    if bool(tools) == all_:
        raise InputError("name the tools, or give --all", field="TOOL", hint="panel runs list")
    allowed = {each.value.replace("-", " ") for each in allow or ()} | (
        {"offline"} if allow_offline else set()
    )
    desk = open_desk(flags, reason, author)
    if all_:
        return _all(desk, allowed, json=json)
    return _named(desk, list(dict.fromkeys(tools or ())), allowed, json=json)


def _named(desk: Desk, names: list[str], allowed: set[str], *, json: bool) -> ExitCode:
    """Publish these; of each that is refused it is said why, and what can be done."""
    from panel.judgement.publishing import kind_of

    desk.check(names)
    said = [desk.publish(name, allowed) for name in names]
    print_said(said, "published", json=json)
    _explain(kinds={kind_of(why) for each in said for why in each.against})
    for warning in desk.twins([each.name for each in said if each.of == "tool" and not each.against]):
        typer.echo(
            printable(f"{warning.in_words}; panel twins same|apart {warning.tool} {warning.other}"), err=True
        )
    return ExitCode.NEEDS_A_PERSON if any(each.against for each in said) else ExitCode.DONE


def _all(desk: Desk, allowed: set[str], *, json: bool) -> ExitCode:
    """Publish what may be; the others are named, and only damage needs a person."""
    from panel.site.publishing import DAMAGED

    said = desk.publish_all(allowed)
    refused = [each for each in said if each.against]
    print_said(said if json else [each for each in said if not each.against], "published", json=json)
    if refused:
        named = ", ".join(each.name for each in refused[:_MOST_NAMED])
        more = f" and {len(refused) - _MOST_NAMED} more" if len(refused) > _MOST_NAMED else ""
        typer.echo(f"not published: {named}{more}; panel publish TOOL says why", err=True)
    damaged = [why for one in refused for why in one.against if why.startswith(DAMAGED)]
    for why in damaged:
        typer.echo(printable(why), err=True)
    return ExitCode.NEEDS_A_PERSON if damaged else ExitCode.DONE


def _explain(kinds: set[str]) -> None:
    """What to do next about what speaks against publishing."""
    hints = {
        "price": "panel price TOOL settles a conflict of prices",
        "stale": "panel review TOOL brings a new one",
    }
    lenient = sorted(kind.replace(" ", "-") for kind in kinds if kind.replace(" ", "-") in set(Allowed))
    for kind in sorted(kinds & set(hints)):
        typer.echo(hints[kind], err=True)
    if lenient:
        typer.echo(f"to publish all the same: {' '.join(f'--allow {kind}' for kind in lenient)}", err=True)
