"""Both vendors' batch endpoints, each line answered by the script in force, with every mishap.

    server.script = either(
        to_creates(first(1, Cut("nothing"))),    # accepted, and the answer is lost
        to_lines(once_each(Unmade("expired"))),  # each call expires once, and is made when it comes again
    )
    server.desk.batches                          # what it was handed, by id

From the command line: `--script tests.standin.batches.scripts:lost_create`; what arrived is told at
`GET /standin/batches`.
"""

from tests.standin.batches.answers import Batch, Missing, Twice, Unmade, is_create, to_creates, to_lines
from tests.standin.batches.desk import Desk

__all__ = ["Batch", "Desk", "Missing", "Twice", "Unmade", "is_create", "to_creates", "to_lines"]
