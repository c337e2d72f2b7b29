"""What a run works on: its lists, and each tool of them that is to be judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from panel.batch.intake import Intake
from panel.batch.memory import Remembered
from panel.batch.pending import FromSnapshots
from panel.evidence.launches.launch import BadLine, Launch

#: A tool that was begun so often and never ended is judged alone: beside it others would be blamed for it.
_SUSPECT = 2


@dataclass(frozen=True)
class Listed:
    """A list: its lines, read as they are needed, and what makes dossiers of them."""

    lines: Iterable[Launch | BadLine]
    intake: Intake | FromSnapshots


@dataclass(frozen=True)
class Task:
    """One tool to be judged, and why."""

    launch: Launch
    content: str
    intake: Intake | FromSnapshots
    before: Remembered | None
    reason: str

    @property
    def is_new(self) -> bool:
        """Whether nobody judged it yet under this identity."""
        return self.before is None or self.before.review is None

    @property
    def is_suspect(self) -> bool:
        """Whether it was begun twice and never ended: perhaps it was this tool that ended the process."""
        before = self.before
        return before is not None and before.state == "started" and before.starts >= _SUSPECT
