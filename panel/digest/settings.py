"""`[digest]` of panel.toml: from whom and to whom the digest goes, and by which server."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from pathlib import Path
from typing import Any, Literal, get_args

from panel.core.errors import InputError
from panel.core.workspace import Workspace
from panel.digest.addresses import address, once
from panel.publish.links import live

Security = Literal["starttls", "ssl", "none"]

PASSWORD = "PANEL_SMTP_PASSWORD"  # noqa: S105 (the name of the variable)
_SSL_PORT, _SUBMISSION_PORT = 465, 587
_MOST_PORTS = 65535
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]+\]?")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "from": str,
    "to": (str, list),
    "reply_to": str,
    "unsubscribe": str,
    "smtp_host": str,
    "smtp_port": int,
    "smtp_user": str,
    "smtp_security": str,
}


@dataclass(frozen=True)
class Server:
    """A mail server that takes messages from us.

    Attributes:
        host: Its name or address.
        port: Where it listens.
        security: `starttls`, `ssl` from the first byte, or `none`.
        user: Who logs in; None: nobody does.
        password: From the environment or from .env.
    """

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        user = f" as {self.user}" if self.user else ""
        return f"{self.host}:{self.port}{user} ({self.security})"


@dataclass(frozen=True)
class DigestSettings:
    """All settings of the digest.

    Attributes:
        sender: Whom it is from; None where that is not set.
        to: Who gets it, each a message of its own.
        reply_to: Where answers go, if not to the sender.
        unsubscribe: An address of the web, or `mailto:…`, for who wants no more of it.
        server: By which server it is sent; None where there is none.
    """

    sender: Address | None = None
    to: tuple[Address, ...] = ()
    reply_to: Address | None = None
    unsubscribe: str | None = None
    server: Server | None = None


def digest_settings(workspace: Workspace) -> DigestSettings:
    """The settings in force.

    Raises:
        InputError: one is unknown, not of its type, or is no address where it must be one; or a password
            stands in the file.
    """
    file = workspace.file
    _refuse_passwords(workspace.tables.get("digest", {}), file)
    table = workspace.table("digest", _TYPES)
    for name, value in table.items():
        _check_type(name, value, file)
    to = table.get("to", [])
    recipients = [_read(one, "to", file) for one in ([to] if isinstance(to, str) else to)]
    return DigestSettings(
        sender=_address(table, "from", file),
        to=once(recipients),
        reply_to=_address(table, "reply_to", file),
        unsubscribe=_unsubscribe(table.get("unsubscribe"), file),
        server=_server(table, workspace.environment, file),
    )


def _refuse_passwords(names: Iterable[str], file: Path) -> None:
    for name in names:
        if "password" in name.casefold():
            raise InputError(
                f"a password does not belong into {file.name}",
                file=file,
                field=f"digest.{name}",
                hint=f"put it into {PASSWORD} in the environment or in .env",
            )


def _check_type(name: str, value: Any, file: Path) -> None:
    where = f"digest.{name}"
    if not isinstance(value, _TYPES[name]) or isinstance(value, bool):
        raise InputError(
            "must be a number" if _TYPES[name] is int else "must be text", file=file, field=where
        )
    if isinstance(value, list) and not all(isinstance(each, str) for each in value):
        raise InputError("must be text or a list of texts", file=file, field=where)


def _address(table: Mapping[str, Any], name: str, file: Path) -> Address | None:
    return _read(table[name], name, file) if str(table.get(name, "")).strip() else None


def _read(text: str, name: str, file: Path) -> Address:
    try:
        return address(text)
    except ValueError as error:
        raise InputError(str(error), file=file, field=f"digest.{name}") from None


def _unsubscribe(text: str | None, file: Path) -> str | None:
    if text is None or not text.strip():
        return None
    text = text.strip()
    if live(text):
        return text
    scheme, _, rest = text.partition(":")
    try:
        if scheme.casefold() == "mailto":
            return f"mailto:{address(rest).addr_spec}"
    except ValueError:
        pass
    raise InputError(
        f"{text!r} is no address such as https://example.org/leave or mailto:leave@example.org",
        file=file,
        field="digest.unsubscribe",
    )


def _server(table: Mapping[str, Any], environment: Mapping[str, str], file: Path) -> Server | None:
    host = str(table.get("smtp_host", "")).strip()
    if not host:
        return None
    port = table.get("smtp_port", _SUBMISSION_PORT)
    security = table.get("smtp_security", "ssl" if port == _SSL_PORT else "starttls")
    user = table.get("smtp_user")
    if not _HOST.fullmatch(host):
        raise InputError(f"{host!r} is no name of a host", file=file, field="digest.smtp_host")
    if not 0 < port <= _MOST_PORTS:
        raise InputError(f"{port} is no port", file=file, field="digest.smtp_port")
    if security not in get_args(Security):
        raise InputError(
            f"{security!r} is none of {', '.join(get_args(Security))}",
            file=file,
            field="digest.smtp_security",
        )
    if user is not None and (not user or not user.isascii() or not user.isprintable()):
        raise InputError("must be printable ASCII", file=file, field="digest.smtp_user")
    if user and security == "none" and not _is_here(host):
        raise InputError(
            "a password is not sent without encryption to another machine",
            file=file,
            field="digest.smtp_security",
            hint='smtp_security = "starttls" or "ssl"',
        )
    return Server(host, port, security, user, environment.get(PASSWORD) if user else None)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
