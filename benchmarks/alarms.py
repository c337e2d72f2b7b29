"""How often the rules of judgement cry wolf: honest texts on real tools, each alarm printed.

    python -m benchmarks.alarms [--launches ../shared/launches] [--quiet]

Judged are the eight shipped dossiers, by paragraphs written by hand for this (benchmarks/honest/,
three for each; the one seat left is the stand-in's), and the 24 launches that lie beside the
project, by paragraphs that a rule makes of their own sentences; all 32 by the offline reader
besides. The launches are other people's texts and no part of the project; where they are absent
that is said, and they are skipped. Everything goes through `panel review` and `panel batch`
themselves, with a stand-in for the model. No key is read and nothing leaves this machine.

An alarm is what an editor is shown: a contested seat, a flag, an unsupported claim, a quotation
that is not found, a price conflict, a pair of twins. The texts are honest, so an alarm about one is
false; twins and price conflicts are about the tools, and those that were read and are right are
listed below.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.standin import Seen, StandIn, Verdict
from tests.standin.verdicts import sentences

ROOT = Path(__file__).parents[1]
HONEST = Path(__file__).parent / "honest"
LAUNCHES = ROOT.parent / "shared" / "launches"

#: Pairs that were read and are twins indeed: one product, variants of one, or names to be mixed up.
TWINS = {
    ("cursor-background-agent", "cursor-background-agents"),
    ("cursor-background-agent", "cursor-v0-50-background-agent-codebase-refactoring"),
    ("cursor-background-agents", "cursor-v0-50-background-agent-codebase-refactoring"),
    ("code-llama-4-200b", "code-llama-4-70b"),
    ("mistral-3-small", "mistral-small-3-1"),
}
#: Tools whose price conflict was read and is one.
CONFLICTS: set[str] = set()

_KEYS = ("OPENAI_", "ANTHROPIC_", "PANEL_")
_SEATS = {"builder": "primitive", "skeptic": "breaks", "futurist": "thesis", "product": "onboarding"}
_FIRST_PERSON = re.compile(r"\b(?:I|we|our|us|my|me)\b", re.IGNORECASE)
_MARKUP = re.compile(r"[`*\[\]<>|#{}=\\]|https?:|www\.")
_FIGURE = re.compile(r"\d")
_OPENINGS = (
    "A team that adopts this takes on one part less of its own and one dependency more.",
    "What a careful reader misses first is a word on failure, and what becomes of the work then.",
    "For this to matter in five years, people must still want to hold this part in their own hands.",
    "The first quarter of an hour decides, and the text says more about it than most of its kind do.",
)
_ENDINGS = (
    "I'd begin with the smallest task that could fail, and look at what is left behind when it does.",
    "If I were to try it, I would do so on files that nobody would miss, and read the log afterwards.",
    "Should a large vendor give the same away with its editor, what remains is the format and the habit.",
    "It ships with examples, and a newcomer should skip none of them before judging the rest.",
)
_FILLING = (
    "That is a claim of the makers, and it can be checked.",
    "Rivals say much the same of themselves, in other words.",
    "Nobody outside has confirmed it on this page.",
    "By the end of 2028 it will be plain whether that was right.",
    "A reader who needs this will know it from the first lines, and one who does not can leave it there.",
    "What it costs to leave again is the question that is asked too late.",
)
#: Sentences told in the paragraph's own voice, and the longest of them in characters.
_TOLD, _LONGEST = 3, 120
#: Every persona's fewest and most words hold these.
_FEWEST_WORDS, _MOST_WORDS = 96, 144


@dataclass(frozen=True)
class Alarm:
    """One thing an editor is shown.

    Attributes:
        by: Who wrote the text: hand, rule, offline; or panel, of what is about the tool itself.
        tool: Of which tool.
        seat: Whose paragraph; empty where it is about the tool.
        kind: Which rule.
        text: What it says.
        right: Whether it was read and is right.
    """

    by: str
    tool: str
    seat: str
    kind: str
    text: str
    right: bool = False


def by_hand(slug: str) -> Callable[[Seen], Verdict | None]:
    """A script that answers with the paragraphs of benchmarks/honest/<slug>.md; other seats say the usual."""
    text = (HONEST / f"{slug}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\w+): (\w+)$", text, flags=re.MULTILINE)[1:]
    triples = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    written = {seat: (decision, paragraph.strip()) for seat, decision, paragraph in triples}

    def script(seen: Seen) -> Verdict | None:
        for seat, (decision, paragraph) in written.items():
            if _SEATS[seat] in seen.moves:
                return Verdict(decision, paragraph=paragraph)
        return None

    return script


def by_rule(seen: Seen) -> Verdict | None:
    """A paragraph made of the tool's own sentences: three told, one quoted, those with figures first."""
    seat = next((n for n, move in enumerate(_SEATS.values()) if move in seen.moves), 3)
    plain = [s for s in sentences(seen.dossier) if not _MARKUP.search(s) and len(s) < _LONGEST]
    told = _spread([s for s in plain if not _FIRST_PERSON.search(s)], seat)
    quoted = _spread(plain, seat + 1)[-1:]
    parts = [_OPENINGS[seat], *(f"By its makers' account this is so: {each}" for each in told)]
    parts += [*(f"They also write “{each}”" for each in quoted), _ENDINGS[seat]]
    for more in _FILLING[seat:] + _FILLING[:seat]:
        if _words(parts) < _FEWEST_WORDS:
            parts.insert(-1, more)
    while _words(parts) > _MOST_WORDS:
        del parts[1]
    return Verdict("ship" if len(seen.dossier) % 2 else "skip", paragraph=" ".join(parts))


def _spread(found: list[str], seat: int) -> list[str]:
    """A few sentences, no two that stand together, those with figures first, others for each seat."""
    ranked = sorted(found, key=lambda sentence: not _FIGURE.search(sentence))
    return ranked[seat :: len(_SEATS)][: 2 * _TOLD : 2]


def _words(parts: list[str]) -> int:
    return len(" ".join(parts).split())


def panel(folder: Path, *arguments: str, **environment: str) -> str:
    """What `panel` prints in a workspace, whatever its exit code for things that need a person."""
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("OPENAI_", "ANTHROPIC_", "PANEL_"))
    }
    done = subprocess.run(  # noqa: S603 (our own program, fixed arguments)
        [sys.executable, "-m", "panel", *arguments, "--workspace", str(folder), "--json"],
        env={**clean, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 1}:
        raise SystemExit(f"panel {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def reviews(folder: Path, *, launches: Path | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every review, with who wrote it."""
    slugs = sorted(path.stem for path in HONEST.glob("*.md"))
    for slug in slugs:
        with StandIn(by_hand(slug)) as server:
            yield "hand", json.loads(panel(folder, "review", slug, OPENAI_BASE_URL=server.openai_base_url))
    if launches:
        with StandIn(by_rule) as server:
            lines = panel(folder, "batch", str(launches), OPENAI_BASE_URL=server.openai_base_url)
        yield from (("rule", json.loads(line)) for line in lines.splitlines())
    offline = folder / "offline"
    for each in json.loads(panel(offline, "review", *slugs, "--provider", "offline")):
        yield "offline", each
    if launches:
        lines = panel(offline, "batch", str(launches), "--provider", "offline")
        yield from (("offline", json.loads(line)) for line in lines.splitlines())


def alarms(by: str, review: dict[str, Any]) -> Iterator[Alarm]:
    """All that an editor is shown of a review."""
    slug = review["tool"]["slug"]
    for conflict in review["entry"]["conflicts"] if by != "offline" else ():
        yield Alarm("panel", slug, "", "price", conflict, right=slug in CONFLICTS)
    for verdict in review["verdicts"]:
        found = [(flag["kind"], flag["text"]) for flag in verdict["flags"]]
        found += [("contested", verdict["contest"])] if verdict["contested"] else []
        found += [
            ("unsupported", _around(verdict["paragraph"], c)) for c in verdict["grounding"]["unsupported"]
        ]
        found += [
            ("quotation", each["quote"])
            for finding in verdict["findings"]
            for each in finding["evidence"]
            if not each["found"]
        ]
        yield from (Alarm(by, slug, verdict["persona"], kind, text) for kind, text in found)


def _around(paragraph: str, claim: dict[str, Any]) -> str:
    start, end = max(0, claim["start"] - 50), claim["end"] + 30
    return f"“{claim['text']}” in: …{paragraph[start:end]}…"


def twins(folder: Path) -> Iterator[Alarm]:
    """The pairs that are named as twins among all that was reviewed."""
    for pair in json.loads(panel(folder, "twins"))["pairs"]:
        said = f"{pair['kind']}: {', '.join(pair['reasons'])}"
        yield Alarm("panel", pair["a"], pair["b"], "twins", said, right=(pair["a"], pair["b"]) in TWINS)


def main() -> None:
    """Judge everything, print each alarm, then the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--launches", type=Path, default=LAUNCHES, help="the folder of the 24 real launches")
    parser.add_argument("--quiet", action="store_true", help="print the counts only")
    flags = parser.parse_args()
    launches = flags.launches / "launches.jsonl"
    if not launches.is_file():
        print(
            f"no launches at {flags.launches}: skipped; only the shipped dossiers are judged", file=sys.stderr
        )
    found: list[Alarm] = []
    seen: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in (folder, folder / "offline"):
            each.mkdir(exist_ok=True)
            (each / "panel.toml").touch()
        for by, review in reviews(folder, launches=launches if launches.is_file() else None):
            found += alarms(by, review)
            seen[by, "tools"] += 1
            for verdict in review["verdicts"]:
                seen[by, "paragraphs"] += 1
                seen[by, "claims"] += sum(len(claims) for claims in verdict["grounding"].values())
                seen[by, "quotations"] += sum(len(finding["evidence"]) for finding in verdict["findings"])
        found += twins(folder)
    for alarm in () if flags.quiet else found:
        mark = "right" if alarm.right else "false"
        print(f"{mark}  {alarm.by:8} {alarm.tool} {alarm.seat}: {alarm.kind}: {alarm.text}")
    _print_counts(found, seen)


def _print_counts(found: list[Alarm], seen: Counter[tuple[str, str]]) -> None:
    for by in ("hand", "rule", "offline"):
        counts = ", ".join(
            f"{seen[by, what]} {what}" for what in ("tools", "paragraphs", "claims", "quotations")
        )
        mine = Counter(alarm.kind for alarm in found if alarm.by == by)
        named = ", ".join(f"{count} {kind}" for kind, count in sorted(mine.items()))
        print(f"by {by}: {counts}; {mine.total()} alarms, all false{': ' + named if named else ''}")
    about = [alarm for alarm in found if alarm.by == "panel"]
    right = sum(alarm.right for alarm in about)
    print(f"about tools (twins, prices): {len(about)} alarms, {right} right, {len(about) - right} false")


if __name__ == "__main__":
    main()
