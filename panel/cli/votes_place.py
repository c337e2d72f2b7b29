"""Where readers' votes are: the flags of every verb that reads or takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from panel.cli.options import Place

#: The file in the workspace that holds votes unless an address is given.
VOTES_FILE = "votes.sqlite"


@dataclass(frozen=True)
class VotesPlace(Place):
    """Where the votes are, besides where everything else is."""

    votes_url: Annotated[
        str | None,
        typer.Option(
            help="sqlite:///file or postgresql://host/name; votes.sqlite in the workspace if not given.",
            metavar="URL",
            rich_help_panel="Where",
        ),
    ] = None

    def settings(self) -> dict[str, Any]:
        """The workspace settings among these flags, by the setting's name."""
        return {**super().settings(), "votes_url": self.votes_url}
