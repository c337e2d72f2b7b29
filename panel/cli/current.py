"""Which review of a tool is its current one, and how an editor is let at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from panel.core.errors import InputError

if TYPE_CHECKING:
    from panel.cli.options import Place
    from panel.core.outcomes import Review
    from panel.core.records import Records
    from panel.core.workspace import Workspace

#: Tools named where one is asked for that nobody reviewed.
_MOST_NAMED = 20


def newest_review(slug: str, records: Records) -> Review:
    """A tool's newest review, whatever came of it.

    Raises:
        InputError: there is none; the tools that have one are named.
    """
    found = next(records.reviews(slug), None)
    if found is None:
        slugs = sorted(records.slugs())
        named = ", ".join(slugs[:_MOST_NAMED]) + (", …" if len(slugs) > _MOST_NAMED else "")
        there = f"; there are: {named}" if slugs else ""
        raise InputError(f"no reviewed tool is called {slug!r}{there}", field="TOOL", hint="panel runs list")
    return found


def current_review(slug: str, workspace: Workspace, records: Records) -> Review:
    """The review an editor works on: the newest of the dossier as it is now.

    A model's comes before the offline reader's, one with quorum before one without, which an editor may bring
    to quorum. Where the workspace has no dossier of that tool, the last one that was reviewed is the one.

    Raises:
        InputError: there is none, the dossier has changed since the last one, or cannot be read.
    """
    from panel.staleness import dossier_now

    newest = newest_review(slug, records)
    mine = dossier_now(slug, workspace)
    wanted = newest.dossier.id if mine is None else mine[0].id
    fitting = [review for review in records.reviews(slug) if review.dossier.id == wanted]
    if not fitting:
        raise InputError(
            f"the dossier of {slug} has changed since its last review ({newest.id})",
            field="TOOL",
            hint=f"panel review {slug}",
        )
    return min(fitting, key=lambda review: (review.offline, review.status == "no_quorum"))


@contextmanager
def deciding(tool: str, flags: Place) -> Iterator[tuple[Review, Workspace, Records]]:
    """A tool's current review with nobody else deciding until the block is left, and where it lies.

    Raises:
        InputError: as `current_review`.
        LockHeld: somebody else is deciding.
    """
    from panel.core.decisions import one_at_a_time
    from panel.core.records import Records
    from panel.core.workspace import open_workspace

    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    records = Records(workspace.runs_dir)
    if not records.root.is_dir():
        raise InputError("nothing is reviewed yet", field="TOOL", hint=f"panel review {tool}")
    with one_at_a_time(records.root):
        yield current_review(tool, workspace, records), workspace, records
