"""Addresses: which are some, which mean the same, and which lie in a repository."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.evidence.launches.addresses import is_web_address, normal_address, repository_of


@pytest.mark.parametrize(
    "same",
    [
        "https://quill.example/app",
        "http://quill.example/app",
        "https://www.Quill.example:443/app/",
        "https://quill.example/app?utm_source=hn&ref=x#top",
    ],
)
def test_spellings_of_one_address_have_one_normal_form(same):
    assert normal_address(same) == "quill.example/app"


def test_what_leads_elsewhere_stays_apart():
    addresses = [
        "https://a.example/x",
        "https://a.example/X",
        "https://a.example:8080/x",
        "https://a.example/x?id=1",
    ]
    assert len({normal_address(address) for address in addresses}) == 4


def test_a_repository_has_one_address_in_any_case():
    assert normal_address("https://github.com/Owner/Tool.git") == normal_address(
        "http://github.com/owner/tool/"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quill",
        "javascript:alert(1)",
        "//a.example",
        "ftp://a.example",
        "http://",
        "http://[",
        "http://a.example:x/",
        "http://a b.example",
        "http://a.example/\n",
    ],
)
def test_anything_else_is_no_web_address(text):
    assert not is_web_address(text)


@pytest.mark.parametrize(
    ("url", "repository"),
    [
        ("https://github.com/Owner/tool", "Owner/tool"),
        ("https://www.github.com/Owner/tool.git", "Owner/tool"),
        ("https://github.com/Owner/tool/tree/main/docs", "Owner/tool"),
        ("https://github.com/Owner", None),
        ("https://github.com/topics/llm", None),
        ("https://github.com/Owner/..", None),
        ("https://gist.github.com/Owner/tool", None),
        ("https://github.com.evil.example/Owner/tool", None),
    ],
)
def test_a_repository_is_known_by_its_address(url, repository):
    assert repository_of(url) == repository


@given(st.text())
def test_any_text_has_a_normal_form_that_is_its_own(text):
    assert isinstance(normal_address(text), str)
    assert isinstance(normal_address(f"https://a.example/{text}"), str)
