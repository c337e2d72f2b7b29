"""Which addresses of a record become links."""

from __future__ import annotations

import pytest

from panel.publish.links import live, mailbox


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org:8080/a/b?c=d&e=f#g",
        "HTTPS://Example.org/a(b)",
        "https://xn--bcher-kva.example/",
        "https://127.0.0.1/x",
    ],
)
def test_a_plain_web_address_may_be_a_link(address):
    assert live(address)


@pytest.mark.parametrize(
    "address",
    [
        None, "", "example.org", "/vote?x=1", "//example.org/", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
        "data:text/html,x", "ftp://example.org", "file:///etc/passwd", "https:example.org",
        "https:/example.org",
        "https://", "https:///x", "https://user@example.org/", "https://a:b@example.org/",
        "https://exa mple.org",
        'https://example.org/"x', "https://example.org/<b>", "https://example.org\\@evil.example/",
        "https://example.org/\n", "\thttps://example.org/", "https://bücher.example/", "https://example.org/'x",
        "https://example.org/`x`", "https://example.org/" + "x" * 2000, "https://-a.example/",
    ],
)  # fmt: skip
def test_anything_else_may_not(address):
    assert not live(address)


def test_a_plain_mailbox_may_stand_behind_mailto():
    assert mailbox("errata+site@example.org")


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "errata",
        "a@b",
        "a@example.org?subject=x",
        "a b@example.org",
        "a@example.org\nb",
        "<a@b.org>",
    ],
)
def test_no_other_address_may_stand_there(address):
    assert not mailbox(address)
