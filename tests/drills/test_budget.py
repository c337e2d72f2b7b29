import pytest

from tests.drills.budget import CALLS, drill


@pytest.mark.parametrize("workers", [50, 256])
def test_with_money_for_ten_calls_ten_are_sent_and_more_money_goes_on(workers, tmp_path):  # B13
    count = drill(workers=workers, folder=tmp_path)
    assert count.wrong == []
    sent = [sent for _, sent, _ in count.rounds]
    assert sent == [CALLS, 0, CALLS, workers - 2 * CALLS, 0]
