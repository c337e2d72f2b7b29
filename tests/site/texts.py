"""What is to be read on a page."""

from __future__ import annotations

from html.parser import HTMLParser

_UNSEEN = {"script", "style"}
#: What stands apart from what follows, also where no white space says so.
_APART = {"td", "th"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        if tag in _UNSEEN:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._inside.pop()
        elif tag in _APART:
            self.text += " "

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.text += data


def text_of(page: str) -> str:
    """The text of a page on one line; each run of white space is one space."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return " ".join(reader.text.split())
