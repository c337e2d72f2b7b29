"""The e-mail: its headers, its parts, and that no text of a record can make a header."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from panel.core.errors import InputError
from panel.digest import rendering
from panel.digest.addresses import address
from panel.digest.message import letters
from panel.digest.settings import DigestSettings
from panel.digest.wording import subject
from tests.digest.samples import filled, full

ADA, BO = address("Ada <ada@example.org>"), address("bo@example.org")
LEAVE = "https://panel.example/leave"
SET = DigestSettings(
    sender=address("Ship or skip <digest@panel.example>"),
    to=(ADA, BO),
    reply_to=address("desk@panel.example"),
    unsubscribe=LEAVE,
)
HEADERS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "MIME-Version",
    "Content-Type",
]


def read(letter):
    return message_from_bytes(letter.data, policy=default)


def part(message, kind):
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


def test_the_message_has_its_headers_and_both_forms():
    letter = letters(full(), SET, [ADA])[0]
    message = read(letter)
    assert message.keys() == HEADERS
    assert message["From"] == "Ship or skip <digest@panel.example>"
    assert message["To"] == "Ada <ada@example.org>"
    assert message["Reply-To"] == "desk@panel.example"
    assert message["Subject"] == subject(full())
    assert message["Date"].datetime == datetime(2026, 11, 21, tzinfo=UTC)
    assert message["List-Unsubscribe"] == f"<{LEAVE}>"
    assert message["Message-ID"] == letter.message_id
    assert letter.message_id.startswith("<digest.2026-11-21.")
    assert letter.message_id.endswith("@panel.example>")
    assert message.get_content_type() == "multipart/alternative"
    # A mail program shows the last form that it knows.
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    plain, page = rendering.both(full(), LEAVE)
    assert (part(message, "plain"), part(message, "html")) == (plain, page)
    assert not message.defects


def test_without_a_place_to_leave_or_to_answer_there_is_no_header_for_it():
    message = read(letters(full(), DigestSettings(sender=SET.sender), [ADA])[0])
    assert message.keys() == [name for name in HEADERS if name not in {"Reply-To", "List-Unsubscribe"}]
    assert "Unsubscribe" not in part(message, "html")


def test_the_same_issue_is_the_same_message_and_each_recipient_has_an_own_one():
    first, again = letters(full(), SET, [ADA, BO]), letters(full(), SET, [ADA, BO])
    assert first == again
    assert first[0].message_id != first[1].message_id
    assert b"bo@example.org" not in first[0].data
    other = full().model_copy(update={"title": "Another"})
    assert letters(other, SET, [ADA])[0].message_id != first[0].message_id


def test_who_sends_must_be_set():
    with pytest.raises(InputError, match=r"digest\.from"):
        letters(full(), DigestSettings(), [ADA])


def test_the_site_must_have_a_public_address():
    with pytest.raises(InputError, match=r"site\.url"):
        letters(full().model_copy(update={"url": None}), SET, [ADA])


NAMES = st.text(max_size=150) | st.text(
    alphabet='\r\n\0\t\v\x85\u2028 :,;"<>=?_@\\Bcc\ud800é字', max_size=150
)


@given(NAMES)
@settings(max_examples=300, deadline=None)
@example("x\r\nBcc: eve@example.org")
@example("x\nContent-Type: text/html\n\n<script>")
@example("x\r\n\r\nbody")
@example("x\0y")
@example("=?utf-8?q?=0ABcc:_eve=40example.org?=")
@example("é" * 140)
@example("字" * 60 + "\u2028Bcc: x")
@example(" " * 140 + "a")
@example("a" * 140)
def test_whatever_a_tool_is_called_the_headers_are_ours(name):
    letter = letters(filled(name), SET, [ADA])[0]
    assert letter.data.isascii()
    assert b"\0" not in letter.data
    head, _, _ = letter.data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line and len(line) <= 998 for line in lines)
    assert [line.split(b":")[0].decode() for line in lines if line[:1] not in {b" ", b"\t"}] == HEADERS
    message = read(letter)
    assert message.keys() == HEADERS
    assert [each.addr_spec for each in message["To"].addresses] == ["ada@example.org"]
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    assert not message.defects


@given(NAMES)
@settings(max_examples=200, deadline=None)
def test_the_subject_arrives_as_it_was_written(name):
    value = filled(f"A{name}Z")
    assert read(letters(value, SET, [ADA])[0])["Subject"] == subject(value)


@given(st.text(max_size=120))
@settings(max_examples=100, deadline=None)
@example("--=_")
@example("\n.\n")
@example("\nFrom x\n")
def test_both_forms_arrive_as_they_were_written(text):
    value = filled(f"A{text}Z")
    message = read(letters(value, SET, [ADA])[0])
    assert (part(message, "plain"), part(message, "html")) == rendering.both(value, LEAVE)
