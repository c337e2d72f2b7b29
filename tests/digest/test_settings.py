"""`[digest]` of panel.toml: read strictly, and no password in it."""

from __future__ import annotations

import pytest

from panel.core.errors import InputError
from panel.core.workspace import open_workspace
from panel.digest.settings import digest_settings

FULL = """
[digest]
from = "Ship or skip <digest@panel.example>"
to = ["ada@example.org", "Bo <bo@example.org>"]
reply_to = "desk@panel.example"
unsubscribe = "https://panel.example/leave"
smtp_host = "smtp.example.org"
smtp_user = "digest"
"""


@pytest.fixture
def read(tmp_path):
    def read(text, **environ):
        (tmp_path / "panel.toml").write_text(text)
        return digest_settings(open_workspace({}, folder=tmp_path, environ=environ))

    return read


def test_all_settings_are_read(read):
    found = read(FULL, PANEL_SMTP_PASSWORD="s3cret")
    assert found.sender.display_name == "Ship or skip"
    assert [each.addr_spec for each in found.to] == ["ada@example.org", "bo@example.org"]
    assert found.reply_to.addr_spec == "desk@panel.example"
    assert found.unsubscribe == "https://panel.example/leave"
    server = found.server
    assert (server.host, server.port, server.security, server.user) == (
        "smtp.example.org", 587, "starttls", "digest",
    )  # fmt: skip
    assert server.password == "s3cret"


def test_the_password_may_stand_in_dotenv(read, tmp_path):
    (tmp_path / ".env").write_text("PANEL_SMTP_PASSWORD=from-dotenv\n")
    assert read(FULL).server.password == "from-dotenv"


def test_without_the_table_there_is_nobody_and_no_server(read):
    found = read("")
    assert (found.sender, found.to, found.reply_to, found.unsubscribe, found.server) == (
        None,
        (),
        None,
        None,
        None,
    )


def test_one_recipient_may_be_a_text_and_port_465_means_ssl(read):
    found = read('[digest]\nto = "ada@example.org"\nsmtp_host = "h"\nsmtp_port = 465\n')
    assert [each.addr_spec for each in found.to] == ["ada@example.org"]
    assert (found.server.security, found.server.user, found.server.password) == ("ssl", None, None)


def test_a_recipient_named_twice_is_one(read):
    assert len(read('[digest]\nto = ["ada@example.org", "Ada <ada@example.org>"]\n').to) == 1


def test_a_place_to_leave_may_be_an_address_of_email(read):
    assert (
        read('[digest]\nunsubscribe = "mailto:leave@example.org"\n').unsubscribe == "mailto:leave@example.org"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('smtp_password = "x"', r"digest\.smtp_password: a password does not belong into panel\.toml"),
        ('password = "x"', r"digest\.password: a password"),
        ('colour = "red"', r"digest\.colour: no such setting; there are: from, to,"),
        ('from = "nobody"', r"digest\.from: 'nobody' is no address"),
        ('from = "A\\nBcc: e@x.y <a@b.c>"', r"digest\.from: .* no address may hold"),
        ('to = ["a@b.c", 1]', r"digest\.to: must be text or a list of texts"),
        ('to = ["a@b.c\\r\\nBcc: e@x.y"]', r"digest\.to: "),
        ("smtp_port = true", r"digest\.smtp_port: must be a number"),
        ('smtp_host = "h"\nsmtp_port = 70000', r"digest\.smtp_port: 70000 is no port"),
        ('smtp_host = "h h"', r"digest\.smtp_host: "),
        ('smtp_host = "h\\r\\nx"', r"digest\.smtp_host: "),
        (
            'smtp_host = "h"\nsmtp_security = "maybe"',
            r"digest\.smtp_security: 'maybe' is none of starttls, ssl, none",
        ),
        ('smtp_host = "h"\nsmtp_user = "u\\nv"', r"digest\.smtp_user: must be printable ASCII"),
        (
            'smtp_host = "h"\nsmtp_user = "u"\nsmtp_security = "none"',
            r"digest\.smtp_security: .*without encryption",
        ),
        ('unsubscribe = "javascript:alert(1)"', r"digest\.unsubscribe: "),
        ('unsubscribe = "https://x.y/>\\r\\nBcc: e@x.y"', r"digest\.unsubscribe: "),
        ('unsubscribe = "mailto:a@b.c?bcc=e@x.y"', r"digest\.unsubscribe: "),
    ],
)
def test_what_is_wrong_is_named_with_its_setting(read, line, said):
    with pytest.raises(InputError, match=said):
        read(f"[digest]\n{line}\n")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_on_the_same_machine_a_password_needs_no_encryption(read, host):
    text = f'[digest]\nsmtp_host = "{host}"\nsmtp_user = "u"\nsmtp_security = "none"\n'
    assert read(text).server.security == "none"
