"""A new reviewer as one command line."""

from __future__ import annotations

#: A reviewer who lints clean and sits for tools of sound.
NEW = [
    "persona", "new", "archivist",
    "--motto", "Nothing is lost by accident.",
    "--modality", "audio",
    "--ask", "keeps [dossier]: How long does it keep a recording, and in which format?",
    "--ask", "finds: By which path does somebody come upon an old recording again?",
    "--voice", "You look after tapes.",
    "--ship-when", "a recording can be opened without its maker",
    "--skip-when", "the only player is a service",
    "--for", "lossless, open format",
    "--against", "proprietary",
]  # fmt: skip


def without(flag):
    """The command lacking one of them."""
    at = NEW.index(flag)
    return NEW[:at] + NEW[at + 2 :]
