"""What keeps a file from being a persona, said to somebody who writes and does not code."""

from __future__ import annotations

import yaml

from panel.core.errors import InputError
from panel.workbench.lint.remarks import Remark

RULE = "structure"
#: How the libraries' sentences begin, and what is meant.
_PLAIN = {
    "Field required": "is missing",
    "Input should be a valid list": "must be a list",
    "Input should be a valid tuple": "must be a list",
    "Input should be a valid string": "must be a text",
    "Input should be a valid integer": "must be a whole number",
    "Input should be a valid dictionary": "must have fields of its own below it",
    "Input should be ": "must be ",
    "Extra inputs are not permitted": "is no field there is",
    "Tuple should have at least 1 item": "is empty",
    "Tuple should have at most 2 items": "must be two numbers",
    "String should have at least 1 character": "is empty",
    "String should match pattern": "must be one lower-case word; a _ may join two",
}
#: How each field is written.
_WRITE = {
    "name": "name: Skeptic",
    "motto": "motto: One sentence this reviewer lives by.",
    "chair": "chair: core (sits for every tool) or chair: fourth (sits when its conditions are met)",
    "sits_when": "under sits_when: modality: [image], surface: [app], rank: 10; only with chair: fourth",
    "moves": "under moves, for each question: - key: one_word, then below it ask: The question? and "
    "evidence: dossier, outside or either",
    "signals": "under signals: for: and against:, each a list of phrases",
    "words": "words: [90, 150], the fewest first",
    "avoid": "under avoid, a list: - a phrase",
    "model": "model: the name of a model, or no such line",
    "body": "below the second ---, in plain sentences: who this is, Ship when …, Skip when …",
}
_ELSE = "compare the file with one of the shipped personas: panel persona show skeptic --file"


#: How the YAML reader's sentences begin, and what to do.
_YAML = "not YAML: "
_UNSEEN = f"{_YAML}special characters are not allowed"
#: Why a file could not be read where the error itself says nothing about it.
_READABLE = {
    "is a folder": "name the file in it: FOLDER/NAME.md",
    "no such file": "look for a slip in the name; panel persona list names the files there are",
    "cannot be read": "look who may read the file and its folder",
}


def remarks(error: InputError, text: str = "") -> tuple[Remark, ...]:
    """The errors a file was refused with, one remark each.

    Args:
        error: Why it was refused.
        text: The file, where it could be read; the YAML reader gives the end of it as the place of a
            quotation mark that is never closed.
    """
    if error.what.startswith(_YAML) and (line := _never_closed(text)):
        return (
            Remark(
                RULE,
                "error",
                str(error.file or ""),
                line,
                None,
                "the quotation mark that opens here is never closed",
                "write the same mark at the end of the text, or take this one out",
            ),
        )
    return tuple(map(_remark, error.errors))


def _never_closed(text: str) -> int | None:
    """The line of a quotation mark in the front matter that has no partner; None if all have."""
    lines = text.split("\n")[1:]
    end = next((n for n, line in enumerate(lines) if line.rstrip() == "---"), len(lines))
    try:
        for _ in yaml.parse("\n".join(lines[:end]), Loader=yaml.BaseLoader):
            pass
    except yaml.MarkedYAMLError as error:
        if error.context_mark and error.context == "while scanning a quoted scalar":
            ends = error.problem == "found unexpected end of stream"
            return error.context_mark.line + 2 if ends else None
    except yaml.YAMLError:
        pass
    return None


def _remark(error: InputError) -> Remark:
    path = error.field or ""
    top = "body" if error.what.startswith("the body is empty") else path.partition(".")[0]
    # A contradiction between fields names its field in its own words.
    top = top or next((field for field in _WRITE if error.what.startswith(f"{field}:")), "")
    says = _plainly(error.what)
    return Remark(
        rule=RULE,
        severity="error",
        file=str(error.file or ""),
        line=error.line,
        field=top or None,
        says=f"{path}: {says}" if path else says,
        instead=error.hint or _instead(error.what, top),
    )


def _instead(what: str, top: str) -> str:
    if what == _UNSEEN:
        return "take out the control character; text copied from a terminal often holds some unseen"
    unread = (instead for begins, instead in _READABLE.items() if what.startswith(begins))
    return next(unread, _WRITE.get(top, _ELSE))


def _plainly(what: str) -> str:
    for begins, means in _PLAIN.items():
        if what.startswith(begins):
            # What follows the short form of "Input should be 'core' or 'fourth'" is the choice itself.
            return means + what.removeprefix(begins) if begins.endswith(" ") else means
    return what
