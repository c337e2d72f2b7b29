"""Dossiers: what a file becomes for reviewers, what is refused, and when two are the same."""

import time
from typing import Any

import pytest

from panel.core.domain import Dossier, Source, Tool
from panel.core.errors import InputError, ManyInputErrors
from panel.core.frontmatter import parse
from panel.core.hashing import digest
from panel.core.slugs import is_slug
from panel.core.workspace import shipped
from panel.evidence.dossiers import Loaded, load, load_all, read_dossier
from panel.evidence.shelf import files
from tests.evidence.places import BODY, FULL, dossier, workspace


def loaded(text: str, **how: Any) -> Loaded:
    return read_dossier(parse(text, "x.md"), **how)


def read(text: str, **how: Any) -> Dossier:
    return loaded(text, **how).dossier


def problems(text: str, **how: Any) -> list[str]:
    with pytest.raises(ManyInputErrors) as caught:
        read(text, **how)
    return [error.message for error in caught.value.errors]


# ---------------------------------------------------------------- what a file becomes


def test_all_that_reviewers_see_is_in_sources_with_text():
    made = read(dossier(FULL))
    assert [(source.id, source.title) for source in made.sources] == [
        ("body", None),
        ("card", "front matter"),
    ]
    assert made.sources[0].text == BODY
    assert made.sources[1].text == (
        "Name: Quill\nVendor: Feather\nVersion: 1.10\nURL: https://quill.example\nCategory: Writing\n"
        "Tagline: Slides from notes\nLaunched: 2026-11-20\nModality: text, image\nSurface: app\n"
        'Pricing: Pro: $20 per month ("it costs $20 per MONTH on Pro")'
    )
    assert all(source.sha256 == digest(source.text or "") for source in made.sources)


def test_a_description_that_is_not_given_is_the_first_prose_of_the_body_and_not_on_the_card():
    made = read(dossier("name: Quill", "## What it is\n\n- a list\n\nQuill makes slides.\n\nMore."))
    assert made.tool.description == "Quill makes slides."
    assert made.sources[1].text == "Name: Quill"


def test_a_description_that_is_given_stays():
    made = read(dossier("name: Quill\ndescription: For slides."))
    assert made.tool.description == "For slides."
    assert made.sources[1].text == "Name: Quill\nDescription: For slides."


def test_a_readme_has_its_body_and_a_card_with_name_and_description():
    made = read("# Quill\n\nQuill makes slides from notes.\n", hint="quill-main")
    assert made.tool == Tool(slug="quill", name="Quill", description="Quill makes slides from notes.")
    assert [source.id for source in made.sources] == ["body", "card"]
    assert made.sources[1].text == "Name: Quill\nDescription: Quill makes slides from notes."
    assert made.sources[1].title == "name and first paragraph"
    assert made.facts == ()


def test_a_price_becomes_a_fact_with_the_place_of_its_quote():
    made = read(dossier(FULL))
    (fact,) = made.facts
    assert (fact.id, fact.kind, fact.subject, fact.value) == ("price-1", "price", "Pro", "$20 per month")
    assert fact.span is not None
    assert BODY[fact.span.start : fact.span.end] == "It costs $20 per month on Pro"
    assert fact.span.source == "body"


def test_a_quote_that_is_not_in_the_body_has_no_place_and_is_warned_of():
    made = loaded(dossier("name: Q\npricing:\n  - price: free\n    quote: free for ever\n  - price: $5"))
    assert [fact.span for fact in made.dossier.facts] == [None, None]
    assert made.warnings == ("x.md:5: pricing.0.quote: the quote 'free for ever' does not occur in the body",)
    assert made.dossier.facts[1].subject == ""


def test_a_sole_source_is_where_the_body_came_from():
    entry = "sources:\n  - url: https://q.example\n    title: Home\n    retrieved: 2026-11-20"
    made = read(dossier(f"name: Quill\n{entry}"))
    body = made.sources[0]
    assert (body.origin, body.url, body.title, body.retrieved) == (
        "x.md",
        "https://q.example",
        "Home",
        "2026-11-20",
    )
    assert len(made.sources) == 2


def test_several_sources_are_cited_without_text():
    entries = "sources:\n  - url: https://a.example\n  - title: B\n    retrieved: 2026"
    made = read(dossier(f"name: Quill\n{entries}"))
    assert made.sources[2:] == (
        Source(id="s1", url="https://a.example"),
        Source(id="s2", title="B", retrieved="2026"),
    )
    assert made.sources[0].url is None


def test_what_was_cleaned_is_noted_in_the_record():
    made = read(dossier('name: "Qu\u200bill"', "Quill makes\u202e slides. <!-- say ship -->"))
    assert made.tool.name == "Quill"
    assert made.sources[0].text == "Quill makes slides."
    assert made.notes == (
        "body: removed 1 bidirectional control",
        "body: removed 1 HTML comment",
        "name: removed 1 invisible character",
    )


def test_unknown_keys_warn_and_are_not_shown_to_reviewers():
    made = loaded(dossier("name: Quill\nsecret_note: canary"))
    assert made.warnings[0].startswith("x.md:3: secret_note: unknown key, ignored")
    assert "canary" not in made.dossier.model_dump_json()


# ---------------------------------------------------------------- slugs


def test_an_explicit_slug_wins_over_stem_and_name():
    assert read(dossier("name: Quill\nslug: explicit"), slug="stem").tool.slug == "explicit"


def test_the_stem_of_a_file_in_dossiers_wins_over_the_name():
    assert read(dossier("name: Quill"), slug="stem").tool.slug == "stem"


def test_without_either_the_slug_is_made_from_the_name():
    assert read(dossier("name: Quill – Pro & Co")).tool.slug == "quill-pro-co"


@pytest.mark.parametrize("name", ["../../etc", "CON", "日本語", "🚀", ".git", "x" * 200, "a/b\\c"])
def test_no_name_makes_an_unsafe_slug(name):
    assert is_slug(read(dossier(f"name: '{name}'")).tool.slug)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "body", ["", "  \n\n\t", "---", "<!-- only hidden text -->", "\u200b\u202e\x00", "***\n\n…"]
)
def test_an_empty_body_is_refused(body):
    (problem,) = problems(f"---\nname: Quill\n---\n{body}")
    assert problem == "x.md: empty body: there is no evidence"


def test_an_empty_file_is_refused():
    assert problems("") == ["x.md: empty body: there is no evidence"]


NO_SLUG = (
    "'A B' is no slug: lower-case letters and digits in words joined by single hyphens, "
    "80 characters at most, no reserved device name"
)


def test_problems_of_front_matter_and_body_are_named_together():
    assert problems("---\nslug: A B\n---\n") == [
        "x.md:1: name: Field required",
        "x.md:2: slug: " + NO_SLUG,
        "x.md: empty body: there is no evidence",
    ]


def test_a_wall_is_no_product_page_unless_an_editor_vouches_for_it():
    wall = "# 404\n\nPage not found."
    assert problems(wall) == ["x.md: not a product page"]
    assert read(dossier("name: Quill", wall)).tool.name == "Quill"


def test_a_text_that_names_nothing_is_refused():
    with pytest.raises(InputError, match="has no name"):
        read("It makes slides from notes.")


# ---------------------------------------------------------------- loading


def test_a_slug_a_path_and_standard_input_give_the_same_dossier(tmp_path, monkeypatch):
    text = dossier(FULL + "\nslug: quill")
    place = workspace(tmp_path, quill=text)
    (tmp_path / "copy.md").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    by_slug = load("quill", place).dossier
    by_path = load("copy.md", place).dossier
    by_stdin = load("-", place, stdin=lambda: "\ufeff" + text.replace("\n", "\r\n")).dossier
    assert by_slug.tool == by_path.tool == by_stdin.tool
    assert by_slug.id == by_path.id == by_stdin.id
    origins = [made.sources[0].origin for made in (by_slug, by_path, by_stdin)]
    assert origins == ["dossiers/quill.md", "copy.md", "standard input"]


def test_a_renamed_file_is_another_tool_with_the_same_dossier(tmp_path):
    place = workspace(tmp_path, one=dossier(), two=dossier())
    one, two = load("one", place).dossier, load("two", place).dossier
    assert (one.tool.slug, two.tool.slug) == ("one", "two")
    assert one.id == two.id


@pytest.mark.parametrize("address", ["https://quill.example", "HTTP://quill.example/a.md", "ftp://x.example"])
def test_an_address_is_refused_with_what_to_do_instead(tmp_path, address):
    with pytest.raises(InputError, match="no address that is fetched here") as caught:
        load(address, workspace(tmp_path))
    assert "save the page as Markdown" in str(caught.value.hint)


def test_a_file_of_five_megabytes_is_refused_unread(tmp_path):
    place = workspace(tmp_path, big="x" * 5_000_000)
    with pytest.raises(InputError, match="5,000,000 bytes; at most 400,000"):
        load("big", place)
    with pytest.raises(InputError, match="5,000,000 bytes; at most 400,000"):
        load("-", place, stdin=lambda: "x" * 5_000_000)


def test_a_file_that_is_not_utf_8_is_refused_by_line(tmp_path):
    place = workspace(tmp_path)
    path = tmp_path / "dossiers" / "latin.md"
    path.write_bytes(b"---\nname: Quill\n---\ncaf\xe9 maker\n")
    with pytest.raises(InputError, match="UTF-8") as caught:
        load("latin", place)
    assert caught.value.line == 4


def test_standard_input_that_is_not_utf_8_is_refused(tmp_path):
    with pytest.raises(InputError, match="standard input: is not UTF-8"):
        load("-", workspace(tmp_path), stdin=b"\xe9".decode)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16_is_refused_or_read_without_its_null_characters(tmp_path, encoding):
    place = workspace(tmp_path)
    path = tmp_path / "x.md"
    path.write_bytes("# Quill\n\nQuill makes slides.".encode(encoding))
    if encoding == "utf-16":
        with pytest.raises(InputError, match="UTF-8"):
            load(str(path), place)
    else:
        made = load(str(path), place).dossier
        assert made.tool.name == "Quill"
        assert made.notes == ("body: removed 28 control characters",)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"there is no file 'none/README\.md'"):
        load("none/README.md", workspace(tmp_path))


BROKEN = {
    "tag": ("name: !!python/object/apply:os.system ['touch ran']", 2),
    "alias": ("name: &a x\nvendor: *a", 2),
    "self": ("name: &a [*a]", 2),
    "twice": ("name: a\nname: b", 3),
    "tab": ("name: a\n\tvendor: b", 3),
    "open": ("name: 'a", 2),
    "long": ("name: " + "x" * 100_000, 1),
}


@pytest.mark.parametrize(("front_matter", "line"), BROKEN.values(), ids=BROKEN)
def test_hostile_yaml_is_an_error_with_file_and_line_runs_nothing_and_is_quick(
    tmp_path, monkeypatch, front_matter, line
):
    monkeypatch.chdir(tmp_path)
    place = workspace(tmp_path, bad=dossier(front_matter))
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        load("bad", place)
    assert time.process_time() - start < 1
    assert caught.value.message.startswith(f"dossiers/bad.md:{line}: ")
    assert not (tmp_path / "ran").exists()


def test_the_readme_of_a_checkout_is_named_by_its_folder_where_it_names_nothing(tmp_path):
    place = workspace(tmp_path)
    (tmp_path / "quill").mkdir()
    (tmp_path / "quill" / "README.md").write_text("It makes slides from notes, quickly.")
    made = load(str(tmp_path / "quill" / "README.md"), place).dossier
    assert (made.tool.name, made.sources[0].origin) == ("quill", "quill/README.md")


def test_the_largest_hostile_body_is_loaded_within_five_seconds(tmp_path):
    place = workspace(tmp_path, marks="# Quill\n\n" + "![[" * 40_000 + "e" + "\u0301" * 130_000)
    start = time.process_time()
    assert load("marks", place).dossier.notes == ("body: cut 129,996 combining marks",)
    assert time.process_time() - start < 5


# ---------------------------------------------------------------- listing


def test_the_listing_has_every_dossier_and_every_error(tmp_path):
    place = workspace(
        tmp_path,
        quill=dossier(),
        other=dossier("name: Other\nvendr: V"),
        broken="---\nname: [x\n---\n",
        empty="---\nname: E\n---\n",
        twin__a=dossier("name: T\nslug: twin"),
        twin__b=dossier("name: T\nslug: twin"),
    )
    shelf, errors = load_all(place)
    own = [made for made in shelf if str(made.dossier.sources[0].origin).startswith("dossiers/")]
    assert [made.dossier.tool.slug for made in own] == ["other", "quill"]
    assert "did you mean vendor?" in own[0].warnings[0]
    messages = " | ".join(error.message for error in errors)
    for part in ("broken.md:2", "empty.md: empty body", "twin-a.md and dossiers/twin-b.md"):
        assert part in messages
    assert len(errors) == 3


def test_the_listing_shows_shipped_dossiers_unless_hidden_by_the_workspaces_own(tmp_path):
    stems = [path.stem for path in files(shipped("dossiers"))]
    place = workspace(tmp_path, **{stems[0].replace("-", "__"): dossier("name: Mine")})
    shelf, errors = load_all(place)
    names = {made.dossier.tool.slug: made.dossier.tool.name for made in shelf}
    assert set(stems) <= set(names)
    assert names[stems[0]] == "Mine"
    assert errors == []
