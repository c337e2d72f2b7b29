"""The stylesheet keeps its promise that every text can be read on its ground (WCAG 2 AA)."""

from __future__ import annotations

import re

import pytest

from panel.publish.templating import asset

AA = 4.5
#: Colours of text, and the grounds they stand on.
PAIRS = [
    *((text, ground) for text in ("ink", "soft", "a", "b", "ship", "skip") for ground in ("ground", "card")),
    ("warn", "ground"),
    ("warn", "warn-ground"),
]


def schemes() -> dict[str, dict[str, str]]:
    both, paper = re.findall(r":root \{(.*?)\}", asset("page.css"), re.DOTALL)
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", both)
    light = {name: colour for name, colour, _ in pairs}
    on_paper = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", paper))
    return {"light": light, "dark": {name: colour for name, _, colour in pairs}, "print": light | on_paper}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme, text, ground):
    colours = schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= AA


def test_the_offline_banner_can_be_read_in_every_scheme():
    band = re.search(r"\.offline \{ background: (#\w{6}); color: (#\w{6});", asset("page.css"))
    assert contrast(band[1], band[2]) >= AA


def test_the_contrast_of_black_on_white_is_the_known_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
