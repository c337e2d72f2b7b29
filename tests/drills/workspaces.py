"""A workspace with as many different dossiers as a drill wants, and what its finished records say."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_WHAT = ("an editor", "a terminal agent", "a code model", "a video generator", "a search index", "a notebook")
_WHO = ("small teams", "one developer", "designers", "analysts", "operators at night", "writers")
_HOW = ("runs locally", "is a hosted service", "is called over an API", "lives in the browser")
SEATS = 4


@dataclass(frozen=True)
class Workspace:
    """A folder with dossiers and a runs folder.

    Attributes:
        folder: Where it is.
        tools: The slugs of its dossiers.
    """

    folder: Path
    tools: tuple[str, ...]

    @property
    def runs(self) -> Path:
        """Where ledger and records go."""
        return self.folder / "runs"

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.runs / "ledger.sqlite"

    @property
    def calls(self) -> int:
        """How many different calls a review of all tools takes."""
        return SEATS * len(self.tools)


def make(folder: Path, *, tools: int, seed: str) -> Workspace:
    """Write a workspace; dossiers of different seeds share no request."""
    (folder / "dossiers").mkdir(parents=True)
    (folder / "panel.toml").write_text("")
    dice = random.Random(seed)
    slugs = tuple(f"tool-{number:02d}" for number in range(tools))
    for slug in slugs:
        (folder / "dossiers" / f"{slug}.md").write_text(_dossier(slug, seed, dice), encoding="utf-8")
    return Workspace(folder, slugs)


def _dossier(slug: str, seed: str, dice: random.Random) -> str:
    what, who, how = dice.choice(_WHAT), dice.choice(_WHO), dice.choice(_HOW)
    price = dice.randrange(5, 90)
    return (
        f"---\nname: {slug} {seed}\nslug: {slug}\nvendor: Vendor of {slug}\n"
        f"modality: [code]\nsurface: [app]\n---\n\n"
        f"{slug} is {what} for {who}; it {how}. Version {dice.randrange(1, 9)}.{dice.randrange(10)} of the "
        f"series {seed} costs ${price} per month. It has no public test log.\n"
    )


def verdicts(workspace: Workspace, run: str) -> dict[tuple[str, str], str]:
    """(tool, persona) -> decision and paragraph, of one run's reviews."""
    return _verdicts(json.loads(path.read_bytes()) for path in (workspace.runs / run).glob("reviews/*.json"))


def verdicts_in(printed: str) -> dict[tuple[str, str], str]:
    """The same of the array that `--json` prints for several tools."""
    return _verdicts(json.loads(printed))


def _verdicts(reviews: Iterable[dict[str, Any]]) -> dict[tuple[str, str], str]:
    return {
        (review["tool"]["slug"], verdict["persona"]): f"{verdict['decision']}: {verdict['paragraph']}"
        for review in reviews
        for verdict in review["verdicts"]
    }


def newest_run(workspace: Workspace) -> str:
    """The id of the newest run."""
    return max(path.name for path in workspace.runs.iterdir() if path.name[:2] == "20")


def torn_records(workspace: Workspace) -> list[str]:
    """Records that are not whole; a file that was still being written has another name."""
    torn = []
    for path in sorted(workspace.runs.rglob("*.json")):
        if path.name.startswith(".tmp-"):
            continue
        try:
            json.loads(path.read_bytes())
        except ValueError as error:
            torn.append(f"{path}: {error}")
    return torn
