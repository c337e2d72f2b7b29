"""Pages that stand where a product page should: not found, cookie wall, log-in, robot check."""

from __future__ import annotations

import re

from panel.evidence.markdown import blocks

#: With this many characters of other prose a text is evidence, whatever else it says.
ENOUGH = 200

#: Sentences such pages are made of. Matched against one sentence at a time.
_WALL = re.compile(
    r"""
      ^\W*(?:error\W*)?(?:401|403|404|410|5\d\d)\W*$
    | \b404\b.{0,40}\b(?:not\ found|error)\b | \berror\W{0,3}404\b | \b403\W{0,3}forbidden\b
    | ^\W*access\ denied\b
    | \bpage\ (?:was\ |is\ )?not\ (?:found|available)\b | \bpage\ (?:could\ not|cannot|can't)\ be\ found\b
    | \bpage\ (?:doesn't|does\ not|no\ longer)\ exists?\b
    | \bpage\ (?:that\ )?you(?:'re|\ are|\ were)?\ .{0,20}\blook(?:ing|ed)\ for\b
    | ^\W*(?:please\ )?(?:log|sign)\ ?in(?:\W*$|\ to\ (?:continue|view|access|see|your\ account)\b)
    | \byou\ must\ (?:be\ logged|log|sign)\ ?in\b | \bforgot(?:ten)?\ (?:your\ |my\ )?password\b
    | ^\W*(?:e-?mail(?:\ address)?|user\ ?name|password)\W*$
    | \b(?:we|site|website|partners)\b.{0,60}\buses?\ cookies\b | \baccept\ (?:all\ )?(?:the\ )?cookies\b
    | \bcookie\ (?:settings|preferences|policy|notice)\b | \bwe\ (?:value|respect)\ your\ privacy\b
    | ^\W*(?:accept|reject)\ all\W*$ | ^\W*manage\ (?:preferences|options|cookies)\W*$
    | \benable\ java\ ?script\b | \bjava\ ?script\ (?:is|to\ be)\ (?:disabled|required|enabled)\b
    | \bverify\ (?:that\ )?you(?:'re|\ are)\ (?:a\ |not\ a\ )?(?:human|robot)\b
    | \bchecking\ your\ browser\b | ^\W*just\ a\ moment\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_wall(body: str) -> bool:
    """Whether a text is no product page: it holds sentences of a wall, no code, and hardly any other prose.

    The sentences are those of error pages, cookie walls, log-in pages and robot checks; "hardly any" is less
    than 200 characters in paragraphs and lists. Known to be let through: walls in other languages, and those
    that talk at length.

    Args:
        body: Markdown, already cleaned.
    """
    if "```" in body:
        return False
    # Of a page that was fetched every line is a paragraph, of a README a paragraph has several.
    by_lines = re.sub(r"\n+", "\n\n", body)
    return _reads_as_wall(body) or (by_lines != body and _reads_as_wall(by_lines))


def _reads_as_wall(body: str) -> bool:
    found = blocks(body)
    headings = [block.text for block in found if block.kind == "heading"]
    texts = (block.text for block in found if block.kind != "heading")
    sentences = (sentence for text in texts for sentence in re.split(r"(?<=[.!?])\s+", text))
    other, speaks = 0, False
    for sentence in sentences:
        if _speaks(sentence):
            speaks = True
        elif (other := other + len(sentence)) >= ENOUGH:
            return False  # as nearly always, within the first few
    return speaks or any(_speaks(heading) for heading in headings)


def _speaks(sentence: str) -> bool:
    return _WALL.search(sentence.replace("’", "'")) is not None
