"""Where things are and which settings are in force, each with the place it came from."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panel.core.errors import InputError

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Setting:
    """A setting's value and where it came from, in words for `panel doctor`."""

    value: Any
    origin: str


def _number(text: Any) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError("must be 0 or more")
    return value


def _positive(text: Any) -> float:
    value = _number(text)
    if value == 0:
        raise ValueError("must be more than 0")
    return value


def _count(text: Any) -> int:
    value = int(str(text))
    if value < 1:
        raise ValueError("must be 1 or more")
    return value


def _text(text: Any) -> str | None:
    return str(text).strip() or None


def _names(value: Any) -> tuple[str, ...] | None:
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip()) or None


def _api(text: Any) -> str:
    if text not in {"auto", "responses", "chat"}:
        raise ValueError("must be auto, responses or chat")
    return str(text)


#: Every setting: how its text is read, and its default. The environment variable is PANEL_<NAME>.
SETTINGS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "provider": (_text, "auto"),
    "model": (_text, None),
    "base_url": (_text, None),
    "openai_api": (_api, "auto"),
    "personas": (_names, None),
    "fourth": (_text, None),
    "max_usd": (_number, None),
    "price_in": (_number, None),
    "price_out": (_number, None),
    "concurrency": (_count, 8),
    "call_deadline": (_positive, 180.0),
    "max_output_tokens": (_count, 6000),
    "runs_dir": (_text, "runs"),
}

_SECRET_WORDS = ("key", "secret", "token", "password")


@dataclass(frozen=True)
class Workspace:
    """The folder with personas/, prompts/, dossiers/ and runs/, and the settings in force in it.

    `environment` is the process's environment over the workspace's `.env`; keys are looked up there only.
    """

    root: Path
    origin: str
    settings: Mapping[str, Setting]
    environment: Mapping[str, str]

    def get(self, name: str) -> Any:
        """The value of a setting."""
        return self.settings[name].value

    @property
    def runs_dir(self) -> Path:
        """The folder records are written to."""
        return self.root / str(self.get("runs_dir"))

    def folders(self, name: str) -> Iterator[Path]:
        """Where files of a kind (`personas`, `prompts`) are looked for, first match wins, file by file."""
        yield self.root / name
        if shipped(name).resolve() != (self.root / name).resolve():
            yield shipped(name)

    def files(self, name: str, pattern: str) -> dict[str, Path]:
        """The files of a kind by stem: the workspace's own, and behind them those shipped."""
        found: dict[str, Path] = {}
        for folder in self.folders(name):
            for path in sorted(folder.glob(pattern)):
                found.setdefault(path.stem, path)
        return dict(sorted(found.items()))

    def shown(self, path: Path) -> str:
        """A path as messages name it: relative to the workspace where it lies inside."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def shipped(name: str) -> Path:
    """The folder of that name which came with the program, installed or in a checkout."""
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def open_workspace(
    flags: Mapping[str, Any],
    *,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Workspace:
    """Find the workspace and settle every setting: flag, then PANEL_*, then panel.toml, then default.

    Args:
        flags: Settings given on the command line; None means not given.
        folder: `--workspace DIR`.
        environ: The environment, the process's own if None.
        cwd: The current folder, the process's own if None.

    Raises:
        InputError: the folder does not exist, panel.toml is broken, holds a key or an unknown setting, or a
            value does not fit its setting.
    """
    from dotenv import dotenv_values

    process = dict(os.environ if environ is None else environ)
    root, origin = _find_root(folder, process, cwd or Path.cwd())
    dotenv = {k: v for k, v in dotenv_values(root / ".env").items() if v is not None}
    environment = {**dotenv, **process}
    file, table = _read_config(root)
    settings = {name: _settle(name, flags.get(name), environment, dotenv, file, table) for name in SETTINGS}
    return Workspace(root=root, origin=origin, settings=settings, environment=environment)


def _find_root(folder: Path | None, environ: Mapping[str, str], cwd: Path) -> tuple[Path, str]:
    named = (folder, "--workspace") if folder else (environ.get("PANEL_WORKSPACE"), "PANEL_WORKSPACE")
    if named[0]:
        root = Path(named[0]).expanduser().absolute()
        if not root.is_dir():
            raise InputError("no such folder", file=root, field=named[1])
        return root, named[1]
    for parent in (cwd.absolute(), *cwd.absolute().parents):
        if (parent / "panel.toml").is_file():
            return parent, "the nearest panel.toml"
        if "panel" in _tools(parent / "pyproject.toml"):
            return parent, "the nearest pyproject.toml with [tool.panel]"
    return cwd.absolute(), "the current folder"


def _tools(path: Path) -> dict[str, Any]:
    # Somebody else's pyproject.toml on the way up may be anything; it is no business of ours.
    try:
        tools = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return {}
    return tools if isinstance(tools, dict) else {}


def _read_config(root: Path) -> tuple[Path, dict[str, Any]]:
    """The settings of panel.toml, or of `[tool.panel]` where there is no panel.toml."""
    path = root / "panel.toml"
    if path.is_file():
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"not TOML: {error}", file=path) from None
    else:
        path = root / "pyproject.toml"
        table = _tools(path).get("panel", {})
        text = path.read_text(encoding="utf-8", errors="replace") if table else ""
    _refuse_unknown(table, text, path)
    return path, table


def _refuse_unknown(table: Mapping[str, Any], text: str, path: Path) -> None:
    for name in (n for n, value in table.items() if n not in SETTINGS and not isinstance(value, dict)):
        line = _line_of(text, name)
        if any(word in name.lower() for word in _SECRET_WORDS):
            hint = "put it into the environment or into .env"
            raise InputError(
                f"keys do not belong into {path.name}", file=path, line=line, field=name, hint=hint
            )
        known = ", ".join(SETTINGS)
        raise InputError(f"no such setting; there are: {known}", file=path, line=line, field=name)


def _line_of(text: str, name: str) -> int | None:
    lines = enumerate(text.splitlines(), start=1)
    return next((n for n, line in lines if line.split("=")[0].strip().strip("\"'") == name), None)


def _settle(
    name: str,
    flag: Any,
    environment: Mapping[str, str],
    dotenv: Mapping[str, str],
    file: Path,
    table: Mapping[str, Any],
) -> Setting:
    read, default = SETTINGS[name]
    variable = f"PANEL_{name.upper()}"
    if flag is not None:
        given, origin = flag, f"--{name.replace('_', '-')}"
    elif environment.get(variable, "").strip():
        given = environment[variable]
        origin = f"{variable} (.env)" if dotenv.get(variable) == given else variable
    elif name in table:
        given, origin = table[name], file.name
    else:
        return Setting(default, "default")
    try:
        return Setting(read(given), origin)
    except (ValueError, TypeError) as error:
        reason = str(error) if "must be" in str(error) else "must be a number"
        place = file if origin == file.name else None
        raise InputError(f"{given!r} {reason}", file=place, field=origin) from None
