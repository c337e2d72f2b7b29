"""What a ledger holds after something happened to whoever wrote it: looked at in a copy, checked in full."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from panel.calls.ledger.base import address_of, open_ledger
from panel.calls.ledger.rows import REPLIED, Row
from panel.calls.ledger.upkeep import verify

_IDENT = re.compile(rb"[0-9a-f]{24}")


@dataclass
class Holding:
    """What is in a ledger.

    Attributes:
        replies: The stand-in's word for an answer -> the hash of the body that is stored of it.
        keys: Keys that have a reply.
        open: Calls without a reply that may have been paid.
        damage: What its own checks complain of.
    """

    replies: dict[str, str] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    open: int = 0
    damage: list[str] = field(default_factory=list)


def holding(place: Path | str) -> Holding:
    """What the ledger at an address, or in a file, holds; nothing where there is no such file.

    Opening a file recovers it. That is done in a copy: whoever comes next finds it as the dead left it.

    Raises:
        PanelError: it cannot be opened.
    """
    if isinstance(place, str):
        return asyncio.run(_holding(place))
    if not place.exists():
        return Holding()
    with tempfile.TemporaryDirectory(dir=place.parents[1]) as scratch:  # on the same, perhaps fast, disk
        for file in (place, place.with_name(f"{place.name}-wal")):
            if file.exists():
                shutil.copy(file, scratch)
        return asyncio.run(_holding(address_of(Path(scratch) / place.name)))


async def _holding(address: str) -> Holding:
    found, ledger = Holding(), await open_ledger(address)
    try:
        checked = await verify(ledger, named=(), tell=lambda _: None)
        found.damage = [f"{each.place}: {each.what}" for each in checked.damage]
        async for row in ledger.rows():
            if row.state in REPLIED:
                _note(row, found)
            found.open += row.state in {"open", "maybe_paid"}
    finally:
        await ledger.close()
    return found


def _note(row: Row, found: Holding) -> None:
    name = _IDENT.search(row.body or b"")
    found.keys.add(row.key)
    found.replies[name[0].decode() if name else row.uid] = row.body_hash or ""
