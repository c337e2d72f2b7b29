"""Every test that asks for a `dialect` runs once for each API."""

from __future__ import annotations

import pytest

from tests.calls.providers.dialects import DIALECTS
from tests.standin import StandIn


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.id)
def dialect(request):
    return request.param


@pytest.fixture
def server():
    """The stand-in, answering as a good model would until a test gives it a script."""
    with StandIn() as running:
        yield running
