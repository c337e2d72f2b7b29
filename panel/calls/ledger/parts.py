"""A request taken apart into texts that every ledger stores once by hash, and put together again.

A thousand calls share one system text and one schema, four seats one dossier; stored whole, each would be
written for every call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from panel.core.hashing import digest, keeping_results
from panel.core.requests import CallRequest

_NAMES_KEPT = 1_000
_name_of = keeping_results(digest, _NAMES_KEPT)


def take_apart(request: CallRequest) -> tuple[str, dict[str, str]]:
    """The request as JSON with hashes in place of its long texts, and those texts by hash.

    The schema counts as a text and keeps the order of its keys, which is the order of the reply. Lone
    surrogates become U+FFFD as in the canonical JSON, so that the key stays the same.
    """
    try:
        return _apart(request.as_json(), request.schema_text)
    except UnicodeEncodeError:
        plain = json.dumps(request.as_json(), ensure_ascii=False, allow_nan=False)
        data = json.loads(plain.encode("utf-8", errors="surrogatepass").decode("utf-8", errors="replace"))
        return _apart(data, json.dumps(data["schema"], ensure_ascii=False))


def _apart(data: dict[str, Any], schema: str) -> tuple[str, dict[str, str]]:
    """The same of a request's own JSON, which is used up, and its schema's.

    Raises:
        UnicodeEncodeError: it holds a lone surrogate.
    """
    texts: dict[str, str] = {}

    def stored(text: str) -> str:
        text.encode("utf-8")
        name = _name_of(text)
        texts[name] = text
        return name

    data["system"] = stored(data["system"])
    for message in data["messages"]:
        message["parts"] = [stored(part) for part in message["parts"]]
    data["schema"] = stored(schema)
    skeleton = json.dumps(data, ensure_ascii=False, allow_nan=False)
    skeleton.encode("utf-8")
    return skeleton, texts


def hashes_in(skeleton: str) -> Iterator[str]:
    """The hashes of the texts a stored request needs."""
    data = json.loads(skeleton)
    yield data["system"]
    yield data["schema"]
    for message in data["messages"]:
        yield from message["parts"]


def put_together(skeleton: str, texts: Mapping[str, str]) -> CallRequest:
    """The request that was taken apart.

    Raises:
        KeyError: a text is not among `texts`.
        ValueError: the JSON is not that of a request (pydantic's ValidationError is one).
    """
    data: dict[str, Any] = json.loads(skeleton)
    data["system"] = texts[data["system"]]
    data["schema"] = json.loads(texts[data["schema"]])
    for message in data["messages"]:
        message["parts"] = [texts[part] for part in message["parts"]]
    return CallRequest.model_validate(data)
