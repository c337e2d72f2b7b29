"""Whether the sentence that is to show that something is free asks for money instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.evidence.dossiers import load_file
from panel.judgement.price_quotes import asks_for
from panel.judgement.price_texts import for_payers_only
from panel.judgement.pricing import entry
from panel.judgement.prose import sentences
from tests.batch.working import kit_of

LAUNCHES = Path(__file__).parents[3] / "shared" / "launches"
DOSSIERS = Path(__file__).parents[2] / "dossiers"


@pytest.mark.parametrize(
    ("quote", "amount"),
    [
        ("$20 per month", "$20 per month"),
        ("It costs $20 a month, billed yearly.", "$20 a month"),
        ("Starting at $0.50 / image", "$0.50 / image"),
        ("$3 per 1M tokens", "$3 per 1M tokens"),
        ("Pro: US$20", "US$20"),
        ("20/mo", "20/mo"),
        ("a 20-dollar plan", "20-dollar"),
        # other currencies, and words
        ("€20 a month", "€20 a month"),
        ("Es kostet 20 € pro Monat.", "20 €"),
        ("9,99 EUR monthly", "9,99 EUR monthly"),
        ("It is £15 a month.", "£15 a month"),
        ("¥1500 per month", "¥1500 per month"),
        ("1,500 yen", "1,500 yen"),
        ("CHF 20", "CHF 20"),
        ("twenty dollars a month", "twenty dollars a month"),
        ("Ninety-nine cents per image.", "Ninety-nine cents per image"),
        ("one hundred euros a year", "one hundred euros a year"),
        # what only sounds free
        ("Free for 14 days, then $20/mo", "$20/mo"),
        ("Starts at $20 a seat, with a free trial.", "$20 a seat"),
        ("Not free: $20 per month.", "$20 per month"),
        ("It is no longer free; now it costs $20.", "$20"),
        ("Royalty-free, for $20.", "$20"),
        ("Free of ads for $5 a month", "$5 a month"),
        ("Free with Pro ($20/month)", "$20/month"),
        ("Pay $20 once, free updates for ever.", "$20"),
        ("No less than $20.", "$20"),
        ("It is not $0 but $20.", "$20"),
        ("It is not included and costs $20 per month.", "$20 per month"),
    ],
)
def test_a_sentence_that_asks_for_money_is_noticed_with_its_amount(quote, amount):
    assert asks_for(quote) == amount


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "Free.",
        "$0",
        "0 €",
        "$0 per month, then $20",
        "Hobby $0, Pro $20 a month",
        "free forever, then $20",
        "Free up to 1M tokens, $3 per million after",
        "Free for individuals; $20 per month for Business.",
        "Free for individuals, with paid plans from $20.",
        "Hobby costs nothing; Pro is $20.",
        "Open weights; the hosted API is $2 per million tokens.",
        "There are no fees to run it; the hosted version is $20.",
        # denied, others', no price
        "no $20 fee",
        "There is no $20 fee to pay.",
        "without the usual €15 subscription",
        "Unlike rivals that charge $20, you download it.",
        "Competitors ask for $20 a month.",
        "The makers raised $20 million.",
        "A fund of $5M stands behind it.",
        "New users get $100 in credits.",
        "Win $5000 worth of prizes!",
        # no money at all
        "It has 20 seats and 128K tokens.",
        "Under Apache 2.0 there are no royalties to pay.",
    ],
)
def test_a_sentence_that_names_a_way_to_pay_nothing_or_no_price_is_left_alone(quote):
    assert asks_for(quote) is None


@given(text=st.text(alphabet="free $0123.,/mo€ no trial twenty dollars", max_size=80))
def test_an_amount_that_is_found_stands_in_the_sentence(text):
    found = asks_for(text)
    assert found is None or found in " ".join(text.split())


@pytest.mark.parametrize("path", sorted(DOSSIERS.glob("*.md")), ids=lambda path: path.stem)
def test_no_shipped_dossier_has_a_conflict_nor_a_sentence_that_would_deny_a_price_of_nothing(path, tmp_path):
    loaded = load_file(path, kit_of(tmp_path).workspace).dossier
    assert entry(loaded.facts).conflicts == ()
    assert _asking(path) == []


@pytest.mark.skipif(
    not LAUNCHES.is_dir(), reason="the READMEs to try this on lie beside the project, not in it"
)
def test_one_sentence_of_the_real_readmes_would_deny_a_price_of_nothing():
    lines = (LAUNCHES / "launches.jsonl").read_text(encoding="utf-8").splitlines()
    found = [each for line in lines for each in _asking(LAUNCHES / json.loads(line)["readme"])]
    assert found == ["$123.45"], "an account's balance in a sample of code, which nobody quotes for a price"


@pytest.mark.skipif(
    not LAUNCHES.is_dir(), reason="the READMEs to try this on lie beside the project, not in it"
)
def test_no_sentence_of_the_real_readmes_and_dossiers_would_take_back_that_it_is_free():
    """Each is tried behind "It is free.", which stands there in none of them."""
    lines = (LAUNCHES / "launches.jsonl").read_text(encoding="utf-8").splitlines()
    paths = [*(LAUNCHES / json.loads(line)["readme"] for line in lines), *DOSSIERS.glob("*.md")]
    tried = [each.text for path in paths for each in sentences(path.read_text(encoding="utf-8"))]
    assert len(tried) > 7000
    assert [text for text in tried if for_payers_only(f"It is free. {text}")] == []
    assert for_payers_only("It is free. It is available on Pro and Business plans only.")


def _asking(path):
    """What the sentences of a text ask for, as if each were quoted for a price of nothing."""
    found = (asks_for(sentence.text) for sentence in sentences(path.read_text(encoding="utf-8")))
    return [amount for amount in found if amount]
