"""A body, decompressed piece by piece, and never more of it than may be kept."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from panel.evidence.fetching.endings import Limit, Trouble, visible
from panel.evidence.fetching.limits import Limits

#: What is asked for in Accept-Encoding; anything else unasked is refused.
ACCEPTED = "gzip"
_GZIP = frozenset({"gzip", "x-gzip"})
_STEP = 65_536


class Body:
    """Collects the pieces of one body.

    Args:
        encoding: The Content-Encoding header.
        most: Bytes that are kept, decompressed.
        cut: Keep the first `most` bytes and drop the rest, instead of giving up.
        limits: Ratio and number of pieces; names the limit `bytes` if `most` is passed.

    Raises:
        Trouble: the encoding is none that was asked for. Several on top of each other are none.
    """

    def __init__(self, encoding: str, limits: Limits, *, most: int, cut: bool = False) -> None:
        self._limits, self._most, self._cut = limits, most, cut
        self._kept = bytearray()
        self._received = self._pieces = 0
        self.full = False
        layers = [layer.strip().lower() for layer in encoding.split(",")]
        layers = [layer for layer in layers if layer not in {"", "identity"}]
        if layers and (len(layers) > 1 or layers[0] not in _GZIP):
            raise Trouble(
                "encoding", f"compressed with {visible(', '.join(layers), 60)}, which was not asked for"
            )
        self._gzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if layers else None

    def announce(self, length: str | None) -> None:
        """Look at Content-Length before anything is read.

        Raises:
            Trouble: more is announced than would be kept.
        """
        if length and length.isdigit() and not self._cut and self._gzip is None:
            self._check_size(int(length[:20]))

    def add(self, piece: bytes) -> None:
        """Take one piece as it came from the network; drops it when the body is `full`.

        Raises:
            Trouble: a limit is passed, or the compression is broken.
        """
        self._received += len(piece)
        self._pieces += 1
        if self._pieces > self._limits.pieces:
            raise self._passed("pieces", self._limits.pieces, "comes in too many tiny pieces")
        for part in self._inflated(piece):
            if self.full:
                return
            self._keep(part)

    def whole(self) -> bytes:
        """All that was kept, once nothing more comes.

        Raises:
            Trouble: the compressed data end too early.
        """
        if self._gzip is not None and self._received and not self._gzip.eof and not self.full:
            raise Trouble("broken", "the compressed data end too early")
        return bytes(self._kept)

    def _inflated(self, piece: bytes) -> Iterator[bytes]:
        if self._gzip is None:
            yield piece
            return
        while piece:
            if self._gzip.eof:
                raise Trouble("encoding", "something follows the end of the compressed data")
            try:
                yield self._gzip.decompress(piece, _STEP)
            except zlib.error:
                raise Trouble("broken", "the compressed data are broken") from None
            piece = self._gzip.unconsumed_tail or self._gzip.unused_data

    def _keep(self, part: bytes) -> None:
        size = len(self._kept) + len(part)
        if self._gzip is not None and size > max(_STEP, self._limits.ratio * self._received):
            raise self._passed("ratio", self._limits.ratio, "grows too much when decompressed")
        if self._cut and size >= self._most:
            part = part[: self._most - len(self._kept)]
            self.full = True
        self._kept += part
        self._check_size(len(self._kept))

    def _check_size(self, size: int) -> None:
        if size > self._most:
            raise self._passed("bytes", self._most, "is too large")

    def _passed(self, name: str, value: float, what: str) -> Trouble:
        return Trouble("limit", f"the body {what}", limit=Limit(name, value))
