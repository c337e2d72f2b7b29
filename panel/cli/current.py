"""Which review of a tool is its current one, and whether the dossier has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from panel.core.errors import InputError

if TYPE_CHECKING:
    from panel.core.domain import Dossier
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
    newest = newest_review(slug, records)
    dossier = dossier_now(slug, workspace)
    wanted = newest.dossier.id if dossier is None else dossier.id
    fitting = [review for review in records.reviews(slug) if review.dossier.id == wanted]
    if not fitting:
        raise InputError(
            f"the dossier of {slug} has changed since its last review ({newest.id})",
            field="TOOL",
            hint=f"panel review {slug}",
        )
    return min(fitting, key=lambda review: (review.offline, review.status == "no_quorum"))


def is_stale(review: Review, workspace: Workspace) -> bool:
    """Whether the workspace has another dossier of that tool than the review rests on.

    Raises:
        InputError: its dossier cannot be read.
    """
    dossier = dossier_now(review.tool.slug, workspace)
    return dossier is not None and dossier.id != review.dossier.id


def dossier_now(slug: str, workspace: Workspace) -> Dossier | None:
    """The dossier of that slug among those of the workspace, as it is now; None where there is none.

    Raises:
        InputError: it cannot be read.
    """
    from panel.evidence.dossiers import load_file
    from panel.evidence.shelf import find

    try:
        path = find(slug, workspace)
    except InputError:
        return None
    # A slug may also be a path from where the user stands: that is no dossier of the workspace.
    if path.parent not in set(workspace.folders("dossiers")):
        return None
    return load_file(path, workspace).dossier
