"""The search index: every page is found by its words, files are small, and a change changes few of them."""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from panel.site.searching import FIELDS, MOST_BYTES, MOST_PAGES, Found, file_name, file_of, index
from panel.site.words import words

#: What a page and its word take in a file of words, at most: a path for each of three fields.
_LARGEST_ENTRY = 3 * MOST_PAGES * 100


def _many(number, seed=1):
    """Pages with words as unevenly frequent as those of a language."""
    dice = random.Random(seed)
    letters = "etaoinshrdlucmfwypvbgk"
    known = ["".join(dice.choices(letters, k=dice.randint(2, 10))) for _ in range(4000)]
    weights = [1 / (n + 1) for n in range(len(known))]

    def some(k):
        return tuple(dict.fromkeys(dice.choices(known, weights, k=k)))

    return [
        Found(f"tools/tool-{n}", " ".join(some(3)), "line", (" ".join(some(8)),), some(50))
        for n in range(number)
    ]


def _looked_up(made, word):
    """What the script does: cut the word until its file is not cut."""
    length = 0
    while length < len(word) and word[:length] in made.split:
        length += 1
    return json.loads(made.words.get(word[:length], b"{}")).get(word, {})


def test_a_page_is_found_by_its_name_what_is_said_of_it_and_more_words():
    page = Found("tools/a", "Éclair 2", "50% panel ship", ("Vendor & Sons",), ("devin",))
    made = index([page, Found("tools/b", "Other", "", (), ("eclair",))])
    assert _looked_up(made, "eclair") == {"name": ["tools/a"], "words": ["tools/b"]}
    assert _looked_up(made, "sons") == {"about": ["tools/a"]}
    assert _looked_up(made, "devin") == {"words": ["tools/a"]}
    assert _looked_up(made, "nothing") == {}
    described = json.loads(made.pages[file_of("tools/a", made.files)])
    assert described["tools/a"] == ["Éclair 2", "50% panel ship"]


def test_of_many_pages_each_is_found_by_each_of_its_words_unless_the_word_tells_little():
    pages = _many(800)
    made = index(pages)
    assert made.split
    for page in pages:
        for word in {*words(page.name), *page.words}:
            entry = _looked_up(made, word)
            assert "more" in entry or any(page.path in entry.get(field, []) for field in FIELDS)
        assert page.path in json.loads(made.pages[file_of(page.path, made.files)])


def test_files_are_small():
    made = index(_many(2000))
    assert max(map(len, made.words.values())) <= max(MOST_BYTES, _LARGEST_ENTRY)
    assert max(map(len, made.pages.values())) < 4096
    assert len(made.plan()) < 4096


def test_the_same_pages_in_any_order_make_the_same_files():
    pages = _many(300)
    assert index(pages) == index(pages[::-1])


def test_one_changed_page_changes_few_files():
    pages = _many(1000)
    changed = Found(
        "tools/tool-7", pages[7].name, "another line", pages[7].about, (*pages[7].words[2:], "newword")
    )
    before, after = index(pages), index([*pages[:7], changed, *pages[8:]])
    differ = [b for b in {*before.words, *after.words} if before.words.get(b) != after.words.get(b)]
    assert 1 <= len(differ) <= 3
    assert sum(before.pages[n] != after.pages[n] for n in before.pages) == 1
    assert before.plan() == after.plan()


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=30))
def test_any_names_make_an_index_whose_files_have_names_for_every_file_system(names):
    made = index(Found(f"tools/t{n}", name, name) for n, name in enumerate(names))
    for beginning in made.words:
        assert set(file_name(beginning)) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


def test_no_two_beginnings_share_a_file():
    for one, other in [("語", "8a9e"), ("aé", "a"), ("é", "e9")]:
        assert file_name(one) != file_name(other)
