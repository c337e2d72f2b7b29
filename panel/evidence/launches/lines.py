"""The lines of a file, one at a time, each bounded, decoded, and with its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from panel.evidence.launches.launch import BadLine

#: Longest line in bytes. The longest text a dossier takes has a sixth of it when all of it is escaped.
MAX_LINE = 4_000_000
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def numbered(stream: BinaryIO, name: str) -> Iterator[tuple[int, str | BadLine]]:
    """Number and text of every line, its end as LF (or none, for a last line without one).

    A line that is too long, is not UTF-8 or holds a NUL comes as a BadLine. A line ends at LF or CR LF,
    nowhere else: U+2028 stands inside strings. A byte order mark is removed; a file in UTF-16 ends at once.

    Args:
        stream: The file, from its start.
        name: How messages name it.
    """
    number = 0
    while data := stream.readline(MAX_LINE + 1):
        number += 1
        place = f"{name}:{number}"
        if number == 1:
            data = data.removeprefix(_BOM)
            if data.startswith(_UTF16):
                yield 1, BadLine(place, "is UTF-16", "save the file as UTF-8")
                return
        if len(data) > MAX_LINE:
            while data and not data.endswith(b"\n"):
                data = stream.readline(MAX_LINE)
            what = f"the line has over {MAX_LINE:,} bytes, which is more than is read"
            yield number, BadLine(place, what, "put the text into a file and name it under `readme`")
            continue
        yield number, _decoded(data, place)


def _decoded(data: bytes, place: str) -> str | BadLine:
    if b"\0" in data:
        return BadLine(place, "holds a NUL byte", "save the file as plain UTF-8 text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return BadLine(
            place,
            f"is not UTF-8 (byte 0x{data[error.start]:02x}, {error.start + 1} in the line)",
            "save it as UTF-8",
        )
    return f"{text[:-2]}\n" if text.endswith("\r\n") else text
