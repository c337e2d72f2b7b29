"""Moments as HTTP headers give them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def moment(header: str) -> datetime | None:
    """What a `date` or `retry-after` header names, in some zone; None if it is no date (RFC 9110, 5.6.7)."""
    try:
        found = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
