from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from panel.site.paging import in_folder, paged


@given(st.integers(0, 300), st.integers(1, 70))
def test_every_entry_stands_on_one_page_in_its_order(count, size):
    pages = list(paged(range(count), in_folder("tools"), size))
    assert [entry for _, entries in pages for entry in entries] == list(range(count))
    assert all(len(entries) <= size for _, entries in pages)
    assert all(entries for _, entries in pages) or len(pages) == 1


@given(st.integers(0, 300), st.integers(1, 70))
def test_pages_lead_to_one_another_from_the_first_to_the_last(count, size):
    places = [place for place, _ in paged(range(count), in_folder("tools"), size)]
    assert [place.number for place in places] == list(range(1, len(places) + 1))
    assert places[0].path == "tools/index.html"
    assert places[0].before is None
    assert places[-1].after is None
    for one, next_one in pairwise(places):
        assert (one.after, next_one.before) == (next_one.path, one.path)
    assert {(place.of, place.total) for place in places} == {(len(places), count)}


def test_further_pages_are_numbered_from_two():
    paths = [place.path for place, _ in paged(range(3), in_folder("tools"), 1)]
    assert paths == ["tools/index.html", "tools/index/2.html", "tools/index/3.html"]
