"""What is charged for a reply: by what it says it used, unless that cannot be."""

from __future__ import annotations

from panel.calls.faults import Fault
from panel.core.outcomes import Cost
from panel.core.requests import CallRequest, RawReply, Reply

#: Put into the headers of a reply that came out of a vendor's batch: which one.
BATCH_HEADER = "panel-batch"


def came_by_batch(raw: RawReply) -> bool:
    """Whether a reply came out of a vendor's batch, and so cost half."""
    return BATCH_HEADER in raw.headers


def cost_of_call(got: Reply | Fault, usd: float | None) -> Cost:
    """What one call used, at a price; nothing but the price where its usage is missing or doubted."""
    if got.usage is None or got.usage.doubt:
        return Cost(usd=usd, calls=1)
    return Cost(
        usd=usd,
        calls=1,
        input_tokens=got.usage.input_tokens,
        output_tokens=got.usage.output_tokens,
        cached_tokens=got.usage.cached_tokens,
    )


def doubted(reply: Reply, request: CallRequest) -> Reply:
    """The reply; its usage is doubted where it says more than the request allowed."""
    usage, most = reply.usage, request.max_output_tokens
    if usage is None or usage.doubt or usage.output_tokens <= most:
        return reply
    doubt = f"{usage.output_tokens:,} output tokens are more than the {most:,} that were allowed"
    return reply.model_copy(update={"usage": usage.model_copy(update={"doubt": doubt})})
