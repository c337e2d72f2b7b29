"""Who goes first: of calls that share a cached prefix one writes it, so that the others only read it.

A vendor's prompt cache can be read once the first answer is there; calls that leave together each pay for
writing it. So one of them goes ahead where that saves money.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from panel.calls.prices import Prices
from panel.calls.vendors import Vendor
from panel.core.requests import CallRequest, Usage

#: Seconds a cached prefix lives after it was last used: the shorter of both vendors' defaults.
LIFETIME = 300.0
#: Seconds that calls wait for the first one: a call that hangs shall not hold up the whole panel.
LONGEST_WAIT = 60.0
#: Prefixes that are known to be warm, the last ones: seats that share one are asked together.
MOST_KEPT = 4_096
#: Bytes of English and Markdown that make a token, on the safe side: fewer tokens than there are.
_BYTES_PER_TOKEN = 5


def prefix_to_write(request: CallRequest, vendor: Vendor, prices: Prices) -> int | None:
    """The name of the prefix that `request` would write and others could read; None if that saves nothing.

    It saves nothing where reading costs as much as writing, where a price is unknown, and where the prefix
    is shorter than what the vendor caches for this model.
    """
    shared = [request.system, *request.messages[0].parts[:-1]] if request.messages else []
    tokens = sum(len(part.encode("utf-8", errors="replace")) for part in shared) // _BYTES_PER_TOKEN
    least = vendor.cached_from(request.model)
    if least is None or tokens < least:
        return None
    written = prices.cost(vendor, request.model, Usage(input_tokens=tokens, cache_write_tokens=tokens))
    read = prices.cost(vendor, request.model, Usage(input_tokens=tokens, cached_tokens=tokens))
    if written is None or read is None or read >= written:
        return None
    # Everything that stands before the mark, or changes how the vendor reads it. Two prefixes of one name
    # would wait for each other, no more: the texts themselves are not kept.
    options = json.dumps(request.options, sort_keys=True)
    return hash((request.provider, request.base_url, request.model, request.schema_text, options, *shared))


class Warming:
    """Lets one call of each prefix go ahead; the others follow when it has ended, well or not.

    Args:
        clock: Seconds that never run backwards.
        longest_wait: Seconds after which calls no longer wait for the first one.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, longest_wait: float = LONGEST_WAIT
    ) -> None:
        self._clock = clock
        self._longest_wait = longest_wait
        self._first: dict[int, asyncio.Future[None]] = {}
        self._used: OrderedDict[int, float] = OrderedDict()

    @asynccontextmanager
    async def turn(self, prefix: int | None) -> AsyncIterator[None]:
        """Wait while another call writes `prefix`; go first if nobody has lately. None waits for nobody."""
        if prefix is None:
            yield
            return
        if prefix in self._first:
            await asyncio.wait({self._first[prefix]}, timeout=self._longest_wait)
            leads = False
        else:
            leads = not self._is_warm(prefix)
        if leads:
            self._first[prefix] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            self._use(prefix)
            if leads:
                self._first.pop(prefix).set_result(None)

    def _use(self, prefix: int) -> None:
        self._used[prefix] = self._clock()
        self._used.move_to_end(prefix)  # the one used last stands last
        if len(self._used) > MOST_KEPT:
            self._used.popitem(last=False)

    def _is_warm(self, prefix: int) -> bool:
        now = self._clock()
        while self._used:
            longest_unused = next(iter(self._used))
            if now - self._used[longest_unused] < LIFETIME:
                break
            del self._used[longest_unused]
        return prefix in self._used
