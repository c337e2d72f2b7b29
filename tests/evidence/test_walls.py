"""Pages that are no product pages: refused when short, never mistaken for a README."""

import pytest

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
    "robot": "# Just a moment...\n\nVerify you are human by completing the action below.",
}
TEXTS = {
    "short": "# Quill\n\nQuill makes slides.",
    "tiny": "A tool.",
    "login feature": "# Quill\n\n- Sign in with any account\n- Password manager\n- Works offline",
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


def test_two_hundred_characters_of_other_prose_are_enough():
    other = "x" * (ENOUGH - 2) + "."
    assert is_wall(f"Page not found.\n\n{other}")
    assert not is_wall(f"Page not found.\n\nx{other}")
