from tests.drills.accounts import Accounts
from tests.drills.crash import FAILED, INCONCLUSIVE, PASSED, Count
from tests.drills.ledgers import Holding
from tests.drills.running import pass_drill
from tests.drills.witness import Asked


def asked(index, body):
    return Asked(index, body, ident=f"{body}-{index}", time=float(index))


def holding(*idents, damage=()):
    return Holding(replies=dict.fromkeys(idents, "sha256:…"), damage=list(damage))


def test_kill_9_loses_no_reply_and_pays_for_none_twice():  # B01
    said = pass_drill("crash", "--kills", 12, "--cold", 1, "--seed", 1)
    assert "12 kills" in said
    assert " 0 replies lost" in said
    assert "0 acknowledged calls asked again" in said


def test_a_call_in_flight_at_a_kill_may_come_again():
    accounts = Accounts()
    assert accounts.look([asked(0, "a"), asked(1, "b")], holding("a-0")) == {"b"}
    assert accounts.look([asked(2, "b")], holding("a-0", "b-2")) == set()
    assert (accounts.wrong, accounts.again) == ([], 1)


def test_a_call_whose_reply_was_there_must_not_come_again():
    accounts = Accounts()
    accounts.look([asked(0, "a")], holding("a-0"))
    accounts.look([asked(1, "a")], holding("a-0", "a-1"))
    assert accounts.wrong == ["asked again although its reply was in the ledger: a"]


def test_a_reply_that_is_gone_or_another_is_found_out():
    for later in (Holding(), Holding(replies={"a-0": "sha256:other"})):
        accounts = Accounts()
        accounts.look([asked(0, "a")], holding("a-0"))
        accounts.look([], later)
        assert accounts.wrong == ["a reply is lost: a-0"]


def test_damage_is_found_out():
    accounts = Accounts()
    accounts.look([], holding(damage=["table calls, row 3: …"]))
    assert accounts.wrong == ["the ledger is damaged: table calls, row 3: …"]


def test_kills_that_missed_the_work_prove_nothing():
    assert Count(kills=20, hits=9).verdict == INCONCLUSIVE
    assert "inconclusive" in Count(kills=20, hits=9).lines()[-1]
    assert Count(kills=20, hits=10).verdict == PASSED
    assert Count(kills=20, hits=9, wrong=["FAILED: a reply is lost"]).verdict == FAILED
