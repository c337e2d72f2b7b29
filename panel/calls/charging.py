"""What is charged for a reply: by what it says it used, unless that cannot be."""

from __future__ import annotations

from panel.calls.faults import Fault
from panel.calls.prices import Prices
from panel.calls.vendors import Vendor
from panel.core.outcomes import Cost
from panel.core.requests import CallRequest, RawReply, Reply

#: Put into the headers of a reply that came out of a vendor's batch: which one.
BATCH_HEADER = "panel-batch"


def came_by_batch(raw: RawReply) -> bool:
    """Whether a reply came out of a vendor's batch, and so cost half."""
    return BATCH_HEADER in raw.headers


def charge(
    prices: Prices,
    vendor: Vendor,
    request: CallRequest,
    got: Reply | Fault,
    *,
    upper: float | None,
    batch: bool = False,
) -> float | None:
    """What a reply is charged with in USD: by the model that answered, and never more than `upper`.

    Args:
        prices: What calls cost.
        vendor: Who answered.
        request: What was asked.
        got: The reply as it was read, or why it cannot be.
        upper: What was set aside for it; None where the price is unknown. All of it is charged where what
            was used is not said, not to be trusted, or of unknown price.
        batch: Whether it came out of a vendor's batch.
    """
    usd = None
    if got.usage is not None and not got.usage.doubt:
        usd = prices.cost(vendor, got.served_model or request.model, got.usage, batch=batch)
    if usd is None or upper is None:
        return upper if usd is None else usd
    return min(usd, upper)  # more than was set aside would break the cap, and is no bill for this request


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
