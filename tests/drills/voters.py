"""Readers who vote as fast as they can, and remember what the server acknowledged."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field

from panel.votes.identity import Identities, Voter
from panel.votes.vote import CHOICES, Choice


@dataclass
class Reader:
    """One cookie and one tool.

    Attributes:
        acknowledged: What the server last said was stored; None before.
        sent: What was sent and not answered, the newest last: each may have been stored or not.
    """

    voter: Voter
    tool: str
    acknowledged: Choice | None = None
    sent: list[Choice] = field(default_factory=list)

    def may_say(self, found: Choice | None) -> bool:
        """Whether the store may hold that for this reader."""
        if found is None:  # withdrawing what is not there stores nothing
            return self.acknowledged is None or self.acknowledged == "withdrawn"
        return found == self.acknowledged or found in self.sent

    def settle(self, found: Choice | None) -> None:
        """Go on from what the store holds."""
        self.acknowledged, self.sent = found, []


def readers(identities: Identities, tools: list[str], number: int, dice: random.Random) -> list[Reader]:
    """So many readers."""
    return [Reader(identities.new(), dice.choice(tools)) for _ in range(number)]


def request(reader: Reader, choice: Choice, port: int, dice: random.Random) -> bytes:
    """A vote as a browser's script sends it through a proxy, each from some other network: within limits."""
    address = ".".join(str(dice.randrange(1, 224)) for _ in range(4))
    body = json.dumps({"vote": choice, "token": reader.voter.token})
    head = (
        f"POST /votes/{reader.tool} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"X-Forwarded-For: {address}\r\nCookie: voter={reader.voter.cookie}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Connection: keep-alive\r\n\r\n"
    )
    return (head + body).encode()


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of an answer.

    Raises:
        EOFError: the server went away before all of it was here.
    """
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    return status, await reader.readexactly(length)


async def vote_until_cut_off(reader: Reader, port: int, dice: random.Random) -> int:
    """Vote again and again until the server goes away; how many votes it acknowledged.

    Raises:
        AssertionError: it refused one.
    """
    acknowledged = 0
    try:
        incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
        try:
            while True:
                choice = dice.choice(CHOICES)
                reader.sent.append(choice)
                outgoing.write(request(reader, choice, port, dice))
                status, body = await read_answer(incoming)
                assert status == 200, (status, body)
                reader.acknowledged, reader.sent = choice, []
                acknowledged += 1
        finally:
            outgoing.close()
    except (OSError, EOFError):
        return acknowledged
