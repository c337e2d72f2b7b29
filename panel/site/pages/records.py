"""The records behind the pages, beside each of them: as stored, but for where an editor's files lie."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from panel.core.errors import DamagedRecord
from panel.core.records import pretty
from panel.site.library import Library
from panel.site.page import Page


def pages(library: Library) -> Iterator[Page]:
    """One for each tool and each comparison."""
    records = library.records
    for slug, tool in library.tools.items():
        file = partial(records.review_path, tool.card.run, slug)
        yield Page(f"tools/{slug}.json", tool.card.sha, partial(_render, file))
    for pair, comparison in library.comparisons.items():
        file = partial(records.comparison_path, comparison.card.run, pair)
        yield Page(f"comparisons/{pair}.json", comparison.card.sha, partial(_render, file))


def _render(where: Callable[[], Path]) -> bytes:
    file = where()
    try:
        record: Any = json.loads(file.read_bytes())
        for side in [record] if "dossier" in record else [record["a"], record["b"]]:
            for source in side["dossier"]["sources"]:
                source["origin"] = _name(source.get("origin"))
        return pretty(record)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise DamagedRecord(f"cannot be read: {error}", file=file, hint="panel runs verify") from error


def _name(origin: str | None) -> str | None:
    """Where a text came from: an address as it is, of a file only its name."""
    if origin is None or "://" in origin:
        return origin
    return origin.replace("\\", "/").rstrip("/").rpartition("/")[2]
