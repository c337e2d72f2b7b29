"""A mail server on this machine that takes messages, or does what a test tells it to do instead."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "digest", "only-for-this-test"


class PostOffice:
    """What arrived, and what is to be answered.

    Attributes:
        messages: `(from, to, message)`, in the order they arrived.
        to: By address, what is answered to RCPT.
        data: By address, what is answered to a message; `gone` leaves without a word, the message taken.
        sender: What is answered to MAIL.
        logins: Who tried to log in.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.messages: list[tuple[str, str, bytes]] = []
        self.to: dict[str, str] = {}
        self.data: dict[str, str] = {}
        self.sender: str | None = None
        self.logins: list[str] = []

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's)
        self, server: SMTP, _: Session, envelope: Envelope, address: str, *_more: Any
    ) -> str:
        if self.sender == "gone":
            server.transport.abort()
        envelope.mail_from = address
        return self.sender or "250 fine"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's)
        self, server: SMTP, _: Session, envelope: Envelope, address: str, *_more: Any
    ) -> str:
        answer = self.to.get(address, "250 fine")
        if answer == "gone":
            server.transport.abort()
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 (aiosmtpd's)
        self, server: SMTP, _: Session, envelope: Envelope
    ) -> str:
        (to,) = envelope.rcpt_tos
        answer = self.data.get(to, "250 taken")
        if answer == "gone":
            server.transport.abort()
        if answer == "gone" or answer.startswith("250"):
            self.messages.append((str(envelope.mail_from), to, bytes(envelope.content or b"")))
        return answer

    def log_in(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        # Not handled: the server itself is to answer 535.
        return AuthResult(
            success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False
        )

    @property
    def got(self) -> list[str]:
        """Whose messages arrived."""
        return [to for _, to, _ in self.messages]


@contextmanager
def open_for_mail(
    *, tls: ssl.SSLContext | None = None, from_the_first_byte: bool = False
) -> Iterator[PostOffice]:
    """A mail server while it is used."""
    office = PostOffice(_free_port())
    start = (
        {"ssl_context": tls} if from_the_first_byte else {"tls_context": tls, "require_starttls": bool(tls)}
    )
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=office.port,
        server_hostname="post.example",
        authenticator=office.log_in,
        auth_require_tls=tls is not None and not from_the_first_byte,
        **start,
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of an encrypted connection to `localhost`, and the file with what it is signed by."""
    key, found = folder / "key.pem", folder / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *names, "-keyout", key, "-out", found], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(found, key)
    return context, found
