"""Finds where seats of one panel say opposite things about one fact: licence, weights, price, platform.

A wrong alarm costs an editor's trust, so a sentence counts only where it can hardly be read otherwise: not a
question, no condition, nobody's words but the reviewer's, no word on what a source says, and no rival in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from panel.core.domain import Evidence, Finding, Seating, Verdict
from panel.core.naming import reviewer_name, sitting_several_times
from panel.core.outcomes import Disagreement, Statement
from panel.judgement.fact_topics import ELSEWHERE, TOPICS, Topic
from panel.judgement.grounding.index import Index
from panel.judgement.grounding.names import names
from panel.judgement.patterns import has_any, unmarked
from panel.judgement.prose import one_line, own_sentences

#: A statement is shown up to here.
_SHOWN = 160
#: A sentence that opens so speaks of whatever that word names.
_SUBJECT = re.compile(
    r"\W*(?P<word>[A-Z][\w.-]*)(?:['’]s \w+)? (?:has|have|is|are|isn['’]t|stays?|ships?|offers?|comes?|runs?"
    r"|works?|sells?|keeps?|gives?|lives?|supports?|cannot|can)\b"
)
_ITSELF = frozenset(
    {"It", "This", "That", "There", "Everything", "Entry", "Access", "Licence", "License", "Weights"}
)


@dataclass(frozen=True)
class _Heard:
    """What a seat says of a topic, and the facts that it quotes there."""

    verdict: Verdict
    affirms: bool
    sentence: str
    facts: frozenset[str]

    @property
    def seat(self) -> tuple[str, str]:
        return self.verdict.persona, self.verdict.model

    def statement(self, several: Collection[str]) -> Statement:
        verdict = self.verdict
        return Statement(
            persona=verdict.persona,
            model=verdict.model if verdict.persona in several else None,
            name=reviewer_name(verdict, several),
            says=one_line(self.sentence, _SHOWN),
        )


def disagreements(
    verdicts: Sequence[Verdict], index: Index, seating: Sequence[Seating] = ()
) -> tuple[Disagreement, ...]:
    """Where two seats say opposite things about the same class of fact, one entry for each class.

    A seat affirms or denies in words ("a permissive licence", "the weights are closed"). Against a denial
    also counts who quotes the dossier on the same thing and holds it in favour of the tool. A seat that says
    both is not taken at either word.

    Args:
        verdicts: Those of one panel on one tool; contested ones have their say, too.
        index: The dossier, for telling the tool's names from others' and for the facts that are quoted.
        seating: All who sat; a persona that sits with several models is named with its model.
    """
    several = sitting_several_times([*verdicts, *seating])
    whole = unmarked("\n".join(text for verdict in verdicts for text, _ in _texts(verdict)))
    spoken_of = (topic for topic in TOPICS if has_any(whole, topic.signs))
    found = (_on(topic, verdicts, index, several) for topic in spoken_of)
    return tuple(each for each in found if each is not None)


def _texts(verdict: Verdict) -> list[tuple[str, Sequence[Evidence]]]:
    """All that a seat says, each with what it quotes there."""
    return [*((finding.says, finding.evidence) for finding in verdict.findings), (verdict.paragraph, ())]


def _on(
    topic: Topic, verdicts: Sequence[Verdict], index: Index, several: Collection[str]
) -> Disagreement | None:
    heard = [each for verdict in verdicts if (each := _word_of(topic, verdict, index))]
    deny = [each for each in heard if not each.affirms]
    if not deny:
        return None
    spoken = {each.seat for each in heard}
    affirm = [each for each in heard if each.affirms]
    # With persona x model seats a persona may speak twice; its other seat has a word of its own.
    quiet = [verdict for verdict in verdicts if (verdict.persona, verdict.model) not in spoken]
    affirm += [each for verdict in quiet if (each := _praise(topic, verdict, index))]
    if not affirm:
        return None
    both = frozenset().union(*(each.facts for each in affirm)) & frozenset().union(
        *(each.facts for each in deny)
    )
    return Disagreement(
        about=topic.name,
        fact=min(both, default=None),
        affirm=tuple(each.statement(several) for each in affirm),
        deny=tuple(each.statement(several) for each in deny),
    )


def _word_of(topic: Topic, verdict: Verdict, index: Index) -> _Heard | None:
    """The first sentence of a seat that affirms or denies; None if there is none, or it says both."""
    said = list(_said(topic, verdict, index))
    if len({each.affirms for each in said}) != 1:
        return None
    facts = frozenset().union(*(each.facts for each in said))
    return _Heard(verdict, said[0].affirms, said[0].sentence, facts)


def _said(topic: Topic, verdict: Verdict, index: Index) -> Iterator[_Heard]:
    for text, evidence in _texts(verdict):
        if not has_any(_unmarked(text), topic.signs):
            continue
        for sentence, original in _statements(text, topic.signs):
            stance = topic.stance(sentence)
            if stance is not None and not _of_others(sentence, topic, index):
                yield _Heard(verdict, stance, original, _cited(evidence, index))


_unmarked = lru_cache(maxsize=512)(unmarked)  # a panel's texts are read for one topic after the other


def _statements(text: str, signs: Sequence[str] = ("",)) -> Iterator[tuple[str, str]]:
    """Sentences that state something of the tool here and now: as they are read, and as they stand.

    Only those that hold one of the signs.
    """
    for sentence in own_sentences(text):
        if has_any(_unmarked(sentence.text), signs) and _is_statement(sentence.text):
            yield sentence.text, text[sentence.start : sentence.end]


@lru_cache(maxsize=512)  # the same
def _is_statement(sentence: str) -> bool:
    return not sentence.endswith("?") and not ELSEWHERE.search(sentence)


def _of_others(sentence: str, topic: Topic, index: Index) -> bool:
    """Whether a product that the dossier does not know stands in the sentence, outside of the statement."""
    stated = topic.spans(sentence)
    subject = _SUBJECT.match(sentence)
    if (
        subject
        and subject["word"] not in _ITSELF
        and not index.names(subject["word"])
        and not any(start <= subject.start("word") < end for start, end in stated)
    ):
        return True
    return any(
        not index.names(name.text)
        and not any(start <= name.start and name.end <= end for start, end in stated)
        for name in names(sentence, index.knows, index.names)
    )


def _praise(topic: Topic, verdict: Verdict, index: Index) -> _Heard | None:
    """A finding for the tool that names the topic and quotes the dossier on it."""
    for finding in verdict.findings:
        if topic.noun is None or finding.leans != "for" or not topic.noun.search(finding.says):
            continue
        quoted = [each for each in finding.evidence if each.found and topic.noun.search(each.quote)]
        sentence = _naming(topic, finding)
        if quoted and sentence and not _of_others(sentence, topic, index):
            return _Heard(verdict, affirms=True, sentence=sentence, facts=_cited(quoted, index))
    return None


def _naming(topic: Topic, finding: Finding) -> str | None:
    if topic.noun is None:
        return None
    own = _statements(finding.says)
    return next((original for sentence, original in own if topic.noun.search(sentence)), None)


def _cited(evidence: Iterable[Evidence], index: Index) -> frozenset[str]:
    """The ids of the dossier's facts that quotations touch."""
    return frozenset(
        fact.id
        for each in evidence
        for fact in index.dossier.facts
        if each.found and fact.span is not None and fact.span.source == each.source
        if each.start is not None and each.end is not None
        if each.start < fact.span.end and fact.span.start < each.end
    )
