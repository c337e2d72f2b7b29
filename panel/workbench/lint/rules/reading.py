"""A body that is hard to read: who cannot say it simply gets a reviewer who does not either."""

from __future__ import annotations

import re
from collections.abc import Iterator

from panel.judgement.consistency.style import foreign
from panel.judgement.prose import one_line, sentences
from panel.workbench.lint.draft import Draft
from panel.workbench.lint.remarks import Remark

RULE = "reading"
#: School years (US) somebody needs for the text.
MOST = 12.0
#: The formula was made on passages of this length and means little below it.
LEAST_WORDS = 100

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouyl]e|[^aeiouyscxzg]es|[^aeiouytd]ed)$")


def check(draft: Draft) -> Iterator[Remark]:
    """Warn of an English body above twelfth grade, at its hardest sentence."""
    body = draft.body()
    grade = grade_level(body.text)
    if grade is None or grade <= MOST or foreign(body.text) is not None:
        return
    hardest = max(sentences(body.text), key=lambda sentence: _difficulty(sentence.text))
    count = len(_WORD.findall(hardest.text))
    yield draft.remark_on(
        RULE,
        body,
        hardest.start,
        f"the body reads at grade {grade:.0f}, {MOST:.0f} is the most; its hardest sentence, {count} words: "
        f"“{one_line(hardest.text, 60)}”",
        "make two sentences of it, and take the shorter word where there is one",
    )


def grade_level(text: str) -> float | None:
    """The Flesch-Kincaid grade level of an English text; None below 100 words.

    Source: Kincaid, J. P., Fishburne, R. P., Rogers, R. L., Chissom, B. S. (1975), Derivation of new
    readability formulas for Navy enlisted personnel, Research Branch Report 8-75.
    """
    words = _WORD.findall(text)
    if len(words) < LEAST_WORDS:
        return None
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """About how many syllables an English word has: groups of vowels but a silent ending, at least one."""
    letters = word.lower().replace("'", "").replace("’", "")
    return max(1, len(_VOWELS.findall(letters)) - bool(_SILENT.search(letters)))


def _difficulty(sentence: str) -> float:
    words = _WORD.findall(sentence)
    return 0.39 * len(words) + 11.8 * sum(map(syllables, words)) / max(1, len(words))
