"""While very much is made that stays, Python does not look for garbage in it, neither then nor later."""

import gc

import pytest

from panel.site.uncollected import uncollected


@pytest.fixture(autouse=True)
def _thawed():
    yield
    gc.unfreeze()


def test_what_was_made_is_not_looked_through_and_garbage_is_looked_for_again_afterwards():
    with uncollected():
        assert not gc.isenabled()
        made = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() > len(made)
    looked_through = {id(each) for each in gc.get_objects()}
    assert not looked_through & {id(each) for each in made}


def test_it_stays_off_for_whoever_switched_it_off():
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_garbage_is_looked_for_again_after_a_failure():
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()
