"""Where things are and which settings are in force, each with the place it came from."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from panel.core.config_file import ConfigFile, read_config, tools_in
from panel.core.errors import InputError
from panel.core.settings import SETTINGS, Setting, no_such_setting, read_setting

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Workspace:
    """The folder with personas/, prompts/, dossiers/ and runs/, and the settings in force in it.

    `environment` is the process's environment over the workspace's `.env`; keys are looked up there only.
    `file` is the panel.toml or pyproject.toml that holds settings; `tables` are those in it, unread, such as
    `[nightly]`.
    """

    root: Path
    origin: str
    file: Path
    settings: Mapping[str, Setting]
    environment: Mapping[str, str] = field(repr=False)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """The value of a setting."""
        return self.settings[name].value

    def table(self, name: str, known: Collection[str]) -> Mapping[str, Any]:
        """A table of settings, such as `[site]`; empty where there is none.

        Args:
            name: Which.
            known: The settings that it may hold.

        Raises:
            InputError: it holds another one.
        """
        table = self.tables.get(name, {})
        unknown = next((key for key in table if key not in known), None)
        if unknown is not None:
            raise no_such_setting(f"{name}.{unknown}", known, self.file)
        return table

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
        InputError: the folder does not exist, .env cannot be read, panel.toml is broken, holds a key or an
            unknown setting, or a value does not fit its setting.
    """
    process = dict(os.environ if environ is None else environ)
    root, origin = _find_root(folder, process, cwd or Path.cwd())
    dotenv = _read_dotenv(root / ".env")
    environment = {**dotenv, **process}
    config = read_config(root)
    given = _Given(flags, environment, dotenv, config)
    settings = {name: _settle(name, given) for name in SETTINGS}
    tables = {name: value for name, value in config.table.items() if isinstance(value, dict)}
    return Workspace(root, origin, config.path, settings, environment, tables)


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
        if "panel" in tools_in(parent / "pyproject.toml"):
            return parent, "the nearest pyproject.toml with [tool.panel]"
    return cwd.absolute(), "the current folder"


def _read_dotenv(path: Path) -> dict[str, str]:
    from dotenv import dotenv_values

    try:
        values = dotenv_values(path)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8", file=path, line=line, hint="save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from None
    return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class _Given:
    """All places a setting may be given in; `environment` includes what is in `dotenv`."""

    flags: Mapping[str, Any]
    environment: Mapping[str, str] = field(repr=False)
    dotenv: Mapping[str, str] = field(repr=False)
    config: ConfigFile


def _settle(name: str, given: _Given) -> Setting:
    """The setting's value from the first place it is given in.

    Raises:
        InputError: it does not fit; names the flag, the variable, or the line of the file.
    """
    default, variable = SETTINGS[name][1], f"PANEL_{name.upper()}"
    if given.flags.get(name) is not None:
        flag = f"--{name.replace('_', '-')}"
        return read_setting(name, given.flags[name], flag, field=flag)
    if given.environment.get(variable, "").strip():
        value = given.environment[variable]
        origin = f"{variable} (.env)" if given.dotenv.get(variable) == value else variable
        return read_setting(name, value, origin, field=origin)
    if name in given.config.table:
        path, line = given.config.path, given.config.line_of(name)
        return read_setting(name, given.config.table[name], path.name, file=path, line=line, field=name)
    return Setting(default, "default")
