"""Works on a list in which a tool kills the process: `python -m tests.batch.poisoned FOLDER LIST`."""

import os
import signal
import sys
from pathlib import Path

from panel.batch.intake import Intake
from tests.batch.working import kit_of, work_through


class Poisoned(Intake):
    """Takes everything in but one, which it dies of."""

    async def dossier(self, launch):
        if launch.name == "Poison":
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().dossier(launch)


if __name__ == "__main__":
    batch = work_through(kit_of(Path(sys.argv[1])), sys.argv[2], intake=Poisoned, at_once=4)
    for trouble in batch.report.troubles:
        sys.stdout.write(f"{trouble.tool}: {trouble.ending}: {trouble.what}\n")
