"""`panel batch LIST`: every tool of a list before its panel, from where it was left."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

import typer

from panel.cli.ending import ends_well
from panel.cli.listing import ListFlags, OnTerminal, explain, preview
from panel.cli.options import resuming, with_flags
from panel.cli.running import run_async
from panel.core.errors import ExitCode


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


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("batch")(with_flags(BatchFlags)(ends_well(batch)))


def batch(
    file: Annotated[
        str,
        typer.Argument(
            help="A JSONL or CSV file, a folder of dossiers, a feed (file or URL), show-hn, github:TOPIC.",
            metavar="LIST",
        ),
    ],
    *,
    flags: BatchFlags,
) -> ExitCode:
    """Review every tool of a list that is new or has changed.

    The same command again goes on where it stopped; what is finished costs nothing.
    """
    from panel.cli.judging import open_kit

    rules = flags.rules(only_failed=flags.only_failed)
    kit = open_kit(flags)

    async def go(stop: asyncio.Event) -> ExitCode:
        from panel.batch.conduct import Order, carry_out, check_seats
        from panel.batch.lists import fetcher_for, open_list
        from panel.batch.turns import turn

        async with fetcher_for(kit.workspace) as fetcher:
            listing = await open_list(file, kit.workspace, fetcher)
            if flags.dry_run:
                return await preview([listing], kit, rules, flags)
            check_seats(kit)
            order = Order(
                command="batch",
                lists=[listing],
                rules=rules,
                mode=flags.mode,
                retry_maybe_paid=flags.retry_maybe_paid,
                engine=kit.workspace.get("engine"),
            )
            looks_on = OnTerminal(flags, kit.workspace.get("max_usd"))
            with turn(kit.records.root, f"batch {listing.key}") as mine:
                ended = await carry_out(order, kit, fetcher, mine, watcher=looks_on, stop=stop)
        explain(ended, kit, flags, resuming("batch", [listing.name], flags))
        return ended.code

    return run_async(go)
