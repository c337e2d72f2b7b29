"""`[site]` of panel.toml."""

import pytest

from panel.core.errors import InputError
from panel.site.settings import SiteSettings
from tests.site.samples import Press


def settings(tmp_path, *lines):
    return Press(tmp_path, *lines).library().settings


def test_without_a_table_the_defaults_hold(tmp_path):
    assert settings(tmp_path) == SiteSettings()


def test_an_address_loses_the_slash_at_its_end(tmp_path):
    assert settings(tmp_path, 'url = "https://example.org/tools/"').url == "https://example.org/tools"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("uri = 'https://example.org'", "no such setting"),
        ("url = 'example.org'", "no address"),
        ("url = 'javascript:alert(1)'", "no address"),
        ("url = 'https://example.org/?a=b'", r"no \? and no #"),
        ("url = 'https://example.org/#top'", r"no \? and no #"),
        ("subscribe = 'ftp://example.org'", "no address"),
        ("votes = 'no'", "must be bool"),
        ("title = 3", "must be str"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(tmp_path, line, why):
    with pytest.raises(InputError, match=why) as refused:
        settings(tmp_path, line)
    assert f"site.{line.split(' ')[0]}" in str(refused.value)


def test_text_is_kept_to_one_line(tmp_path):
    assert settings(tmp_path, 'title = " Two\\n words "').title == "Two words"
