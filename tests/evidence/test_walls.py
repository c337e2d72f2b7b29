"""Pages that are no product pages: refused when short, never mistaken for a README."""

from pathlib import Path

import pytest

from panel.evidence.cleaning import clean
from panel.evidence.walls import ENOUGH, is_wall

WALLS = {
    "404": "# 404\n\nPage not found\n\n[Go home](/)",
    "404 in one line": "404 - Not Found",
    "404 in prose": "# Oops!\n\nSorry, the page you’re looking for has been moved.\n\n[Home](/)",
    "gone": "The page could not be found.",
    "forbidden": "# 403 Forbidden\n\nnginx",
    "denied": "# Access Denied\n\nYou don't have permission to access this resource.",
    "cookies": "# We value your privacy\n\nWe and our partners use cookies.\n\nAccept all\n\nReject all",
    "cookie bar": "This website uses cookies to improve your experience. Accept all cookies?",
    "login": "# Sign in\n\nEmail address\n\nPassword\n\n[Forgot your password?](/reset)\n\nNew here?",
    "login wall": "Log in to continue reading.",
    "script": "You need to enable JavaScript to run this app.",
    "login in lines": "Log in\nPlease log in to continue.",
    "login under a heading": "# Ferry\nLog in\nEmail\nPassword\nForgot your password?",
    "cookies in lines": "We value your privacy\nAccept all\nReject all\nManage preferences",
    "not found in lines": "Home\nPricing\n404\nThe page could not be found\nBack to the start",
    "a sentence over two lines": "The page\nyou are looking for has been moved.",
    "robot": "# Just a moment...\n\nVerify you are human by completing the action below.",
}
TEXTS = {
    "short": "# Quill\n\nQuill makes slides.",
    "tiny": "A tool.",
    "login feature": "# Quill\n\n- Sign in with any account\n- Password manager\n- Works offline",
    "login feature in lines": "Quill makes slides.\nSign in with any account.\nIt works offline, too.",
    "login feature over two lines": "# Quill\n\nQuill lets users\nlog in with a passkey.",
    "cookies feature": "# cookiejar\n\nParses cookies for servers and keeps cookie consent state.",
    "dead links": "# linkcheck\n\nFinds dead links and reports each of them.",
    "with code": "# notfound\n\nServes a page for 404 not found errors.\n\n```sh\npip install notfound\n```",
    "long": "# Quill\n\nPage not found? " + "Quill makes slides out of notes and never asks twice. " * 5,
}


@pytest.mark.parametrize("text", WALLS.values(), ids=WALLS)
def test_a_wall_is_recognised(text):
    assert is_wall(text)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_about_a_tool_is_none(text):
    assert not is_wall(text)


READMES = sorted(Path("../shared/launches").glob("*.md"))


@pytest.mark.skipif(not READMES, reason="the launches' READMEs are not beside this project")
def test_no_readme_of_a_launch_is_taken_for_a_wall():
    assert len(READMES) > 20
    assert [path.name for path in READMES if is_wall(clean(path.read_text(encoding="utf-8")).text)] == []


def test_two_hundred_characters_of_other_prose_are_enough():
    other = "x" * (ENOUGH - 2) + "."
    assert is_wall(f"Page not found.\n\n{other}")
    assert not is_wall(f"Page not found.\n\nx{other}")
