"""What has gone stale on disk: dossiers as they are now, records that rest on older ones, and their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from panel.core.domain import Dossier
from panel.core.errors import InputError
from panel.core.outcomes import Comparison, Review
from panel.core.records import Records
from panel.core.workspace import Workspace
from panel.evidence.dossiers import load_file
from panel.evidence.shelf import find
from panel.judgement.staleness import DossierNow, stale, stale_sides
from panel.publish.aged import Aged
from panel.publish.pages import write_pages

#: Marks all pages anew.
_MARK = "panel runs list --stale --mark"


@dataclass(frozen=True)
class Stale:
    """A record that rests on a dossier which has changed since.

    Attributes:
        record: The id of a review or a comparison.
        why: A sentence for each dossier that changed.
        again: The command that brings a new one.
    """

    record: str
    why: tuple[str, ...]
    again: str


def dossiers_now(slugs: Iterable[str], workspace: Workspace, records: Records) -> dict[str, DossierNow]:
    """Each tool's dossier as it is now: the workspace's own, or the one that was reviewed last.

    It is known to have been so since its file was written or since its first review, whichever is earlier.
    Tools without either are left out.

    Raises:
        InputError: a dossier or a record cannot be read.
    """
    found = {}
    for slug in slugs:
        reviews = list(records.reviews(slug))
        mine = dossier_now(slug, workspace)
        if mine is None and not reviews:
            continue
        wanted = reviews[0].dossier.id if mine is None else mine[0].id
        days = [review.created[:10] for review in reviews if review.dossier.id == wanted]
        found[slug] = DossierNow(wanted, min([*days, *([] if mine is None else [mine[1]])]))
    return found


def dossier_now(slug: str, workspace: Workspace) -> tuple[Dossier, str] | None:
    """The workspace's dossier of that slug and the day its file was written; None where there is none.

    Raises:
        InputError: it cannot be read.
    """
    try:
        path = find(slug, workspace)
    except InputError:
        return None
    # A slug may also be a path from where the user stands: that is no dossier of the workspace.
    if path.parent not in set(workspace.folders("dossiers")):
        return None
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return load_file(path, workspace).dossier, written.date().isoformat()


def find_stale(workspace: Workspace, records: Records) -> Iterator[Stale]:
    """Of each tool the newest review, of each pair the newest comparison, where a dossier has changed since.

    Raises:
        InputError: a dossier or a record cannot be read.
    """
    slugs = sorted(records.slugs())
    now = dossiers_now(slugs, workspace, records)
    for review in _newest_reviews(slugs, records):
        why = stale(review, now)
        if why is not None:
            yield Stale(review.id, (why,), f"panel review {review.tool.slug}")
    for comparison in _newest_comparisons(records):
        sides = stale_sides(comparison, now)
        if sides:
            pair = f"{comparison.a.tool.slug} {comparison.b.tool.slug}"
            yield Stale(comparison.id, sides, f"panel compare {pair}")


def mark_pages(
    workspace: Workspace, records: Records, concerns: Callable[[str], bool] | None = None
) -> list[str]:
    """Write the pages anew of each pair's newest comparison whose mark is not as it should be.

    The record stays as it was made. A page whose dossiers are what they were again loses its mark.

    Args:
        workspace: Where the dossiers are.
        records: Where the comparisons are.
        concerns: Says of a slug whether comparisons of that tool are looked at; None: all are.

    Returns:
        The ids of the comparisons whose pages were written.

    Raises:
        InputError: a dossier or a record cannot be read.
    """
    pairs = _newest_comparisons(records, concerns)
    now = dossiers_now(sorted({slug for each in pairs for slug in _slugs(each)}), workspace, records)
    return [
        comparison.id
        for comparison in pairs
        if write_pages(Aged(**dict(comparison), stale=stale_sides(comparison, now)), records, again=_MARK)
    ]


def _newest_reviews(slugs: Iterable[str], records: Records) -> Iterator[Review]:
    for slug in slugs:
        yield next(records.reviews(slug))


def _newest_comparisons(records: Records, concerns: Callable[[str], bool] | None = None) -> list[Comparison]:
    """Each pair's newest; with `concerns` only of such tools, so that no other record is read."""
    newest: dict[str, str] = {}
    for run in reversed(records.run_ids()):
        for pair in records.pairs_in(run):
            if concerns is None or any(map(concerns, _maybe_of(pair))):
                newest.setdefault(pair, run)
    return [records.comparison(f"{run}/{pair}") for pair, run in sorted(newest.items())]


def _maybe_of(pair: str) -> Iterator[str]:
    """The slugs that may make up a pair's name; one of them may hold `-vs-` itself."""
    words = pair.split("-vs-")
    for cut in range(1, len(words)):
        yield "-vs-".join(words[:cut])
        yield "-vs-".join(words[cut:])


def _slugs(comparison: Comparison) -> set[str]:
    return {comparison.a.tool.slug, comparison.b.tool.slug}
