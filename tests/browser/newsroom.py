"""A workspace such as an editor has after a week: reviews and comparisons by a stand-in, published."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from panel.cli import build
from panel.core.workspace import shipped
from panel.votes.vote import to_line
from tests.publish import paragraphs
from tests.standin import StandIn, Verdict
from tests.standin.choices import chooses, is_choice
from tests.votes.samples import vote

#: A tool that eight readers have voted on, six of them for ship; the others have no votes.
VOTED = "codestral-2-0"
#: A tool that nobody has voted on yet.
UNVOTED = "cursor-background-agent"
#: What a paragraph names and no dossier does.
NAMED = "Devin"
COMPARED = (
    ("codestral-2-0", "cursor-background-agent"),
    ("mistral-3-small", "mistral-small-3-1"),
    ("code-llama-4-70b", "codestral-2-0"),
)
SETTINGS = """\
[site]
url = "https://panel.example"
corrections = "corrections@panel.example"
subscribe = "https://lists.example/subscribe"
"""
_PARAGRAPHS = {
    "ship": [paragraphs.QUARRY_BUILDER, paragraphs.QUARRY_SKEPTIC, paragraphs.LANTERN_FUTURIST],
    "skip": [paragraphs.LANTERN_SKEPTIC, paragraphs.LANTERN_BUSINESS],
}


def furnish(root: Path) -> None:
    """Fill an empty folder: eight tools, three comparisons, one override, votes, and the site."""
    (root / "panel.toml").write_text(SETTINGS)
    (root / "dossiers").mkdir()
    for each in sorted(shipped("dossiers").iterdir(), key=lambda path: path.name):
        (root / "dossiers" / each.name).write_text(each.read_text(encoding="utf-8"), encoding="utf-8")
    with StandIn(_says) as server:
        asked = {"OPENAI_BASE_URL": server.openai_base_url, "OPENAI_API_KEY": "none"}
        _panel(root, "batch", root / "dossiers", "--quiet", allowed={0, 1}, **asked)
        _panel(root, "review", VOTED, "--fresh", "--quiet", allowed={0, 1}, **asked)
        for number, (a, b) in enumerate(COMPARED):
            more = ["--head-to-head"] if number == 0 else []
            _panel(root, "compare", a, b, "--quiet", *more, allowed={0, 1}, **asked)
    _panel(
        root,
        "override",
        VOTED,
        "skeptic",
        "--decision",
        "ship",
        "--reason",
        "The licence was read wrong.",
        "--author",
        "Ada",
    )
    lenient = [word for kind in ("contested", "unsupported", "no-quorum") for word in ("--allow", kind)]
    slugs = [path.stem for path in sorted((root / "dossiers").glob("*.md"))]
    _panel(root, "publish", *slugs, *lenient, "--author", "Ada")
    votes = root / "votes.jsonl"
    votes.write_text(
        "".join(to_line(vote(n, "ship" if n < 6 else "skip", tool=VOTED)) + "\n" for n in range(8))
    )
    _panel(root, "votes", "import", votes)
    _panel(root, "site", "build")


def _panel(
    root: Path, *args: Any, allowed: frozenset[int] | set[int] = frozenset({0}), **environ: str
) -> str:
    result = CliRunner().invoke(
        build(), [*map(str, args), "--workspace", str(root)], env={"NO_COLOR": "1", **environ}
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in allowed, (args, result.exit_code, result.stderr, result.stdout[-2000:])
    return result.stdout


_CHOOSES = chooses("depends")


def _says(seen: Any) -> Any:
    """Paragraphs of the length reviewers write, of one mind about some tools and of two about others."""
    if is_choice(seen):
        return _CHOOSES(seen)
    dice = int(hashlib.sha256(f"{seen.task}{seen.dossier}".encode()).hexdigest()[:8], 16)
    decision = "skip" if dice % 4 == 0 else "ship"
    paragraph = _PARAGRAPHS[decision][dice // 4 % len(_PARAGRAPHS[decision])]
    bets = (
        [{"claim": "Half of all teams will run one of these by then.", "due": "2028"}]
        if dice % 3 == 0
        else []
    )
    return Verdict(decision, paragraph=paragraph, bets=bets)
