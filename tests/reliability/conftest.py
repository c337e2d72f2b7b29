"""Whole commands against the stand-in, once for each API: `panel` as in tests/cli, pointed at one of them."""

from __future__ import annotations

from functools import partial

import pytest

from panel import session
from panel.calls.retrying import RetryPolicy
from tests.cli.conftest import panel, workspace  # noqa: F401 (fixtures are found by their names here)
from tests.reliability.apis import APIS, Asking
from tests.standin import StandIn


@pytest.fixture
def server():
    with StandIn() as running:
        yield running


@pytest.fixture(params=APIS, ids=lambda api: api.name)
def api(request):
    return request.param


@pytest.fixture
def ask(panel, workspace, server, api):  # noqa: F811 (the fixtures of tests/cli)
    """`panel review …` through one API, with the stand-in in the place of the vendor's host."""
    return Asking(panel, workspace, server, api)


@pytest.fixture
def without_jitter(monkeypatch):
    """Back-off draws a wait of 0 s; what a server asks for is waited for all the same."""
    monkeypatch.setattr(session, "RetryPolicy", partial(RetryPolicy, random=lambda: 0.0))
