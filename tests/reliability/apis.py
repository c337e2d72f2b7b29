"""The three APIs as a command is pointed at them, and what is looked at after a command has ended."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from tests.cli.seats import ASKED_OF

TOOL = "short"
#: Two seats are enough: one that meets the fault and one that does not.
SEATS = ("builder", "skeptic")


@dataclass(frozen=True)
class Api:
    """One API: how a command is told to speak it, and the variable that holds its key."""

    name: str
    provider: str
    setting: str = "auto"

    @property
    def key_variable(self) -> str:
        return f"{self.provider.upper()}_API_KEY"

    def url(self, server) -> str:
        return server.anthropic_base_url if self.provider == "anthropic" else server.openai_base_url


RESPONSES = Api("responses", "openai", "responses")
CHAT = Api("chat", "openai", "chat")
MESSAGES = Api("messages", "anthropic")
APIS = (RESPONSES, CHAT, MESSAGES)


@dataclass(frozen=True)
class Row:
    """A call in the ledger."""

    tool: str
    persona: str
    state: str
    status: int | None
    body: bytes | None
    why: str | None
    reserved_usd: float | None
    cost_usd: float | None


@dataclass
class Asking:
    """Runs `panel review` and knows what the server and the workspace hold afterwards."""

    panel: Any
    workspace: Any
    server: Any
    api: Api

    def __call__(self, *tools, seats=SEATS, flags=(), **environ):
        """Review `tools` (the short one if none is named) with these seats; how the command ended."""
        for tool in tools or (TOOL,):
            self.write(tool)
        place = ["--provider", self.api.provider, "--base-url", self.api.url(self.server)]
        chairs = ["--personas", ",".join(seats)] if seats else []
        return self.panel(
            "review",
            *(tools or (TOOL,)),
            *place,
            *chairs,
            "--json",
            *flags,
            PANEL_OPENAI_API=self.api.setting,
            **environ,
        )

    def write(self, tool):
        """A dossier too short for any prompt cache, so that no seat goes first; one there is stays."""
        path = self.workspace / "dossiers" / f"{tool}.md"
        if not path.exists():
            path.write_text(f"---\nname: {tool.title()}\n---\n\nThe tool {tool} is said to be fast.\n")

    def rows(self, persona=None) -> list[Row]:
        """The calls in the ledger, oldest first."""
        path = self.workspace / "runs" / "ledger.sqlite"
        columns = ", ".join(Row.__dataclass_fields__)
        with contextlib.closing(sqlite3.connect(path)) as db:
            rows = [Row(*row) for row in db.execute(f"SELECT {columns} FROM calls ORDER BY id")]
        return [row for row in rows if persona in (None, row.persona)]

    def sent(self, persona="builder"):
        """The requests of one seat as the server saw them."""
        return [seen for seen in self.server.requests if ASKED_OF[persona] in seen.moves]

    def records(self) -> list[dict[str, Any]]:
        paths = sorted(self.workspace.glob("runs/*/reviews/*.json"))
        return [json.loads(path.read_text()) for path in paths]

    def stored(self) -> bytes:
        """Every byte of every file in the workspace."""
        return b"\n".join(path.read_bytes() for path in self.workspace.rglob("*") if path.is_file())


def failure_of(record, persona="builder"):
    """The failure of a seat."""
    (failure,) = [each for each in record["failures"] if each["persona"] == persona]
    return failure


def verdict_of(record, persona="builder"):
    """The verdict of a seat."""
    (verdict,) = [each for each in record["verdicts"] if each["persona"] == persona]
    return verdict
