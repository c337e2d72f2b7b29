"""Libraries that are costly to make, made once."""

from functools import cache

import pytest

from tests.site.poisoned import poisoned as make


@pytest.fixture(scope="session")
def poisoned(tmp_path_factory):
    """By a text, the library in whose records all is that text."""
    return cache(lambda text: make(tmp_path_factory.mktemp("poisoned"), text))
