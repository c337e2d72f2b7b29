"""No test reaches beyond this machine, reads a key of the user's, or keeps a workspace of the user's."""

from __future__ import annotations

import os
import socket

import pytest

_LOCAL = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def _only_loopback():
    """Fail any test that opens a connection to another machine."""
    real = socket.socket.connect

    def connect(self, address):
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOCAL):
            pytest.fail(f"a test tried to reach {address}")
        return real(self, address)

    socket.socket.connect = connect
    yield
    socket.socket.connect = real


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch):
    """Take every PANEL_*, key and base URL of the user's out of the environment."""
    for name in list(os.environ):
        if name.startswith(("PANEL_", "OPENAI_", "ANTHROPIC_")) and name not in {
            "PANEL_GOLDEN",
            "PANEL_LIVE",
            "PANEL_RECORD",
        }:
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture(scope="session")
def _no_authorities(tmp_path_factory):
    return tmp_path_factory.mktemp("authorities")


@pytest.fixture(autouse=True)
def _no_certificates(request, monkeypatch, _no_authorities):
    """No test here needs a public authority's word, and loading all of them takes each new client 30 ms."""
    if request.node.get_closest_marker("live") is None:
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        monkeypatch.setenv("SSL_CERT_DIR", str(_no_authorities))
