"""Untrusted text made plain: what a reader of the page would not see is removed or made visible, and counted.

Choices, each with its price:
- A zero-width joiner or an emoji presentation selector stays inside an emoji and nowhere else. Persian and
  Indic words lose their joiners, flags of regions (built from tag characters) become a black flag.
- An HTML comment becomes one space, so that the pieces around it cannot join into a new comment. Fenced code
  is shown to readers as it stands, so comments stay in it; inline and indented code is not exempt.
- Text hidden by HTML other than comments (`hidden`, `display:none`, `<template>`) stays, with the markup that
  hides it, and a note says so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Longer runs of combining marks on one letter occur in no written language.
MAX_MARKS = 4

_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf"
    "\u2900-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
#: Default_Ignorable_Code_Point of the Unicode Character Database (DerivedCoreProperties.txt), and the
#: interlinear annotation controls; without what other rules take, and without the joiner and selectors.
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0d"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e0fff"
)


@dataclass(frozen=True)
class Cleaned:
    """A text made plain, and what was done to it: one short line for each kind of change."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    replacement: str
    done: str
    thing: str

    def note(self, count: int) -> str:
        return self.done.format(_counted(count, self.thing))


#: In this order: each sees the text as the one before left it.
_RULES = (
    _Rule(
        re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"),
        "\ufffd",
        "replaced {} by U+FFFD",
        "invalid code point",
    ),
    _Rule(re.compile("[\x0b\x0c\x85\u2028\u2029]"), "\n", "turned {} into line ends", "unusual line break"),
    _Rule(re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]"), "", "removed {}", "control character"),
    _Rule(re.compile(f"[{_BIDI}]"), "", "removed {}", "bidirectional control"),
    _Rule(re.compile("[\U000e0000-\U000e007f]"), "", "removed {}", "Unicode tag character"),
    _Rule(
        re.compile(
            f"[{_INVISIBLE}]"
            f"|(?<![{_EMOJI}0-9#*])[\ufe0e\ufe0f]|(?<=[0-9#*])[\ufe0e\ufe0f](?!\u20e3)"
            f"|(?<![{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d|\u200d(?![{_EMOJI}])"
        ),
        "",
        "removed {}",
        "invisible character",
    ),
)

#: What of ASCII any rule above takes.
_ODD_ASCII = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: Five characters beyond ASCII in a row: the only place where more than four marks can stand.
_BEYOND_ASCII = re.compile(rf"[^\x00-\x7f]{{{MAX_MARKS + 1},}}")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`\n]*(?:\n|\Z))|~{3,})")
#: Link definitions that exist only to hide a remark: `[//]: # (remark)`, `[x]: <> (remark)`.
_REMARK = re.compile(r" {0,3}\[(?://\]:|[^\]\n]{0,200}\]:[ \t]*(?:#|<>)(?:[ \t\n]|\Z))")
_HIDING = re.compile(
    r"<(?:script|style|template|noscript)\b"
    r"|<[a-z][^<>]*(?:\shidden(?=[\s>=/])|\ssrcdoc\s*=|display\s*:\s*none|visibility\s*:\s*hidden"
    r"|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d]))",
    re.IGNORECASE,
)


def hides(tag: str) -> bool:
    """Whether an HTML tag, as it is written, keeps what follows it from a reader."""
    return _HIDING.match(tag) is not None


def clean(text: str) -> Cleaned:
    """Make a text plain, in time linear in its length.

    Line ends become LF and the text NFC; only LF and tab are left of the control characters.

    Args:
        text: Markdown or plain text from anybody.
    """
    notes = []
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() or _ODD_ASCII.search(text):
        for rule in _RULES:
            text, count = rule.pattern.subn(rule.replacement, text)
            if count:
                notes.append(rule.note(count))
        text, cut = _composed(text)
        if cut:
            notes.append(f"cut {_counted(cut, 'combining mark')}")
    if "<" not in text and "[" not in text:
        return Cleaned(text, tuple(notes))  # neither comments nor remarks
    scan = _Scan(text)
    return Cleaned(scan.text, (*notes, *scan.notes()))


def _composed(text: str) -> tuple[str, int]:
    """The text in NFC with at most four marks in a row, and how many marks were cut.

    Marks are cut before normalising, whose sort of a long run would be quadratic, and once more after it,
    because a few marks decompose into two.
    """
    text, before = _cut_marks(text)
    if unicodedata.is_normalized("NFC", text):
        return text, before
    text, after = _cut_marks(unicodedata.normalize("NFC", text))
    return text, before + after


def _cut_marks(text: str) -> tuple[str, int]:
    cut = 0

    def bounded(match: re.Match[str]) -> str:
        nonlocal cut
        kept, run = [], 0
        for character in match.group():
            run = run + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
            if run <= MAX_MARKS:
                kept.append(character)
        cut += len(match.group()) - len(kept)
        return "".join(kept)

    return _BEYOND_ASCII.sub(bounded, text), cut


class _Scan:
    """One walk over Markdown that drops its hidden remarks; `text` is what is left.

    `position` and `line_end` only ever move forward, and a missing `-->` is looked for once: linear.
    """

    def __init__(self, text: str) -> None:
        self._source = text
        self._last_close = text.rfind("-->")
        self._kept: list[str] = []
        self._outside: list[str] = []
        self._fence = ""
        self.comments = self.remarks = self.unclosed = 0
        position = line_end = 0
        while position < len(text):
            if position >= line_end:
                line_end = text.find("\n", position) + 1 or len(text)
            # Behind a comment that began on another line, a position is no start of a line.
            at_start = position == 0 or text[position - 1] == "\n"
            position = self._step(position, line_end, at_start=at_start)
        self.text = "".join(self._kept)

    def notes(self) -> list[str]:
        hiding = len(_HIDING.findall("".join(self._outside)))
        notes = []
        if self.comments:
            notes.append(f"removed {_counted(self.comments, 'HTML comment')}")
        if self.unclosed:
            notes.append(
                f"removed {_counted(self.unclosed, 'character')} behind an HTML comment that never ends"
            )
        if self.remarks:
            notes.append(f"removed {_counted(self.remarks, 'hidden Markdown remark')}")
        if hiding:
            notes.append(f"kept what {_counted(hiding, 'piece')} of HTML would hide")
        return notes

    def _step(self, position: int, line_end: int, *, at_start: bool) -> int:
        """Take one line, or the part of it before and with a comment; returns where to go on."""
        if at_start and self._is_code(position, line_end):
            self._kept.append(self._source[position:line_end])
            return line_end
        if at_start and _REMARK.match(self._source, position, line_end):
            self.remarks += 1
            self._kept.append("\n")
            return line_end
        start = self._source.find("<!--", position, line_end)
        if start < 0:
            self._keep(position, line_end)
            return line_end
        if start < self._last_close:  # `<!-->` closes itself
            self._keep(position, start)
            self._kept.append(" ")
            self.comments += 1
            return self._source.index("-->", start + 2) + 3
        # Never closed: at the start of a line it hides all that follows, elsewhere it is plain text.
        if at_start and not self._source[position:start].strip():
            self.unclosed = len(self._source) - start
            return len(self._source)
        self._keep(position, line_end)
        return line_end

    def _keep(self, start: int, end: int) -> None:
        self._kept.append(self._source[start:end])
        self._outside.append(self._source[start:end])

    def _is_code(self, start: int, end: int) -> bool:
        """Whether this line opens, continues or closes fenced code."""
        mark = _FENCE.match(self._source, start, end)
        if not self._fence:
            self._fence = mark.group(1) if mark else ""
            return bool(mark)
        if mark and mark.group(1).startswith(self._fence) and not self._source[mark.end() : end].strip():
            self._fence = ""
        return True


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
