import random
import re

from panel.votes.identity import Identities
from tests.drills.hostile import KINDS, hostile
from tests.drills.running import pass_drill
from tests.drills.voters import Reader
from tests.drills.votes import FAILED, INCONCLUSIVE, PASSED, Count


def reader(acknowledged=None, *sent):
    return Reader(Identities(b"x" * 32).new(), "codestral", acknowledged, list(sent))


def test_kill_9_loses_no_acknowledged_vote():  # F06
    said = pass_drill("votes", "--kills", 6, "--seed", 1)
    assert "6 kills" in said
    assert "; 0 votes lost" in said
    assert int(re.search(r"([\d,]+) votes acknowledged", said)[1].replace(",", "")) > 0


def test_what_strangers_send_is_refused_and_leaves_no_trace():  # F04
    said = pass_drill("strangers", "--requests", 300, "--slow", 5, "--seed", 1)
    assert "300 hostile requests" in said
    assert "5 slow clients" in said


def test_a_vote_that_is_neither_acknowledged_nor_on_its_way_is_found_out():
    assert reader("ship").may_say("ship")
    assert not reader("ship").may_say("skip")
    assert not reader("ship").may_say(None)
    assert not reader("ship", "skip").may_say(None)
    assert reader("ship", "skip").may_say("skip")
    assert reader("ship", "skip").may_say("ship")
    assert reader(None, "skip").may_say(None)
    assert reader("withdrawn").may_say(None)


def test_kills_that_missed_the_work_prove_nothing():
    assert Count(kills=10, hits=4).verdict == INCONCLUSIVE
    assert Count(kills=10, hits=5).verdict == PASSED
    assert Count(kills=10, hits=5, wrong=["FAILED"]).verdict == FAILED


def test_strangers_send_something_of_every_kind():
    dice = random.Random(1)
    assert {hostile(dice)[0] for _ in range(500)} == {kind.__name__.strip("_") for kind in KINDS}
