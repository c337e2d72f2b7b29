"""Requests to a vendor's batch endpoints: small JSON answers, and files of results of any size."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from panel.calls.faults import Fault
from panel.calls.wire.envelopes import text_of
from panel.calls.wire.exchange import Wire
from panel.core.requests import CallRequest, RawReply

if TYPE_CHECKING:
    import httpx2

Ask = Callable[[Any], Awaitable[object]]

#: Seconds for a small answer, for sending a batch, and for fetching its results.
ASK_SECONDS, SEND_SECONDS, FETCH_SECONDS = 60.0, 900.0, 1_800.0
#: Pages of a list, of 100 batches each, that are looked through at most: more is no list that ends.
MOST_PAGES = 500


class BatchWire:
    """A vendor's SDK for its batch endpoints, over the wire of its calls.

    Args:
        name: The vendor's.
        wire: That of its calls.
        options: What its SDK wants to be told with each request.
    """

    def __init__(self, name: str, wire: Wire, *, options: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self._options = dict(options or {})
        self.redactor = wire.redactor
        self._wire = wire
        # Beside the wire of calls, whose replies are bounded and read as a whole.
        self._files = wire.over(_file_client)

    async def ask(self, ask: Ask, *, seconds: float = ASK_SECONDS) -> dict[str, Any]:
        """Have `ask` send once; the JSON object that is answered.

        Raises:
            Fault: there is none.
        """
        raw = await self._sent(self._wire, ask, seconds)
        try:
            body = json.loads(raw.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise Fault(
                "envelope", f"{self.name}: the answer is no JSON object", status=raw.status, maybe_paid=True
            )
        return body

    async def get(self, path: str) -> dict[str, Any]:
        """The JSON object at a path.

        Raises:
            Fault: there is none.
        """
        return await self.ask(self._getting(path))

    async def listed(
        self, path: str, *, after: str, created: Callable[[Any], float], since: float
    ) -> AsyncIterator[dict[str, Any]]:
        """As `pages`, of the list at a path; `after` names the parameter that asks for the next page.

        Raises:
            Fault: a page is not answered, or the list does not end.
        """

        async def page(last: str | None) -> dict[str, Any]:
            return await self.get(f"{path}?limit=100" + (f"&{after}={quote(last)}" if last else ""))

        async for each in pages(page, created, since):
            yield each

    def id_in(self, made: dict[str, Any]) -> str:
        """The id of what was made.

        Raises:
            Fault: the answer names none.
        """
        ident = text_of(made.get("id"))
        if not ident:
            raise Fault("envelope", f"{self.name}: the answer names no id", maybe_paid=True)
        return ident

    def _getting(self, path: str) -> Ask:
        async def get(sdk: Any) -> None:
            import httpx2

            await sdk.get(path, cast_to=httpx2.Response, options=self._options)

        return get

    async def fetch(self, path: str, *, seconds: float = FETCH_SECONDS) -> IO[bytes]:
        """The whole file at a path, in a temporary file that goes when it is closed.

        Raises:
            Fault: it did not come, or not to its end.
        """
        from panel.calls.vendor_batches.downloading import FILE

        file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
        token = FILE.set(file)
        try:
            await self._sent(self._files, self._getting(path), seconds)
        except BaseException:
            file.close()
            raise
        finally:
            FILE.reset(token)
        file.seek(0)
        return file

    async def _sent(self, wire: Wire, ask: Ask, seconds: float) -> RawReply:
        fault: Fault
        try:
            return await wire.send(ask, _no_call(self.name), deadline=seconds)
        except Fault as caught:
            fault = caught
        if fault.status == 404:  # noqa: PLR2004 (HTTP's)
            raise Fault("request", f"{self.name}: HTTP 404: no such batch, or no batches there", status=404)
        raise fault

    def results(
        self, files: Iterable[IO[bytes]], read: Callable[[dict[str, Any]], RawReply | Fault]
    ) -> Iterator[tuple[str, RawReply | Fault]]:
        """The results in files by custom id, as `read` reads their lines; the key is taken out of them.

        Raises:
            Fault: after all others, with cause `envelope`, if lines cannot be read.
        """
        unread = 0
        for text in (line for file in files for line in file if line.strip()):
            line = _object(self.redactor.body(text)) or {}
            custom_id = text_of(line.get("custom_id"))
            if custom_id:
                yield custom_id, read(line)
            else:
                unread += 1
        if unread:
            raise Fault("envelope", f"{self.name}: {unread} lines of the results cannot be read")

    async def close(self) -> None:
        """Let go of what fetches files; the wire of calls is its owner's to close."""
        await self._files.close()


async def pages(
    ask: Callable[[str | None], Awaitable[dict[str, Any]]], created: Callable[[Any], float], since: float
) -> AsyncIterator[dict[str, Any]]:
    """The batches of a vendor's list, newest first, back to a moment.

    Args:
        ask: Gets the page after an id, the first one for None.
        created: When a batch was created, in seconds since 1970.
        since: Older ones are not looked at.

    Raises:
        Fault: the list does not end. What was sought may be in the rest: nobody may take it for not there.
    """
    after: str | None = None
    for _ in range(MOST_PAGES):
        page = await ask(after)
        found = [each for each in page.get("data") or [] if isinstance(each, dict)]
        recent = [each for each in found if created(each) >= since]
        for each in recent:
            yield each
        after = str(found[-1].get("id")) if found else None
        if after is None or len(recent) < len(found) or not page.get("has_more"):
            return
    raise Fault("envelope", f"the list of batches does not end after {MOST_PAGES} pages")


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _no_call(provider: str) -> CallRequest:
    """What the wire's messages are about where no single call is asked."""
    return CallRequest(provider=provider, model="", system="", messages=(), schema_={}, max_output_tokens=1)


def _file_client() -> httpx2.AsyncClient:
    from panel.calls.vendor_batches.downloading import FileClient

    return FileClient()
