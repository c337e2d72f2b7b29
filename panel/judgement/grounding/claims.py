"""Classes the checkable pieces of a paragraph: in the dossier, outside knowledge, or supported by nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from panel.core.domain import Claim, ClaimClass, Grounding
from panel.judgement.grounding.figures import Figure, figures
from panel.judgement.grounding.index import Index, spoken
from panel.judgement.grounding.licences import licences
from panel.judgement.grounding.names import Name, names
from panel.judgement.grounding.rounding import is_hedged, is_rounded
from panel.judgement.prose import masked

#: Right before a year these make it the date of a prediction, which no dossier can hold.
_AHEAD = re.compile(
    r"\b(?:by|before|until|through|past|beyond|come|after)(?: the)?(?: (?:end|start|middle|close) of)?"
    r"(?: about)? ?(?:mid-|late |early )?$",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:will|thesis|predict|bet|bets|betting|expect|forecast)\b|['’]ll\b", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.!?](?=\s)")
#: How far a sentence is read around a year.
_REACH = 400


def ground(paragraph: str, index: Index) -> Grounding:
    """The checkable pieces of a paragraph by class; every piece is `paragraph[start:end]`.

    Licences, figures and names are looked up by their normal form. Names the dossier does not have are
    outside knowledge: rivals are by nature. So are dates of predictions. A figure or a licence the dossier
    does not have is unsupported, and so is another version of the tool itself.

    Args:
        paragraph: As printed.
        index: The dossier.
    """
    classed: dict[ClaimClass, list[Claim]] = {"dossier": [], "outside": [], "unsupported": []}
    for start, end, class_ in sorted(_classed(paragraph, index)):
        classed[class_].append(Claim(text=paragraph[start:end], start=start, end=end, class_=class_))
    return Grounding(**{class_: tuple(claims) for class_, claims in classed.items()})


def _classed(paragraph: str, index: Index) -> Iterator[tuple[int, int, ClaimClass]]:
    licensed = licences(paragraph)
    for licence in licensed:
        yield licence.start, licence.end, "dossier" if licence.needs in index.licences else "unsupported"
    unlicensed = masked(paragraph, [(licence.start, licence.end) for licence in licensed])
    named = names(unlicensed, index.knows, index.names)
    for name in named:
        yield name.start, name.end, _class_of_name(name, index)
    left = masked(unlicensed, [(name.start, name.end) for name in named])
    for figure in figures(left):
        class_ = _class_of_figure(figure, left, index)
        if figure.needs and not (figure.kind == "spoken" and class_ != "dossier"):
            yield figure.start, figure.end, class_


def _class_of_figure(figure: Figure, text: str, index: Index) -> ClaimClass:
    if all(group & index.figures for group in figure.needs):
        return "dossier"
    if is_hedged(text, figure.start) and all(
        any(is_rounded(form, index.figures) for form in group) for group in figure.needs
    ):
        return "dossier"
    if figure.kind in {"year", "date"} and _is_prediction(figure, text):
        return "outside"
    return "unsupported"


def _is_prediction(figure: Figure, text: str) -> bool:
    before = text[max(0, figure.start - _REACH) : figure.start]
    after = text[figure.end : figure.end + _REACH]
    sentence = _SENTENCE_ENDS.split(before)[-1] + _SENTENCE_ENDS.split(after)[0]
    return bool(_AHEAD.search(before) or _WILL.search(sentence))


def _class_of_name(name: Name, index: Index) -> ClaimClass:
    if index.names(name.text):
        return "dossier"
    words = spoken(name.text).split()
    letters = [word for word in words if not word[0].isdigit()]
    if len(letters) < len(words) and words[: len(letters)] == letters and letters == index.own_name:
        # The tool itself under a version the dossier does not know.
        return "unsupported"
    return "dossier" if all(index.names(word) for word in words) else "outside"
