"""Folds a name to what is read and to what is seen: case, accents, invisible and lookalike letters."""

from __future__ import annotations

import re
import unicodedata

#: Of a longer name the beginning is looked at.
LONGEST = 200

#: Letters of other scripts that look like Latin ones, case by case: a selection from the confusables of
#: Unicode Technical Standard 39.
_LOOKALIKES = str.maketrans(
    dict(
        zip(
            "аАВсСеЕһҺіІјЈкКМНоОрРѕЅТуУхХԁԛԝԜѵӏ"  # Cyrillic
            "αΑΒΕΖΗιΙκΚΜνΝοΟρΡΤυΥχΧγ"  # Greek
            "օսոհ"  # Armenian
            "ıɑɡɩ",  # Latin
            "aABcCeEhHiIjJkKMHoOpPsSTyYxXdqwWvlaABEZHiIkKMvNoOpPTuYxXyounhiagi",
            strict=True,
        )
    )
)
_WORD = re.compile(r"\w+")
_DIGITS = str.maketrans("01", "ol")


def cleaned(text: str) -> str:
    """A name on one line, as it is read: no controls, bidi marks or other invisible characters, one form.

    Case stays. Accents of the Latin, Greek and Cyrillic scripts are dropped, marks of others stay.
    """
    spaced = " ".join(text[: 4 * LONGEST].split())
    plain = spaced if spaced.isascii() and spaced.isprintable() else _composed(spaced)
    return " ".join(plain.split())[:LONGEST]


def _composed(text: str) -> str:
    shown = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    apart = unicodedata.normalize("NFKD", shown)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not "\u0300" <= c <= "\u036f"))


def looks(name: str) -> tuple[str, ...]:
    """A cleaned name as hasty eyes may read it: foreign letters as Latin ones, then `I` as `l`, `0` as `o`.

    Digits are read as letters only in words that hold letters.
    """
    latin = name if name.isascii() else name.translate(_LOOKALIKES)
    hasty = _WORD.sub(_hastily, latin)
    return (latin,) if hasty == latin else (latin, hasty)


def _hastily(match: re.Match[str]) -> str:
    word = match[0]
    return word if word.isdigit() else word.replace("I", "l").translate(_DIGITS)


def strange_letters(name: str) -> list[str]:
    """The letters of a cleaned name that only look like Latin ones, each with its Unicode name."""
    found = dict.fromkeys(c for c in name if ord(c) in _LOOKALIKES)
    return [f"{c} is {unicodedata.name(c, 'unnamed')}" for c in found]
