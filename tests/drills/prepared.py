"""A review whose inputs were read before: a child does only what touches disk, money or provider."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from panel.calls import providers
from panel.cli.ending import ends_well
from panel.cli.judging import Made, conduct, open_kit, review_code, review_issues
from panel.cli.loading import load_dossiers
from panel.cli.options import Common
from panel.core.domain import Dossier, Seat
from panel.core.errors import ExitCode
from panel.kit import Kit
from panel.review import review
from panel.session import Session
from tests.drills import forking
from tests.drills.workspaces import Workspace

_PROVIDERS = Path(__file__).with_name("provider_files")


@dataclass(frozen=True)
class Prepared:
    """`panel review` with the provider `counting`, up to where it would open its session."""

    workspace: Workspace
    flags: Common
    kit: Kit
    work: Sequence[tuple[Dossier, Sequence[Seat]]]

    @property
    def log(self) -> Path:
        """What the provider writes down."""
        return self.workspace.folder / "counted"

    def start(self, output: Path, first: Callable[[], object] = lambda: None) -> forking.Child:
        """Do the rest in a process of its own; `first` comes first there."""

        def work() -> int:
            os.environ["COUNTING_LOG"] = str(self.log)
            first()
            try:
                ends_well(self._conduct)()
            except typer.Exit as ending:
                return ending.exit_code
            return forking.CRASHED  # it never just returns

        return forking.fork(work, output)

    def _conduct(self) -> ExitCode:
        dossiers = [dossier for dossier, _ in self.work]
        return conduct(self.kit, "review", self.workspace.tools, dossiers, self.flags, self._review_all)

    async def _review_all(self, session: Session) -> Made:
        reviewed = await session.together(review(dossier, seats, session) for dossier, seats in self.work)
        return Made(
            cost=session.client.cost,
            reviews=[each.id for each in reviewed],
            issues=[issue for each in reviewed for issue in review_issues(each)],
            codes=[review_code(each) for each in reviewed],
        )


def prepare(workspace: Workspace, **flags: object) -> Prepared:
    """Read and check all a review needs."""
    if str(_PROVIDERS) not in providers.__path__:
        providers.__path__.append(str(_PROVIDERS))
    os.environ["COUNTING_LOG"] = os.devnull
    common = Common(workspace=workspace.folder, provider="counting", quiet=True, **flags)  # type: ignore[arg-type]
    kit = open_kit(common)
    dossiers = load_dossiers(workspace.tools, kit.workspace)
    work = [(dossier, kit.panel_for(dossier.tool)) for dossier in dossiers]
    kit.check(work)
    kit._providers.clear()  # each child connects its own
    return Prepared(workspace, common, kit, work)
