import asyncio

import pytest

from panel.calls.prices import Prices
from panel.calls.providers import base
from panel.calls.warming import LIFETIME, MOST_KEPT, Warming, prefix_to_write
from panel.core.requests import Message
from tests.calls.fakes import FREE_VENDOR, FakeClock, request

LONG = "The dossier says a lot. " * 1000
ANTHROPIC, OPENAI = base.vendor_of("anthropic"), base.vendor_of("openai")


def asked(persona="skeptic", dossier=LONG, model="claude-sonnet-5-5", **changes):
    return request(messages=(Message(role="user", parts=(dossier, persona)),), model=model, **changes)


@pytest.mark.parametrize(("vendor", "model"), [(ANTHROPIC, "claude-sonnet-5-5"), (OPENAI, "gpt-5.4")])
def test_seats_that_share_house_rules_and_dossier_share_a_prefix(vendor, model):
    names = {prefix_to_write(asked(who, model=model), vendor, Prices()) for who in ("builder", "skeptic")}
    assert len(names) == 1
    assert None not in names


@pytest.mark.parametrize(
    "other",
    [
        asked(dossier=LONG + "!"),
        asked(model="claude-opus-5"),
        asked(system="Other house rules."),
        asked(schema={"type": "object"}),
        asked(base_url="http://localhost:1"),
    ],
)
def test_whatever_a_vendor_caches_by_makes_another_prefix(other):
    assert prefix_to_write(other, ANTHROPIC, Prices()) not in {
        None,
        prefix_to_write(asked(), ANTHROPIC, Prices()),
    }


def test_nobody_waits_where_it_saves_nothing():
    assert prefix_to_write(asked(dossier="A short one."), ANTHROPIC, Prices()) is None, (
        "too short for the cache"
    )
    assert prefix_to_write(asked(), ANTHROPIC, Prices(price_in=1, price_out=1)) is None, "reads cost the same"
    assert prefix_to_write(asked(model="my-own"), OPENAI, Prices()) is None, "the price is unknown"
    assert prefix_to_write(asked(), FREE_VENDOR, Prices()) is None, "nothing is paid at all"


def test_how_long_a_prefix_must_be_depends_on_the_model():
    assert ANTHROPIC.cached_from("claude-opus-5") == 512
    assert ANTHROPIC.cached_from("claude-sonnet-5-5") == 1024
    assert ANTHROPIC.cached_from("claude-of-tomorrow") == 4096
    assert OPENAI.cached_from("any") == 1024
    assert FREE_VENDOR.cached_from("any") is None


class Calls:
    """Calls that stay in flight until they are told to end; `sent` holds their numbers in order."""

    def __init__(self):
        self.clock = FakeClock()
        self.warming = Warming(self.clock)
        self.sent = []
        self.tasks = []

    async def start(self, prefix, times=1, ending=None):
        for _ in range(times):
            self.tasks.append(asyncio.create_task(self._call(len(self.tasks), prefix, ending)))
        await self.settle()

    async def _call(self, n, prefix, ending):
        async with self.warming.turn(prefix):
            self.sent.append(n)
            self.ends = ends = asyncio.Event()
            await ends.wait()
            if ending:
                raise ending

    async def settle(self):
        for _ in range(10):
            await asyncio.sleep(0)

    async def end_last_sent(self):
        self.ends.set()
        await self.settle()


def playing(play):
    async def run():
        calls = Calls()
        await play(calls)
        for task in calls.tasks:
            task.cancel()
        await asyncio.gather(*calls.tasks, return_exceptions=True)

    asyncio.run(run())


def test_one_goes_first_and_the_others_follow_together():
    async def play(calls):
        await calls.start("p", times=4)
        assert calls.sent == [0]
        await calls.end_last_sent()
        assert calls.sent == [0, 1, 2, 3]

    playing(play)


def test_other_prefixes_and_calls_without_one_wait_for_nobody():
    async def play(calls):
        await calls.start("p", times=2)
        await calls.start("q")
        await calls.start(None, times=2)
        assert calls.sent == [0, 2, 3, 4]

    playing(play)


def test_a_first_one_that_fails_lets_the_others_go():
    async def play(calls):
        await calls.start("p", ending=RuntimeError("broken"))
        await calls.start("p", times=2)
        await calls.end_last_sent()
        assert calls.sent == [0, 1, 2]

    playing(play)


def test_a_first_one_that_is_cancelled_lets_the_others_go():
    async def play(calls):
        await calls.start("p", times=3)
        calls.tasks[0].cancel()
        await calls.settle()
        assert calls.sent == [0, 1, 2]

    playing(play)


def test_a_first_one_that_hangs_holds_the_others_up_for_a_while_only():
    async def play(calls):
        calls.warming = Warming(calls.clock, longest_wait=0.02)
        await calls.start("p", times=3)
        assert calls.sent == [0]
        await asyncio.sleep(0.1)
        assert calls.sent == [0, 1, 2]

    playing(play)


def test_a_cache_that_is_warm_is_waited_for_by_nobody_until_it_has_gone_cold():
    async def play(calls):
        await calls.start("p")
        await calls.end_last_sent()
        calls.clock.now += LIFETIME - 1
        await calls.start("p", times=2)
        assert calls.sent == [0, 1, 2]
        for task in calls.tasks:
            task.cancel()
        await calls.settle()
        calls.clock.now += LIFETIME
        await calls.start("p", times=2)
        assert calls.sent == [0, 1, 2, 3]

    playing(play)


def test_what_has_gone_cold_is_forgotten():
    async def play(calls):
        for n in range(100):
            await calls.start(f"p{n}")
            await calls.end_last_sent()
            calls.clock.now += LIFETIME / 10
        assert len(calls.warming._used) <= 11

    playing(play)


def test_of_very_many_the_last_ones_are_remembered():
    async def play(calls):
        for n in range(MOST_KEPT + 10):
            async with calls.warming.turn(n):
                pass
        assert len(calls.warming._used) == MOST_KEPT
        await calls.start(0, times=2)
        await calls.start(MOST_KEPT, times=2)
        assert calls.sent == [0, 2, 3], "the first one's cache is written once more, the other's is read"

    playing(play)
