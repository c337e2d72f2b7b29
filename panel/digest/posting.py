"""Hands messages to a mail server, one after another, and says of each what became of it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from panel.core.errors import AccountError, InputError, StoppedEarly
from panel.digest.message import Letter
from panel.digest.settings import PASSWORD, Server
from panel.digest.texts import LINE, plain

#: `later`: the server asks to try again. `unknown`: handed over, and the answer never came.
State = Literal["sent", "refused", "later", "unknown"]

_SECONDS = 60.0
_OK = range(200, 300)
_TEMPORARY = range(400, 500)
_PERMANENT = range(500, 600)
_GOING_AWAY = 421


@dataclass(frozen=True)
class Result:
    """What became of one message.

    Attributes:
        state: In a word.
        says: What the server said, or why nothing was heard.
        over: Whether the connection is gone, and nothing more can be sent on it.
    """

    state: State
    says: str
    over: bool = False


class Post:
    """A connection to a mail server; use it as a context.

    Args:
        server: Which.
        own_name: The domain we say we are.
        seconds: How long to wait for an answer.
    """

    def __init__(self, server: Server, own_name: str, seconds: float = _SECONDS) -> None:
        self._server, self._own_name, self._seconds = server, own_name, seconds

    def __enter__(self) -> Self:
        """Connect, encrypt, log in.

        Raises:
            AccountError: the server does not let us in, or offers no encryption that holds.
            InputError: the password is missing, or is none that can be sent.
            StoppedEarly: it cannot be reached.
        """
        server = self._server
        if server.user and not server.password:
            raise InputError(
                f"no password for {server.user} at {server.host}",
                field=PASSWORD,
                hint=f"put {PASSWORD} into the environment or into .env",
            )
        try:
            self._client = self._connected()
        except ssl.SSLError as error:
            raise self._no_entry(f"no encryption that holds: {error.reason or error}") from error
        except smtplib.SMTPException as error:
            code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
            passes = code in _TEMPORARY or isinstance(error, smtplib.SMTPServerDisconnected)
            raise self._not_now(_said(error)) if passes else self._no_entry(_said(error)) from None
        except OSError as error:
            raise self._not_now(error.strerror or str(error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take leave; what was sent is sent."""
        with suppress(smtplib.SMTPException, OSError):
            self._client.quit()

    def deliver(self, letter: Letter, handing_over: Callable[[], None]) -> Result:
        """Send one message.

        Args:
            letter: The message and its envelope.
            handing_over: Called before the message itself goes out: from here on it may arrive.
        """
        for step, address in ((self._client.mail, letter.sender), (self._client.rcpt, letter.to)):
            try:
                code, answer = step(address)
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                return Result("later", _said(error), over=True)
            if code not in _OK:
                return self._not_taken(code, answer)
        handing_over()
        try:
            code, answer = self._client.data(letter.data)
        except smtplib.SMTPDataError as error:
            return self._not_taken(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            return Result("unknown", _said(error), over=True)
        return Result("sent", _answer(code, answer)) if code in _OK else self._not_taken(code, answer)

    def _connected(self) -> smtplib.SMTP:
        server, host = self._server, self._server.host.strip("[]")
        context = ssl.create_default_context()
        client: smtplib.SMTP
        if server.security == "ssl":
            client = smtplib.SMTP_SSL(
                host, server.port, self._own_name, timeout=self._seconds, context=context
            )
        else:
            client = smtplib.SMTP(host, server.port, self._own_name, timeout=self._seconds)
        try:
            if server.security == "starttls":
                client.starttls(context=context)
            client.ehlo_or_helo_if_needed()
            if server.user and server.password:
                self._log_in(client, server.user, server.password)
        except BaseException:
            client.close()
            raise
        return client

    @staticmethod
    def _log_in(client: smtplib.SMTP, user: str, password: str) -> None:
        if not password.isascii():
            raise InputError("holds characters that smtplib cannot send: only ASCII", field=PASSWORD)
        client.login(user, password)

    def _not_taken(self, code: int, answer: bytes | str) -> Result:
        over = code == _GOING_AWAY
        if not over:
            try:
                self._client.rset()
            except (smtplib.SMTPServerDisconnected, OSError):
                over = True
        return Result("refused" if code in _PERMANENT else "later", _answer(code, answer), over)

    def _no_entry(self, why: str) -> AccountError:
        return AccountError(
            f"{self._server} does not let us send: {why}",
            saved="nothing was sent",
            hint=f"check [digest] smtp_… in panel.toml, and {PASSWORD}",
        )

    def _not_now(self, why: str) -> StoppedEarly:
        return StoppedEarly(
            f"{self._server} cannot be used now: {why}",
            saved="nothing was sent",
            hint="run the same command again",
        )


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return plain(str(error), LINE) or type(error).__name__


def _answer(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", errors="replace") if isinstance(answer, bytes) else answer
    return plain(f"{code} {text}", LINE)
