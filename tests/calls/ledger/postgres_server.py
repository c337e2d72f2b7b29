"""A PostgreSQL server that is there for some tests and gone afterwards, with everything in it."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

_START_SECONDS = 60.0
_PORTS_TRIED = 5

#: fsync stays on: durability is what these tests are about.
_SETTINGS = ("shared_buffers=16MB", "max_connections=200", "listen_addresses=127.0.0.1")


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: of the PATH, else the newest that Debian has installed."""
    on_path = shutil.which("initdb")
    installed = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "initdb").exists()
    ]
    newest = sorted(installed, key=lambda folder: int(folder.parent.name))[-1:]
    found = [Path(on_path).resolve().parent] if on_path else newest
    return found[0] if found and (found[0] / "postgres").exists() else None


def unprivileged_user() -> str | None:
    """Whom the server runs as, which PostgreSQL refuses to do as root; None: as whoever we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


class PostgresServer:
    """A server of its own in a folder of its own, reachable over loopback and a socket in that folder."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._user = unprivileged_user()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def make(self) -> None:
        """Make the files of a server with one user, `panel`, and one empty database."""
        if self._user is not None:
            shutil.chown(self._folder, self._user, pwd.getpwnam(self._user).pw_gid)
        made = subprocess.run(
            [
                self._binaries / "initdb", f"--pgdata={self._folder / 'data'}", "--username=panel",
                "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync",
            ],
            **self._as_user(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout.decode()

    def start(self) -> None:
        """Start it and wait until it answers; at the same port as before, if there was one."""
        for _ in range(_PORTS_TRIED):
            port = self.port or free_port()
            if self._comes_up_at(port):
                self.port = port
                return
        raise AssertionError((self._folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop it: SIGQUIT is `pg_ctl stop -m immediate`, as near to pulling the plug as it has."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_START_SECONDS)
            self._process = None

    def url(self, schema: str | None = None) -> str:
        """The address of its database, with tables to be found in one schema."""
        options = f"?options=-csearch_path%3D{schema}" if schema else ""
        return f"postgresql://panel@127.0.0.1:{self.port}/postgres{options}"

    def new_schema(self) -> str:
        """The address of a place with no tables yet."""
        schema = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE SCHEMA {schema}")
        return self.url(schema)

    def execute(self, sql: str) -> None:
        """Run a statement outside of any schema."""
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(sql)

    def _comes_up_at(self, port: int) -> bool:
        settings = [f"-c{each}" for each in (*_SETTINGS, f"unix_socket_directories={self._folder}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._folder / "data", "-p", str(port), *settings],
                **self._as_user(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        give_up = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < give_up:
            with contextlib.suppress(psycopg.OperationalError):
                # Over the socket in our folder: at the port there might be somebody else's server.
                psycopg.connect(host=str(self._folder), port=port, user="panel", dbname="postgres").close()
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def _as_user(self) -> dict[str, object]:
        who = {} if self._user is None else {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid}
        return {**who, **({"extra_groups": []} if who else {}), "cwd": self._folder}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def running_server(binaries: Path) -> Iterator[PostgresServer]:
    """A server that is stopped and removed in the end, whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="panel-pg-"))  # not pytest's: other users may not enter that
    server = PostgresServer(binaries, folder)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
