"""A phrase of the avoid list that the persona itself uses: what a model reads, it writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from panel.workbench.lint.draft import Draft
from panel.workbench.lint.remarks import Remark

RULE = "avoided"
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"[\W_]+"


def check(draft: Draft) -> Iterator[Remark]:
    """Warn of each avoided phrase in motto, questions and body, and of phrases that can never be found."""
    for n, phrase in enumerate(draft.persona.avoid):
        pattern = phrase_pattern(phrase)
        if pattern is None:
            yield draft.remark(
                RULE,
                ("avoid", n),
                f"“{phrase}” holds no word, so it is never found",
                "write a phrase or take it out",
            )
            continue
        for passage in draft.passages():
            found = pattern.search(passage.text)
            if found:
                yield draft.remark_on(
                    RULE,
                    passage,
                    found.start(),
                    f"the text uses “{' '.join(found[0].split())}”, which is on its own avoid list",
                    "say it in other words here, or take the phrase off the list",
                )


def phrase_pattern(phrase: str) -> re.Pattern[str] | None:
    """Where a phrase stands in a text, in any case and over line ends; None for a phrase without words."""
    words = [re.escape(word) for word in _WORD.findall(phrase)]
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(words)}(?![^\W_])", re.IGNORECASE) if words else None
