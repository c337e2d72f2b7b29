"""What `[nightly]` in panel.toml may say."""

import pytest

from panel.batch.nights import COMPARISONS, Night, night_of
from panel.core.errors import InputError
from panel.core.workspace import open_workspace


def night(folder, text):
    (folder / "panel.toml").write_text(text)
    return night_of(open_workspace({}, folder=folder, environ={}))


def test_a_night_has_sources_each_once(tmp_path):
    text = '[nightly]\nsources = ["launches.jsonl", "show-hn", "launches.jsonl"]\n'
    assert night(tmp_path, text) == Night(("launches.jsonl", "show-hn"), COMPARISONS, None)


def test_its_bounds_can_be_set(tmp_path):
    text = '[nightly]\nsources = ["a.jsonl"]\ncomparisons = 0\nping = "https://ping.example/x"\n'
    assert night(tmp_path, text) == Night(("a.jsonl",), 0, "https://ping.example/x")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", r"there is no \[nightly\]"),
        ("[nightly]\n", r"nightly\.sources: must be a list"),
        ("[nightly]\nsources = []\n", r"nightly\.sources: must be a list"),
        ('[nightly]\nsources = "a"\n', r"nightly\.sources: must be a list"),
        ('[nightly]\nsources = ["a"]\ncomparisons = -1\n', r"nightly\.comparisons: must be a whole number"),
        ('[nightly]\nsources = ["a"]\ncomparisons = true\n', r"nightly\.comparisons: must be a whole number"),
        ('[nightly]\nsources = ["a"]\nping = "ftp://x"\n', r"nightly\.ping: must be an http"),
        ('[nightly]\nsources = ["a"]\nsource = ["b"]\n', r"nightly\.source: no such setting"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, text, named):
    with pytest.raises(InputError, match=named):
        night(tmp_path, text)
