import pytest

from tests.drills.running import pass_drill


@pytest.mark.parametrize("way", ["tmpfs", "limit"])
def test_a_full_disk_stops_the_sending_and_loses_nothing_that_was_acknowledged(way):  # B05
    assert "between two calls" in pass_drill("diskfull", "--way", way)
