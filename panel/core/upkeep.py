"""Checks the records under runs/: whether each is what it claims to be, and all it refers to is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from panel.core.choices import OrderedChoice
from panel.core.domain import Dossier, DossierRef, Evidence, Failure, Verdict
from panel.core.errors import DamagedRecord
from panel.core.hashing import TAG, digest
from panel.core.outcomes import Comparison, Review, Run
from panel.core.record_files import RecordFile, RecordKind, Remark, is_inside, obstacles, record_files
from panel.core.records import DossierSnapshot, Records, read_record

AnyRecord = Run | Review | Comparison | DossierSnapshot
_TYPES: dict[RecordKind, type[AnyRecord]] = {
    "run": Run,
    "review": Review,
    "comparison": Comparison,
    "dossier": DossierSnapshot,
}

#: What is written beside every comparison's record.
PAGES = (".md", ".html")


@dataclass(frozen=True)
class Rules:
    """What this floor cannot know itself: how a dossier is identified, and when two texts read the same."""

    dossier_id: Callable[[Dossier], str]
    same_words: Callable[[str, str], bool]


@dataclass
class Checked:
    """What was found under runs/.

    Attributes:
        counts: Files looked at, by kind of record.
        remarks: What is to be said of them.
        named: Every call key that a verdict or a failure names, with one file that does.
    """

    counts: dict[RecordKind, int] = field(default_factory=lambda: dict.fromkeys(_TYPES, 0))
    remarks: list[Remark] = field(default_factory=list)
    named: dict[str, Path] = field(default_factory=dict)


def check(root: Path, rules: Rules) -> Checked:
    """Read every record under `root` and hold it against its place, its hash and what it refers to.

    Runs may go on meanwhile: a record is written after all it refers to.
    """
    found = Checked(remarks=obstacles(root))
    for file in record_files(root):
        found.counts[file.kind] += 1
        remarks = list(_check_one(file, Records(root), rules, found.named))
        if os.path.lexists(file.path):  # else it was pruned meanwhile
            found.remarks += remarks
    found.remarks += _lost_manifests(root)
    return found


def read_checked(file: RecordFile, rules: Rules) -> AnyRecord:
    """A record that is readable, lies where its id says, and has the hash it is named for.

    Raises:
        DamagedRecord: it does not.
    """
    if file.path.exists() and not file.path.is_file():
        raise DamagedRecord("is not a file", file=file.path)
    record: AnyRecord = read_record(file.path, _TYPES[file.kind])
    wrong = _misplaced(file, record, rules)
    if wrong:
        raise DamagedRecord(wrong, file=file.path, hint="panel runs verify")
    return record


def said(error: DamagedRecord, file: Path) -> Remark:
    """A damaged record as a remark on its file."""
    place = f"{error.file}:{error.line}: " if error.line is not None else f"{error.file}: "
    return Remark(file, error.message.removeprefix(place), line=error.line)


# ---------------------------------------------------------------- one record


def _check_one(file: RecordFile, records: Records, rules: Rules, named: dict[str, Path]) -> Iterator[Remark]:
    try:
        record = read_checked(file, rules)
    except DamagedRecord as error:
        yield said(error, file.path)
        return
    for key in calls_named(record):
        named.setdefault(key, file.path)
    yield from (Remark(file.path, what) for what in _wrong_with(record, records, rules))
    if file.kind == "comparison":
        yield from _missing_pages(file.path)


def _wrong_with(record: AnyRecord, records: Records, rules: Rules) -> Iterator[str]:
    if isinstance(record, DossierSnapshot):
        return _wrong_with_dossier(record, rules)
    if isinstance(record, Run):
        return _wrong_with_run(record, records)
    if isinstance(record, Review):
        return _against_dossier(record.dossier, record.verdicts, records, rules)
    return _wrong_with_comparison(record, records, rules)


def _misplaced(file: RecordFile, record: AnyRecord, rules: Rules) -> str | None:
    """What is wrong between a record and its path."""
    stem = file.path.stem
    if isinstance(record, DossierSnapshot):
        if rules.dossier_id(record) != record.id:
            return f"its content does not have the hash {record.id}: it was changed after it was written"
        return None if record.id == TAG + stem else f"holds the dossier {record.id}: wrong file name"
    expected = file.run if isinstance(record, Run) else f"{file.run}/{stem}"
    if record.id != expected:
        return f"holds {record.id}, but its place is that of {expected}"
    if isinstance(record, Review) and (record.run, record.tool.slug) != (file.run, stem):
        return f"says it is of {record.run}/{record.tool.slug}, but its place is that of {expected}"
    if isinstance(record, Comparison) and record.run != file.run:
        return f"says it is of the run {record.run}, but lies in {file.run}"
    return None


def _wrong_with_dossier(dossier: Dossier, rules: Rules) -> Iterator[str]:
    for source in dossier.sources:
        if source.text is not None and source.sha256 != digest(source.text):
            yield f"the text of its source {source.id} does not have the hash noted beside it"
    for fact in dossier.facts:
        if fact.span is not None and fact.quote is not None:
            evidence = Evidence(quote=fact.quote, found=True, **fact.span.model_dump())
            yield from _misquoted(evidence, dossier, f"the fact {fact.id}", rules)


def _wrong_with_run(run: Run, records: Records) -> Iterator[str]:
    for review in run.reviews:
        if not _review_path(review, records).exists():
            yield f"lists the review {review}, which is not there"
    for comparison in run.comparisons:
        run_id, _, pair = comparison.partition("/")
        if not records.comparison_path(run_id, pair).exists():
            yield f"lists the comparison {comparison}, which is not there"


def _wrong_with_comparison(comparison: Comparison, records: Records, rules: Rules) -> Iterator[str]:
    for side, rows in (
        (comparison.a, [row.a for row in comparison.scorecard]),
        (comparison.b, [row.b for row in comparison.scorecard]),
    ):
        if not _review_path(side.review, records).exists():
            yield f"rests on the review {side.review}, which is not there"
        verdicts = [verdict for verdict in rows if verdict is not None]
        yield from _against_dossier(side.dossier, verdicts, records, rules)


def _review_path(review_id: str, records: Records) -> Path:
    run, _, slug = review_id.partition("/")
    return records.review_path(run, slug)


def _missing_pages(path: Path) -> Iterator[Remark]:
    a, _, b = path.stem.partition("-vs-")
    for suffix in PAGES:
        if not path.with_suffix(suffix).exists():
            again = f"panel compare {a} {b} --from-ledger writes the comparison again, without a call"
            yield Remark(path.with_suffix(suffix), f"this page is missing; {again}", "note")


# ---------------------------------------------------------------- verdicts and what they quote


def calls_named(record: AnyRecord) -> Iterator[str]:
    """The keys of all calls a record rests on."""
    spoken: list[Verdict | Failure | OrderedChoice | None] = []
    if isinstance(record, Review):
        spoken += [*record.verdicts, *record.failures]
    elif isinstance(record, Comparison):
        spoken += [verdict for row in record.scorecard for verdict in (row.a, row.b)]
        spoken += [*record.a.failures, *record.b.failures]
        for chair in record.pick.choices:
            spoken += [*chair.answers, *chair.failures]
    for each in spoken:
        if each is not None:
            yield from each.calls
        if isinstance(each, Verdict | OrderedChoice):
            yield each.call


def _against_dossier(
    reference: DossierRef, verdicts: Iterable[Verdict], records: Records, rules: Rules
) -> Iterator[str]:
    for verdict in verdicts:
        yield from _misplaced_claims(verdict)
    path = records.dossier_path(reference.id)
    if not path.exists():
        yield f"the dossier it was written about is missing: dossiers/{path.name}"
        return
    try:
        dossier = read_record(path, DossierSnapshot)
    except DamagedRecord:
        return  # said where the snapshot itself is looked at
    texts = {source.id: source.sha256 for source in dossier.sources}
    for source in reference.sources:
        if source.sha256 != texts.get(source.id):
            yield f"names another hash for the source {source.id} than its dossier has"
    if reference.facts != dossier.facts:
        yield "its facts are not those of its dossier"
    for verdict in verdicts:
        for finding in verdict.findings:
            for evidence in finding.evidence:
                place = f"{verdict.persona}'s finding on {finding.move}"
                yield from _misquoted(evidence, dossier, place, rules)


def _misplaced_claims(verdict: Verdict) -> Iterator[str]:
    grounding = verdict.grounding
    for claim in (*grounding.dossier, *grounding.outside, *grounding.unsupported):
        if verdict.paragraph[claim.start : claim.end] != claim.text:
            yield (
                f"{verdict.persona}'s paragraph does not read {claim.text!r} "
                f"at characters {claim.start} to {claim.end}"
            )


def _misquoted(evidence: Evidence, dossier: Dossier, place: str, rules: Rules) -> Iterator[str]:
    if not evidence.found:
        return
    text = next((source.text for source in dossier.sources if source.id == evidence.source), None)
    start, end = evidence.start, evidence.end
    if text is None:
        yield f"{place} quotes the source {evidence.source}, which its dossier does not hold"
    elif start is None or end is None or not 0 <= start < end <= len(text):
        yield f"{place} quotes characters {start} to {end} of {evidence.source}, which has {len(text)}"
    elif not rules.same_words(evidence.quote, text[start:end]):
        yield (
            f"{place} quotes {_short(evidence.quote)}, "
            f"but characters {start} to {end} of {evidence.source} read {_short(text[start:end])}"
        )


def _short(text: str, most: int = 60) -> str:
    return repr(text if len(text) <= most else f"{text[:most]}…")


def _lost_manifests(root: Path) -> Iterator[Remark]:
    for run in Records(root).run_ids():
        folder = root / run
        left = [*folder.glob("reviews/*.json"), *folder.glob("comparisons/*.json")]
        if left and is_inside(folder, root) and not (folder / "run.json").exists():
            yield Remark(folder / "run.json", "is missing, although the run left records")
