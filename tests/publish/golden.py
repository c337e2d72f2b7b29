"""Rendered files kept in golden/, so that a change of a template or of its wording is reviewed as a diff.

After a wanted change run `PANEL_GOLDEN=write pytest tests/publish`, look at the diff, and commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, text: str) -> None:
    """Compare `text` with golden/<name>, or write it there if PANEL_GOLDEN is `write`."""
    path = FOLDER / name
    if os.environ.get("PANEL_GOLDEN") == "write":
        path.write_bytes(text.encode("utf-8"))
    kept = path.read_bytes().decode("utf-8") if path.exists() else ""
    assert text == kept, f"golden/{name} differs; if that is wanted: PANEL_GOLDEN=write pytest tests/publish"
