"""Whether a dossier that an editor wrote holds a log of somebody of ours trying the tool."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from panel.evidence.card import Citation

_TITLE = re.compile(r"(?:our |the )?(?:test|hands-on) log\b", re.IGNORECASE)
_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*\s*")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_WORD = re.compile(r"\w+")
#: With fewer words under its heading a section is no log: "None." "To be done."
FEWEST_WORDS = 10


def has_test_log(body: str, cited: Iterable[Citation]) -> bool:
    """Whether a dossier holds a log of ours of somebody trying the tool.

    It does if a source it cites is titled "Test log", "Our test log" or "Hands-on log" (a date may follow),
    or if a heading of its body is, with at least ten words under it, code included, before the next heading
    of its level.

    Args:
        body: The Markdown of a dossier that an editor wrote; in a README the words would be its maker's.
        cited: The sources of its front matter.
    """
    if any(source.title and _TITLE.match(source.title.strip()) for source in cited):
        return True
    return any(len(_WORD.findall(text)) >= FEWEST_WORDS for text in _logs(body))


def _logs(body: str) -> Iterator[str]:
    """What stands under each heading of a log, sections of lower levels included."""
    lines = list(_lines(body))
    for at, (level, text) in enumerate(lines):
        if not level or not _TITLE.match(text):
            continue
        under = []
        for other, line in lines[at + 1 :]:
            if 0 < other <= level:
                break
            under.append(line)
        yield "\n".join(under)


def _lines(body: str) -> Iterator[tuple[int, str]]:
    """Each line with its level as a heading; 0 is none. A heading's marks are taken off."""
    fenced = False
    for line in body.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.fullmatch(line)
        yield (len(heading["marks"]), heading["text"]) if heading else (0, line)
