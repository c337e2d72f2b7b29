"""Dates of HTTP headers, in the three ways that servers write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from panel.core.http_dates import moment


@pytest.mark.parametrize(
    "header",
    ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"],
    ids=["as it should be", "RFC 850", "asctime"],
)
def test_a_date_is_read_in_each_of_its_forms(header):
    assert moment(header) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize("header", ["", "soon", "120", "Sun, 99 Nov 1994 08:49:37 GMT"])
def test_what_is_no_date_is_none(header):
    assert moment(header) is None
