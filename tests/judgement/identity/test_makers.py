"""Whether two tools come from one maker, and which addresses are a tool's own."""

import pytest

from panel.core.domain import Tool
from panel.judgement.identity.makers import maker_of, makers


def maker(vendor=None, url=None):
    return maker_of(Tool(slug="t", name="T", vendor=vendor, url=url))


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        (maker("Mistral"), maker("Mistral AI"), "one"),
        (maker("Mistral"), maker(url="https://docs.mistral.ai/x"), "one"),
        (maker("Mistral"), maker(url="https://huggingface.co/mistralai/x"), "one"),
        (maker("Meta"), maker(url="https://huggingface.co/meta-llama/x"), "one"),
        (maker("Bespoke Labs"), maker(url="https://github.com/bespokelabsai/curator"), "one"),
        (maker(url="https://a.co.uk"), maker(url="https://www.a.com/x"), "one"),
        (maker("Cursor"), maker("Anthropic"), "other"),
        (maker(url="https://github.com/a/x"), maker(url="https://github.com/b/x"), "other"),
        (maker(url="https://one.example2"), maker(url="https://two.example2"), "other"),
        (maker(url="https://a.github.io"), maker(url="https://b.github.io"), "other"),
        (maker("OpenAI"), maker("Open Interpreter"), "other"),
        (maker("Open WebUI"), maker("Open Interpreter"), "other"),
        (maker("Aider"), maker(url="https://github.com/paul/aider"), "unknown"),
        (maker(url="https://aider.example"), maker(url="https://github.com/paul/aider"), "unknown"),
        (maker(url="https://producthunt.com/a"), maker(url="https://producthunt.com/b"), "unknown"),
        (maker(), maker("Acme"), "unknown"),
    ],
)
def test_makers_are_one_other_or_unknown(one, other, known):
    assert makers(one, other) == makers(other, one) == known


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://www.GitHub.com/Aider-AI/Aider.git/", "github.com/aider-ai/aider"),
        ("https://github.com/Aider-AI", None),
        ("https://mistral.ai/", None),
        ("https://mistral.ai/models", None),
        ("http://mistral.ai/codestral/?utm_source=hn&ref=x", "mistral.ai/codestral"),
        ("https://news.ycombinator.com/item?id=1", "news.ycombinator.com/item?id=1"),
        ("https://news.ycombinator.com/", None),
        ("https://a.example/#one", "a.example#one"),
        ("https://quill.vercel.app", "quill.vercel.app"),
        ("ftp://a.example/x", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_a_makers_own_pages_are_no_tools_address(url, address):
    assert maker(url=url).address == address
