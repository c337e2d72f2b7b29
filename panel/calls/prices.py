"""What a call costs, and what it can cost at most: from the price list of genai-prices or from the flags."""

from __future__ import annotations

import time
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from panel.calls.vendors import Vendor
from panel.core.requests import CallRequest, Usage

#: Tokens a vendor adds to what is sent: role marks, and the hidden text that describes the reply's format.
OVERHEAD_TOKENS = 1_000
_PER = 1_000_000
#: What a call of a vendor batch costs of the same call made live.
_BATCH_SHARE = Decimal("0.5")
#: No model reads or writes as much in one call; a count above it is a vendor's mistake, not a bill.
_MOST_TOKENS = 1_000_000_000


@dataclass(frozen=True)
class Prices:
    """Prices in USD per million tokens; one that is given by flag wins over the price list.

    On a panel of several models (`only_unlisted`) a flag holds for those alone that the list does not know:
    the price of one model is not that of another, and too low a price would lift the cap.
    Cached input is billed at `price_in` too where that is given: a flag says nothing of a discount.
    The list is the one that comes with genai-prices, read offline, standard processing.
    """

    price_in: float | None = None
    price_out: float | None = None
    only_unlisted: bool = False

    def cost(self, vendor: Vendor, model: str, usage: Usage, *, batch: bool = False) -> float | None:
        """What `usage` costs in USD; None where the price is unknown or the usage contradicts itself.

        A provider that is on no price list by design (`price_id` None) costs nothing. Both vendors sell
        batches at half price, cached and written tokens too; a price given by flag is halved as well.
        """
        if vendor.price_id is None:
            return 0.0
        if not _is_possible(usage):
            return None
        listed_in, listed_out = self._listed(vendor.price_id, model, usage)
        paid_in = self._paid(listed_in, self.price_in, usage.input_tokens)
        paid_out = self._paid(listed_out, self.price_out, usage.output_tokens)
        if paid_in is None or paid_out is None:
            return None
        return float((paid_in + paid_out) * (_BATCH_SHARE if batch else 1))

    def _paid(self, listed: Decimal | None, given: float | None, tokens: int) -> Decimal | None:
        if given is None or (self.only_unlisted and listed is not None):
            return listed
        return _at(given, tokens)

    def upper_bound(self, vendor: Vendor, request: CallRequest, *, batch: bool = False) -> float | None:
        """The most that `request` can cost in USD if it is sent once; None where the price is unknown.

        A token stands for at least one byte in the vendors' byte-level vocabularies, so the input has at
        most as many tokens as what is sent has UTF-8 bytes, and `OVERHEAD_TOKENS`. All of it is priced at
        the dearer of plain input and cache write; the output at the request's limit.
        """
        most_in = bytes_sent(request) + OVERHEAD_TOKENS
        most_out = request.max_output_tokens
        plain = Usage(input_tokens=most_in, output_tokens=most_out)
        written = Usage(input_tokens=most_in, cache_write_tokens=most_in, output_tokens=most_out)
        costs = [self.cost(vendor, request.model, usage, batch=batch) for usage in (plain, written)]
        known = [cost for cost in costs if cost is not None]
        return max(known) if len(known) == len(costs) else None

    def _listed(self, price_id: str, model: str, usage: Usage) -> tuple[Decimal | None, Decimal | None]:
        """Listed cost of input and output; in genai-prices too, input includes what is cached and written."""
        if self.price_in is not None and self.price_out is not None and not self.only_unlisted:
            return None, None
        if not usage.input_tokens:
            return _looked_up(price_id, model, usage)
        # Some prices depend on the time of day: what was looked up holds for a minute.
        minute = int(time.time() // 60)
        tiers = _tiers(price_id, model, minute)
        tier = tiers[bisect_left(tiers, usage.input_tokens) - 1]
        plain, read, written, out = _rates(price_id, model, tier, minute)
        if plain is None or read is None or written is None:
            return None, None if out is None else usage.output_tokens * out
        rest = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
        paid_in = rest * plain + usage.cached_tokens * read + usage.cache_write_tokens * written
        return paid_in, None if out is None else usage.output_tokens * out


@lru_cache(maxsize=16)
def _tiers(price_id: str, model: str, _minute: int) -> tuple[int, ...]:
    """Above how many tokens of input a model's prices change, 0 first."""
    import genai_prices
    from genai_prices.types import TieredPrices

    try:
        listed = genai_prices.calc_price(genai_prices.Usage(), model, provider_id=price_id).model_price
    except LookupError:
        return (0,)
    tiered = [price for price in vars(listed).values() if isinstance(price, TieredPrices)]
    return tuple(sorted({0, *(tier.start for price in tiered for tier in price.tiers)}))


@lru_cache(maxsize=64)
def _rates(price_id: str, model: str, tier: int, _minute: int) -> tuple[Decimal | None, ...]:
    """USD for a token of input, read from the cache, written to it, of output, in the tier that begins there.

    Within a tier a price is so much a token, and to look up each call takes a hundred times as long.
    """
    most = tier + 1
    kinds: tuple[dict[str, int], ...] = ({}, {"cached_tokens": most}, {"cache_write_tokens": most})
    ins = [_looked_up(price_id, model, Usage(input_tokens=most, **kind))[0] for kind in kinds]
    out = _looked_up(price_id, model, Usage(input_tokens=most, output_tokens=most))[1]
    return tuple(None if price is None else price / most for price in (*ins, out))


def _looked_up(price_id: str, model: str, usage: Usage) -> tuple[Decimal | None, Decimal | None]:
    """What genai-prices says of one call's input and output."""
    import genai_prices

    tokens = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        output_tokens=usage.output_tokens,
    )
    try:
        price = genai_prices.calc_price(tokens, model, provider_id=price_id)
    except LookupError:
        return None, None
    # A model may be listed without a price per token; adding up nothing would call it free.
    listed = price.model_price
    return (
        price.input_price if listed.input_mtok is not None else None,
        price.output_price if listed.output_mtok is not None else None,
    )


def _at(per_million: float, tokens: int) -> Decimal:
    return Decimal(str(per_million)) * tokens / _PER


def _is_possible(usage: Usage) -> bool:
    return (
        usage.cached_tokens >= 0
        and usage.cache_write_tokens >= 0
        and usage.cached_tokens + usage.cache_write_tokens <= usage.input_tokens <= _MOST_TOKENS
        and 0 <= usage.output_tokens <= _MOST_TOKENS
    )


def bytes_sent(request: CallRequest) -> int:
    """UTF-8 bytes of all texts of a request, its schema included."""
    return request.size
