from panel.votes.auditing import audit
from tests.votes.samples import vote

ONE, OTHER = "ab" * 8, "cd" * 8


def test_votes_as_readers_cast_them_do_not_stand_out():
    hourly = [
        vote(number, tool=tool, at=number * 90, origin=f"{number:016x}")
        for number in range(30)
        for tool in "ab"
    ]
    assert audit(hourly) == []
    assert audit([]) == []


def test_a_burst_is_named_with_how_many_when_and_how_fast():
    steady = [vote(number, at=number * 90) for number in range(20)]
    burst = [vote(100 + number, at=600 + number) for number in range(12)]
    remark, *more = audit(steady + burst)
    assert more == []
    assert (remark.kind, remark.about) == ("burst", "codestral")
    assert remark.says.startswith("codestral: 13 of its 32 voters came within ")
    assert "2026-11-20 21:1" in remark.says


def test_a_change_of_an_old_vote_is_no_burst():
    assert audit([vote(number, first=number * 90, at=3500 + number / 10) for number in range(30)]) == []


def test_one_network_with_most_votes_of_a_tool_is_named():
    votes = [vote(number, at=number * 90, origin=ONE if number < 6 else OTHER) for number in range(10)]
    remark, *more = audit(votes)
    assert more == []
    assert remark.says == "codestral: 6 of its 10 votes came from one network in one day"
    assert audit(votes[2:]) == []  # four of eight are no majority


def test_votes_whose_network_is_not_known_are_nobodys_majority():
    assert audit([vote(number, at=number * 90) for number in range(10)]) == []


def test_a_voter_on_many_tools_at_once_is_named_with_the_tools():
    tools = [f"tool-{number}" for number in range(9)]
    votes = [vote(7, "skip" if number else "ship", tool=tool, at=number) for number, tool in enumerate(tools)]
    remark, *more = audit(votes)
    assert more == []
    assert remark.kind == "everything_at_once"
    assert remark.says == (
        "voter 00000000: 9 tools within 8 s (8 skip, 1 ship):"
        " tool-0, tool-1, tool-2, tool-3, tool-4 and 4 more"
    )
