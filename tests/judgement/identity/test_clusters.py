"""Who is who among many tools: the clusters, whatever the order, and at a bounded number of comparisons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Tool
from panel.judgement.identity import likeness, resolve, traits
from panel.judgement.identity.shelf import WINDOW
from tests.judgement.identity.tools import TOOLS, dossiers, launches, tool

CURSORS = (
    "cursor-background-agent",
    "cursor-background-agents",
    "cursor-v0-50-background-agent-codebase-refactoring",
)


def test_the_three_cursor_records_are_one_product_and_nothing_else_is():
    found = resolve(dossiers().values())
    assert found.clusters == (CURSORS,)
    assert {pair.slugs: pair.likeness.kind for pair in found.pairs if pair.likeness.kind != "same"} == {
        ("code-llama-4-200b", "code-llama-4-70b"): "variant",
        ("mistral-3-small", "mistral-small-3-1"): "confusable",
    }
    assert not any("codestral" in slug for pair in found.pairs for slug in pair.slugs)


def test_the_real_launches_are_twenty_four_tools():
    found = resolve(launches())
    assert (found.clusters, found.pairs) == ((), ())


def test_a_tool_without_a_version_makes_no_one_product_of_two_versions():
    versions = [tool(name, vendor="Mistral") for name in ("Codestral", "Codestral 2.0", "Codestral 2.1")]
    found = resolve(versions)
    assert found.clusters == (("codestral", "codestral-2-0"),)
    assert {pair.slugs: pair.likeness.kind for pair in found.pairs} == {
        ("codestral", "codestral-2-0"): "same",
        ("codestral", "codestral-2-1"): "same",
        ("codestral-2-0", "codestral-2-1"): "variant",
    }


def test_an_editor_silences_a_pair_and_keeps_it_out_of_one_cluster():
    apart = {CURSORS[:2]: "apart"}
    found = resolve(dossiers().values(), apart)
    assert CURSORS[:2] not in {pair.slugs for pair in found.pairs}
    assert found.clusters == ((CURSORS[0], CURSORS[2]),)


def test_an_editor_makes_certain_what_no_rule_would_find():
    slugs = ("codestral-2-0", "mistral-3-small")
    found = resolve(dossiers().values(), {slugs: "same"})
    assert slugs in found.clusters
    (pair,) = (pair for pair in found.pairs if pair.slugs == slugs)
    assert (pair.decided, pair.likeness.kind) == (True, "same")


def test_a_ruling_on_tools_that_are_not_there_changes_nothing():
    assert resolve(dossiers().values(), {("a", "b"): "same"}) == resolve(dossiers().values())


@given(st.lists(TOOLS, max_size=6, unique_by=lambda each: each.slug), st.randoms())
def test_the_order_tools_come_in_does_not_matter(tools, dice):
    shuffled = [*tools]
    dice.shuffle(shuffled)
    one, other = (resolve(map(traits, each)) for each in (tools, shuffled))
    assert one == other
    assert [pair.slugs for pair in one.pairs] == sorted(pair.slugs for pair in one.pairs)


@given(st.lists(TOOLS, max_size=6, unique_by=lambda each: each.slug))
def test_every_pair_of_a_few_tools_that_is_not_different_is_found(tools):
    every = [traits(each) for each in tools]
    pairs = {
        tuple(sorted((a.slug, b.slug)))
        for n, a in enumerate(every)
        for b in every[n + 1 :]
        if likeness(a, b).kind != "different"
    }
    assert {pair.slugs for pair in resolve(every).pairs} == pairs


@given(st.lists(TOOLS, max_size=8, unique_by=lambda each: each.slug))
def test_clusters_have_no_tool_in_common_and_none_joins_two_versions(tools):
    found = resolve(map(traits, tools))
    members = [slug for cluster in found.clusters for slug in cluster]
    assert len(members) == len(set(members))
    apart = {pair.slugs for pair in found.pairs if pair.likeness.reasons[1:] == ("their versions differ",)}
    assert not any(a in cluster and b in cluster for a, b in apart for cluster in found.clusters)


# ---------------------------------------------------------------- thousands


def _many(count):
    """Tools of which every tenth is named twice, once in the plural."""
    names = [f"{_word(n)} {_word(7 * n + 3)}" for n in range(count * 9 // 10)]
    names += [f"{name}s" for name in names[: count - len(names)]]
    return [traits(Tool(slug=f"t-{n}", name=name, vendor="Acme")) for n, name in enumerate(names)]


def _word(n):
    syllables = ["ka", "lo", "mi", "ra", "ten", "vu", "sho", "bri", "nex", "quo"]
    return "".join(syllables[int(digit)] for digit in f"{n:05d}").title()


def test_twins_among_five_thousand_tools_are_found_by_looking_at_few():
    tools = _many(5_000)
    found = resolve(tools)
    assert len(found.clusters) == 500
    assert found.compared < 5 * len(tools)


@pytest.mark.parametrize("name", ["Agent {}", "Agent", "Agent {}B", "Nova: agent {} for everyone"])
def test_a_name_that_thousands_share_costs_no_more_for_each_of_them(name):
    def compared(count):
        tools = (Tool(slug=f"t-{n}", name=name.format(n + 1), vendor="Acme") for n in range(count))
        return resolve(map(traits, tools)).compared

    few, many = compared(250), compared(1_000)
    assert many < 4.2 * few
    assert many < 2 * WINDOW * 1_000
