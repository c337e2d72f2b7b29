"""Golden files: what a text looked like when somebody last agreed to it.

`PANEL_GOLDEN=write pytest …` writes them anew; the diff is then for a person to read.
"""

from __future__ import annotations

import os
from pathlib import Path


def assert_golden(path: Path, text: str) -> None:
    """Compare `text` with the file, or write the file when PANEL_GOLDEN=write."""
    if os.environ.get("PANEL_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path} is missing; write it with PANEL_GOLDEN=write"
    assert text == path.read_text(encoding="utf-8")
