"""Tools to be told apart: the shipped dossiers, the real launches, invented ones, and hostile names."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import strategies as st

from panel.core.domain import Tool
from panel.core.slugs import slugify
from panel.core.workspace import open_workspace, shipped
from panel.evidence.dossiers import load_all
from panel.judgement.identity import traits

_LAUNCHES = Path(__file__).parents[4] / "shared" / "launches"


def tool(name, text="", *, slug=None, **fields):
    return traits(Tool(slug=slug or slugify(name), name=name, **fields), text)


@cache
def dossiers():
    """The traits of the eight shipped dossiers, texts included, by slug."""
    root = shipped("dossiers").parent
    found, errors = load_all(open_workspace({}, folder=root, environ={}))
    assert not errors
    every = [each.dossier for each in found]
    return {
        each.tool.slug: traits(each.tool, "\n".join(source.text or "" for source in each.sources))
        for each in every
    }


@cache
def launches():
    """The traits of the real launches, their READMEs included."""
    if not _LAUNCHES.exists():
        pytest.skip("the real launches are not here")
    lines = (_LAUNCHES / "launches.jsonl").read_text(encoding="utf-8").splitlines()
    fields = ("slug", "name", "url", "tagline", "category")
    return tuple(
        traits(
            Tool(**{field: launch.get(field) for field in fields}),
            (_LAUNCHES / launch["readme"]).read_text(encoding="utf-8"),
        )
        for launch in map(json.loads, lines)
    )


_WORDS = st.sampled_from(
    [
        "Code", "Agent", "Agents", "agent", "Cursor", "Сursor", "Llama", "Mistral", "Small", "Mini", "OpenAI",
        "Nova", "Background", "v0.50", "2.0", "3", "70B", "8x7B", "–", ":", "&", "(", ")", "🚀", "formerly",
    ]
)  # fmt: skip
_NAMES = st.lists(_WORDS, max_size=6).map(" ".join) | st.text(max_size=30)
_MAYBE_NAMES = st.none() | _NAMES

#: Any tool: names that are near one another, and names that are nonsense.
TOOLS = st.builds(
    Tool,
    slug=st.from_regex(r"[a-z]{1,3}(-(70b|200b|2))?", fullmatch=True),
    name=_NAMES,
    vendor=_MAYBE_NAMES,
    version=st.none() | st.sampled_from(["2", "2.0", "v3.1", "", "beta"]),
    url=st.none()
    | st.sampled_from(
        [
            "https://a.example",
            "https://a.example/x?utm_source=hn",
            "https://github.com/a/b",
            "http://[",
            "nonsense",
            "https://b.github.io/y#z",
        ]
    )
    | st.text(max_size=20),
    tagline=_MAYBE_NAMES,
    description=st.none() | st.text(max_size=60) | st.just("It was formerly Nova. " + "one two three " * 9),
)
