"""From a request to its reply: what was seen, whether the vendor would take it, what the script answers."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.standin.answers import Answer
from tests.standin.apis.base import Api, Reading, Rejection
from tests.standin.batches.desk import Desk, Visit
from tests.standin.caching import PromptCache
from tests.standin.composing import Asked, Reply, compose, rejected
from tests.standin.http1 import Request
from tests.standin.limits import Buckets, Limits
from tests.standin.routes import endpoint, vendor_of
from tests.standin.seen import Seen, see

Script = Callable[[Seen], Answer | None]
Latency = float | Callable[[Seen], float]

_LARGEST = {"anthropic": 32 * 1024 * 1024}


@dataclass(frozen=True)
class Rules:
    """What the server was started with.

    Attributes:
        latency: Seconds before each answer of a script begins.
        require_key: Whether a request without a key is refused.
        max_in_flight: More requests than this at once are answered with 429.
        unknown_models: Models that are answered with 404.
        limits: Rate limits to show.
    """

    latency: Latency = 0.0
    require_key: bool = False
    max_in_flight: int | None = None
    unknown_models: Collection[str] = ()
    limits: Limits | None = None


class Reception:
    """Sees requests and finds replies; used by one thread only.

    Attributes:
        script: Asked for every request the vendor would take.
        problems: What went wrong in a script, or here.
        cache: The vendors' prompt caches.
        desk: The vendors' batches, whose lines are answered like calls.
    """

    def __init__(self, script: Script | None, rules: Rules) -> None:
        self.script = script
        self.problems: list[str] = []
        self.cache = PromptCache()
        self.desk = Desk(self._line)
        self._rules = rules
        self._buckets = None if rules.limits is None else Buckets(rules.limits)
        self._times: Counter[str] = Counter()
        self._arrivals = 0

    def see(self, request: Request) -> tuple[Seen, Api | None, Reading]:
        """What a request says, whether or not it will be taken."""
        api = endpoint(request, self.desk)
        body = _parsed(request.body)
        reading = Reading() if api is None else api.read(body)
        seen = see(
            request.path,
            request.headers,
            body,
            request.body,
            api="unknown" if api is None else api.name,
            reading=reading,
            index=self._arrivals,
            arrived=time.monotonic(),
        )
        self._arrivals += 1
        return seen, api, reading

    def reply(self, seen: Seen, api: Api | None, reading: Reading, in_flight: int) -> Reply:
        """The reply; a script that fails gives a 500 and is remembered."""
        ident = self._ident(seen)
        try:
            if api is None:
                vendor = vendor_of(seen.path, seen.headers)
                return rejected(vendor, Rejection(404, f"Invalid URL ({seen.path})"), ident)
            no = self._refusal(seen, api, in_flight)
            return rejected(api.vendor, no, ident) if no else self._answered(seen, api, reading, ident)
        except Exception as error:  # noqa: BLE001 (a script may raise anything)
            self.problems.append("".join(traceback.format_exception(error)))
            vendor = vendor_of(seen.path, seen.headers)
            return rejected(vendor, Rejection(500, f"the stand-in's script failed: {error!r}"), ident)

    def _line(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        seen, api, reading = self.see(Request("POST", path, headers, body))
        return self.reply(seen, api, reading, in_flight=0)

    def _answered(self, seen: Seen, api: Api, reading: Reading, ident: str) -> Reply:
        prefix = self.cache.look_up(reading)
        limits: dict[str, str] = {}
        if self._buckets is not None:
            wait = self._buckets.take(prefix.tokens)
            limits = api.vendor.limit_headers(*self._buckets.gauges())
            if wait:
                headers = (*limits.items(), ("retry-after", str(max(1, round(wait)))))
                no = Rejection(429, "Rate limit reached.", headers=headers)
                return rejected(api.vendor, no, ident)
        script = self.script
        reply = compose(script(seen) if script else None, Asked(seen, api, reading, prefix, ident))
        latency = self._rules.latency
        seconds = latency(seen) if callable(latency) else latency
        manner = replace(reply.manner, delay=reply.manner.delay + seconds)
        return replace(reply, manner=manner, headers={**limits, **reply.headers})

    def _refusal(self, seen: Seen, api: Api, in_flight: int) -> Rejection | None:
        """What the vendor would refuse, in the order in which it looks."""
        turned_away = self._turned_away(seen, api, in_flight)
        if turned_away:
            return turned_away
        if isinstance(api, Visit):
            return api.check(seen.headers, seen.body)
        if len(seen.raw) > _LARGEST.get(api.vendor.name, len(seen.raw)):
            return Rejection(413, "Request exceeds the maximum size")
        if not seen.body:
            return Rejection(400, "The body of the request is not a JSON object.")
        if seen.model in self._rules.unknown_models:
            message = f"The model `{seen.model}` does not exist or you do not have access to it."
            code = "model_not_found" if api.vendor.name == "openai" else None
            return Rejection(404, message, code, "model")
        return api.check(seen.headers, seen.body)

    def _turned_away(self, seen: Seen, api: Api, in_flight: int) -> Rejection | None:
        rules = self._rules
        if rules.require_key and not api.vendor.key(seen.headers):
            return Rejection(401, "Missing API key in the request's headers.")
        if rules.max_in_flight is not None and in_flight > rules.max_in_flight:
            message = f"More than {rules.max_in_flight} requests at once."
            return Rejection(429, message, headers=(("retry-after", "1"),))
        return None

    def _ident(self, seen: Seen) -> str:
        """A word made from the body, and from how often it came: the same in every run."""
        key = f"{seen.path} {seen.sha256}"
        self._times[key] += 1
        return hashlib.sha256(f"{key} {self._times[key]}".encode()).hexdigest()[:24]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
