"""Workspaces to load dossiers from, and the shortest dossier there is."""

from pathlib import Path

from panel.core.workspace import Workspace, open_workspace

BODY = "Quill turns notes into slides. It costs $20 per month on Pro."


FULL = """\
name: Quill
vendor: Feather
version: 1.10
url: https://quill.example
category: Writing
tagline: Slides from notes
launched: 2026-11-20
modality: [text, image]
surface: app
pricing:
  - plan: Pro
    price: $20 per month
    quote: it costs  $20 per MONTH on Pro"""


def workspace(folder: Path, **dossiers: str) -> Workspace:
    """A workspace whose dossiers/ holds these texts by stem; two underscores stand for a hyphen."""
    (folder / "panel.toml").touch()
    (folder / "dossiers").mkdir(exist_ok=True)
    for stem, text in dossiers.items():
        (folder / "dossiers" / f"{stem.replace('__', '-')}.md").write_text(text, encoding="utf-8")
    return open_workspace({}, folder=folder, environ={})


def dossier(front_matter: str = "name: Quill", body: str = BODY) -> str:
    """A file's text."""
    return f"---\n{front_matter}\n---\n\n{body}\n"
