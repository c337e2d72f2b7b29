"""Finds names of products, models and companies in prose: capitalised runs, CamelCase, names with digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from panel.judgement.grounding.units import BODIES
from panel.judgement.patterns import either, word_set


@dataclass(frozen=True)
class Name:
    """A name in a text; start and end count its characters."""

    text: str
    start: int
    end: int


def names(text: str, known: Callable[[str], bool], held: Callable[[str], bool]) -> tuple[Name, ...]:
    """The names in a text, in order.

    A word that opens a sentence has a capital anyway: it begins a name only if it could be nothing else
    (inner capitals, digits), if it is known, if it is written with a capital elsewhere in the text, or if it
    heads a list of names ("Granola, Fireflies and Zoom"). An acronym alone ("API", "PR") is a word of the
    trade, not a name.

    Args:
        text: Prose; what has been read as something else may be masked.
        known: Whether the dossier writes a word with a capital only.
        held: Whether the dossier has these words in this order.
    """
    words = _words(text)
    elsewhere = _capitalised(words) | _heads(text)
    found = []
    for run in _runs(words, text):
        begins = _begins(run, known, elsewhere) or (len(run) > 1 and held(text[run[0].start : run[-1].end]))
        name = _without_acronyms(run if begins and not _is_ordinary(run) else run[1:])
        if name:
            start, end = name[0].start, name[-1].end
            found.append(Name(text[start:end], start, end))
    return tuple(found)


def capitalised(text: str) -> frozenset[str]:
    """The words a text writes with a capital where no sentence begins."""
    return _capitalised([_Word(match) for match in _TELLING.finditer(text) if _may_be_name(match[0])])


# ------------------------------------------------------------ words

_WORD = re.compile(r"(?<!\w)\w{1,40}[+#]{0,2}(?:[.-]\w{1,40}){0,6}(?!\w)")
#: Lower-case words that vendors put behind a number: "GPT-4o mini".
_TAGS = word_set(
    "mini nano micro small medium large turbo flash lite preview instruct chat coder base pro max"
)
#: The same, but for plain words: most are letters in lower case, which only a tag can be.
_TELLING = re.compile(
    rf"(?<!\w)(?!(?!(?:{'|'.join(sorted(_TAGS))})\b)[a-z]{{1,40}}(?!\w)(?![+#.-]+\w)){_WORD.pattern}"
)
#: After these a capital means nothing: a sentence, a quotation or an aside begins.
_SENTENCE_BEFORE = frozenset(".!?…:\n*•")
_ASIDE_BEFORE = frozenset("“\"‘'(")
_CLOSED_BEFORE = "'\"”’)"
#: Words in a name at most; a line of capitals is no name.
_LONGEST = 8
#: No further back is looked for what stands before a word.
_REACH = 12
_ACRONYM = re.compile(r"[A-Z]{1,6}s?")
_STANDARD = re.compile(either(BODIES))
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}|[A-Za-z]\d|\d[A-Za-z]|[A-Z]{2}-\d")
_CAMEL = re.compile(r"[a-z]{1,3}[A-Z]")
#: Software that is named after a file or a domain: "whisper.cpp".
_FILE_LIKE = re.compile(r"[a-z][a-z0-9]+\.(?:cpp|js|ts|py|rs|ai|io|dev|sh)")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,2}[BKMb]?")
_LIST = re.compile(r"(?<![\w-])(?P<head>[A-Z]\w{1,39}), [A-Z][\w.-]{1,39}(?: \d\S*)?(?:,| and| or| &) [A-Z]")
#: A number before these counts something and does not belong to the name before it.
_COUNTED = word_set("""
    years year months month weeks week days day hours hour minutes minute seconds times percent million
    billion thousand users user seats people tokens languages files lines gpus models points of out steps
    agents dollars euros pounds cents bucks characters words credits rows pages requests stars seats
    parameters customers employees
    """)
#: Capitalised words that are no names of products.
_NEVER = word_set("""
    i jan feb mar apr jun jul aug sep sept oct nov dec
    january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday english german french spanish chinese japanese european
    american western eastern ship skip verdict q1 q2 q3 q4 b2b b2c
    """)
#: Words that open sentences far more often than names.
_OPENING = word_set("""
    a about above after against all also although an and another any are as at because before behind between
    below beneath both but by can could direct does each either even every few first for from given had has
    have here how however if in inside instead is it its just last let like many may meanwhile more most
    much my nearly neither never no nobody none nor not nothing now of on once one only open or our out over
    per perhaps rather second several should since so some still such than that the their them then there
    these they third this those though three through to today two under unless unlike until up upon we what
    whatever when where whether which while who whoever whose why will with within without would yet you
    your true sure granted tomorrow elsewhere besides otherwise yes ok well again sadly worse better frankly
    add category competitors rivals compare consider where whereas shipping skipping running using
    being having version step phase chapter figure table tier round roughly around almost
    """)


class _Word:
    """A word of the text, cut where a lower-case part follows a hyphen: "Copilot" of "Copilot-class"."""

    __slots__ = ("_match", "cut", "end", "is_name", "kept", "start")

    def __init__(self, match: re.Match[str]) -> None:
        self._match = match
        self.kept = whole = match[0]
        self.start, self.end = match.span()
        if "-" in whole:
            self.kept = _kept(whole)
            self.end = self.start + len(self.kept)
        self.cut = self.kept != whole
        self.is_name = _is_name(self.kept)

    @property
    def opens(self) -> bool:
        """Whether a sentence, a quotation or an aside begins here."""
        text = self._match.string
        before = text[max(0, self.start - _REACH) : self.start].rstrip(" ")
        ended = before.rstrip(_CLOSED_BEFORE)
        return not ended or ended[-1] in _SENTENCE_BEFORE or text[self.start - 1] in _ASIDE_BEFORE

    @property
    def following(self) -> str:
        """The next word, folded; empty behind the last."""
        found = _WORD.search(self._match.string, self._match.end())
        return _Word(found).kept.casefold() if found else ""

    @property
    def is_distinct(self) -> bool:
        """Whether this is a name wherever it stands."""
        return bool(_INNER_CAPITAL.search(self.kept))


def _capitalised(words: list[_Word]) -> frozenset[str]:
    return frozenset(word.kept for word in words if word.is_name and not word.opens)


def _words(text: str) -> list[_Word]:
    return [_Word(match) for match in _TELLING.finditer(text)]


def _kept(word: str) -> str:
    kept, *parts = word.split("-")
    for part in parts:
        tagged = part in _TAGS and any(c.isdigit() for c in kept)
        if not (part[:1].isupper() or part[:1].isdigit() or tagged):
            break
        kept += f"-{part}"
    return kept


def _may_be_name(word: str) -> bool:
    """Whether a word begins like a name; so does then whatever it is cut to."""
    return word[0].isupper() or bool(_CAMEL.match(word) or _FILE_LIKE.fullmatch(word))


def _is_name(word: str) -> bool:
    if not _may_be_name(word):
        return False
    folded = word.casefold()
    return folded not in _NEVER and folded.removesuffix("s") not in _NEVER


# ------------------------------------------------------------ runs of words


def _runs(words: list[_Word], text: str) -> list[list[_Word]]:
    """Names with the words and numbers that follow them directly."""
    runs: list[list[_Word]] = []
    last: list[_Word] = []
    for word in words:
        joins = 0 < len(last) < _LONGEST and text[last[-1].end : word.start] in {" ", " & "}
        if joins and not word.opens and (word.is_name or _continues(last[-1], word)):
            last.append(word)
        elif word.is_name:
            last = [word]
            runs.append(last)
    return runs


def _continues(before: _Word, word: _Word) -> bool:
    if word.kept in _TAGS:
        return any(c.isdigit() for c in before.kept)
    return bool(_NUMBER.fullmatch(word.kept)) and not word.cut and word.following not in _COUNTED


def _is_ordinary(run: list[_Word]) -> bool:
    """Whether a run's first word is an ordinary one: where a sentence begins, or alone after a quotation."""
    return (run[0].opens or len(run) == 1) and run[0].kept.casefold() in _OPENING


def _begins(run: list[_Word], known: Callable[[str], bool], elsewhere: frozenset[str]) -> bool:
    """Whether a run's first word belongs to the name.

    A word seen nowhere else opens a name of several words ("Hugging Face") but not one that the dossier knows
    without it ("Shipping Codestral").
    """
    first = run[0]
    if not first.opens or first.is_distinct or known(first.kept) or first.kept in elsewhere:
        return True
    return len(run) > 1 and not first.kept.endswith("ly") and not known(run[1].kept)


def _heads(text: str) -> frozenset[str]:
    """Words that head a list of names, whatever opens with them."""
    heads = {match["head"] for match in _LIST.finditer(text)}
    return frozenset(head for head in heads if head.casefold() not in _OPENING and not head.endswith("ly"))


def _without_acronyms(run: list[_Word]) -> list[_Word]:
    """The run without acronyms at its end; of acronyms alone, or a standard's number, nothing is left."""
    end = len(run)
    if end == 2 and _STANDARD.fullmatch(run[0].kept) and run[1].kept.isdigit():  # noqa: PLR2004 (a body and a number)
        return []
    # "Notion AI" is called so; other acronyms behind a name are words of the trade.
    while end and _ACRONYM.fullmatch(run[end - 1].kept) and not (end > 1 and run[end - 1].kept == "AI"):
        end -= 1
    return run[:end] if any(word.is_name for word in run[:end]) else []
