"""Ready-made scripts for batches, for the command line too: `--script tests.standin.batches.scripts:slow`."""

from __future__ import annotations

from tests.standin.answers import Cut, Status
from tests.standin.batches.answers import Batch, Missing, Script, Twice, Unmade, to_creates, to_lines
from tests.standin.scripts import always, either, first, once_each


def slow() -> Script:
    """Every batch ends two seconds after it was made."""
    return to_creates(always(Batch(delay=2.0)))


def never() -> Script:
    """No batch ends within a day."""
    return to_creates(always(Batch(delay=86_400.0)))


def duplicated() -> Script:
    """Every result is there twice, in no order, among those of strangers."""
    return either(to_creates(always(Batch(strangers=3))), to_lines(always(Twice())))


def expired_once() -> Script:
    """Every call expires the first time, and is made when it comes again."""
    return to_lines(once_each(Unmade("expired")))


def errored_once() -> Script:
    """Every call ends in an error of the server's the first time."""
    return to_lines(once_each(Status(500)))


def missing_once() -> Script:
    """Every result is missing the first time."""
    return to_lines(once_each(Missing()))


def failed_once() -> Script:
    """The first batch does not validate."""
    return to_creates(first(1, Batch(ends="failed")))


def cancelled_once() -> Script:
    """The first batch is cancelled after one call."""
    return to_creates(first(1, Batch(ends="cancelled", made=1)))


def lost_create() -> Script:
    """The first batch is taken, and the connection cut before that is said."""
    return to_creates(first(1, Cut("nothing")))
