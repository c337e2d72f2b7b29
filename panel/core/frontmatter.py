"""Markdown files with YAML front matter, read strictly and with the line of every field.

All scalars stay the exact text that was typed (`1.10` is not 1.1, `NO` is not false); a model turns them
into numbers where it wants numbers. PyYAML is used directly because the usual front matter libraries keep
neither the lines nor the text.
"""

from __future__ import annotations

import copy
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from panel.core.errors import InputError, ManyInputErrors

#: Front matter longer than this is not front matter.
MAX_FRONT_MATTER = 16_000
MAX_DEPTH = 12
#: Where a process finds what it was started with: at the other end of such a pipe somebody writes.
_OPENED = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")

Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """A file's front matter and body. `lines` maps a field's path to its line in the file, counted from 1."""

    file: str
    data: dict[str, Any]
    body: str
    lines: dict[Path_, int] = field(default_factory=dict)
    has_front_matter: bool = True

    def line_of(self, path: Path_) -> int | None:
        """The line of a field, or of the nearest field above it that was written."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None

    def error(self, message: str, *path: str | int, hint: str | None = None) -> InputError:
        """An InputError that names this file, the field's line and the field."""
        return InputError(
            message, file=self.file, line=self.line_of(path), field=_dotted(path) or None, hint=hint
        )


def read_text(path: Path, *, limit: int) -> str:
    """The text of a UTF-8 file of at most `limit` bytes, a byte order mark removed, line ends as LF.

    A pipe that the shell has opened (`<(…)`) is read like a file. Any other is refused: nobody may ever write
    into it, and a device may have no end.

    Raises:
        InputError: missing, a folder, a pipe or device, not readable, too large, not UTF-8 (with the line).
    """
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise InputError("is a folder, not a file", file=path)
        if not stat.S_ISREG(kind) and not str(path).startswith(_OPENED):
            raise InputError(
                "is a pipe or a device, not a file", file=path, hint="save the text as a file, and name that"
            )
        with path.open("rb") as file:
            # An open pipe has no size to go by: what is read decides.
            data = file.read(limit + 1)
            size = max(len(data), path.stat().st_size)
    except FileNotFoundError:
        raise InputError("no such file", file=path) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from None
    if len(data) > limit:
        raise InputError(
            f"has {size:,} bytes; at most {limit:,} are read", file=path, hint="cut it to what matters"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"is not UTF-8 (byte 0x{data[error.start]:02x})", file=path, line=line, hint="save it as UTF-8"
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str, file: str) -> Document:
    """Split a text into front matter and body; a text that does not open with `---` is all body.

    Raises:
        InputError: the front matter is not closed, is not a mapping, or is YAML this project refuses:
            tags, anchors and aliases, keys given twice, nesting beyond 12 levels, over 64,000 characters.
    """
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        return Document(file=file, data={}, body=text, has_front_matter=False)
    lines = rest.split("\n")
    end = next((n for n, line in enumerate(lines) if line.rstrip() == "---"), None)
    if end is None:
        raise InputError(
            "the front matter that opens here is never closed", file=file, line=1, hint="add a line `---`"
        )
    block = "\n".join(lines[:end])
    if len(block) > MAX_FRONT_MATTER:
        raise InputError(
            f"the front matter is longer than {MAX_FRONT_MATTER:,} characters", file=file, line=1
        )
    data, places = _read(block, file)
    # A copy: whoever asked may change what it was given.
    return Document(file=file, data=copy.deepcopy(data), body="\n".join(lines[end + 1 :]), lines=places)


def validated(model: type[M], document: Document, data: dict[str, Any]) -> M:
    """`data` as a `model`; every problem is named at once, each with file, line and field.

    Raises:
        ManyInputErrors: `data` does not fit the model.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [
            document.error(_plain(problem["msg"]), *problem["loc"])
            for problem in error.errors(include_url=False)
        ]
        raise ManyInputErrors(problems) from None


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")


def _dotted(path: Path_) -> str:
    return ".".join(str(step) for step in path)


@lru_cache(maxsize=256)
def _read(block: str, file: str) -> tuple[dict[str, Any], dict[Path_, int]]:
    """The front matter's value and lines, kept: a command looks at the same files several times."""
    return _Reader(file).read(block)


class _PlainLoader(yaml.BaseLoader):
    """PyYAML's own loader, which refuses the clever parts of YAML as they come."""

    def __init__(self, block: str, refuse: Callable[[str, Any], InputError]) -> None:
        super().__init__(block)
        self._refuse = refuse
        self._depth = 0

    def get_event(self) -> Any:
        event = super().get_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse("anchors and aliases are not used here", event.start_mark)
        tag = getattr(event, "tag", None)
        if tag:
            raise self._refuse(f"the tag {tag} is not used here", event.start_mark)
        # Refused while the scanner is still at work: its time is quadratic in open brackets.
        self._depth += isinstance(event, yaml.CollectionStartEvent)
        self._depth -= isinstance(event, yaml.CollectionEndEvent)
        if self._depth > MAX_DEPTH + 1:
            raise self._refuse(f"nested deeper than {MAX_DEPTH} levels", event.start_mark)
        return event


class _Reader:
    """Turns YAML nodes into plain values, scalars as typed; remembers lines, refuses the clever parts."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {(): 1}

    def read(self, block: str) -> tuple[dict[str, Any], dict[Path_, int]]:
        try:
            node = self._composed(block)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 2 if mark else 1
            raise InputError(f"not YAML: {error.problem}", file=self.file, line=line) from None
        except yaml.reader.ReaderError as error:
            line = block.count("\n", 0, error.position) + 2
            raise InputError(f"not YAML: {error.reason}", file=self.file, line=line) from None
        except yaml.YAMLError as error:
            raise InputError(f"not YAML: {str(error).splitlines()[0]}", file=self.file, line=1) from None
        except RecursionError:
            raise InputError("the front matter is nested too deeply", file=self.file, line=1) from None
        if node is None:
            return {}, self.lines
        if not isinstance(node, yaml.MappingNode):
            raise self._refuse("the front matter is no list of `key: value` lines", node.start_mark)
        value: dict[str, Any] = self._value(node, ())
        return value, self.lines

    def _composed(self, block: str) -> Any:
        loader = _PlainLoader(block, self._refuse)
        try:
            return loader.get_single_node()
        finally:
            loader.dispose()

    def _value(self, node: yaml.Node, path: Path_) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 2)
        if len(path) > MAX_DEPTH:
            raise self._refuse(f"nested deeper than {MAX_DEPTH} levels", node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(child, (*path, n)) for n, child in enumerate(node.value)]
        # An empty plain scalar, or `~`, or `null`, is a field left blank.
        if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in {"", "~", "null"}:
            return None
        return node.value

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._refuse("a key must be a word", key_node.start_mark)
            key = key_node.value
            if key in result:
                raise InputError(
                    "the key is given twice", file=self.file, line=key_node.start_mark.line + 2, field=key
                )
            self.lines[(*path, key)] = key_node.start_mark.line + 2
            result[key] = self._value(value_node, (*path, key))
        return result

    def _refuse(self, message: str, mark: Any) -> InputError:
        return InputError(message, file=self.file, line=mark.line + 2)
