"""An issue as files: one in every form, or a message for each recipient."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from panel.core.errors import InputError
from panel.core.files import write_atomic
from panel.core.records import to_pretty
from panel.digest.issue import Issue
from panel.digest.message import Letter, letters
from panel.digest.rendering import both, markdown
from panel.digest.settings import DigestSettings


def write_issue(issue: Issue, settings: DigestSettings, folder: Path) -> tuple[list[Path], list[str]]:
    """Write `<day>.md`, `.json`, `.txt` and `.html`, and a `.eml` for each recipient.

    Returns:
        What was written, and why what is missing could not be: the site has no address, nobody is named as
        the sender, or there is nothing new.

    Raises:
        InputError: the folder cannot be written.
    """
    forms = {".md": markdown(issue).encode("utf-8"), ".json": to_pretty(issue)}
    missing = []
    try:
        plain, page = both(issue, settings.unsubscribe)
        forms |= {".txt": plain.encode("utf-8"), ".html": page.encode("utf-8")}
    except InputError as error:
        missing.append(f"the e-mail: {error.message}")
    paths = [folder / f"{issue.day}{suffix}" for suffix in forms]
    for path, content in zip(paths, forms.values(), strict=True):
        write_atomic(path, content, inside=folder)
    if not missing and not issue.empty:
        try:
            made = letters(issue, settings, settings.to or ([settings.sender] if settings.sender else []))
            paths += write_letters(made, issue.day, folder)
        except InputError as error:
            missing.append(f"the message: {error.message}")
    return paths, missing


def write_letters(letters: Sequence[Letter], day: str, folder: Path) -> list[Path]:
    """Write `<day>.eml`, or `<day>-1.eml`, `<day>-2.eml` … for several recipients.

    Raises:
        InputError: the folder cannot be written.
    """
    several = len(letters) > 1
    paths = [folder / f"{day}{f'-{n}' if several else ''}.eml" for n in range(1, len(letters) + 1)]
    for path, letter in zip(paths, letters, strict=True):
        write_atomic(path, letter.data, inside=folder)
    return paths
