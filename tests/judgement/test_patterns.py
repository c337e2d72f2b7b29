"""What is looked for before a pattern is tried stands in every text that the pattern matches."""

from __future__ import annotations

import re

from panel.judgement.patterns import has_any, unmarked


def test_every_character_that_a_letter_matches_in_either_case_is_that_letter():
    letter = re.compile("[a-z]", re.IGNORECASE)
    found = {character for character in map(chr, range(0x110000)) if letter.fullmatch(character)}
    assert len(found) > 2 * 26  # "ſ" and its like
    assert all(re.fullmatch(unmarked(each), each, re.IGNORECASE) for each in found)
    assert {unmarked(character) for character in found} == set("abcdefghijklmnopqrstuvwxyz")


def test_a_piece_is_found_wherever_it_stands_and_in_either_case():
    assert has_any(unmarked("Under the MIT Licence"), ("apache", "licenc"))
    assert not has_any(unmarked("Under the MIT Licence"), ("apache", "licens"))
