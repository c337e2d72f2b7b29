"""The settings in panel.toml, or in pyproject.toml, and what does not belong there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panel.core.errors import InputError, all_of
from panel.core.settings import SETTINGS, no_such_setting, without_password

_SECRET_WORDS = ("key", "secret", "token", "password")


@dataclass(frozen=True)
class ConfigFile:
    """The settings of panel.toml, or of `[tool.panel]` in pyproject.toml, and the text they stand in."""

    path: Path
    text: str
    table: Mapping[str, Any]

    def line_of(self, name: str) -> int | None:
        """The line a setting stands on, from 1 on; None where that is not plain."""
        lines = self.text.splitlines()
        table = next((n for n, line in enumerate(lines) if line.strip() == "[tool.panel]"), 0)
        keys = (line.split("=")[0].strip().strip("\"'") for line in lines[table:])
        return next((n for n, key in enumerate(keys, start=table + 1) if key == name), None)


def read_config(root: Path) -> ConfigFile:
    """The settings of panel.toml, or of `[tool.panel]` where there is no panel.toml.

    Raises:
        InputError: it is broken, or holds a key, a password or unknown settings; all of these are named.
    """
    path = root / "panel.toml"
    if path.is_file():
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"not TOML: {error}", file=path) from None
    else:
        path = root / "pyproject.toml"
        table = tools_in(path).get("panel", {})
        text = path.read_text(encoding="utf-8", errors="replace") if table else ""
    config = ConfigFile(path, text, table)
    _refuse_unknown(config)
    return config


def tools_in(path: Path) -> dict[str, Any]:
    """What a pyproject.toml holds under `[tool]`; nothing where it cannot be read."""
    # Somebody else's pyproject.toml on the way up may be anything; it is no business of ours.
    try:
        tools = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return {}
    return tools if isinstance(tools, dict) else {}


def _refuse_unknown(config: ConfigFile) -> None:
    errors = [*_passwords(config), *_unknown(config)]
    if errors:
        raise all_of(errors)


def _passwords(config: ConfigFile) -> Iterator[InputError]:
    for name, value in config.table.items():
        if isinstance(value, str) and without_password(value) != value:
            yield InputError(
                f"a password does not belong into {config.path.name}",
                file=config.path,
                line=config.line_of(name),
                field=name,
                hint=f"put the address into PANEL_{name.upper()} in the environment or in .env",
            )


def _unknown(config: ConfigFile) -> Iterator[InputError]:
    path = config.path
    for name in (n for n, value in config.table.items() if n not in SETTINGS and not isinstance(value, dict)):
        line = config.line_of(name)
        if any(word in name.lower() for word in _SECRET_WORDS):
            hint = "put it into the environment or into .env"
            yield InputError(
                f"keys do not belong into {path.name}", file=path, line=line, field=name, hint=hint
            )
        else:
            yield no_such_setting(name, SETTINGS, path, line)
