"""A key that is nobody's, and every form in which it must not be found."""

from __future__ import annotations

import base64
from urllib.parse import quote

from tests.standin import (
    ContentFilter,
    Cut,
    Drip,
    Edited,
    Empty,
    Hang,
    Headers,
    Raw,
    Refusal,
    Reset,
    Served,
    Status,
    Text,
    ToolCall,
    Truncated,
    Usage,
    Verdict,
)

#: Its first eight letters are its own, and some of its letters are quoted in an address.
BAIT = "sk-Zq7Lw0TtNn/3Yx9+Kd2Vb8Gh5Rc1Pm4Js6"
FORMS = {
    "raw": BAIT,
    "quoted": quote(BAIT, safe=""),
    "repr": repr(BAIT),
    "base64": base64.b64encode(BAIT.encode()).decode().rstrip("="),
    "first eight": BAIT[:8],
    "last eight": BAIT[-8:],
}
#: A server's words that quote it in all these ways. An answer's text may hold the beginning of a key on its
#: own: for real ones that is the vendor's (`sk-proj-`), and dossiers are written about it.
_SAID = " and ".join(f"{form}: {text}" for form, text in FORMS.items() if "eight" not in form)
_TOLD = f"Incorrect API key provided: {_SAID}, that is {BAIT[:12]}…"
_LEAKS = {
    "x-request-id": f"req-{BAIT}",
    "set-cookie": f"key={BAIT}",
    "openai-organization": BAIT,
    "x-ratelimit-limit-requests": BAIT,
    "retry-after": BAIT,
}

#: Every fault of part A, with the key wherever a server could put it; by row.
FAULTS = {
    "A01 A02": Headers(Status(429, _TOLD), {**_LEAKS, "retry-after": "86400"}),
    "A03": Headers(Status(429, _TOLD), {**_LEAKS, "retry-after": "Fri, 20 Nov 2026 21:00:00 GMT"}),
    "A04": Headers(Status(429, _TOLD, "insufficient_quota"), _LEAKS),
    **{f"A05 {code}": Headers(Status(code, _TOLD), _LEAKS) for code in (500, 502, 503, 504, 529, 408, 409)},
    "A05 reset": Reset(),
    "A05 closed": Cut("nothing"),
    **{f"A08 A09 {code}": Headers(Status(code, _TOLD), _LEAKS) for code in (401, 403)},
    "A10": Headers(Status(404, _TOLD), _LEAKS),
    "A11": Headers(Status(413, _TOLD), _LEAKS),
    "A12": Headers(Status(400, f"Invalid schema for response_format: {_TOLD}"), _LEAKS),
    "A13 reset": Reset(40, Headers(Text(_SAID), _LEAKS)),
    "A13 half": Cut("half", Headers(Text(_SAID), _LEAKS)),
    "A14": Hang(),
    "A15": Drip(0.05, Text(_SAID)),
    "A16 200": Raw(200, _LEAKS, f"<html>{_SAID}</html>".encode()),
    **{f"A16 {code}": Raw(code, _LEAKS, f"<html>{_TOLD}</html>".encode()) for code in (403, 502)},
    "A17 error": Raw(200, _LEAKS, b'{"error": {"message": "%b"}}' % _SAID.encode()),
    "A17 stream": Raw(200, {"content-type": "text/event-stream"}, f"data: {_SAID}\n\n".encode()),
    "A17 half": Raw(200, _LEAKS, b'{"id": "%b' % _SAID.encode()),
    "A18": Headers(Empty(), _LEAKS),
    "A19": Text('{"findings": [{"says": "' + _SAID),
    "A20": Truncated(_SAID),
    "A21 field": Refusal(_SAID),
    "A21 filter": Headers(ContentFilter(), _LEAKS),
    "A22": Verdict(_SAID, extra={FORMS["quoted"]: BAIT}),
    "A23": Text(f'{{"{BAIT}": 1, "{BAIT}": 2}}'),
    "A24": Text('{"findings": NaN, "x": "' + _SAID + '"}'),
    "A25": Text(f"{_SAID} ```json {{}} ```"),
    "A26": Verdict(paragraph=f"\x00 {_SAID} " * 9),
    "A28": Served(None, BAIT),
    "A29": Usage(None, {"input_tokens": BAIT, "prompt_tokens": BAIT}),
    "A30": Edited(lambda envelope: {**envelope, "id": BAIT}),
    "A31": Raw(307, {"location": f"http://u:{BAIT}@127.0.0.1:9/?key={FORMS['quoted']}"}, b""),
    "A32": Raw(200, {"content-encoding": "gzip", "x-big": BAIT * 10_000}, BAIT.encode()),
    "A36": ToolCall(BAIT, {"key": BAIT}),
}


def found_in(content: bytes | str) -> list[str]:
    """The forms of the key that are in there, by their names."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return [form for form, text in FORMS.items() if text.encode() in data]
