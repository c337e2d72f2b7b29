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
