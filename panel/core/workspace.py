"""Where things are and which settings are in force, each with the place it came from."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from panel.core.errors import InputError, all_of

_PACKAGE = Path(__file__).resolve().parent.parent
#: A seat is asked so often at most.
MOST_SAMPLES = 9


@dataclass(frozen=True)
class Setting:
    """A setting's value and where it came from, in words for `panel doctor`."""

    value: Any
    origin: str

    @property
    def rank(self) -> int:
        """How strong the place is: 3 for a flag, 2 for the environment, 1 for a file, 0 for the default."""
        if self.origin.startswith("--"):
            return 3
        if self.origin.startswith("PANEL_"):
            return 2
        return 0 if self.origin == "default" else 1

    @property
    def shown(self) -> Any:
        """The value as it may be printed: an address without its password."""
        return without_password(self.value) if isinstance(self.value, str) else self.value


def _number(text: Any) -> float:
    try:
        value = float("" if isinstance(text, bool) else text)
    except (ValueError, TypeError, OverflowError):
        raise ValueError("must be a number") from None
    if not 0 <= value < float("inf"):
        raise ValueError("must be 0 or more")
    return value


def _positive(text: Any) -> float:
    value = _number(text)
    if value == 0:
        raise ValueError("must be more than 0")
    return value


def _count(text: Any) -> int:
    try:
        value = int(str(text))
    except ValueError:
        raise ValueError("must be a whole number") from None
    if value < 1:
        raise ValueError("must be 1 or more")
    return value


def _samples(text: Any) -> int:
    value = _count(text)
    if value > MOST_SAMPLES:
        raise ValueError(f"must be {MOST_SAMPLES} or less")
    return value


def _text(text: Any) -> str | None:
    if not isinstance(text, str):
        raise ValueError("must be text")  # noqa: TRY004 (what the setting says is wrong, not the program)
    return text.strip() or None


def _names(value: Any) -> tuple[str, ...] | None:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError("must be text or a list of texts")
    return tuple(part.strip() for part in parts if part.strip()) or None


def _api(text: Any) -> str:
    if text not in ("auto", "responses", "chat"):  # no set: a list from TOML cannot be looked up in one
        raise ValueError("must be auto, responses or chat")
    return str(text)


class _UnshownError(ValueError):
    """What is wrong with a value that may hold a password: it is not quoted."""


def _address(text: Any) -> str | None:
    address = _text(text)
    try:
        well_formed = address is None or ("://" in address and urlsplit(address).scheme != "")
    except ValueError:
        well_formed = False
    if not well_formed:
        raise _UnshownError("this is no address such as postgresql://user:password@host/name")
    return address


#: Every setting: how its text is read, and its default. The environment variable is PANEL_<NAME>.
SETTINGS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "provider": (_text, "auto"),
    "model": (_text, None),
    "models": (_names, None),
    "samples": (_samples, 1),
    "base_url": (_text, None),
    "openai_api": (_api, "auto"),
    "personas": (_names, None),
    "fourth": (_text, None),
    "max_usd": (_number, None),
    "price_in": (_number, None),
    "price_out": (_number, None),
    "concurrency": (_count, 8),
    "requests_per_minute": (_count, None),
    "tokens_per_minute": (_count, None),
    "call_deadline": (_positive, 180.0),
    "max_output_tokens": (_count, 6000),
    "runs_dir": (_text, "runs"),
    "ledger_url": (_address, None),
    "votes_url": (_address, None),
    "contact": (_text, None),
    "engine": (_text, "local"),
}

#: The password in an address: before the host, or as one of its parameters.
_PASSWORD = re.compile(r"(://[^/?#@:]*:)(.+)(@)|([?& ]password=)([^& ]+)()")
_SECRET_WORDS = ("key", "secret", "token", "password")


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
            raise _no_such(f"{name}.{unknown}", known, self.file)
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
    config = _read_config(root)
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
class _Config:
    """The settings of panel.toml, or of `[tool.panel]` in pyproject.toml, and the text they stand in."""

    path: Path
    text: str
    table: Mapping[str, Any]

    def line_of(self, name: str) -> int | None:
        lines = self.text.splitlines()
        table = next((n for n, line in enumerate(lines) if line.strip() == "[tool.panel]"), 0)
        keys = (line.split("=")[0].strip().strip("\"'") for line in lines[table:])
        return next((n for n, key in enumerate(keys, start=table + 1) if key == name), None)


def _read_config(root: Path) -> _Config:
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
    config = _Config(path, text, table)
    _refuse_unknown(config)
    return config


def without_password(address: str) -> str:
    """An address as messages may name it; text that is none stays as it is."""
    return _PASSWORD.sub(lambda found: f"{found[1] or found[4]}***{found[3] or ''}", address)


def _refuse_unknown(config: _Config) -> None:
    errors = [*_passwords(config), *_unknown(config)]
    if errors:
        raise all_of(errors)


def _passwords(config: _Config) -> Iterator[InputError]:
    for name, value in config.table.items():
        if isinstance(value, str) and without_password(value) != value:
            yield InputError(
                f"a password does not belong into {config.path.name}",
                file=config.path,
                line=config.line_of(name),
                field=name,
                hint=f"put the address into PANEL_{name.upper()} in the environment or in .env",
            )


def _unknown(config: _Config) -> Iterator[InputError]:
    path = config.path
    for name in (n for n, value in config.table.items() if n not in SETTINGS and not isinstance(value, dict)):
        line = config.line_of(name)
        if any(word in name.lower() for word in _SECRET_WORDS):
            hint = "put it into the environment or into .env"
            yield InputError(
                f"keys do not belong into {path.name}", file=path, line=line, field=name, hint=hint
            )
        else:
            yield _no_such(name, SETTINGS, path, line)


def _no_such(name: str, known: Collection[str], file: Path, line: int | None = None) -> InputError:
    return InputError(f"no such setting; there are: {', '.join(known)}", file=file, line=line, field=name)


@dataclass(frozen=True)
class _Given:
    """All places a setting may be given in; `environment` includes what is in `dotenv`."""

    flags: Mapping[str, Any]
    environment: Mapping[str, str] = field(repr=False)
    dotenv: Mapping[str, str] = field(repr=False)
    config: _Config


def _settle(name: str, given: _Given) -> Setting:
    """The setting's value from the first place it is given in.

    Raises:
        InputError: it does not fit; names the flag, the variable, or the line of the file.
    """
    default, variable = SETTINGS[name][1], f"PANEL_{name.upper()}"
    if given.flags.get(name) is not None:
        flag = f"--{name.replace('_', '-')}"
        return _read(name, given.flags[name], flag, field=flag)
    if given.environment.get(variable, "").strip():
        value = given.environment[variable]
        origin = f"{variable} (.env)" if given.dotenv.get(variable) == value else variable
        return _read(name, value, origin, field=origin)
    if name in given.config.table:
        path, line = given.config.path, given.config.line_of(name)
        return _read(name, given.config.table[name], path.name, file=path, line=line, field=name)
    return Setting(default, "default")


def _read(name: str, value: Any, origin: str, **place: Any) -> Setting:
    try:
        return Setting(SETTINGS[name][0](value), origin)
    except _UnshownError as error:
        raise InputError(str(error), **place) from None
    except ValueError as error:
        shown = without_password(value) if isinstance(value, str) else value
        raise InputError(f"{shown!r} {error}", **place) from None
