"""What is an address of e-mail, and what is refused."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.errors import InputError
from panel.digest.addresses import address, read_recipients


@pytest.mark.parametrize(
    ("text", "name", "spec"),
    [
        ("ada@example.org", "", "ada@example.org"),
        (" Ada Lovelace <ada+panel@Example.ORG> ", "Ada Lovelace", "ada+panel@example.org"),
        ('"Lovelace, Ada" <ada@example.org>', "Lovelace, Ada", "ada@example.org"),
        ("Bö <bo@exämple.org>", "Bö", "bo@xn--exmple-cua.org"),
        ("root@localhost", "", "root@localhost"),
    ],
)
def test_an_address_is_read_with_and_without_a_name(text, name, spec):
    found = address(text)
    assert (found.display_name, found.addr_spec) == (name, spec)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@@example.org",
        "a b@example.org",
        "ada@example..org",
        "ada@-a.org",
        "ada@example.org, eve@example.org",
        "ada@example.org\nBcc: eve@example.org",
        "ada\r\n@example.org",
        "Ada\x00 <ada@example.org>",
        "Ada\nBcc: x <ada@example.org>",
        "Ada <ada@example.org> <eve@example.org>",
        "ädä@example.org",
        "ada@exa mple.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 64}.{'c' * 200}.org",
        f"{'N' * 101} <ada@example.org>",
        '"a b"@example.org',
        "ada@[127.0.0.1]",
        "Ada\u2028 <ada@example.org>",
        "=?utf-8?q?=0ABcc:_eve=40example.org?= <ada@example.org>",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"address|characters|ASCII|longer|encoded"):
        address(text)


def test_recipients_come_once_each_and_a_wrong_one_is_named():
    assert [each.addr_spec for each in read_recipients(["a@b.c", "A <a@b.c>", "d@e.f"])] == ["a@b.c", "d@e.f"]
    with pytest.raises(InputError, match=r"--to.*nobody"):
        read_recipients(["nobody"])


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_taken_for_an_address_makes_one_header_of_one_address(name, local, domain):
    for text in (f"{local}@{domain}", f"{name} <{local}@{domain}>", name):
        try:
            found = address(text)
        except ValueError:
            continue
        message = EmailMessage(policy=SMTP)
        message["To"] = found
        lines = bytes(message).split(b"\r\n\r\n")[0].split(b"\r\n")
        assert lines[0].startswith(b"To: ")
        assert all(line.startswith((b" ", b"\t")) for line in lines[1:])
        assert [each.addr_spec for each in message["To"].addresses] == [found.addr_spec]
        assert bytes(message).isascii()
