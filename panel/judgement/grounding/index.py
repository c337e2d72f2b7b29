"""A dossier prepared for looking up: each source folded once, its figures and words collected on demand."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import takewhile

from panel.core.domain import Dossier
from panel.judgement.grounding.figures import figures
from panel.judgement.grounding.folding import Folded, fold
from panel.judgement.grounding.licences import licences
from panel.judgement.grounding.names import capitalised
from panel.judgement.prose import masked

#: What a dossier may say instead of "a proprietary licence".
_CLOSED = re.compile(r"\b(?:closed[- ]source|source (?:code )?is closed|not open[- ]source)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LOWER = re.compile(r"\b[a-z]\w*")
_BREAK = re.compile(r"[\W_]+")


class Index:
    """What a dossier holds. Built once per dossier and shared by all its seats.

    Quotations are looked up in the sources only. Figures, licences and names count as the dossier's too if
    they stand in the tool's own fields, in a fact or in a source's title: reviewers see those as well.

    Args:
        dossier: The dossier; sources without text hold nothing to quote.
    """

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.sources: tuple[tuple[str, Folded], ...] = tuple(
            (source.id, fold(source.text)) for source in dossier.sources if source.text
        )

    def holds(self, folded: str) -> bool:
        """Whether a text that is folded already stands in one source."""
        return any(folded in source.text for _, source in self.sources)

    @cached_property
    def figures(self) -> frozenset[str]:
        """The normal forms of every number, price, version and date, those of licences left out."""
        texts = (_without_licences(text) for text in self._texts)
        return frozenset(form for text in texts for figure in figures(text) for form in figure.supports)

    @cached_property
    def licences(self) -> frozenset[str]:
        """The normal forms of every licence the dossier names."""
        named = {form for text in self._texts for licence in licences(text) for form in licence.supports}
        closed = any(_CLOSED.search(text) for text in self._texts)
        return frozenset(named | ({"kind proprietary"} if closed else set()))

    def names(self, name: str) -> bool:
        """Whether the dossier has these words one after the other, hyphens and spaces taken for the same."""
        wanted = spoken(name)
        return bool(wanted.strip()) and wanted in self._spoken

    def knows(self, word: str) -> bool:
        """Whether the dossier writes this word with a capital where no sentence begins, and never without."""
        lower = word.lower()
        # Most words that open a sentence are in no text, or in one without a capital.
        if word not in self._whole or (f" {lower} " in self._whole and _LOWER.fullmatch(lower)):
            return False
        return word in self._capitalised

    @cached_property
    def own_name(self) -> list[str]:
        """The words of the tool's name up to its version, folded."""
        words = spoken(self.dossier.tool.name).split()
        return list(takewhile(lambda word: not any(c.isdigit() for c in word), words))

    @cached_property
    def _capitalised(self) -> frozenset[str]:
        lower = {word for text in self._texts for word in _LOWER.findall(text)}
        tool = self.dossier.tool
        own = _WORD.findall(f"{tool.name} {tool.vendor or ''}")
        written = set(own).union(*(capitalised(text) for text in self._texts))
        return frozenset(word for word in written if word.lower() not in lower)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        tool, facts = self.dossier.tool, self.dossier.facts
        fields = [
            tool.name,
            tool.vendor,
            tool.version,
            tool.category,
            tool.tagline,
            tool.description,
            tool.launched,
        ]
        facts_said = [text for fact in facts for text in (fact.subject, fact.value, fact.quote)]
        titles = [text for source in self.dossier.sources for text in (source.title, source.url)]
        texts = [source.text for source in self.dossier.sources]
        return tuple(text for text in [*texts, *fields, *facts_said, *titles] if text)

    @cached_property
    def _whole(self) -> str:
        return "\n".join(self._texts)

    @cached_property
    def _spoken(self) -> str:
        return "|".join(spoken(text) for text in self._texts)


def _without_licences(text: str) -> str:
    return masked(text, [(licence.start, licence.end) for licence in licences(text)])


def spoken(text: str) -> str:
    """The words of a text, folded, one space between them and at each end."""
    return f" {_BREAK.sub(' ', fold(text).text).strip()} "
