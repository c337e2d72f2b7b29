"""`panel batch LIST`: every tool of a list before its panel, from where it was left."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.ending import explain as say_error
from panel.cli.listing import ListFlags, OnTerminal, explain, naming, preview
from panel.cli.options import resuming, with_flags
from panel.cli.running import collect_rarely, run_async
from panel.core.errors import ExitCode, InputError, PanelError, worst

if TYPE_CHECKING:
    from collections.abc import Mapping

    from panel.batch.lists import OpenedList
    from panel.batch.order import Order
    from panel.batch.rounds import Part
    from panel.batch.run import Rules
    from panel.batch.turns import Turn
    from panel.kit import Kit

_BATCHES = "Vendors' batches: half the price, up to a day"


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
    rules = flags.rules(only_failed=flags.only_failed)
    collect_rarely()
    if file is not None:
        return _work_on(file, flags, rules, flags.part)
    if flags.part != "collect":
        raise InputError("name a list; without one there is only --collect", hint="panel batch --help")
    return _collect_all(flags, rules)


def _collect_all(flags: BatchFlags, rules: Rules) -> ExitCode:
    """Take in what is ready for every list that waits; trouble with one does not keep the others."""
    from panel.batch.turns import left
    from panel.cli.judging import open_kit

    root = open_kit(flags).records.root
    waiting = [note["more"]["batch"]["list"] for note in left(root) if "batch" in note["more"]]
    if not waiting:
        typer.echo("no list waits for a vendor's batch", err=flags.json)
    codes: list[ExitCode] = []
    for reference in waiting:
        if len(waiting) > 1 and not flags.json:
            typer.echo(f"{printable(reference)}:")
        try:
            codes.append(_work_on(reference, flags, rules, "collect"))
        except PanelError as error:
            say_error(error)
            codes.append(error.exit_code)
        if codes[-1] is ExitCode.INTERRUPTED:
            break
    return worst(codes)


def _work_on(reference: str, flags: BatchFlags, rules: Rules, part: Part | None) -> ExitCode:
    from panel.cli.judging import open_kit

    kit = open_kit(flags)
    if part is not None and kit.workspace.get("engine") != "local":
        raise InputError(
            "vendors' batches need no engine: choose one of the two",
            field="--engine",
            hint="--engine local, or leave out what concerns batches",
        )

    async def go(stop: asyncio.Event) -> ExitCode:
        from panel.batch.conduct import carry_out, check_seats
        from panel.batch.lists import OpenedList, fetcher_for, key_of, open_list
        from panel.batch.turns import turn

        async with fetcher_for(kit.workspace) as fetcher:
            if part == "collect":  # what waits is known; the list may have gone on since
                listing = OpenedList(reference, key_of(reference), ())
            else:
                listing = await open_list(reference, kit.workspace, fetcher)
            known_by = f"batch {listing.key}"
            if flags.dry_run:
                under, fresh = _as_begun(_left_off(known_by, kit), flags, kit)
                return await preview([listing], under, replace(rules, fresh=fresh), flags, known_by=known_by)
            if part != "collect":
                check_seats(kit)
            with turn(kit.records.root, known_by) as mine:
                if part == "collect" and mine.unfinished is None:
                    what = f"{printable(reference)} does not wait for a vendor's batch"
                    typer.echo(what, err=flags.json)
                    return ExitCode.DONE
                order, under = _ordered(listing, flags, rules, part, mine, kit)
                looks_on = OnTerminal(flags, under.workspace.get("max_usd"))
                with naming(resuming("batch", [listing.name], flags)):
                    ended = await carry_out(order, under, fetcher, mine, watcher=looks_on, stop=stop)
        place = BatchFlags(workspace=flags.workspace, runs_dir=flags.runs_dir, collect=True)
        waits = bool(ended.report.endings["pending"])
        again = resuming("batch", [], place) if waits else resuming("batch", [listing.name], flags)
        explain(ended, kit, flags, again)
        if ended.code is ExitCode.NEEDS_A_PERSON and ended.report.endings["failed"]:
            typer.echo(f"next:  {_once_more(listing, flags, part)}  (asks once more what failed)", err=True)
        return ended.code

    return run_async(go, of_many=True)


def _once_more(listing: OpenedList, flags: BatchFlags, part: Part | None) -> str:
    """The command that asks what failed once more, through batches where it was asked through them."""
    via = "batch-api" if part is not None else flags.via
    asking = replace(flags, only_failed=True, via=via, collect=False, submit_only=False, from_ledger=False)
    return resuming("batch", [listing.name], asking)


def _ordered(
    listing: OpenedList, flags: BatchFlags, rules: Rules, part: Part | None, mine: Turn, kit: Kit
) -> tuple[Order, Kit]:
    """What is to be done, and under which settings.

    A run that was begun through vendors' batches goes on like that, and with the settings it was begun with.
    """
    from panel.batch.asked import settings_in_force
    from panel.batch.conduct import check_seats
    from panel.batch.order import Order

    begun = mine.more.get("batch")
    kit, fresh = _as_begun(begun, flags, kit)
    if begun is not None:
        check_seats(kit)  # under other settings it was not proved yet
        part = part or _as_it_was_begun(mine, kit)
    if part is not None:
        mine.more = {"batch": {"list": listing.key, "settings": settings_in_force(kit), "fresh": fresh}}
    order = Order(
        command="batch",
        lists=[listing],
        rules=replace(rules, fresh=fresh),
        mode="fresh" if fresh else flags.mode,
        retry_maybe_paid=flags.retry_maybe_paid,
        engine=kit.workspace.get("engine"),
        by_batches=part,
    )
    return order, kit


def _as_begun(begun: Mapping[str, Any] | None, flags: BatchFlags, kit: Kit) -> tuple[Kit, bool]:
    """The settings of a run that was begun through vendors' batches, and whether it is to ask afresh.

    A flag counts more; what panel.toml says by now does not: under other settings the run's answers would not
    be found, and all be paid again.
    """
    from panel.batch.asked import kit_under, with_flags

    if begun is None:
        return kit, flags.fresh
    settings = with_flags(begun["settings"], flags.settings(), kit.workspace)
    return kit_under(kit, settings), flags.fresh or begun["fresh"]


def _left_off(known_by: str, kit: Kit) -> Mapping[str, Any] | None:
    """What a list's unfinished run noted when it was begun through vendors' batches; None: nothing."""
    from panel.batch.turns import left

    notes = (note["more"].get("batch") for note in left(kit.records.root) if note["list"] == known_by)
    return next(notes, None)


def _as_it_was_begun(mine: Turn, kit: Kit) -> Part | None:
    """A list whose tools wait for a vendor's batch goes on like that: live calls would wait for it, too."""
    from panel.batch.pending import Waiting

    if mine.unfinished is None or not len(Waiting(kit.records, mine.unfinished)):
        return None
    typer.echo("goes on through the vendor's batches, as it was begun", err=True)
    return "all"
