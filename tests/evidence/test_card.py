"""Front matter: everything but the name may be missing, and all that is wrong is named at once."""

import pytest

from panel.core.domain import Tool
from panel.core.errors import ManyInputErrors
from panel.core.frontmatter import parse, validated
from panel.evidence.card import FrontMatter, Price, card_text, cleaned_fields, unknown_keys
from tests.evidence.places import dossier


def read(front_matter: str) -> FrontMatter:
    document = parse(dossier(front_matter), "x.md")
    return validated(FrontMatter, document, cleaned_fields(document.data)[0])


def problems(front_matter: str) -> list[str]:
    with pytest.raises(ManyInputErrors) as caught:
        read(front_matter)
    return [error.message for error in caught.value.errors]


def test_a_name_is_enough():
    given = read("name: Quill")
    assert given == FrontMatter(name="Quill")
    assert given.vendor is None
    assert given.pricing == ()


def test_scalars_stay_as_typed():
    given = read("name: NO\nversion: 1.10\nlaunched: 2026-11-20")
    assert (given.name, given.version, given.launched) == ("NO", "1.10", "2026-11-20")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Code", ("code",)),
        ("[Text, CODE]", ("text", "code")),
        ("text, code", ("text", "code")),
        ("", ()),
        ("[]", ()),
    ],
)
def test_modality_and_surface_are_one_word_or_a_list(typed, words):
    given = read(f"name: X\nmodality: {typed}\nsurface: {typed}")
    assert given.modality == given.surface == words


def test_a_field_left_blank_is_a_field_not_given():
    assert read('name: X\nvendor:\ntagline: ""\nurl: "\u200b"') == FrontMatter(name="X")


def test_a_price_needs_neither_plan_nor_quote():
    assert read("name: X\npricing:\n  - price: free").pricing == (Price(price="free"),)


def test_folded_and_literal_text_becomes_one_line():
    assert read("name: X\ndescription: >-\n  one\n  two\n\n  three").description == "one two three"
    assert read("name: X\ntagline: |\n  one\n  two").tagline == "one two"


@pytest.mark.parametrize(
    ("front_matter", "problem"),
    [
        ("vendor: V", "x.md:1: name: Field required"),
        ('name: "\u200b"', "x.md:2: name: Field required"),
        ("name: [a]", "x.md:2: name: Input should be a valid string"),
        ("name: " + "x" * 201, "x.md:2: name: String should have at most 200 characters"),
        ("name: X\nslug: Not a Slug", "x.md:3: slug: 'Not a Slug' is no slug"),
        ("name: X\nslug: ../x", "x.md:3: slug: '../x' is no slug"),
        ("name: X\nslug: con", "x.md:3: slug: 'con' is no slug"),
        ("name: X\nmodality: {a: b}", "x.md:3: modality: must be one word or a list of words"),
        ("name: X\npricing: free", "x.md:3: pricing: must be a list"),
        ("name: X\npricing: [free]", "x.md:3: pricing: must be a list"),
        ("name: X\npricing:\n  - plan: Pro\n    quote: q", "x.md:4: pricing.0.price: Field required"),
        ("name: X\nsources: https://example.com", "x.md:3: sources: must be a list"),
        ("name: X\nsources:\n  - retrieved: 2026", "x.md:4: sources.0: a source needs a url or a title"),
    ],
)
def test_what_does_not_fit_is_named_with_file_line_and_field(front_matter, problem):
    assert problems(front_matter)[0].startswith(problem)


def test_all_problems_are_named_at_once():
    found = problems("slug: A B\nversion: [1]\npricing:\n  - plan: Pro\n  - price: 1\n    quote: {a: b}")
    assert [message.split(": ")[0:2] for message in found] == [
        ["x.md:1", "name"],
        ["x.md:2", "slug"],
        ["x.md:3", "version"],
        ["x.md:5", "pricing.0.price"],
        ["x.md:7", "pricing.1.quote"],
    ]


def test_unknown_keys_are_warned_of_one_line_each_in_their_order():
    document = parse(dossier("name: X\ntag_line: t\nzzz: 1\npricing:\n  - price: 1\n    cost: 2"), "x.md")
    assert [warning.split("; ")[0] for warning in unknown_keys(document)] == [
        "x.md:3: tag_line: unknown key, ignored",
        "x.md:4: zzz: unknown key, ignored",
        "x.md:7: pricing.0.cost: unknown key, ignored",
    ]
    assert "did you mean tagline?" in next(unknown_keys(document))


def test_unknown_keys_never_fail():
    assert read("name: X\nzzz: {a: [1, 2]}") == FrontMatter(name="X")


def test_hidden_characters_in_fields_are_removed_and_noted_by_field():
    document = parse(dossier('name: "Qu\u202eill"\npricing:\n  - price: "fr\u200bee"'), "x.md")
    fields, notes = cleaned_fields(document.data)
    assert fields == {"name": "Quill", "pricing": [{"price": "free"}]}
    assert notes == [
        "name: removed 1 bidirectional control",
        "pricing.0.price: removed 1 invisible character",
    ]


def test_the_card_holds_one_line_for_each_field_that_is_given():
    tool = Tool(slug="q", name="Quill", vendor="Feather", modality=("text", "image"))
    prices = (Price(price="free"), Price(plan="Pro", price="$20 per month", quote="$20 on Pro"))
    assert card_text(tool, prices) == (
        "Name: Quill\nVendor: Feather\nModality: text, image\n"
        'Pricing: free\nPricing: Pro: $20 per month ("$20 on Pro")'
    )
