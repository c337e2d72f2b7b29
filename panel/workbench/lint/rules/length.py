"""A persona longer than a request has room for: it is refused before anything is asked."""

from __future__ import annotations

from collections.abc import Iterator

from panel.reviewers.prompting import MAX_TASK
from panel.workbench.lint.draft import Draft
from panel.workbench.lint.remarks import Remark

RULE = "length"


def check(draft: Draft) -> Iterator[Remark]:
    """Refuse what has more than 3,000 characters as a model is shown it."""
    over = draft.rendered - MAX_TASK
    if over > 0:
        body = draft.body()
        yield Remark(
            RULE,
            "error",
            draft.document.file,
            body.line,
            "body",
            f"a model would be shown {draft.rendered:,} characters of persona and task, {over:,} too many",
            f"cut {over:,} characters, from the body first: one example instead of three, nothing twice",
        )
