"""The golden set as a gate: what was as expected before and is not now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from panel.core.domain import Failure, Verdict
from panel.core.errors import InputError
from panel.core.files import write_atomic
from panel.workbench.golden import Case

_SCHEMA = "panel.baseline/1"


@dataclass(frozen=True)
class Point:
    """One reviewer on one tool of the set.

    Attributes:
        case: The case's name.
        persona: The reviewer.
        missed: What is not as expected; empty if all is.
        answered: False if there is no verdict: nothing is known then.
    """

    case: str
    persona: str
    missed: tuple[str, ...] = ()
    answered: bool = True


@dataclass(frozen=True)
class Gate:
    """All points, held against those that were accepted.

    Attributes:
        points: What is now.
        worse: Misses that were not accepted: the gate is shut.
        better: Accepted misses that are gone.
        unknown: Points without a verdict: the gate is shut, too.
    """

    points: tuple[Point, ...]
    worse: tuple[Point, ...]
    better: tuple[Point, ...]
    unknown: tuple[Point, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing got worse and everything is known."""
        return not self.worse and not self.unknown


#: Accepted misses by case and persona.
Baseline = Mapping[tuple[str, str], frozenset[str]]


def point(case: Case, outcome: Verdict | Failure) -> Point:
    """What one reviewer's answer comes to."""
    if isinstance(outcome, Failure):
        return Point(case.name, outcome.persona, (f"no verdict: {outcome.kind}",), answered=False)
    return Point(case.name, outcome.persona, tuple(case.missed(outcome)))


def gate(points: Iterable[Point], accepted: Baseline) -> Gate:
    """Hold points against the accepted ones.

    A miss is judged by its words: another wrong phrase than the accepted one is a new miss.
    """
    now = tuple(points)
    worse, better = [], []
    for each in now:
        if not each.answered:
            continue
        known = accepted.get((each.case, each.persona), frozenset())
        new = tuple(miss for miss in each.missed if miss not in known)
        gone = tuple(sorted(known - set(each.missed)))
        if new:
            worse.append(Point(each.case, each.persona, new))
        if gone:
            better.append(Point(each.case, each.persona, gone))
    unknown = tuple(each for each in now if not each.answered)
    return Gate(now, tuple(worse), tuple(better), unknown)


def read_baseline(path: Path, model: str) -> dict[tuple[str, str], frozenset[str]]:
    """The misses that were accepted for a model; empty if there are none.

    Raises:
        InputError: the file is no baseline.
    """
    accepted = _read(path).get(model, {})
    return {
        (case, persona): frozenset(misses)
        for case, personas in accepted.items()
        for persona, misses in personas.items()
    }


def accept(path: Path, model: str, points: Iterable[Point], *, before: Path | None = None) -> None:
    """Write the misses of all points as accepted for a model; other models and points stay as they are.

    Args:
        path: The baseline's file.
        model: As records name it.
        points: What is missed now.
        before: The baseline that was in force, if that is another file.

    Raises:
        InputError: the file is there and no baseline, or cannot be written.
    """
    models = _read(before or path)
    cases = models.setdefault(model, {})
    for each in points:
        if not each.answered:
            continue
        personas = cases.setdefault(each.case, {})
        personas.pop(each.persona, None)
        if each.missed:
            personas[each.persona] = sorted(each.missed)
        if not personas:
            del cases[each.case]
    text = json.dumps({"schema": _SCHEMA, "accepted": models}, indent=2, sort_keys=True, ensure_ascii=False)
    write_atomic(path, f"{text}\n".encode(), inside=path.parent)


def _read(path: Path) -> dict[str, dict[str, dict[str, list[str]]]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["schema"] != _SCHEMA:
            raise InputError(f"is no {_SCHEMA} but {found['schema']}", file=path)
        accepted: dict[str, dict[str, dict[str, list[str]]]] = found["accepted"]
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError):
        raise InputError(
            "is no baseline", file=path, hint="panel persona regress --accept writes one"
        ) from None
    return accepted
