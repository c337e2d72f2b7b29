"""An issue as an e-mail for one recipient: the same issue makes the same message, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from panel.core.errors import InputError
from panel.core.hashing import bare, digest_of
from panel.digest.issue import Issue
from panel.digest.rendering import both
from panel.digest.settings import DigestSettings
from panel.digest.wording import subject

_ID_DIGITS = 24


@dataclass(frozen=True)
class Letter:
    """A message and its envelope.

    Attributes:
        sender: The address that errors come back to.
        to: The recipient's address.
        message_id: Made from the issue and the recipient.
        data: The message: ASCII, lines ending in CR LF.
    """

    sender: str
    to: str
    message_id: str
    data: bytes


def letters(issue: Issue, settings: DigestSettings, to: Iterable[Address]) -> list[Letter]:
    """A message for each recipient; none of them sees the others.

    Raises:
        InputError: nobody is named as the sender, or the site has no public address.
    """
    sender = settings.sender
    if sender is None:
        raise InputError(
            "who sends the digest is not set",
            file="panel.toml",
            field="digest.from",
            hint='[digest] from = "Ship or skip <digest@example.org>" in panel.toml',
        )
    plain, page = both(issue, settings.unsubscribe)
    return [_letter(issue, settings, sender, each, plain, page) for each in to]


def _letter(
    issue: Issue, settings: DigestSettings, sender: Address, to: Address, plain: str, page: str
) -> Letter:
    mark = bare(digest_of([issue.as_json(), sender.addr_spec, to.addr_spec]))[:_ID_DIGITS]
    message_id = f"<digest.{issue.day}.{mark}@{sender.domain}>"
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    if settings.reply_to is not None:
        message["Reply-To"] = settings.reply_to
    message["Subject"] = subject(issue)
    # Midnight of its day: an issue is no other one for being made an hour later.
    message["Date"] = datetime.combine(datetime.fromisoformat(issue.day), datetime.min.time(), UTC)
    message["Message-ID"] = message_id
    if settings.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{settings.unsubscribe}>"
    message.set_content(plain, cte="quoted-printable")
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    # In quoted-printable no line begins with "=_", so no text can end a part.
    message.set_boundary(f"=_{mark}")
    return Letter(sender.addr_spec, to.addr_spec, message_id, bytes(message))
