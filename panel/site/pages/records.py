"""The records behind the pages, beside each of them as they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from panel.core.errors import DamagedRecord
from panel.site.library import Library
from panel.site.page import Page


def pages(library: Library) -> Iterator[Page]:
    """One for each tool and each comparison."""
    records = library.records
    for slug, tool in library.tools.items():
        file = records.review_path(tool.card.run, slug)
        yield Page(f"tools/{slug}.json", tool.card.sha, partial(_render, file))
    for pair, comparison in library.comparisons.items():
        file = records.comparison_path(comparison.card.run, pair)
        yield Page(f"comparisons/{pair}.json", comparison.card.sha, partial(_render, file))


def _render(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DamagedRecord(
            f"cannot be read: {error.strerror}", file=file, hint="panel runs verify"
        ) from error
