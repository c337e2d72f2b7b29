"""Names made safe: whatever somebody calls a tool, its file name is harmless."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from panel.core.slugs import MAX_LENGTH, is_slug, slugify

DEVICES = [
    *("con", "prn", "aux", "nul", "CON", "Nul", "clock$", "CLOCK$"),
    *(f"com{n}" for n in range(10)),
    *(f"LPT{n}" for n in range(10)),
    *("com¹", "lpt²", "CON.txt", "nul.md", "aux .json"),
]
TRAVERSALS = [
    *(
        "..",
        ".",
        "/",
        "\\",
        "../../etc/passwd",
        "..\\..\\windows",
        "/etc/passwd",
        "C:\\x",
        "C:",
        "~/x",
        "~root",
    ),
    *(
        "a/../../b",
        "a%2f..%2fb",
        "%2e%2e%2f",
        "．．／",
        "‥/x",
        "file:///etc/passwd",
        "\\\\host\\share",
        "a\x00/b",
    ),
]
SPECIAL = [
    *(
        "",
        " ",
        "\t\n",
        ".git",
        ".GIT",
        "git~1",
        ".env",
        ".htaccess",
        "-rf",
        "--help",
        "-",
        "---",
        "_",
        "$(id)",
    ),
    *(
        "`id`",
        "a;b",
        "a|b",
        "a&b",
        "a>b",
        "*",
        "?",
        "a\nb",
        "a\r\nb",
        "\x1b[31m",
        "<script>",
        "'\"",
        "{{x}}",
        "#",
    ),
]
UNICODE = [
    *(
        "日本語",
        "日本",
        "🚀",
        "🚀🚀",
        "é",
        "e\u0301",
        "İ",
        "ı",
        "ß",
        "ﬁ",
        "Ⅳ",
        "ａｂｃ",
        "\u202eabc",
        "a\u200bb",
    ),
    *("\ud800", "\ufeff", "Å", "A\u030a", "a" * 300, "é" * 300, "日" * 300, "x" * 79 + "-y", "Кириллица"),
]
HOSTILE = [*DEVICES, *TRAVERSALS, *SPECIAL, *UNICODE]


def is_safe(slug: str) -> bool:
    """Said again in other words than the code's: plain ASCII words, joined by single hyphens, no device."""
    words = slug.split("-")
    plain = all(word and set(word) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for word in words)
    device = slug in {"con", "prn", "aux", "nul", "clock"} or (
        slug[:3] in {"com", "lpt"} and slug[3:].isdigit() and len(slug) == 4
    )
    return plain and len(slug) <= 80 and not device


def test_there_are_at_least_88_hostile_names_to_try():
    assert len(set(HOSTILE)) >= 88


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:30])
def test_a_hostile_name_gets_a_safe_slug(name):
    assert is_safe(slugify(name))
    assert is_slug(slugify(name))


@given(st.text())
@example("\ud800\udfff")
def test_every_name_gets_a_safe_bounded_slug_and_always_the_same(name):
    slug = slugify(name)
    assert is_safe(slug)
    assert len(slug) <= MAX_LENGTH
    assert slug == slugify(name)


@given(st.text(max_size=90))
def test_what_counts_as_a_slug_is_safe(text):
    assert not is_slug(text) or is_safe(text)


@given(st.from_regex(r"\A[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,8}\Z"))
def test_a_slug_is_its_own_slug(slug):
    if is_slug(slug):
        assert slugify(slug) == slug


def test_names_that_keep_no_letter_stay_distinct():
    names = ["日本語", "日本", "🚀", "🚀🚀", "", "..", "/", "Кириллица", "日" * 300]
    assert len({slugify(name) for name in names}) == len(names)


def test_long_names_that_differ_only_at_their_ends_stay_distinct():
    slugs = {slugify("a" * 300 + end) for end in "xyz"}
    assert len(slugs) == 3
    assert {len(slug) for slug in slugs} == {80}


def test_slugs_are_lower_case_so_that_a_case_insensitive_disk_tells_them_apart():
    slugs = {slugify(name) for name in HOSTILE}
    assert len({slug.casefold() for slug in slugs}) == len(slugs)


def test_accents_are_dropped_composed_or_not():
    assert slugify("Café Pro") == slugify(unicodedata.normalize("NFD", "Café Pro")) == "cafe-pro"


def test_a_dash_an_ampersand_and_a_version_survive_as_hyphens():
    name = "Cursor v0.50 – Background Agent & Codebase Refactoring"
    assert slugify(name) == "cursor-v0-50-background-agent-codebase-refactoring"


@pytest.mark.parametrize("name", ["con", "NUL", "com¹", "clock$", "LPT9"])
def test_a_device_name_is_kept_readable_but_never_alone(name):
    slug = slugify(name)
    assert slug[:3] == name[:3].lower()
    assert len(slug) > len(name)


@pytest.mark.parametrize(
    "text", ["Foo", "a--b", "-a", "a-", "a_b", "a b", "", "con", "a" * 81, "é", "a/b", "a\n"]
)
def test_what_is_not_a_slug_is_said_so(text):
    assert not is_slug(text)
