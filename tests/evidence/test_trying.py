"""A dossier has a test log only if an editor wrote one into it."""

from __future__ import annotations

import pytest

from panel.core.frontmatter import parse
from panel.evidence.dossiers import read_dossier

ROW = "Ran it on 3 May 2026 against our own repository; two of five tasks failed at the build."


def logged(body, front="name: Dock\n"):
    text = f"---\n{front}---\n{body}" if front else body
    return read_dossier(parse(text, "dock.md"), hint="dock").dossier.test_log


@pytest.mark.parametrize(
    "heading",
    [
        "## Test log",
        "# Our test log",
        "### Hands-on log, 3 May 2026",
        "## The test log: May ##",
        "## TEST LOG",
    ],
)
def test_a_heading_with_a_log_under_it_is_one(heading):
    assert logged(f"It is an editor.\n\n{heading}\n\n{ROW}\n")


def test_a_log_may_be_in_parts_or_in_code():
    assert logged(f"Text.\n\n## Test log\n\n### Day one\n\n{ROW}\n")
    assert logged(f"Text.\n\n## Test log\n\n```\n# install\n{ROW}\n```\n")


def test_a_cited_source_may_be_the_log():
    assert logged("It is an editor.", "name: Dock\nsources:\n  - title: Test log, 3 May 2026\n")


@pytest.mark.parametrize(
    "body",
    [
        "The record cites no independent evaluation, and it contains no test log.",
        "## Test log\n\nNone.\n\n## Pricing\n\n" + ROW,
        "## Test logger\n\n" + ROW,
        "## Latest log\n\n" + ROW,
        "Test log\n\n" + ROW,
        "```\n## Test log\n```\n" + ROW,
    ],
)
def test_what_only_mentions_a_log_is_none(body):
    assert not logged(f"It is an editor.\n\n{body}\n")


def test_a_readme_s_test_log_is_its_maker_s():
    assert not logged(f"# Dock\n\nDock is an editor for words.\n\n## Test log\n\n{ROW}\n", front="")
