"""The pages of a comparison on disk: one file for each format, beside the record."""

from __future__ import annotations

from panel.core.errors import InputError, PanelError
from panel.core.outcomes import Comparison
from panel.core.records import Records
from panel.publish.formats.base import formats


def write_pages(comparison: Comparison, records: Records, *, again: str) -> bool:
    """Write every page that is not there as it should be; a comparison that is withheld has none.

    Args:
        comparison: The record, which is on disk already.
        records: Where it is.
        again: The command to run once a broken format is mended.

    Returns:
        Whether any was written.

    Raises:
        InputError: a format made no page; those of all others are written.
    """
    written, broken = False, []
    for name, each in () if comparison.withheld else formats().items():
        try:
            text = each.render(comparison)
        except PanelError:
            raise
        except Exception as error:  # noqa: BLE001 (a format is anybody's file; the others are written all the same)
            broken.append(f"{name} ({type(error).__name__})")
            continue
        if text.encode("utf-8", errors="replace") != records.page(comparison, each.SUFFIX):
            records.write_page(comparison, each.SUFFIX, text)
            written = True
    if broken:
        raise InputError(
            f"{comparison.id}: no page could be made by the format {', '.join(broken)}",
            saved="the record and all other pages; nothing is asked again",
            hint=f"mend panel/publish/formats, then {again}",
        )
    return written
