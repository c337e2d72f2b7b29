"""`panel serve` in a process of its own, and a client of it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.cookies import SimpleCookie

TOOL = "codestral-2-0"


def address_of(process, log):
    """Where a server listens, once it has said so; it says it within a minute, or what it said is shown."""
    end = time.monotonic() + 60
    while not (found := re.search(r"at (http://127\.0\.0\.1:\d+)/", log.read_text())):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.02)
    return found[1]


class Server:
    """A running server."""

    def __init__(self, folder, log, *args):
        self._log = log
        command = [sys.executable, "-m", "panel", "serve", "--port", "0", *args]
        self.process = subprocess.Popen(command, cwd=folder, stderr=log.open("wb"))
        self.url = address_of(self.process, log)

    @property
    def said(self):
        return self._log.read_text()

    def ask(self, path, fields=None, **headers):
        body = None if fields is None else json.dumps(fields).encode()
        given = {"Content-Type": "application/json", "Origin": self.url, **headers}
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.url + path, body, given), timeout=30
            ) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def vote(self, choice):
        _, headers, body = self.ask(f"/votes/{TOOL}")
        cookie = SimpleCookie(headers["set-cookie"])["voter"]
        fields = {"vote": choice, "token": json.loads(body)["token"]}
        return self.ask(f"/votes/{TOOL}", fields, Cookie=f"voter={cookie.value}")

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(30)
