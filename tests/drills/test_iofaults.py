import re

import pytest

from tests.drills.iofault import MODES
from tests.drills.running import pass_drill


@pytest.mark.parametrize("mode", MODES)
def test_whatever_operation_on_disk_fails_nothing_is_lost_or_paid_twice(mode):  # B02, B03, B04
    said = pass_drill("iofaults", "--mode", mode)
    faults = int(re.match(rf"{mode}: (\d+) faults", said)[1])
    assert faults > 80, "a review makes more operations than that"
