"""The records under runs/: where each lies, how it is written and how it is read back."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from panel.core.domain import Dossier
from panel.core.errors import DamagedRecord, InputError
from panel.core.files import make_folder, write_atomic
from panel.core.hashing import bare
from panel.core.outcomes import Comparison, Review, Run
from panel.core.requests import Call

R = TypeVar("R", bound=BaseModel)

_RUN_ID = re.compile(r"\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{4}")
_LAST_SUFFIX = 0xFFFF


class DossierSnapshot(Dossier):
    """A dossier as it lies in `runs/dossiers/<sha>.json`: what the spans of a review point into."""

    schema_: Literal["panel.dossier/1"] = Field(default="panel.dossier/1", alias="schema")


#: The record types whose JSON Schema `panel schema <name>` prints.
SCHEMAS: dict[str, type[BaseModel]] = {
    "review": Review,
    "comparison": Comparison,
    "run": Run,
    "call": Call,
    "dossier": DossierSnapshot,
}


_DAMAGED = "restore the file or move it away; what was paid for is still in the ledger"


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """A moment as records write it: `2026-11-20T21:04:05Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _stamp(moment: datetime) -> str:
    """A moment as run ids begin: `20261120T210405.123Z`."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y%m%dT%H%M%S.") + f"{utc.microsecond // 1000:03d}Z"


def schema_json(name: str) -> dict[str, Any]:
    """The JSON Schema of a record type.

    Raises:
        InputError: there is no record type of that name.
    """
    if name not in SCHEMAS:
        raise InputError(f"no record type {name!r}; there are: {', '.join(SCHEMAS)}")
    schema = SCHEMAS[name].model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def to_pretty(record: BaseModel) -> bytes:
    """A record as it is written: `schema` first, two-space JSON, UTF-8, a final newline."""
    data = record.model_dump(mode="json")
    return pretty({"schema": data.pop("schema"), **data})


def pretty(data: Mapping[str, Any]) -> bytes:
    """The JSON of a record as it is written; a number below 0.0001 as pydantic spells it (1.5e-5).

    Raises:
        ValueError: it holds NaN or an infinity, which JSON does not know.
    """
    try:
        text = to_json(data, indent=2, inf_nan_mode="constants")
    except PydanticSerializationError:
        text = b"NaN"  # it holds a lone surrogate, which json can replace
    if b"NaN" in text or b"Infinity" in text:  # mostly a word in a text
        said = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
        text = said.encode("utf-8", errors="replace")
    return text + b"\n"


class Records:
    """The folder of all runs.

    ```
    <runs>/<run-id>/run.json
    <runs>/<run-id>/reviews/<slug>.json
    <runs>/<run-id>/comparisons/<a>-vs-<b>.json|.md|.html
    <runs>/dossiers/<sha>.json
    ```
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    # ------------------------------------------------------------ writing

    def open_run(self, moment: datetime | None = None) -> str:
        """Make the folder of a new run and return its id; two processes never get the same one."""
        while True:
            run = self.new_run_id(moment)
            try:
                make_folder(self.root / run)
            except FileExistsError:
                continue
            return run

    def new_run_id(self, moment: datetime | None = None) -> str:
        """An id no run here has and that sorts after every run here, even if the clock went back."""
        text = _stamp(moment or utc_now())
        newest = max(self.run_ids(), default="")
        if newest and text <= newest[:20]:
            # The clock stands still or went back: the newest id's time, one number further on.
            suffix = int(newest[21:], 16) + 1
            if suffix <= _LAST_SUFFIX:
                return f"{newest[:20]}-{suffix:04x}"
            after = datetime.strptime(newest[:20], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
            text = _stamp(after + timedelta(milliseconds=1))
        return f"{text}-{secrets.randbelow(_LAST_SUFFIX // 2):04x}"

    def write_run(self, run: Run) -> Path:
        """Write or replace a run's manifest."""
        return self._write(self.run_path(run.id), run)

    def write_review(self, review: Review) -> Path:
        """Write a review into its run."""
        return self._write(self.review_path(review.run, review.tool.slug), review)

    def write_comparison(self, comparison: Comparison) -> Path:
        """Write a comparison into its run."""
        return self._write(self.comparison_path(comparison.run, comparison.id.partition("/")[2]), comparison)

    def write_page(self, comparison: Comparison, suffix: str, text: str) -> Path:
        """Write a rendered comparison beside its record; `suffix` is `.md`, `.html` and so on."""
        path = self.comparison_path(comparison.run, comparison.id.partition("/")[2]).with_suffix(suffix)
        write_atomic(path, text.encode("utf-8", errors="replace"), inside=self.root)
        return path

    def page(self, comparison: Comparison, suffix: str) -> bytes | None:
        """A rendered comparison as it lies beside its record; None if it does not."""
        path = self.comparison_path(comparison.run, comparison.id.partition("/")[2]).with_suffix(suffix)
        return path.read_bytes() if path.exists() else None

    def write_text(self, run: str, name: str, text: str) -> Path:
        """Write a text such as a report into a run's folder."""
        path = self.root / run / name
        write_atomic(path, text.encode("utf-8", errors="replace"), inside=self.root)
        return path

    def write_dossier(self, dossier: Dossier) -> Path:
        """Keep a dossier's snapshot; the same dossier is kept once."""
        path = self.dossier_path(dossier.id)
        if not path.exists():
            self._write(path, DossierSnapshot(**dossier.model_dump()))
        return path

    # ------------------------------------------------------------ places

    def run_path(self, run: str) -> Path:
        """Where a run's manifest lies."""
        return self.root / run / "run.json"

    def review_path(self, run: str, slug: str) -> Path:
        """Where a tool's review of that run lies."""
        return self.root.joinpath(run, "reviews", f"{slug}.json")

    def comparison_path(self, run: str, pair: str) -> Path:
        """Where the record of a pair `<a>-vs-<b>` lies."""
        return self.root.joinpath(run, "comparisons", f"{pair}.json")

    def dossier_path(self, dossier_id: str) -> Path:
        """Where a dossier's snapshot lies."""
        return self.root / "dossiers" / f"{bare(dossier_id)}.json"

    # ------------------------------------------------------------ reading

    def run_ids(self) -> list[str]:
        """The ids of all runs, oldest first."""
        if not self.root.exists():
            return []
        if not self.root.is_dir():
            raise InputError("is not a folder", file=self.root, hint="--runs-dir DIR")
        return sorted(path.name for path in self.root.iterdir() if _RUN_ID.fullmatch(path.name))

    def runs_with_manifest(self) -> list[str]:
        """The ids of runs that got as far as a manifest, newest first."""
        return [run for run in reversed(self.run_ids()) if self.run_path(run).exists()]

    def run(self, run: str) -> Run:
        """A run's manifest.

        Raises:
            InputError: there is none: the run died before it was written.
        """
        path = self.run_path(run)
        if not path.exists():
            raise InputError(f"the run {run} has no manifest", file=path)
        return read_record(path, Run)

    def reviews(self, slug: str) -> Iterator[Review]:
        """All reviews of a tool, newest first."""
        for run in reversed(self.run_ids()):
            path = self.review_path(run, slug)
            if path.exists():
                yield read_record(path, Review)

    def slugs_in(self, run: str) -> list[str]:
        """The tools that were reviewed in one run, sorted; no review is opened."""
        return _stems(os.path.join(self.root, run, "reviews"))  # noqa: PTH118 (as in `_stems`)

    def slugs(self) -> set[str]:
        """All tools that have a review; none is opened."""
        return {slug for run in self.run_ids() for slug in self.slugs_in(run)}

    def pairs_in(self, run: str) -> list[str]:
        """The comparisons of one run, `<a>-vs-<b>`, sorted; none is opened."""
        return _stems(os.path.join(self.root, run, "comparisons"))  # noqa: PTH118 (as in `_stems`)

    def reviews_in(self, run: str) -> list[Review]:
        """The reviews of one run, by slug."""
        folder = self.root / run / "reviews"
        return [read_record(path, Review) for path in sorted(folder.glob("*.json"))]

    def comparisons_in(self, run: str) -> list[Comparison]:
        """The comparisons of one run, by pair."""
        folder = self.root / run / "comparisons"
        return [read_record(path, Comparison) for path in sorted(folder.glob("*.json"))]

    def review(self, review_id: str) -> Review:
        """The review with that id, `<run>/<slug>`.

        Raises:
            InputError: there is none.
        """
        run, _, slug = review_id.partition("/")
        path = self.review_path(run, slug)
        if not path.exists():
            raise InputError(f"no review {review_id}", hint="panel runs list")
        return read_record(path, Review)

    def comparison(self, comparison_id: str) -> Comparison:
        """The comparison with that id, `<run>/<a>-vs-<b>`.

        Raises:
            DamagedRecord: it cannot be read.
        """
        run, _, pair = comparison_id.partition("/")
        return read_record(self.comparison_path(run, pair), Comparison)

    def current_review(self, slug: str, dossier_id: str, *, offline: bool | None = None) -> Review | None:
        """A tool's current review: its newest with quorum whose dossier is `dossier_id`.

        Args:
            slug: The tool.
            dossier_id: The dossier as it is now.
            offline: True for offline reviews only, False for models' only; None for models' before offline.
        """
        fitting = [r for r in self.reviews(slug) if r.dossier.id == dossier_id and r.status != "no_quorum"]
        if offline is not None:
            return next((r for r in fitting if r.offline == offline), None)
        return next((r for r in fitting if not r.offline), fitting[0] if fitting else None)

    def dossier(self, dossier_id: str) -> Dossier:
        """The snapshot of a dossier.

        Raises:
            InputError: it is not kept here.
        """
        path = self.dossier_path(dossier_id)
        if not path.exists():
            raise InputError(f"the dossier {dossier_id} is not kept in {self.root / 'dossiers'}")
        return read_record(path, DossierSnapshot)

    def _write(self, path: Path, record: BaseModel) -> Path:
        write_atomic(path, to_pretty(record), inside=self.root)
        return path


def _stems(folder: str) -> list[str]:
    """The records in a folder by name, sorted; none where there is no folder."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 (thousands of runs are looked through: no `Path` for each)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(name.removesuffix(".json") for name in names if name.endswith(".json"))


def read_record(path: Path, kind: type[R]) -> R:
    """Read one record, strictly: never "unreadable means empty".

    Raises:
        DamagedRecord: the file is not JSON, not of this type, or of a version this program does not know.
    """
    try:
        whole = path.read_bytes()
        with contextlib.suppress(ValidationError):  # why, is told below, at a third of the speed
            return kind.model_validate_json(whole)
        data = json.loads(whole)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise DamagedRecord(f"not JSON: {error}", file=path, line=line, hint=_DAMAGED) from None
    except OSError as error:
        raise DamagedRecord(f"cannot be read: {error.strerror}", file=path) from None
    known = kind.model_fields["schema_"].default
    written = data.get("schema") if isinstance(data, dict) else None
    if written != known:
        raise DamagedRecord(
            f"has the schema {written!r}; this version reads {known!r}", file=path, field="schema"
        )
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise DamagedRecord(first["msg"], file=path, field=field, hint=_DAMAGED) from None
