"""Work that was begun is done to its end, however often whoever waits is cancelled."""

from __future__ import annotations

import asyncio

import pytest

from panel.calls.finishing import to_the_end


async def cancelled_meanwhile(times, ending):
    """Work whose waiter is cancelled so often: what the waiter got, and whether the work came to its end."""
    ended = []

    async def work():
        for _ in range(times + 1):
            await asyncio.sleep(0.01)
        ended.append(True)
        if ending is not None:
            raise ending
        return "done"

    waiter = asyncio.create_task(to_the_end(work()))
    for _ in range(times):
        await asyncio.sleep(0.005)
        waiter.cancel()
    (got,) = await asyncio.gather(waiter, return_exceptions=True)
    return got, bool(ended)


@pytest.mark.parametrize("times", [0, 1, 2])
@pytest.mark.parametrize("ending", [None, ValueError("it broke")], ids=["well", "badly"])
def test_it_ends_and_then_the_cancellation_goes_on(times, ending):
    got, ended = asyncio.run(cancelled_meanwhile(times, ending))
    assert ended
    if times:
        assert isinstance(got, asyncio.CancelledError)
    else:
        assert got == (ending or "done")


def test_work_that_is_cancelled_itself_ends_as_cancelled():
    got, ended = asyncio.run(cancelled_meanwhile(0, asyncio.CancelledError()))
    assert ended
    assert isinstance(got, asyncio.CancelledError)
