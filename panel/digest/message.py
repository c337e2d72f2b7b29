"""An issue as an e-mail for one recipient: the same issue makes the same message, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
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
#: Characters that stand on a header's first line beside its name, and on any line.
_SHORT, _LINE = 60, 76
#: What stands for itself in a subject, and in the name before an address.
_PRINTABLE = re.compile("[ -~]+")
_WORDS = re.compile("[A-Za-z0-9 -]+")


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
    message.set_raw("From", _mailbox(sender))
    message.set_raw("To", _mailbox(to))
    if settings.reply_to is not None:
        message.set_raw("Reply-To", _mailbox(settings.reply_to))
    message.set_raw("Subject", _encoded(subject(issue), "Subject", _PRINTABLE))
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


def _encoded(line: str, header: str, plain: re.Pattern[str]) -> str:
    """A text as it stands in a header: as it is if it is short and plain, else in encoded words.

    Not left to `message[header] = …`: that decodes what looks like an encoded word, so that a tool's name
    could hold a line end and a header after it; and where it folds it loses spaces and quotation marks
    (Python 3.11).
    """
    if len(line) <= _SHORT and plain.fullmatch(line) and "=?" not in line:
        return line
    return Header(line, "utf-8", maxlinelen=_LINE, header_name=header).encode(linesep="\r\n")


def _mailbox(one: Address) -> str:
    """An address with its name, on lines of its own where it would be long; without, if it is very long."""
    if not one.display_name or len(one.addr_spec) > _SHORT:
        return one.addr_spec
    name = _encoded(one.display_name, "Reply-To", _WORDS)
    fold = " " if len(f"{name} <{one.addr_spec}>") <= _SHORT else "\r\n "
    return f"{name}{fold}<{one.addr_spec}>"
