"""Bytes to text: by byte order mark, header or declaration, from a closed list of charsets."""

from __future__ import annotations

import codecs
import re

from panel.evidence.fetching.endings import Trouble, visible

#: The charsets pages are written in, by the names they go by, and Python's codec for each (WHATWG Encoding).
#: Not in it: UTF-7 and HZ, in which plain ASCII turns into other text, and codecs of Python's that are no
#: charsets.
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "us-ascii": "cp1252", "ascii": "cp1252", "latin1": "cp1252", "l1": "cp1252", "iso8859-1": "cp1252",
    "iso-8859-1": "cp1252", "iso_8859-1": "cp1252", "cp1252": "cp1252",
    **{f"windows-125{n}": f"cp125{n}" for n in range(9)},
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "iso-8859-9": "cp1254", "koi8-r": "koi8-r", "koi8-u": "koi8-u",
    "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "euc-jp": "euc-jp", "iso-2022-jp": "iso2022-jp",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
}  # fmt: skip
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16le"), (codecs.BOM_UTF16_BE, "utf-16be"))

_IN_HEADER = re.compile(r""";\s*charset\s*=\s*["']?([^"';,\s]+)""", re.IGNORECASE)
#: Both forms of the declaration in HTML, and that of XML; looked for where the HTML standard does.
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_:.+-]{1,40})"""
    rb"""|^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_:.+-]{1,40})""",
    re.IGNORECASE,
)
_LOOKED_AT = 1_024


def decoded(body: bytes, content_type: str) -> tuple[str, str]:
    """The text of a body, and the charset it was read in; what is no character becomes U+FFFD. Pure.

    A byte order mark wins over the header, that over a declaration inside, that over UTF-8.

    Args:
        body: Decompressed.
        content_type: The header's value; a charset is read from it.

    Raises:
        Trouble: a charset is named that is none of pages.
    """
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return _read(body[len(mark) :], charset), charset
    named = _IN_HEADER.search(content_type)
    charset = named.group(1).lower() if named else _declared(body)
    if charset not in _CODECS:
        raise Trouble("encoding", f"charset {visible(charset, 40)} is not read")
    return _read(body, charset), charset


def _declared(body: bytes) -> str:
    match = _DECLARED.search(body, 0, _LOOKED_AT)
    if match is None:
        return "utf-8"
    charset = (match.group(1) or match.group(2)).decode("ascii").lower()
    # Bytes in which this could be read are not UTF-16, whatever they say.
    return "utf-8" if charset.startswith("utf-16") else charset


def _read(body: bytes, charset: str) -> str:
    return body.decode(_CODECS[charset], errors="replace")
