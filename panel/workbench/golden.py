"""The golden set: tools on whose verdict people agree, and what must and must not be said of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from panel.core.domain import Decision, Dossier, Verdict
from panel.core.errors import InputError, ManyInputErrors
from panel.core.frontmatter import read_text
from panel.core.workspace import Workspace
from panel.evidence.dossiers import load, load_file

MAX_BYTES = 20_000
Expected = Literal["ship", "skip", "either"]


def _phrases(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Phrases = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_phrases)]


class _Said(BaseModel):
    """What is expected of one reviewer's answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expected: Expected = "either"
    mentions: Phrases = ()
    never: Phrases = ()


class _Case(_Said):
    """One file of the set."""

    dossier: str
    because: Annotated[str, Field(min_length=1)]
    seats: Mapping[str, _Said] = Field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One tool of the golden set.

    Attributes:
        name: The file's stem.
        dossier: What reviewers are shown.
        expected: What every reviewer should decide, `either` where people do not agree.
        mentions: What every reviewer's answer must mention, in the paragraph or a finding; of `a | b` one.
        never: Phrases that no paragraph may hold.
        because: Why people agree.
        seats: What is expected of single reviewers, by persona, in place of the above.
    """

    name: str
    dossier: Dossier
    expected: Expected
    mentions: tuple[str, ...]
    never: tuple[str, ...]
    because: str
    seats: Mapping[str, _Said]

    def decision_of(self, persona: str) -> Decision | None:
        """What this reviewer should decide; None if either will do."""
        own = self.seats.get(persona)
        expected = own.expected if own and "expected" in own.model_fields_set else self.expected
        return None if expected == "either" else expected

    def missed(self, verdict: Verdict) -> list[str]:
        """What a verdict does that it should not, a phrase each; nothing if it is as expected."""
        own = self.seats.get(verdict.persona, _Said())
        wanted = self.decision_of(verdict.persona)
        text = " ".join([verdict.paragraph, *(finding.says for finding in verdict.findings)])
        wrong = [f"{verdict.decision}, expected {wanted}"] if wanted not in {None, verdict.decision} else []
        if verdict.contested:
            wrong.append("contested")
        mentions = [*self.mentions, *own.mentions]
        wrong += [f"does not mention {each}" for each in mentions if not _holds(text, each)]
        never = [*self.never, *own.never]
        return wrong + [f"says “{each}”" for each in never if _holds(verdict.paragraph, each)]


def _holds(text: str, phrases: str) -> bool:
    """Whether a text holds one of several phrases, as whole words, case and white space folded."""
    folded = " ".join(text.split()).casefold()
    for phrase in phrases.split("|"):
        words = re.escape(" ".join(phrase.split()).casefold())
        if re.search(rf"(?<!\w){words}(?!\w)", folded):
            return True
    return False


def load_golden(workspace: Workspace, name: str = "golden") -> list[Case]:
    """A set's cases by name: the workspace's own files before those shipped.

    Args:
        workspace: Where personas/ is.
        name: The set's folder in personas/, or a path to one.

    Raises:
        ManyInputErrors: there is no such set, or files of it are no cases; every problem is named.
    """
    found: dict[str, Path] = {}
    for folder in _folders(workspace, name):
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(path.stem, path)
    if not found:
        raise InputError(f"there is no set {name!r}", field="--set", hint="panel persona regress --help")
    cases: list[Case] = []
    errors: list[InputError] = []
    for path in found.values():
        try:
            cases.append(_read(path, workspace))
        except InputError as error:
            errors += error.errors
    if errors:
        raise ManyInputErrors(errors)
    return cases


def _folders(workspace: Workspace, name: str) -> list[Path]:
    if "/" in name:
        return [Path(name)]
    return [folder / name for folder in workspace.folders("personas")]


def _read(path: Path, workspace: Workspace) -> Case:
    shown = workspace.shown(path)
    try:
        data = yaml.safe_load(read_text(path, limit=MAX_BYTES))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(f"is no YAML: {error.problem}", file=shown, line=line) from None
    if not isinstance(data, dict):
        raise InputError("is no mapping with dossier, expected, because", file=shown)
    try:
        case = _Case.model_validate(data)
    except ValidationError as error:
        raise ManyInputErrors(
            [
                InputError(problem["msg"], file=shown, field=".".join(map(str, problem["loc"])) or None)
                for problem in error.errors(include_url=False)
            ]
        ) from None
    beside = path.parent / case.dossier
    loaded = load_file(beside, workspace) if beside.is_file() else load(case.dossier, workspace)
    return Case(
        name=path.stem,
        dossier=loaded.dossier,
        expected=case.expected,
        mentions=case.mentions,
        never=case.never,
        because=case.because,
        seats=case.seats,
    )
