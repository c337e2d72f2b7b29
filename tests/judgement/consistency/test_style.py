"""What breaks a persona's house style."""

from __future__ import annotations

import pytest

from panel.core.domain import Flag
from panel.judgement.consistency import flags_for
from panel.judgement.consistency.style import foreign
from tests.judgement.samples import persona

ENGLISH = [
    (
        "The seam between the agent and the editor is what all of this is "
        "about, and nobody else has drawn it there."
    ),
    (
        "Weights, no wrapper, one binary: a team that already owns the "
        "hardware can start today without asking anyone."
    ),
    (
        "Who buys this? Platform teams with a compliance officer. Which "
        "budget? The one that pays for the build queue now."
    ),
    "An open format beats a closed cloud whenever the data outlives the vendor, which is most of the time.",
]
FOREIGN = {
    "German": (
        "Das Werkzeug ist schnell, aber die Lizenz bleibt unklar, und niemand "
        "weiß, was es am Ende kosten wird."
    ),
    "French": (
        "La licence reste floue, le prix n'est pas indiqué et personne ne sait "
        "ce que cela va coûter à la fin."
    ),
    "Spanish": (
        "La licencia no está clara, el precio no aparece y nadie sabe cuánto va a costar al final del año."
    ),
    "Dutch": (
        "Het gereedschap is snel, maar de licentie blijft onduidelijk en niemand weet wat het gaat kosten."
    ),
    "Italian": (
        "La licenza non è chiara, il prezzo non c'è e nessuno sa quanto costerà alla fine di questo anno."
    ),
    "Portuguese": (
        "A licença não está clara, o preço não aparece e ninguém sabe quanto vai custar no fim do ano."
    ),
    "Polish": (
        "Licencja pozostaje niejasna, ceny nie podano i nikt nie wie, ile to "
        "będzie ostatecznie kosztowało firmę."
    ),
    "Russian": "Лицензия остаётся неясной, цена не указана, и никто не знает, сколько это будет стоить.",
    "Chinese": "许可证不清楚,价格没有写明,没有人知道最后要花多少钱。",
    "Japanese": "ライセンスが不明確で、価格も書かれていません。",
}


def _kinds(paragraph, **changes):
    return [flag.kind for flag in flags_for(paragraph, persona(**changes))]


@pytest.mark.parametrize(("count", "flagged"), [(4, True), (5, False), (60, False), (61, True)])
def test_a_paragraph_shorter_or_longer_than_the_persona_writes_is_flagged(count, flagged):
    assert _kinds("the " * count) == (["words"] if flagged else [])


def test_the_flag_says_how_long_it_is_and_should_be():
    assert flags_for("Too short.", persona()) == (Flag(kind="words", text="2 words; Builder writes 5 to 60"),)


@pytest.mark.parametrize(
    "paragraph",
    [
        "And that nobody is talking about, which is odd.",
        "And that Nobody  is\ntalking about: odd to say.",
        "And that “nobody is talking about” is what it is.",
    ],
)
def test_a_phrase_to_avoid_is_found_whatever_its_case_and_spacing(paragraph):
    flags = flags_for(paragraph, persona(avoid=("nobody is talking about",)))
    assert flags == (Flag(kind="avoid", text="“nobody is talking about”"),)


def test_a_typographic_apostrophe_hides_no_phrase():
    assert _kinds("And so it isn’t a competitor that kills it.", avoid=("isn't a competitor",)) == ["avoid"]


@pytest.mark.parametrize(
    "paragraph", ["It is a moat-like thing in the end.", "The remoate moats are many here."]
)
def test_part_of_a_word_is_not_the_phrase(paragraph):
    assert _kinds(paragraph, avoid=("moa", "oat")) == []


def test_an_empty_phrase_avoids_nothing():
    assert _kinds("The words of it are fine.", avoid=("", " ", "…")) == []


@pytest.mark.parametrize("paragraph", ENGLISH)
def test_english_is_english(paragraph):
    assert foreign(paragraph) is None


@pytest.mark.parametrize("language", FOREIGN)
def test_another_language_is_noticed(language):
    assert foreign(FOREIGN[language]) is not None
    assert "language" in _kinds(FOREIGN[language])


def test_a_few_words_say_too_little_about_their_language():
    assert foreign("Kurz und gut: nein.") is None
    assert foreign("") is None


def test_names_from_elsewhere_do_not_make_a_text_foreign():
    assert (
        foreign(
            "The Café Größe model by Müller & Søn is what a team would use for its invoices, and it is free."
        )
        is None
    )
