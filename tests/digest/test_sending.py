"""Messages reach a mail server once each, and what is not sure is said."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from panel.core.errors import AccountError, InputError, StoppedEarly
from panel.core.records import Records
from panel.digest.addresses import address
from panel.digest.message import letters
from panel.digest.posting import Post
from panel.digest.sending import note_all, plan, send
from panel.digest.sent import SentIssues
from panel.digest.settings import DigestSettings, Server
from tests.digest.post_office import PASSWORD, USER, certificate, open_for_mail
from tests.digest.samples import full

TO = tuple(address(f"{name}@example.org") for name in ("ada", "bo", "cy"))
ADA, BO, CY = (each.addr_spec for each in TO)
SET = DigestSettings(sender=address("Desk <desk@panel.example>"), to=TO)


@pytest.fixture
def office():
    with open_for_mail() as found:
        yield found


@pytest.fixture
def sent(tmp_path):
    found = SentIssues(Records(tmp_path / "runs"))
    found.make()
    return found


def server(office, **more):
    return Server(**({"host": "127.0.0.1", "port": office.port, "security": "none"} | more))


def deliver(office, sent, *, again=False, issue=None):
    """What became of each message that was still to be sent."""
    planned = plan(issue or full(), sent, again=again)
    open_ = [each for each in letters(planned.issue, SET, SET.to) if planned.known(each.to) is None]
    return (
        {letter.to: result for letter, result in send(open_, planned, sent, server(office))} if open_ else {}
    )


def states(results):
    return {to: result.state for to, result in results.items()}


def noted(sent):
    found = sent.like(full())
    return {} if found is None else {each.to: each.state for each in found.deliveries}


# ---------------------------------------------------------------- sent, and sent once


def test_each_recipient_gets_the_message_that_was_made_for_it(office, sent):
    assert states(deliver(office, sent)) == {ADA: "sent", BO: "sent", CY: "sent"}
    made = letters(full(), SET, SET.to)
    assert [(sender, to) for sender, to, _ in office.messages] == [
        ("desk@panel.example", each.to) for each in made
    ]
    assert [content for _, _, content in office.messages] == [each.data for each in made]
    assert noted(sent) == {ADA: "sent", BO: "sent", CY: "sent"}


def test_lines_that_begin_with_a_full_stop_arrive(office, sent):
    dotted = full().model_copy(update={"title": "." + "x" * 20})
    deliver(office, sent, issue=dotted)
    assert b"\r\n.xxxx" in office.messages[0][2]


def test_nobody_gets_an_issue_twice_unless_it_is_sent_again(office, sent):
    deliver(office, sent)
    assert deliver(office, sent) == {}
    assert len(office.messages) == 3
    deliver(office, sent, again=True)
    assert len(office.messages) == 6


def test_an_issue_that_was_begun_is_finished_as_it_was_begun(office, sent):
    office.to[CY] = "451 later"
    deliver(office, sent)
    office.to.clear()
    grown = full().model_copy(update={"title": "Another title"})
    assert states(deliver(office, sent, issue=grown)) == {CY: "sent"}
    assert b"Another title" not in office.messages[-1][2]


def test_what_another_program_sends_is_noted_too(office, sent):
    planned = plan(full(), sent, again=False)
    note_all(letters(full(), SET, SET.to[:2]), planned, sent)
    assert states(deliver(office, sent)) == {CY: "sent"}


# ---------------------------------------------------------------- failures


def test_a_recipient_that_is_refused_keeps_nobody_else_from_getting_it(office, sent):
    office.to[ADA] = "550 5.1.1 no such\tuser"
    results = deliver(office, sent)
    assert states(results) == {ADA: "refused", BO: "sent", CY: "sent"}
    assert results[ADA].says == "550 5.1.1 no such user"
    assert noted(sent) == {BO: "sent", CY: "sent"}


@pytest.mark.parametrize(("answer", "state"), [("451 greylisted", "later"), ("554 spam", "refused")])
def test_a_message_that_is_not_taken_is_not_noted_as_one_that_may_have_arrived(office, sent, answer, state):
    office.data[BO] = answer
    assert states(deliver(office, sent)) == {ADA: "sent", BO: state, CY: "sent"}
    assert noted(sent) == {ADA: "sent", CY: "sent"}


def test_when_nobody_gets_it_there_is_no_note(office, sent):
    office.data = dict.fromkeys((ADA, BO, CY), "451 later")
    deliver(office, sent)
    assert list(sent.folder.iterdir()) == []


def test_after_a_server_that_leaves_without_a_word_nobody_knows_and_it_is_said(office, sent):
    office.data[BO] = "gone"
    results = deliver(office, sent)
    assert states(results) == {ADA: "sent", BO: "unknown", CY: "later"}
    assert "connection was lost" in results[CY].says
    assert noted(sent) == {ADA: "sent", BO: "unknown"}
    # It did arrive; the next try leaves it alone.
    office.data.clear()
    assert states(deliver(office, sent)) == {CY: "sent"}
    assert office.got == [ADA, BO, CY]


def test_a_server_that_leaves_before_the_message_has_none(office, sent):
    office.to[BO] = "gone"
    assert states(deliver(office, sent)) == {ADA: "sent", BO: "later", CY: "later"}
    assert noted(sent) == {ADA: "sent"}


def test_a_server_that_says_goodbye_is_not_asked_further(office, sent):
    office.to[ADA] = "421 closing"
    assert states(deliver(office, sent)) == {ADA: "later", BO: "later", CY: "later"}
    assert office.got == []


def test_a_sender_that_is_refused_is_said_for_each_message(office, sent):
    office.sender = "550 who are you"
    assert set(states(deliver(office, sent)).values()) == {"refused"}


def test_who_is_killed_between_message_and_note_finds_that_it_may_have_arrived(office, sent, monkeypatch):
    write, calls = sent.write, []

    def dies(note):
        calls.append(note)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(note)

    monkeypatch.setattr(sent, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        deliver(office, sent)
    monkeypatch.undo()
    assert office.got == [ADA]
    assert noted(sent) == {ADA: "unknown"}
    assert states(deliver(office, sent)) == {BO: "sent", CY: "sent"}


# ---------------------------------------------------------------- getting in


@contextmanager
def connected(office, **more):
    with Post(server(office, **more), "panel.example", seconds=10) as post:
        yield post


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """A server's certificate that this process trusts."""
    context, file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


LOGGED_IN = {"host": "localhost", "user": USER, "password": PASSWORD}


def test_starttls_comes_before_the_password(trusted):
    with open_for_mail(tls=trusted) as office, connected(office, security="starttls", **LOGGED_IN) as post:
        (letter,) = letters(full(), SET, TO[:1])
        assert post.deliver(letter, lambda: None).state == "sent"
        assert office.logins == [USER]


def test_encryption_from_the_first_byte(trusted):
    with (
        open_for_mail(tls=trusted, from_the_first_byte=True) as office,
        connected(office, security="ssl", **LOGGED_IN),
    ):
        assert office.logins == [USER]


def test_a_certificate_that_nobody_vouches_for_ends_it_before_the_password(tmp_path):
    context, _ = certificate(tmp_path)
    with open_for_mail(tls=context) as office:
        with (
            pytest.raises(AccountError, match="no encryption that holds"),
            connected(office, security="starttls", **LOGGED_IN),
        ):
            pass
        assert office.logins == []


def test_a_server_without_starttls_gets_no_password(office):
    with pytest.raises(AccountError, match="STARTTLS"), connected(office, security="starttls", **LOGGED_IN):
        pass
    assert office.logins == []


def test_a_wrong_password_is_said_without_the_password(office):
    with (
        pytest.raises(AccountError, match="535") as caught,
        connected(office, user=USER, password="wr0ng-and-secret"),
    ):
        pass
    assert "wr0ng" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


@pytest.mark.parametrize("password", [None, "", "pässword"])
def test_a_password_that_cannot_be_sent_is_named_by_its_variable(office, password):
    with (
        pytest.raises(InputError, match="PANEL_SMTP_PASSWORD") as caught,
        connected(office, user=USER, password=password),
    ):
        pass
    assert "pässword" not in str(caught.value)


def test_a_server_that_is_not_there_can_be_tried_again(office):
    gone = server(office, port=1)
    with pytest.raises(StoppedEarly, match=r"127\.0\.0\.1:1"), Post(gone, "panel.example"):
        pass


def test_a_server_never_shows_its_password():
    assert "secret" not in repr(Server("h", 1, "ssl", "u", "secret")) + str(
        Server("h", 1, "ssl", "u", "secret")
    )
