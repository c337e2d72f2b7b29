"""Runs over one ledger and a vendor's batch endpoints: what these tests begin with."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import replace

from panel.calls.budget import Budget
from panel.calls.ledger.rows import calls_of
from panel.calls.ledger.sqlite import SqliteLedger
from panel.calls.prices import Prices
from panel.calls.vendor_batches.apis.base import batches_of
from panel.calls.vendor_batches.batches import VendorBatches
from panel.calls.vendor_batches.piles import Wanted
from tests.calls.providers.dialects import ANSWER
from tests.standin import Cut, StandIn, Text
from tests.standin.batches import Batch, is_create
from tests.standin.batches.answers import CREATES, IN_BATCH


class World:
    """A folder with a ledger, a vendor, a clock that sleeping moves, and processes that come and go.

    Args:
        folder: Where the ledger is.
        dialect: How the vendor is spoken to.
        url: Where, if that is the vendor of another world.

    Attributes:
        fate: How batches go that are created from now on; they end when `finish` says so.
        creates: What the next creates are answered, before they are taken.
        lists: What the next requests for the list of batches are answered.
        lines: By a request's text, what its line is answered once.
        files: What the next files of results are answered.
    """

    def __init__(self, folder, dialect, *, url=None):
        self._url = url
        self.path = folder / "ledger.sqlite"
        self.dialect = dialect
        self.now, self.slept, self.at_sleep = time.time(), [], []
        self.fate, self.creates, self.lists, self.lines, self.files = Batch(), [], [], {}, []
        self._until = threading.Event()
        self.server = StandIn(self._script)
        self.desk = self.server.desk
        self.desk.clock = self.clock

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *error):
        self.server.__exit__(*error)

    def _script(self, seen):
        if is_create(seen):
            return self.creates.pop(0) if self.creates else replace(self.fate, until=self._until)
        if IN_BATCH in seen.headers:
            text = next((text for text in self.lines if f"Your seat: {text}." in seen.text), None)
            return Text(ANSWER) if text is None else self.lines.pop(text)
        if seen.path in CREATES and self.lists:
            return self.lists.pop(0)
        if seen.path.endswith(("/content", "/results")) and self.files:
            return self.files.pop(0)
        return None

    def finish(self):
        """All batches that were created so far end."""
        self._until.set()
        self._until = threading.Event()

    def ends_at_once(self):
        """So does every batch that is created from now on."""
        self._until.set()

    def lost(self, wire="nothing"):
        """A create that is taken and whose answer is lost."""
        return Cut(wire, replace(self.fate, until=self._until))

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        if self.at_sleep:
            self.at_sleep.pop(0)()

    @property
    def base_url(self):
        return self._url or self.dialect.url_of(self.server)

    def request(self, text="one", **changes):
        messages = ({"role": "user", "parts": ("The dossier on one tool.", f"Your seat: {text}.")},)
        return self.dialect.request(self.base_url, **{"messages": messages, **changes})

    def wanted(self, *texts, **changes):
        return [Wanted(self.request(text, **changes), f"tool-{text}", "builder") for text in texts]

    @contextlib.asynccontextmanager
    async def process(self, run="run-1", *, cap=None, ledger=None, wrap=lambda ledger, api: (ledger, api)):
        """One process from its start to its end: a ledger opened, batches over it."""
        opened = ledger or SqliteLedger(self.path)
        provider = self.dialect.connect(self.base_url)
        api = batches_of(provider)
        shown, connected = wrap(opened, api)
        self.ledger, self.provider, self.api = opened, provider, api
        self.budget = Budget(cap, await opened.spent(run))
        batches = VendorBatches(
            ledger=shown,
            connect=lambda _name: provider,
            run=run,
            prices=Prices(),
            budget=self.budget,
            batches_of=lambda _provider: connected,
            clock=self.clock,
            sleep=self.sleep,
        )
        try:
            yield batches
        finally:
            await batches.close()
            await provider.close()
            await opened.close()

    async def calls(self):
        return [call async for call in calls_of(self.ledger.rows(), self.ledger.place)]

    async def states(self):
        return [call.state for call in await self.calls()]

    async def live_price(self, *texts):
        """What the stored replies to these requests would have cost live."""
        total = 0.0
        for text in texts:
            (stored,) = await self.ledger.replies(self.request(text).key)
            usage = self.provider.read(self.request(text), stored.raw).usage
            total += Prices().cost(self.provider.vendor, self.dialect.model, usage)
        return total

    @property
    def created(self):
        """How many creates arrived, taken or not."""
        return sum(map(is_create, self.server.requests))


def custom_id(request):
    return request.key.removeprefix("sha256:")
