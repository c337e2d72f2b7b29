"""How long it takes to look out for twins: numbered tools of one vendor, variants of one another all.

python -m benchmarks.twins [SIZE …]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from panel.batch.lookout import Lookout
from panel.batch.report import Report
from panel.core.domain import Tool
from panel.core.records import Records
from panel.twins import Twins


def measure(many: int, folder: Path) -> tuple[float, int]:
    """CPU seconds for a list of so many tools, and the pairs that were warned of."""
    report = Report()
    lookout = Lookout(Twins(Records(folder)), report)
    began = time.process_time()
    for n in range(many):
        lookout.warn(lookout.meet(Tool(slug=f"tool-{n}", name=f"Tool {n}", vendor="Acme")))
    return time.process_time() - began, report.twins_met


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        for many in [int(each) for each in sys.argv[1:]] or [1_000, 10_000]:
            seconds, pairs = measure(many, Path(folder))
            print(f"{many:>7,} tools: {1000 * seconds / many:.2f} ms of CPU a tool, {pairs:,} pairs")
