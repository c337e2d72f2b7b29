"""How long a large site takes to build, to rebuild after one change, and to check; its memory and its sizes.

    python -m benchmarks.site [--tools 2000] [--comparisons 5000] [--keep DIR] [--profile]

Records are written directly, as long as those of models: four paragraphs of 110 words a review, eight a
comparison, each with findings, quotations and claims; a tenth of the tools was reviewed twice. No model is
asked.
Each build runs in a process of its own, as `panel site build` does; the first finds no site, no cards and
no compiled modules, the others find all three, as with an installed program.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from panel.core.decisions import decide
from panel.core.domain import (
    Bet,
    Claim,
    Dossier,
    DossierRef,
    Evidence,
    Finding,
    Grounding,
    Seating,
    Source,
    Tool,
    Verdict,
)
from panel.core.hashing import digest
from panel.core.outcomes import (
    Comparison,
    Cost,
    Dissent,
    Entry,
    LikeForLike,
    Pick,
    PriceReason,
    Review,
    ScorecardRow,
    Side,
    Tally,
)
from panel.core.published import Published
from panel.core.records import Records

_CATEGORIES = 40
_TWICE = 10
_CHAIRS = ("builder", "skeptic", "futurist", "business")
_MODEL = "anthropic:claude-sonnet-5"
_MOVES = ("primitive", "moment_of_truth", "weekend", "evidence")
_SHIPS = 0.6
_SECONDS, _SECONDS_AFTER_ONE = 60.0, 3.0


class Writer:
    """Writes records of invented tools, the same ones every time."""

    def __init__(self, root: Path) -> None:
        self._root, self._records = root, Records(root / "runs")
        self._dice = random.Random(7)  # noqa: S311 (made-up records)
        letters = "etaoinshrdlucmfwypvbgk"
        self._known = ["".join(self._dice.choices(letters, k=self._dice.randint(2, 11))) for _ in range(6000)]
        self._often = [1 / (n + 3) for n in range(len(self._known))]
        self._runs = 0

    def fill(self, tools: int, comparisons: int) -> None:
        """All records, and an editor's word on each tool."""
        (self._root / "panel.toml").write_text('[site]\nurl = "https://panel.example"\n')
        reviews = []
        for number in range(tools):
            for _ in range(2 if number % _TWICE == 0 else 1):
                review = self.review(number)
            reviews.append(review)
        for review in reviews:
            said = {"author": "Ada", "time": review.created, "despite": ("unsupported",)}
            decide(self._root, Published(of="tool", name=review.tool.slug, record=review.id, **said))
        pairs: set[tuple[int, int]] = set()
        while len(pairs) < comparisons:
            a, b = sorted(self._dice.sample(range(tools), 2))
            pairs.add((a, b))
        for a, b in sorted(pairs):
            self.comparison(reviews[a], reviews[b])

    def review(self, number: int) -> Review:
        """One more review of a tool."""
        slug, run = f"tool-{number:05d}", self._run()
        verdicts = tuple(self._verdict(chair) for chair in _CHAIRS)
        ship = sum(verdict.decision == "ship" for verdict in verdicts)
        review = Review(
            id=f"{run}/{slug}",
            run=run,
            created="2026-11-20T21:04:05Z",
            status="complete",
            tool=Tool(
                slug=slug,
                name=self._words(2).title(),
                vendor=self._words(1).title(),
                category=f"Category {number % _CATEGORIES}",
                tagline=self._words(10).capitalize(),
                description=self._words(60).capitalize(),
                url=f"https://{slug}.example/",
                modality=("code",),
                surface=("service",),
            ),
            dossier=self._dossier(slug),
            entry=Entry(
                price="freemium",
                label="Free tier",
                because=(PriceReason(fact="f1", plan="Team", price="$30 per month", quote=self._words(6)),),
            ),
            panel=Tally(ship=ship, counted=4, seated=4, percent=25 * ship, quorum=3),
            dissent=tuple(
                Dissent(persona=v.persona, name=v.name, decision=v.decision, objection=self._words(14))
                for v in verdicts
                if v.decision != ("ship" if 2 * ship > len(_CHAIRS) else "skip")
            ),
            verdicts=verdicts,
            seating=_seating(),
            cost=Cost(usd=0.05, calls=4),
        )
        self._records.write_review(review)
        return review

    def comparison(self, a: Review, b: Review) -> None:
        """The comparison of two."""
        run, pair = self._run(), f"{a.tool.slug}-vs-{b.tool.slug}"
        rows = tuple(
            ScorecardRow(chair="fourth" if one.chair == "fourth" else one.persona, a=one, b=other)
            for one, other in zip(a.verdicts, b.verdicts, strict=True)
        )
        made = Comparison(
            id=f"{run}/{pair}",
            run=run,
            created="2026-11-21T09:30:12Z",
            a=_side(a),
            b=_side(b),
            like_for_like=LikeForLike(ok=True),
            scorecard=rows,
            pick=Pick(
                choice="a"
                if a.panel.ship > b.panel.ship
                else "b"
                if a.panel.ship < b.panel.ship
                else "depends",
                stable=True,
                because=(self._words(16).capitalize() + ".", self._words(14).capitalize() + "."),
                a_if=(self._words(9), self._words(11)),
                b_if=(self._words(9), self._words(11)),
            ),
            cost=Cost(usd=0.0, from_ledger=8),
        )
        self._records.write_comparison(made)

    def _dossier(self, slug: str) -> DossierRef:
        """A tool's dossier, kept as the snapshot that quotations point into: three sources of 300 words."""
        sources = tuple(
            Source(id=f"s{n}", url=f"https://{slug}.example/{n}", title=self._words(4), text=self._words(300))
            for n in range(3)
        )
        tool = Tool(slug=slug, name=slug)
        kept = Dossier(id=digest(slug), tool=tool, sources=sources)
        self._records.write_dossier(kept)
        return DossierRef(id=kept.id, sources=tuple(each.ref() for each in sources))

    def _verdict(self, chair: str) -> Verdict:
        paragraph = self._words(110).capitalize() + "."
        text = paragraph.split(" ")[20]
        start = paragraph.index(f" {text} ") + 1
        claim = Claim(text=text, start=start, end=start + len(text), **{"class": "outside"})
        key = digest(paragraph)
        return Verdict(
            persona=chair,
            name=chair.title(),
            chair="fourth" if chair == "business" else "core",
            decision="ship" if self._dice.random() < _SHIPS else "skip",
            paragraph=paragraph,
            findings=tuple(self._finding(move) for move in _MOVES),
            bets=(Bet(claim=self._words(12), due="2028"),) if chair == "futurist" else (),
            grounding=Grounding(outside=(claim,)),
            call=key,
            calls=(key,),
            model=_MODEL,
            persona_sha=digest(chair),
            prompt_sha=digest("prompt"),
            cost_usd=0.0131,
        )

    def _finding(self, move: str) -> Finding:
        return Finding(
            move=move,
            says=self._words(22).capitalize() + ".",
            leans="for" if self._dice.random() < _SHIPS else "against",
            weight="major",
            evidence=(Evidence(quote=self._words(9), source="s0", start=0, end=50, found=True),),
        )

    def _words(self, number: int) -> str:
        return " ".join(self._dice.choices(self._known, self._often, k=number))

    def _run(self) -> str:
        self._runs += 1
        day, rest = divmod(self._runs, 2000)
        return f"202609{day + 1:02d}T{rest // 100:02d}{rest % 60:02d}00.000Z-{self._runs:04x}"


def _seating() -> tuple[Seating, ...]:
    return tuple(
        Seating(
            persona=chair,
            name=chair.title(),
            chair="fourth" if chair == "business" else "core",
            model=_MODEL,
            because="a core seat always sits",
        )
        for chair in _CHAIRS
    )


def _side(review: Review) -> Side:
    fields = ("run", "created", "tool", "dossier", "entry", "panel", "community", "dissent", "seating")
    return Side(review=review.id, **{name: getattr(review, name) for name in fields})


def run(root: Path, *more: str) -> tuple[float, float, int, str]:
    """Seconds of one `panel site build`, those of work, MB of the largest process so far, its last line."""
    command = [sys.executable, "-m", "panel", "site", "build", "--workspace", str(root), *more]
    # An installed program's modules are compiled once; not in the source tree, whatever the environment says.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(root / ".compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(  # noqa: S603 (ourselves)
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    said = process.communicate()[0]
    seconds = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lines = [line for line in said.splitlines() if "as before" in line]
    return (
        seconds,
        worked,
        after.ru_maxrss // 1024,
        f"exit {process.returncode}: {lines[-1] if lines else said.strip()[-200:]}",
    )


def sizes(site: Path) -> None:
    """Bytes by kind of file: how many, median, largest."""
    found: dict[str, list[int]] = {}
    for path in site.rglob("*"):
        if path.is_file():
            folder = path.relative_to(site).parts
            found.setdefault(f"{'/'.join(folder[:-1]) or '.'}/*{path.suffix}", []).append(path.stat().st_size)
    for kind, each in sorted(found.items()):
        each.sort()
        print(f"  {kind:36} {len(each):6}  median {each[len(each) // 2]:8,}  largest {each[-1]:9,} bytes")


def main(argv: Sequence[str] | None = None) -> int:
    """Write the records, build, change one, build again; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site", description=__doc__)
    parser.add_argument("--tools", type=int, default=2000)
    parser.add_argument("--comparisons", type=int, default=5000)
    parser.add_argument(
        "--keep", type=Path, help="a folder for the workspace; it is used again if it is there"
    )
    parser.add_argument("--profile", action="store_true", help="profile a full build in this process, too")
    given = parser.parse_args(argv)
    root = given.keep or Path(tempfile.mkdtemp(prefix="panel-site-"))
    root.mkdir(parents=True, exist_ok=True)
    try:
        return _measure(root, given)
    finally:
        if given.keep is None:
            shutil.rmtree(root)


def _measure(root: Path, given: argparse.Namespace) -> int:
    writer, begun = Writer(root), time.monotonic()
    if not (root / "panel.toml").exists():
        writer.fill(given.tools, given.comparisons)
        print(f"records written in {time.monotonic() - begun:.1f} s")
    shutil.rmtree(root / "site", ignore_errors=True)
    shutil.rmtree(root / ".compiled", ignore_errors=True)
    (root / "runs" / ".site-cards.json").unlink(missing_ok=True)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    full = _told("full build", run(root))
    _told("nothing changed", run(root))
    _told("--check", run(root, "--check"))
    before = _index_files(root)
    _change_one(root)
    one = _told("after one change", run(root))
    after = _index_files(root)
    differ = sum(before.get(name) != content for name, content in after.items())
    print(f"files of the search index that changed: {differ} of {len(after)}")
    sizes(root / "site")
    if given.profile:
        _profile(root)
    return 0 if full <= _SECONDS and one <= _SECONDS_AFTER_ONE else 1


def _told(what: str, measured: tuple[float, float, int, str]) -> float:
    seconds, worked, peak, said = measured
    print(
        f"{what:16} {seconds:6.1f} s, {worked:6.1f} s of work, largest process so far {peak} MB, {said}",
        flush=True,
    )
    return seconds


def _change_one(root: Path) -> None:
    """A tool is reviewed again, and its new review says something else."""
    records = Records(root / "runs")
    review = next(iter(records.reviews("tool-00000")))
    run_id = f"20261121T{time.strftime('%H%M%S')}.000Z-ffff"
    data = review.as_json() | {"id": f"{run_id}/{review.tool.slug}", "run": run_id}
    data["verdicts"][0]["paragraph"] = f"Changed, at last. {data['verdicts'][0]['paragraph']}"
    data["verdicts"][0]["grounding"] = {}
    records.write_review(Review.model_validate(json.loads(json.dumps(data))))
    said = {"author": "Ada", "time": review.created, "despite": ("unsupported",)}
    decide(root, Published(of="tool", name=review.tool.slug, record=data["id"], **said))


def _index_files(root: Path) -> dict[str, bytes]:
    folder = root / "site" / "assets" / "search"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


def _profile(root: Path) -> None:
    import cProfile  # noqa: PLC0415 (only asked for)
    import pstats  # noqa: PLC0415

    from panel.core.workspace import open_workspace  # noqa: PLC0415
    from panel.site import build  # noqa: PLC0415
    from panel.site.opening import open_library  # noqa: PLC0415

    shutil.rmtree(root / "site")
    profile = cProfile.Profile()
    profile.enable()
    library = open_library(open_workspace({}, folder=root), Records(root / "runs"))
    build._WORTH_A_PROCESS = 10**9  # noqa: SLF001 (all of it in this process)
    build.build(library, root / "site")
    profile.disable()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    sys.exit(main())
