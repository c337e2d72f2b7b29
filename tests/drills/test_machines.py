import pytest

from tests.drills.running import pass_drill

pytest.importorskip("procrastinate")


def test_a_worker_killed_one_stopped_and_the_database_restarted_cost_no_tool_and_no_second_payment():
    said = pass_drill("machines", "--runs", 1, "--seed", 5)
    assert "24 of 24 tools done with all seats" in said
    assert "\n0 paid twice" in said
