"""Which endpoint answers which path: those of calls for all servers, those of batches for each its own."""

from __future__ import annotations

from collections.abc import Mapping

from tests.standin.apis.base import Api, Vendor
from tests.standin.apis.chat import Chat
from tests.standin.apis.messages import Messages
from tests.standin.apis.responses import Responses
from tests.standin.batches.desk import Desk
from tests.standin.http1 import Request
from tests.standin.vendors.anthropic import Anthropic
from tests.standin.vendors.openai import OpenAI

_ENDPOINTS: tuple[Api, ...] = (Responses(), Chat(), Messages())
_BY_ROUTE: dict[tuple[str, str], Api] = {("POST", api.path): api for api in _ENDPOINTS}


def endpoint(request: Request, desk: Desk) -> Api | None:
    """The endpoint that takes a request; None if there is none. `desk` has the server's batches."""
    return _BY_ROUTE.get((request.method, request.path)) or desk.visit(request)


def vendor_of(path: str, headers: Mapping[str, str]) -> Vendor:
    """Whose words an answer to a path without an endpoint is given in."""
    anthropic = "anthropic-version" in headers or "x-api-key" in headers or path.startswith("/v1/messages")
    return Anthropic() if anthropic else OpenAI()
