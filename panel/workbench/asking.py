"""One persona's version asked about tools, alone: what it says of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from panel.core.domain import Dossier, Failure, Seat, Verdict
from panel.kit import Kit
from panel.review import hear
from panel.session import Session
from panel.workbench.versions import Version


@dataclass(frozen=True)
class Asked:
    """What one version said of one tool, and how many of its answers the ledger had."""

    dossier: Dossier
    outcome: Verdict | Failure
    from_ledger: int

    @property
    def tool(self) -> str:
        """The tool's slug."""
        return self.dossier.tool.slug

    @property
    def verdict(self) -> Verdict | None:
        """The verdict, if there is one."""
        return self.outcome if isinstance(self.outcome, Verdict) else None


def kit_of(version: Version, kit: Kit) -> Kit:
    """The kit with the prompts of a version."""
    return kit if version.prompts is kit.prompts else replace(kit, prompts=version.prompts)


def work_of(version: Version, dossiers: Sequence[Dossier], kit: Kit) -> list[tuple[Dossier, list[Seat]]]:
    """What is to be asked, for a check or a preview before anything is."""
    return [(dossier, [version.seat(kit.speaker)]) for dossier in dossiers]


async def ask(
    version: Version, dossiers: Sequence[Dossier], session: Session, *, labelled: bool = False
) -> list[Asked]:
    """One version about each tool, at once; what the ledger has costs nothing, and no record is written.

    Args:
        version: Who is asked.
        dossiers: About what.
        session: The command at work.
        labelled: Whether progress goes by the version's label, as where another of the persona is asked, too.

    Raises:
        PanelError: the command cannot go on (disk, ledger).
    """
    own = replace(session, kit=kit_of(version, session.kit))
    if labelled:
        own = replace(own, tell=lambda tool, _persona, state: session.tell(tool, version.label, state))
    seat = version.seat(session.kit.speaker)

    async def one(dossier: Dossier) -> Asked:
        heard = await hear(dossier, [seat], own)
        return Asked(dossier, heard.outcomes[0], heard.cost.from_ledger)

    return await session.together(one(dossier) for dossier in dossiers)
