"""The site as its readers meet it: in Chromium, served by `panel serve`, made from a stand-in's verdicts."""

import pytest

pytest.register_assert_rewrite("tests.browser.reader")
