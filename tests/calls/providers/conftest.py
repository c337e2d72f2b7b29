"""Every test that asks for a `dialect` runs once for each API."""

from __future__ import annotations

import pytest

from tests.calls.providers.dialects import DIALECTS
from tests.standin import StandIn


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.id)
def dialect(request):
    return request.param


@pytest.fixture(autouse=True)
def _no_certificates(request, monkeypatch, tmp_path):
    """The stand-in speaks no TLS, and loading all authorities takes each new client 30 ms."""
    if request.node.get_closest_marker("live") is None:
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))


@pytest.fixture
def server():
    """The stand-in, answering as a good model would until a test gives it a script."""
    with StandIn() as running:
        yield running
