"""What holds for every kind of page: paths, links, bytes, and that inputs tell when a page is to be made."""

from __future__ import annotations

from itertools import pairwise

import pytest

from panel.core.domain import Bet
from panel.core.outcomes import Override
from tests.site.pages.press import TIME, Press
from tests.site.pages.reading import every_page, linked, links_of_main, parsed

CLAIM = "Three other projects will read its files."


def a_magazine(root) -> Press:
    """Tools with and without a category; a dissent, a tie, a contested seat, a changed verdict."""
    press = Press(root)
    bets = (Bet(claim=CLAIM, due="2027"),)
    lantern = press.review("lantern", "ship skip ship ship", 2, bets=bets)
    quarry = press.review("quarry", "ship ship skip skip", 3)
    press.review("pebble", "ship contested ship ship", 4, category="Design & <video>")
    press.review("harbor", "skip skip skip skip", 5, category=None)
    press.review("cinder", "ship ship ship ship", 1, model="anthropic:model-0", dossier="old")
    cinder = press.review("cinder", "ship skip ship ship", 6)
    press.compare(lantern, quarry)
    press.compare(cinder, quarry, 21)
    press.settle(lantern, "builder", CLAIM, "right")
    return press


@pytest.fixture
def press(tmp_path):
    return a_magazine(tmp_path)


def test_no_two_files_want_one_path(press):
    library = press.library()
    paths = [page.path for page in every_page(library).values()]
    folded = [path.casefold() for path in paths]
    assert len(set(folded)) == len(paths) > 10
    assert all(not path.startswith("/") and ".." not in path for path in paths)


def test_each_link_leads_to_a_page_and_each_anchor_to_a_place_in_it(press):
    library = press.library()
    site = every_page(library)
    html = {path: page for path, page in site.items() if path.endswith(".html")}
    places = {path: set(parsed(page).xpath("//@id")) for path, page in html.items()}
    # Pages of kinds that may not be in this tree yet, but of things that are live.
    live = {f"tools/{slug}.html" for slug in library.tools}
    live |= {f"comparisons/{pair}.html" for pair in library.comparisons}
    seen = 0
    for path, page in html.items():
        for target, anchor in linked(page):
            assert target in site or target in live, f"{path} leads to {target}, which is nowhere"
            assert not anchor or target not in places or anchor in places[target], f"{path}: #{anchor}"
            seen += 1
    assert seen > 100


def test_ids_are_given_once_and_lists_hold_only_entries(press):
    for page in every_page(press.library()).values():
        if page.path.endswith(".html"):
            ids = parsed(page).xpath("//@id")
            assert len(ids) == len(set(ids)), page.path
            assert not parsed(page).xpath("//ul/*[not(self::li)] | //ol/*[not(self::li)]"), page.path


def test_headings_leave_out_no_level(press):
    for page in every_page(press.library()).values():
        if page.path.endswith(".html"):
            levels = [int(each.tag[1]) for each in parsed(page).xpath("//h1 | //h2 | //h3 | //h4")]
            assert levels.count(1) == 1, page.path
            assert levels[0] == 1, page.path
            assert all(after <= before + 1 for before, after in pairwise(levels)), page.path


def test_the_same_records_make_the_same_bytes(tmp_path):
    one, other = (a_magazine(tmp_path / name) for name in ("one", "other"))
    first = {path: page.render() for path, page in every_page(one.library()).items()}
    second = {path: page.render() for path, page in every_page(other.library()).items()}
    assert first == second


def test_what_a_tool_calls_itself_is_text_in_every_list_and_nothing_else(tmp_path):
    press = Press(tmp_path)
    evil = "<script>alert(1)</script>\x07\u202e"
    named = {"name": evil, "tagline": evil, "category": evil}
    bets = (Bet(claim=evil, due=evil),)
    a, b = (press.review(slug, "ship skip ship ship", says=evil, bets=bets, **named) for slug in "ab")
    press.review("c", "skip ship skip skip", 9, says=evil, bets=bets, **named)
    press.compare(a, b)
    press.settle(a, "builder", evil, "wrong")
    shown = 0
    for page in every_page(press.library()).values():
        if page.path.startswith(LISTS):
            written = page.render().decode("utf-8")
            assert "\x07" not in written, page.path
            assert "\u202e" not in written, page.path
            assert not parsed(page).xpath("//main//script"), page.path
            shown += "&lt;script&gt;alert(1)&lt;/script&gt;\ufffd\ufffd" in written
    # Home, both lists, the categories and the category, four reviewers.
    assert shown == 9


def an_override(press):
    decided = Override(
        persona="skeptic", decision="ship", reason="The card says it.", author="Ada", time=TIME,
        dossier="sha256:pebble-d",
    )  # fmt: skip
    press.review("pebble", "ship contested ship ship", 4, overrides=(decided,), category="Design & <video>")


def a_name(press):
    press.review("harbor", "skip skip skip skip", 5, category=None, name="Harbour")


def a_new_tool(press):
    press.review("anvil", "ship ship ship ship", 7)


def a_new_comparison(press):
    library = press.library()
    tools = (press.records.review(library.tools[slug].card.id) for slug in ("harbor", "lantern"))
    press.compare(*tools)


def a_settled_bet(press):
    review = press.records.review(press.library().tools["lantern"].card.id)
    press.settle(review, "skeptic", CLAIM, "wrong")


def a_persona(press):
    folder = press.workspace.root / "personas"
    folder.mkdir()
    (folder / "skeptic.md").write_text(
        "---\nname: Skeptic\nmotto: Prove it.\nchair: core\nmoves:\n"
        "  - key: kills\n    ask: What kills it?\n    evidence: either\n---\n\nDry.\n"
    )


CHANGES = [an_override, a_name, a_new_tool, a_new_comparison, a_settled_bet, a_persona]


@pytest.mark.parametrize("change", CHANGES)
def test_a_page_whose_content_differs_has_other_inputs(press, change):
    before = every_page(press.library())
    bytes_before = {path: page.render() for path, page in before.items()}
    change(press)
    after = every_page(press.library())
    differing = {path for path in before if path in after and after[path].render() != bytes_before[path]}
    changed = {path for path in before if path in after and after[path].inputs != before[path].inputs}
    assert differing
    assert differing <= changed


LISTS = ("tools/index", "comparisons/index", "categories/", "reviewers/", "index.html", "method", "404")


@pytest.mark.parametrize("change", CHANGES)
def test_a_list_whose_content_is_the_same_is_not_made_again(press, change):
    before = every_page(press.library())
    bytes_before = {path: page.render() for path, page in before.items()}
    change(press)
    after = every_page(press.library())
    needless = {
        path
        for path in before
        if path.startswith(LISTS)
        and path in after
        and after[path].inputs != before[path].inputs
        and after[path].render() == bytes_before[path]
    }
    assert needless == set()


def test_a_tool_that_changes_in_its_place_makes_only_those_lists_anew_that_show_it(tmp_path):
    press = Press(tmp_path)
    made = [
        press.review(f"tool-{n:03d}", "ship skip ship ship", 1 + n // 10, category=f"Category {n % 4}")
        for n in range(130)
    ]
    press.compare(made[64], made[60])
    before = every_page(press.library())
    changed = made[64].model_copy(
        update={"tool": made[64].tool.model_copy(update={"tagline": "Another one"})}
    )
    press.records.write_review(changed)
    after = every_page(press.library())
    anew = {p for p in after if p.startswith(LISTS) and after[p].inputs != before[p].inputs}
    # On the reviewers' pages only the tool's name stands, so a new tagline is no reason.
    assert anew == {"tools/index/2.html", "categories/category-0.html"}
    assert all("tool-064" in links_of_main(after[path]) for path in anew)
