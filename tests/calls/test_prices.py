import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.prices import OVERHEAD_TOKENS, Prices
from panel.calls.vendors import Vendor
from panel.core.requests import Message, Usage
from tests.calls.fakes import FREE_VENDOR, request

ANTHROPIC = Vendor("anthropic", None, None, None, None, price_id="anthropic")
OPENAI = Vendor("openai", None, None, None, None, price_id="openai")


def test_an_anthropic_call_costs_what_the_list_says():
    # claude-sonnet-5-5: $2 input, $0.10 cache read, $2.50 cache write, $10 output per million tokens.
    usage = Usage(input_tokens=10_000, cached_tokens=6_000, cache_write_tokens=3_000, output_tokens=500)
    by_hand = (1_000 * 2 + 6_000 * 0.10 + 3_000 * 2.50 + 500 * 10) / 1_000_000
    assert Prices().cost(ANTHROPIC, "claude-sonnet-5-5", usage) == pytest.approx(by_hand, rel=1e-12)


def test_an_openai_call_costs_what_the_list_says():
    # gpt-6.1-terra: $1 input, $0.05 cache read, $1.25 cache write, $5 output, reasoning included.
    usage = Usage(input_tokens=10_000, cached_tokens=6_000, output_tokens=500, reasoning_tokens=400)
    by_hand = (4_000 * 1 + 6_000 * 0.05 + 500 * 5) / 1_000_000
    assert Prices().cost(OPENAI, "gpt-6.1-terra", usage) == pytest.approx(by_hand, rel=1e-12)


def test_a_long_input_costs_the_price_of_its_tier():
    # gpt-6.1-terra doubles the input price and takes 1.5 times the output price above 272,000 input tokens.
    usage = Usage(input_tokens=300_000, output_tokens=1_000)
    by_hand = (300_000 * 2 + 1_000 * 7.5) / 1_000_000
    assert Prices().cost(OPENAI, "gpt-6.1-terra", usage) == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize(("vendor", "model"), [(OPENAI, "llama3.2"), (ANTHROPIC, "my-own-model")])
def test_an_unknown_model_has_an_unknown_price_and_never_none_at_all(vendor, model):
    assert Prices().cost(vendor, model, Usage(input_tokens=10, output_tokens=10)) is None
    assert Prices().upper_bound(vendor, request(model=model)) is None


def test_a_known_model_has_its_price_at_another_base_url_too():
    there = request(model="gpt-6.1-terra", base_url="http://localhost:8000/v1")
    assert Prices().upper_bound(OPENAI, there) == Prices().upper_bound(OPENAI, request(model="gpt-6.1-terra"))


def test_a_provider_without_models_costs_nothing_even_with_prices_given():
    prices = Prices(price_in=5, price_out=5)
    assert prices.cost(FREE_VENDOR, "reader", Usage(input_tokens=10, output_tokens=10)) == 0.0
    assert prices.upper_bound(FREE_VENDOR, request(model="reader")) == 0.0


def test_given_prices_win_over_the_list():
    usage = Usage(input_tokens=1_000_000, cached_tokens=500_000, output_tokens=1_000_000)
    assert Prices(price_in=3, price_out=7).cost(ANTHROPIC, "claude-sonnet-5-5", usage) == 10.0
    assert Prices(price_in=0, price_out=0).cost(OPENAI, "llama3.2", usage) == 0.0


def test_one_given_price_leaves_the_other_to_the_list():
    usage = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
    assert Prices(price_in=3).cost(ANTHROPIC, "claude-sonnet-5-5", usage) == 13.0
    assert Prices(price_out=3).cost(ANTHROPIC, "claude-sonnet-5-5", usage) == 5.0
    assert Prices(price_in=3).cost(OPENAI, "llama3.2", usage) is None


@pytest.mark.parametrize(
    "usage",
    [
        Usage(input_tokens=-1, output_tokens=1),
        Usage(input_tokens=1, output_tokens=-1),
        Usage(input_tokens=10, cached_tokens=6, cache_write_tokens=5),
        Usage(input_tokens=10**400, output_tokens=1),
    ],
)
def test_a_usage_that_cannot_be_is_not_priced(usage):
    assert Prices().cost(ANTHROPIC, "claude-sonnet-5-5", usage) is None
    assert Prices(price_in=1, price_out=1).cost(ANTHROPIC, "claude-sonnet-5-5", usage) is None


def test_the_upper_bound_counts_every_byte_that_is_sent_at_the_dearest_input_price():
    asked = request(
        system="é" * 100,  # two bytes each
        messages=(Message(role="user", parts=("a" * 50, "b" * 50)), Message(role="assistant", parts=("c",))),
        schema={},
        max_output_tokens=2_000,
    )
    most_in = 200 + 100 + 1 + len("{}") + OVERHEAD_TOKENS
    by_hand = (most_in * 2.50 + 2_000 * 10) / 1_000_000
    assert Prices().upper_bound(ANTHROPIC, asked) == pytest.approx(by_hand, rel=1e-12)


@given(
    text=st.text(max_size=200),
    share=st.floats(0, 1),
    cached=st.floats(0, 1),
    written=st.floats(0, 1),
    out=st.integers(0, 1000),
    model=st.sampled_from([(ANTHROPIC, "claude-sonnet-5-5"), (ANTHROPIC, "claude-haiku-5-5"),
                           (OPENAI, "gpt-6.1-terra"), (OPENAI, "gpt-5.4-mini")]),
)  # fmt: skip
def test_no_usage_the_bound_allows_for_costs_more_than_the_bound(text, share, cached, written, out, model):
    vendor, name = model
    asked = request(text, model=name)
    tokens = int(share * (len(text.encode("utf-8", "surrogatepass")) + OVERHEAD_TOKENS))
    read = int(cached * tokens)
    usage = Usage(
        input_tokens=tokens,
        cached_tokens=read,
        cache_write_tokens=int(written * (tokens - read)),
        output_tokens=out,
    )
    cost, bound = Prices().cost(vendor, name, usage), Prices().upper_bound(vendor, asked)
    assert cost is not None
    assert bound is not None
    assert cost <= bound


def test_on_a_panel_of_several_models_a_price_by_flag_holds_for_the_unlisted_alone():
    usage = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
    given = Prices(1.0, 2.0, only_unlisted=True)
    assert given.cost(OPENAI, "gpt-6.1-terra", usage) == Prices().cost(OPENAI, "gpt-6.1-terra", usage)
    assert given.cost(OPENAI, "nobody-knows-it", usage) == 3.0
