import pytest

from panel.core.errors import InputError
from panel.votes.identity import COOKIE_SECONDS, SECRET_FILE, SECRET_VARIABLE, Identities, read_secret

SECRET = b"x" * 32


def test_a_cookie_is_known_again_with_the_same_mark_and_token():
    identities = Identities(SECRET)
    voter = identities.new(now=1000)
    again = Identities(SECRET).known(voter.cookie, now=2000)
    assert (again.mark, again.token, again.new) == (voter.mark, voter.token, False)
    assert voter.new
    assert again.holds(voter.token)
    assert not again.holds("")


def test_cookie_mark_and_token_tell_nothing_of_one_another():
    voter = Identities(SECRET).new()
    identifier, _, signature = voter.cookie.split(".")
    assert len({identifier, voter.mark, voter.token, signature[:32]}) == 4
    assert voter.cookie not in repr(voter)
    assert voter.token not in repr(voter)


def test_two_voters_are_two():
    identities = Identities(SECRET)
    assert len({identities.new().mark for _ in range(100)}) == 100


def test_every_change_of_a_cookie_makes_it_a_strangers():
    identities = Identities(SECRET)
    cookie = identities.new(now=1000).cookie
    for place, letter in enumerate(cookie):
        changed = cookie[:place] + ("1" if letter != "1" else "2") + cookie[place + 1 :]
        assert identities.known(changed, now=1000) is None
    assert identities.known(None) is None
    assert identities.known(cookie + "\n", now=1000) is None


@pytest.mark.parametrize(
    ("age", "known"), [(COOKIE_SECONDS, True), (COOKIE_SECONDS + 1, False), (-90_000, False)]
)
def test_a_cookie_is_good_for_a_year(age, known):
    identities = Identities(SECRET)
    voter = identities.new(now=1_000_000)
    assert (identities.known(voter.cookie, now=1_000_000 + age) is not None) is known


def test_a_secret_is_made_once_and_only_for_its_owner(tmp_path):
    secret = read_secret(tmp_path, {})
    path = tmp_path / SECRET_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(secret) == 64
    assert read_secret(tmp_path, {}) == secret
    assert [each.name for each in tmp_path.iterdir()] == [SECRET_FILE]


def test_the_environment_wins_and_makes_no_file(tmp_path):
    assert read_secret(tmp_path, {SECRET_VARIABLE: "y" * 40}) == b"y" * 40
    assert list(tmp_path.iterdir()) == []


def test_a_secret_others_can_read_or_guess_is_refused_and_not_shown(tmp_path):
    with pytest.raises(InputError, match=f"{SECRET_VARIABLE}: is shorter") as caught:
        read_secret(tmp_path, {SECRET_VARIABLE: "hunter2"})
    assert "hunter2" not in str(caught.value)
    path = tmp_path / SECRET_FILE
    path.write_text("z" * 64)
    path.chmod(0o644)
    with pytest.raises(InputError, match="others may read it") as caught:
        read_secret(tmp_path, {})
    assert "chmod 600" in caught.value.hint
    path.chmod(0o600)
    path.write_text("")
    with pytest.raises(InputError, match=r"votes\.secret: is shorter"):
        read_secret(tmp_path, {})
