"""Which runs and dossier snapshots nothing rests on any more, and how they go without leaving a loose end."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from panel.core.errors import InputError
from panel.core.files import TEMPORARY
from panel.core.leftovers import remove
from panel.core.outcomes import Comparison, Review, Run
from panel.core.record_files import obstacles, record_files
from panel.core.records import Records
from panel.core.upkeep import Rules, calls_named, read_checked


@dataclass(frozen=True)
class _Reviewed:
    run: str
    slug: str
    dossier: str
    has_quorum: bool
    offline: bool


@dataclass
class _Held:
    """What one run's records hold and need.

    Attributes:
        reviews: Its reviews, as far as they matter here.
        pairs: Its comparisons.
        rests_on: Runs of the reviews that its comparisons show.
        dossiers: Ids of the snapshots its records point into.
        calls: Keys its verdicts and failures name.
        unfinished: Whether its manifest says that it still goes on.
    """

    reviews: list[_Reviewed] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    rests_on: set[str] = field(default_factory=set)
    dossiers: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    unfinished: bool = False


@dataclass(frozen=True)
class Plan:
    """What may go, and what must stay.

    Attributes:
        runs: Ids of the runs that may go, newest first.
        snapshots: Files of dossiers that no record will need.
        kept_runs: Ids of the runs that stay.
        kept_calls: Keys that their records name.
        unfinished: Those of them whose manifest says that they still go on.
    """

    runs: tuple[str, ...]
    snapshots: tuple[Path, ...]
    kept_runs: frozenset[str]
    kept_calls: frozenset[str]
    unfinished: tuple[str, ...]


def plan(
    root: Path,
    rules: Rules,
    *,
    before: datetime,
    current: Mapping[str, str],
    live: Collection[str] = (),
) -> Plan:
    """Decide what may go; changes nothing.

    A run stays if it began at `before` or later, holds a tool's current review (for the dossier as it is now
    or, where that is not known, for its last one), the newest comparison of a pair or what the site shows, or
    if a comparison that stays shows one of its reviews. Records that cannot be read stop everything: nobody
    knows what they need.

    Args:
        root: The folder of all runs.
        rules: How records are checked.
        before: What began earlier is old.
        current: The id of each tool's dossier as it is now, by slug.
        live: The runs whose records the site shows.

    Raises:
        DamagedRecord: a record is damaged.
        InputError: a link leads out of `root`, or a folder in it cannot be read.
    """
    for obstacle in obstacles(root):
        hint = "mend that or move it away, then run the same command again"
        raise InputError(f"{obstacle.what}, so nobody knows what it needs", file=obstacle.file, hint=hint)
    held = _held(root, rules)
    kept = {run for run in held if not _is_before(run, before)}
    kept |= _current(held, current) | _newest_of_pairs(held) | (held.keys() & set(live))
    while more := {run for each in kept for run in held[each].rests_on if run in held} - kept:
        kept |= more
    needed = {Records(root).dossier_path(each) for run in kept for each in held[run].dossiers}
    return Plan(
        runs=tuple(sorted(held.keys() - kept, reverse=True)),
        snapshots=tuple(path for path in _snapshots(root, before) if path not in needed),
        kept_runs=frozenset(kept),
        kept_calls=frozenset(key for run in kept for key in held[run].calls),
        unfinished=tuple(run for run in sorted(kept) if held[run].unfinished),
    )


def carry_out(planned: Plan, root: Path) -> None:
    """Remove what may go. Killed at any instant, every record left still finds all that it refers to.

    A run vanishes whole, by one rename, and before the runs and snapshots it rests on. What is left of it is
    a temporary folder, which `panel runs verify` clears away.

    Raises:
        InputError: something cannot be removed.
    """
    try:
        for run in planned.runs:
            _remove_run(root / run)
        os.sync()  # the runs are gone for good before the snapshots they point into
        for path in planned.snapshots:
            path.unlink(missing_ok=True)
        os.sync()  # and the records before the calls they name
    except OSError as error:
        raise InputError(f"cannot be removed: {error.strerror}", file=error.filename) from error


def _remove_run(folder: Path) -> None:
    if folder.is_symlink():
        return
    doomed = folder.with_name(f"{TEMPORARY}{folder.name}-{secrets.token_hex(4)}")
    with contextlib.suppress(FileNotFoundError):  # somebody else prunes, too
        folder.rename(doomed)
        remove(doomed)


def _held(root: Path, rules: Rules) -> dict[str, _Held]:
    held = {run: _Held() for run in Records(root).run_ids()}
    for file in record_files(root):
        if file.kind == "dossier":
            continue
        record, mine = read_checked(file, rules), held[file.run]
        mine.calls.update(calls_named(record))
        if isinstance(record, Run):
            mine.unfinished = record.outcome == "running"
        elif isinstance(record, Review):
            mine.dossiers.add(record.dossier.id)
            mine.reviews.append(
                _Reviewed(
                    run=file.run,
                    slug=record.tool.slug,
                    dossier=record.dossier.id,
                    has_quorum=record.status != "no_quorum",
                    offline=record.offline,
                )
            )
        elif isinstance(record, Comparison):
            sides = (record.a, record.b)
            mine.pairs.append(file.path.stem)
            mine.dossiers.update(side.dossier.id for side in sides)
            mine.rests_on.update(side.review.partition("/")[0] for side in sides)
    return held


def _current(held: Mapping[str, _Held], dossiers: Mapping[str, str]) -> set[str]:
    """The runs of every tool's current review."""
    by_tool: dict[str, list[_Reviewed]] = {}
    for run in sorted(held, reverse=True):
        for each in held[run].reviews:
            if each.has_quorum:
                by_tool.setdefault(each.slug, []).append(each)
    found = set()
    for slug, reviews in by_tool.items():
        of_now = [each for each in reviews if each.dossier == dossiers.get(slug)]
        found |= {_preferred(some).run for some in (reviews, of_now) if some}
    return found


def _preferred(newest_first: Collection[_Reviewed]) -> _Reviewed:
    """The newest of a model's; of the offline reader only where there is no other."""
    return next((each for each in newest_first if not each.offline), next(iter(newest_first)))


def _newest_of_pairs(held: Mapping[str, _Held]) -> set[str]:
    return set({pair: run for run in sorted(held) for pair in held[run].pairs}.values())


def _is_before(run: str, moment: datetime) -> bool:
    """Whether a run began before a moment: its id begins with its time, `20261120T210405.123Z`."""
    return run[:19] < moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")[:19]


def _snapshots(root: Path, before: datetime) -> Iterator[Path]:
    """Snapshots written before a moment; a younger one may be of a review that is not written yet."""
    for path in sorted((root / "dossiers").glob("*.json")):
        if path.lstat().st_mtime < before.timestamp():
            yield path
