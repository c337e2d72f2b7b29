import pytest

from tests.drills.running import pass_drill
from tests.drills.twins import INCONCLUSIVE, PASSED, Count


def test_two_processes_over_the_same_60_calls_pay_for_each_once():
    said = pass_drill("twins", "--runs", 6, "--seed", 1)
    assert "6 runs of two processes over the same 60 calls: 360 calls left" in said
    assert "\n0 paid twice" in said


def test_when_one_of_the_two_is_killed_the_other_is_done_at_once():
    said = pass_drill("twins", "--runs", 5, "--seed", 2, "--kill")
    assert "5 times one was killed" in said


@pytest.fixture(scope="module")
def postgres():
    """The address of an empty PostgreSQL; skips where there is none to be started."""
    servers = pytest.importorskip("tests.calls.ledger.postgres_server", reason="psycopg is not installed")
    binaries = servers.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server: neither in PATH nor in /usr/lib/postgresql/*/bin")
    with servers.running_server(binaries) as server:
        yield server.new_schema()


@pytest.mark.parametrize("kill", [[], ["--kill"]], ids=["both-live", "one-killed"])
def test_over_one_postgresql_too(postgres, kill):
    # Of few kills none may meet a call in flight, which proves nothing.
    runs = 8 if kill else 3
    said = pass_drill("twins", "--runs", runs, "--seed", 3, "--ledger", postgres, *kill)
    assert f"{runs} runs of two processes over the same 60 calls" in said
    assert "\n0 paid twice" in said


def test_kills_of_processes_that_waited_for_nothing_prove_nothing():
    assert Count(runs=5, kills=5, in_flight=0).verdict == INCONCLUSIVE
    assert Count(runs=5, kills=5, in_flight=1).verdict == PASSED
