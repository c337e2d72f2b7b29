"""Every test of batches runs once for each API that has them."""

from __future__ import annotations

import pytest

from tests.calls.ledger.conftest import postgres_server, postgres_url  # noqa: F401 (fixtures of the ledgers')
from tests.calls.providers.dialects import DIALECTS
from tests.calls.vendor_batches.world import World


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.id)
def world(request, tmp_path):
    """A ledger nobody has written to, and a vendor nobody has asked."""
    with World(tmp_path, request.param) as found:
        yield found
