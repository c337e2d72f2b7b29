"""What two tools are to one another: the shipped dossiers, the real launches, and rules one by one."""

from itertools import combinations

import pytest
from hypothesis import given

from panel.core.domain import Tool
from panel.judgement.identity import likeness, resolve, traits
from tests.judgement.identity.tools import TOOLS, dossiers, launches, tool


def kind(a, b):
    found = likeness(a, b).kind
    assert likeness(b, a).kind == found
    # Whatever two tools are, they are found among thousands.
    assert [pair.likeness.kind for pair in resolve([a, b]).pairs] == ([found] if found != "different" else [])
    return found


def between(one, other):
    return likeness(dossiers()[one], dossiers()[other])


# ---------------------------------------------------------------- the shipped dossiers, the real launches

EXPECTED = {
    ("code-llama-4-200b", "code-llama-4-70b"): "variant",
    ("cursor-background-agent", "cursor-background-agents"): "same",
    ("cursor-background-agent", "cursor-v0-50-background-agent-codebase-refactoring"): "same",
    ("cursor-background-agents", "cursor-v0-50-background-agent-codebase-refactoring"): "same",
    ("mistral-3-small", "mistral-small-3-1"): "confusable",
}


def test_each_pair_of_the_shipped_dossiers_is_what_a_person_would_say():
    found = {pair: between(*pair).kind for pair in combinations(sorted(dossiers()), 2)}
    assert len(found) == 28
    assert {pair: kind for pair, kind in found.items() if kind != "different"} == EXPECTED


def test_two_sizes_of_one_family_are_told_with_what_differs_and_are_no_duplicate():
    found = between("code-llama-4-70b", "code-llama-4-200b")
    assert found.kind == "variant"
    assert found.differences == (
        "sizes: 70B against 7B, 34B and 200B",
        "licences: Llama 4 community license against Llama Community License",
    )


def test_differences_are_told_from_where_one_stands():
    turned = between("code-llama-4-200b", "code-llama-4-70b").differences
    assert turned[0] == "sizes: 7B, 34B and 200B against 70B"


def test_the_same_words_in_another_order_with_another_version_stay_apart_with_a_warning():
    found = between("mistral-small-3-1", "mistral-3-small")
    assert found.kind == "confusable"
    assert found.reasons == ("the names have the same words in another order, and other versions",)
    assert "version: 3.1 against 3" in found.differences


def test_no_two_real_launches_are_alike_and_none_is_like_a_shipped_dossier():
    tools = [*launches(), *dossiers().values()]
    assert len(launches()) == 24
    alike = {(a.slug, b.slug) for a, b in combinations(tools, 2) if likeness(a, b).kind != "different"}
    assert {tuple(sorted(pair)) for pair in alike} == set(EXPECTED)


# ---------------------------------------------------------------- one product


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (tool("Pydantic AI", slug="a"), tool("PydanticAI", slug="b", url="https://github.com/pydantic/x")),
        (tool("Codestral 2.0", vendor="Mistral"), tool("Codestral 2", vendor="Mistral AI")),
        (tool("Codestral", vendor="Mistral"), tool("Codestral 2.0", vendor="Mistral")),
        (tool("Claude 4 Sonnet", vendor="Anthropic"), tool("Claude Sonnet 4", vendor="Anthropic")),
        (tool("OpenAI Whisper"), tool("Whisper", url="https://github.com/openai/whisper")),
        (tool("Mistral Codestral", vendor="Mistral"), tool("Codestral", vendor="Mistral")),
        (tool("Aider: pair programming in your terminal"), tool("Aider", slug="b")),
        (tool("Show HN: Aider – pair programming in your terminal"), tool("Aider", slug="b")),
        (tool("Mem0 (YC S24)", slug="a"), tool("Mem0", slug="b")),
        (tool("GPT4 Turbo", vendor="OpenAI", slug="a"), tool("GPT-4 Turbo", vendor="OpenAI", slug="b")),
        (
            tool("OpenDevin", url="https://www.host.example/dev/?utm_source=feed"),
            tool("OpenHands", url="http://host.example/dev"),
        ),
        (
            tool("OpenHands", tagline="Formerly OpenDevin, an agent", vendor="All Hands"),
            tool("OpenDevin", vendor="OpenDevin"),
        ),
        (tool("豆包", slug="a"), tool("豆包", slug="b")),
        (tool("🚀", slug="a"), tool("🚀", slug="b")),
    ],
    ids=lambda each: each.name,
)
def test_one_product_renamed_reversioned_or_written_twice_is_the_same(one, other):
    assert kind(one, other) == "same"


def test_two_names_with_one_long_text_are_the_same():
    text = " ".join(f"It drafts reply {n} and files what is done with it at once." for n in range(12))
    assert kind(tool("Quill", text), tool("Plume", text)) == "same"
    assert kind(tool("Quill", text), tool("Plume", text[::-1])) == "different"


def test_a_copied_text_under_another_maker_is_easily_confused_and_not_the_same():
    text = " ".join(f"It drafts reply {n} and files what is done with it at once." for n in range(12))
    assert kind(tool("Quill", text, vendor="Ink"), tool("Plume", text, vendor="Feather")) == "confusable"


# ---------------------------------------------------------------- one family


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (tool("Codestral 2.0", vendor="Mistral"), tool("Codestral 2.1", vendor="Mistral")),
        (tool("GPT-4o", vendor="OpenAI"), tool("GPT-4o mini", vendor="OpenAI")),
        (tool("Llama 3 8B", vendor="Meta"), tool("Llama 3 70B", vendor="Meta")),
        (tool("Llama 3", vendor="Meta"), tool("Llama 3 70B", vendor="Meta")),
        (tool("DeepSeek R1", vendor="DeepSeek"), tool("DeepSeek R2", vendor="DeepSeek")),
        (tool("Cursor", vendor="Cursor"), tool("Cursor v0.50 – Background Agent", vendor="Cursor")),
        (tool("Cursor v0.50 – Background Agent"), tool("Cursor v0.51 – Tab Completion")),
        (
            tool("Quill", slug="a", description="Open under the MIT license."),
            tool("Quill", slug="b", description="Open under the Apache License 2.0."),
        ),
    ],
    ids=lambda each: each.name,
)
def test_members_of_one_family_are_variants(one, other):
    assert kind(one, other) == "variant"


def test_percentages_that_differ_in_the_texts_are_told():
    one = tool("Quill 2", "It solves 81.5 % of the tasks and 40% of the rest.", slug="a")
    other = tool("Quill 2", "It solves 79 percent of the tasks and 40% of the rest.", slug="b")
    assert likeness(one, other).differences == ("percentages: 81.5% against 79%",)


# ---------------------------------------------------------------- easily taken for one another


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (tool("Cursor", vendor="Cursor"), tool("Сursor", vendor="Cursor")),
        (tool("OpenAI Codex"), tool("OpenAl Codex")),
        (tool("Mem0"), tool("Memo")),
        (tool("Inspect", vendor="AISI", slug="a"), tool("Inspect", vendor="Acme", slug="b")),
        (
            tool("Code Agent", url="https://one.example"),
            tool("Code Agents", url="https://two.example"),
        ),
        (tool("Code Agent"), tool("Code Agents")),
        (tool("LangChain"), tool("LangChian")),
        (tool("LangChain"), tool("LangChan")),
        (tool("Whisper", vendor="OpenAI"), tool("Whisper Pro", vendor="Acme")),
    ],
    ids=lambda each: each.name,
)
def test_names_that_are_nearly_the_same_are_a_warning(one, other):
    assert kind(one, other) == "confusable"


def test_two_that_each_say_they_were_the_other_are_told_alike_from_both_sides():
    one, other = tool("Quill", tagline="Formerly Plume"), tool("Plume", tagline="Formerly Quill")
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, other).kind == "same"


def test_the_foreign_letter_is_named():
    (reason,) = likeness(tool("Cursor"), tool("Сursor")).reasons
    assert "С is CYRILLIC CAPITAL LETTER ES" in reason


# ---------------------------------------------------------------- different


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (tool("Cursor", vendor="Cursor"), tool("Cursor Background Agent", vendor="Cursor")),
        (tool("Claude Code", vendor="Anthropic"), tool("Claude Code Security", vendor="Anthropic")),
        (tool("GitHub Copilot"), tool("GitHub Copilot Workspace")),
        (tool("Codestral", vendor="Mistral"), tool("Mistral Small", vendor="Mistral")),
        (
            tool("Codestral", url="https://mistral.ai/models"),
            tool("Pixtral", url="https://mistral.ai/models/"),
        ),
        (tool("Codestral", url="https://mistral.ai"), tool("Pixtral", url="https://www.mistral.ai/")),
        (tool("v0", vendor="Vercel"), tool("o3", vendor="OpenAI")),
        (tool("Agent 2", vendor="Acme"), tool("Agent 3", vendor="Quill")),
        (tool("Agent-01 1", vendor="Acme"), tool("Agent-02 1", vendor="Quill")),
        (tool("Qwen 2"), tool("Gwen 2")),
        (tool("Search", vendor="Acme"), tool("Google Search", vendor="Google")),
        (tool("Bark"), tool("Bart")),
        (tool("GPT-4o"), tool("GPT-40")),
        (tool("Agent4you"), tool("Agent5you")),
    ],
    ids=lambda each: each.name,
)
def test_what_shares_a_word_or_a_maker_only_is_different(one, other):
    assert kind(one, other) == "different"


# ---------------------------------------------------------------- properties


@given(TOOLS)
def test_a_tool_is_the_same_as_itself(any_tool):
    assert likeness(traits(any_tool), traits(any_tool)).kind == "same"


@given(TOOLS)
def test_the_same_tool_filed_under_another_slug_is_the_same_or_a_variant_by_its_slug(any_tool):
    copy = any_tool.model_copy(update={"slug": f"{any_tool.slug}-copy"})
    found = kind(traits(any_tool), traits(copy))
    # Without a readable name the slug is the name; a size may stand in one slug and not in the other.
    nameless = traits(any_tool).name == any_tool.slug
    assert found == "same" or nameless


@given(TOOLS, TOOLS)
def test_likeness_knows_no_order(a, b):
    one, other = traits(a), traits(b)
    there, back = likeness(one, other), likeness(other, one)
    assert (there.kind, there.reasons) == (back.kind, back.reasons)
    assert len(there.differences) == len(back.differences)
    assert bool(there.reasons) == (there.kind != "different")


@given(TOOLS, TOOLS)
def test_two_tools_that_are_not_different_have_a_key_in_common(a, b):
    one, other = traits(a), traits(b)
    if a.slug != b.slug and likeness(one, other).kind != "different":
        assert one.keys & other.keys


# ---------------------------------------------------------------- hostile names

HOSTILE = [
    "",
    " ",
    "\u202e\u200b",
    "a" * 10_000,
    "A–" * 5_000,
    "(" * 10_000,
    "1" * 10_000,
    "1." * 5_000,
    "& " * 5_000,
    "\x00\x1b[31mCursor",
    "\ud800",
    "ﷺ" * 300,
    "é" * 3_000,
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_read_and_is_like_nothing_but_itself(name):
    named = Tool(slug="hostile", name=name, url=name, vendor=name, version=name, description=name)
    hostile, copy = traits(named), traits(named.model_copy(update={"slug": "copy"}))
    assert len(hostile.keys) < 200
    assert likeness(hostile, hostile).kind == "same"
    assert likeness(hostile, copy).kind in {"same", "different"}
    assert likeness(hostile, tool("Codestral 2.0")).kind == "different"


def test_bidi_and_invisible_characters_in_a_name_change_nothing():
    assert kind(tool("Cur\u200bsor\u202e", slug="a"), tool("Cursor", slug="b")) == "same"
