import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from panel.calls.ledger.processes import LEASE_SECONDS, RENEW_SECONDS, Process, lives, this_process

linux = pytest.mark.skipif(sys.platform != "linux", reason="only /proc says when a process began")


def test_this_process_lives_however_long_it_is_silent():
    me = this_process()
    assert me.pid == os.getpid()
    if me.started is not None:
        assert lives(me, silent_for=10_000.0)
    assert lives(me, silent_for=0.0)


@linux
def test_another_process_that_got_the_id_later_is_not_the_one_meant():
    assert not lives(replace(this_process(), started="1"), silent_for=0.0)


def test_a_process_that_has_ended_is_dead_at_once():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = replace(this_process(), pid=child.pid, started=_start(child.pid))
    assert lives(process, silent_for=0.0)
    child.kill()
    child.wait()
    assert child.stdin is not None
    child.stdin.close()
    assert not lives(process, silent_for=0.0)


@linux
def test_a_killed_child_whose_parent_has_not_noticed_is_dead():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = replace(this_process(), pid=child.pid, started=_start(child.pid))
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not lives(process, silent_for=0.0)
    child.communicate()


def test_a_process_elsewhere_lives_as_long_as_it_gives_signs_of_life():
    elsewhere = Process("another-boot/pid:[1]", pid=os.getpid(), started=this_process().started)
    assert lives(elsewhere, silent_for=LEASE_SECONDS - 0.1)
    assert not lives(elsewhere, silent_for=LEASE_SECONDS)


def test_two_signs_of_life_may_get_lost():
    assert 2 * RENEW_SECONDS < LEASE_SECONDS


def test_without_proc_an_id_that_is_in_use_counts_only_with_signs_of_life():
    unknown = replace(this_process(), started=None)
    assert lives(unknown, silent_for=0.0)
    assert not lives(unknown, silent_for=LEASE_SECONDS)


def _start(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None
