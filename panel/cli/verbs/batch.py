"""`panel batch LIST`: every tool of a list before its panel, from where it was left."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.listing import ListFlags, OnTerminal, explain, preview
from panel.cli.options import given, resuming, with_flags
from panel.cli.running import collect_rarely, run_async
from panel.core.errors import ExitCode, InputError, worst

if TYPE_CHECKING:
    from panel.batch.rounds import Part
    from panel.batch.turns import Turn
    from panel.session import Kit

_BATCHES = "Vendors' batches: half the price, up to a day"
_COLLECT = "panel batch --collect"


@dataclass(frozen=True)
class BatchFlags(ListFlags):
    """The flags of `panel batch`."""

    only_failed: Annotated[
        bool,
        typer.Option(
            "--only-failed",
            help="Only what failed or was left the last time.",
            rich_help_panel="Which tools",
        ),
    ] = False
    via: Annotated[
        str | None,
        typer.Option(help="How calls are made: live, or batch-api.", rich_help_panel=_BATCHES),
    ] = None
    submit_only: Annotated[
        bool,
        typer.Option(
            "--submit-only", help="Send what is to be asked, and do not wait.", rich_help_panel=_BATCHES
        ),
    ] = False
    collect: Annotated[
        bool,
        typer.Option(
            "--collect",
            help="Take in the answers that are ready; without LIST for all lists that wait.",
            rich_help_panel=_BATCHES,
        ),
    ] = False

    @property
    def part(self) -> Part | None:
        """What is done of it through the vendors' batches; None: calls are made live.

        Raises:
            InputError: these flags do not go together.
        """
        if self.via not in {None, "live", "batch-api"}:
            raise InputError(f"{self.via!r} is no way to make calls; write live or batch-api", field="--via")
        if self.submit_only and self.collect:
            raise InputError("--submit-only sends, --collect takes in: choose one, or none for both")
        if (self.submit_only or self.collect) and self.via == "live":
            raise InputError("--submit-only and --collect go with --via batch-api", field="--via")
        if self.submit_only:
            return "submit"
        if self.collect:
            return "collect"
        return "all" if self.via == "batch-api" else None


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("batch")(with_flags(BatchFlags)(ends_well(batch)))


def batch(
    file: Annotated[
        str | None,
        typer.Argument(
            help="A JSONL or CSV file, a folder of dossiers, a feed (file or URL), "
            "show-hn, github:TOPIC, product-hunt.",
            metavar="LIST",
        ),
    ] = None,
    *,
    flags: BatchFlags,
) -> ExitCode:
    """Review every tool of a list that is new or has changed.

    The same command again goes on where it stopped; what is finished costs nothing.
    """
    if file is not None:
        return _work_on(file, flags, flags.part)
    if flags.part != "collect":
        raise InputError("name a list; without one there is only --collect", hint="panel batch --help")
    return _collect_all(flags)


def _collect_all(flags: BatchFlags) -> ExitCode:
    """Take in what is ready for every list that waits, each with the flags it was begun with."""
    from panel.batch.turns import left
    from panel.cli.judging import open_kit

    root = open_kit(flags).records.root
    waiting = [note["more"]["batch"] for note in left(root) if "batch" in note["more"]]
    if not waiting:
        typer.echo("no list waits for a vendor's batch")
    codes = []
    for note in waiting:
        reference = note["list"]
        now = replace(flags, **{name: note["flags"][name] for name in note["flags"] if name in _REMEMBERED})
        if len(waiting) > 1 and not flags.json:
            typer.echo(f"{reference}:")
        codes.append(_work_on(reference, now, "collect"))
    return worst(codes)


#: Flags that decide what is asked, and so must be the same when the answers are taken in.
_REMEMBERED = frozenset(
    {
        "provider", "model", "base_url", "personas", "fourth", "max_usd", "price_in", "price_out", "fresh",
    }
)  # fmt: skip


def _work_on(reference: str, flags: BatchFlags, part: Part | None) -> ExitCode:
    from panel.cli.judging import open_kit

    rules = flags.rules(only_failed=flags.only_failed)
    kit = open_kit(flags)
    collect_rarely()

    async def go(stop: asyncio.Event) -> ExitCode:
        from panel.batch.conduct import Order, carry_out, check_seats
        from panel.batch.lists import OpenedList, fetcher_for, open_list
        from panel.batch.turns import turn

        async with fetcher_for(kit.workspace) as fetcher:
            if part == "collect":  # what waits is known; the list may have gone on since
                listing = OpenedList(reference, _key(reference), ())
            else:
                listing = await open_list(reference, kit.workspace, fetcher)
            if flags.dry_run:
                return await preview([listing], kit, rules, flags)
            check_seats(kit)
            asked = {"list": listing.key, "flags": _remembered(flags)}
            more = {"batch": asked} if part in {"all", "submit"} else None if part else {}
            with turn(kit.records.root, f"batch {listing.key}", more=more) as mine:
                if part == "collect" and mine.unfinished is None:
                    typer.echo(f"{printable(reference)} does not wait for a vendor's batch")
                    return ExitCode.DONE
                order = Order(
                    command="batch",
                    lists=[listing],
                    rules=rules,
                    mode=flags.mode,
                    retry_maybe_paid=flags.retry_maybe_paid,
                    engine=kit.workspace.get("engine"),
                    by_batches=part or _as_it_was_begun(mine, kit),
                )
                looks_on = OnTerminal(flags, kit.workspace.get("max_usd"))
                ended = await carry_out(order, kit, fetcher, mine, watcher=looks_on, stop=stop)
        waits = bool(ended.report.endings["pending"])
        explain(ended, kit, flags, _COLLECT if waits else resuming("batch", [listing.name], flags))
        return ended.code

    return run_async(go)


def _key(reference: str) -> str:
    from pathlib import Path

    path = Path(reference).expanduser()
    return str(path.absolute()) if path.exists() else reference


def _as_it_was_begun(mine: Turn, kit: Kit) -> Part | None:
    """A list whose tools wait for a vendor's batch goes on like that: live calls would wait for it, too."""
    from panel.batch.pending import Waiting

    if mine.unfinished is None or not len(Waiting(kit.records, mine.unfinished)):
        return None
    typer.echo("goes on through the vendor's batches, as it was begun", err=True)
    return "all"


def _remembered(flags: BatchFlags) -> dict[str, Any]:
    return {name: value for name, value in given(flags).items() if name in _REMEMBERED}
