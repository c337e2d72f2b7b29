"""Who votes, without knowing who: a signed random cookie, the token bound to it, and the secret of both."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from panel.core.errors import InputError

#: The file in the workspace, and the variable that wins over it.
SECRET_FILE, SECRET_VARIABLE = "votes.secret", "PANEL_VOTES_SECRET"
#: Seconds a cookie is good for: a year.
COOKIE_SECONDS = 365 * 86400
_SECRET_BYTES = 32
#: A clock that was set back makes no voter a stranger.
_AHEAD_SECONDS = 86400
_COOKIE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})")


@dataclass(frozen=True)
class Voter:
    """Someone who holds a cookie of ours.

    Attributes:
        cookie: The cookie's value.
        mark: What is stored with votes; the cookie cannot be made from it.
        token: What a form or script must send along, so that no other site votes in this voter's name.
        new: Whether the cookie was made just now and must be set.
    """

    cookie: str = field(repr=False)
    mark: str
    token: str = field(repr=False)
    new: bool = False

    def holds(self, token: str) -> bool:
        """Whether `token` is this voter's, compared in constant time."""
        return hmac.compare_digest(self.token.encode(), token.encode("utf-8", errors="replace"))


class Identities:
    """Makes and knows cookies.

    Args:
        secret: The key of all signatures.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new(self, *, now: float | None = None) -> Voter:
        """A voter nobody was before."""
        claim = f"{secrets.token_hex(16)}.{int(time.time() if now is None else now)}"
        return self._voter(claim, new=True)

    def known(self, cookie: str | None, *, now: float | None = None) -> Voter | None:
        """The voter with that cookie; None where it is not signed with our secret, or too old."""
        found = _COOKIE.fullmatch(cookie or "")
        if found is None:
            return None
        claim, age = f"{found[1]}.{found[2]}", (time.time() if now is None else now) - int(found[2])
        if not hmac.compare_digest(self._mac("cookie", claim), found[3]):
            return None
        return self._voter(claim) if -_AHEAD_SECONDS <= age <= COOKIE_SECONDS else None

    def _voter(self, claim: str, *, new: bool = False) -> Voter:
        return Voter(
            cookie=f"{claim}.{self._mac('cookie', claim)}",
            mark=self._mac("voter", claim)[:32],
            token=self._mac("token", claim)[:32],
            new=new,
        )

    def _mac(self, use: str, text: str) -> str:
        return hmac.new(self._secret, f"{use}:{text}".encode(), hashlib.sha256).hexdigest()


def read_secret(root: Path, environment: Mapping[str, str]) -> bytes:
    """The secret: of PANEL_VOTES_SECRET, else of `votes.secret` in the workspace, which is made if missing.

    Raises:
        InputError: it is too short to be one, others may read the file, or it cannot be made.
    """
    given = environment.get(SECRET_VARIABLE, "").strip()
    if given:
        return _long_enough(given.encode(), field=SECRET_VARIABLE)
    path = root / SECRET_FILE
    try:
        _make(path)
        if path.stat().st_mode & 0o077:
            raise InputError("others may read it", file=path, hint=f"chmod 600 {path}")
        return _long_enough(path.read_bytes().strip(), file=path)
    except OSError as error:
        raise InputError(
            f"cannot be used: {error.strerror}", file=path, hint=f"or give it as {SECRET_VARIABLE}"
        ) from error


def _make(path: Path) -> None:
    """Make the file whole or not at all; one that is there stays."""
    if path.exists():
        return
    temporary = path.with_name(f".tmp-{path.name}-{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_SECRET_BYTES).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(temporary)
    except FileExistsError:
        pass  # another process was quicker; its secret is as good
    finally:
        temporary.unlink(missing_ok=True)


def _long_enough(secret: bytes, *, field: str | None = None, file: Path | None = None) -> bytes:
    if len(secret) < _SECRET_BYTES:
        raise InputError(
            f"is shorter than {_SECRET_BYTES} characters", field=field, file=file, hint="openssl rand -hex 32"
        )
    return secret
