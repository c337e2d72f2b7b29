"""No text of a dossier, a verdict, a comparison or a decision becomes more than text, whatever it holds.

Every payload stands in every text field of two reviews with their dossiers, of the comparison of the two,
and of editors' decisions on them; all of that is published and built, and every file is parsed as its readers
parse it.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from panel.core.decisions import Settled, decide
from panel.core.domain import Dossier
from panel.core.hashing import digest
from panel.core.outcomes import Comparison, Review
from panel.core.published import Published
from panel.judgement.bets import bet_id
from tests.core.shelf import dossier_id
from tests.site import issue
from tests.site.pages.reading import every_page
from tests.site.payloads import PAYLOADS
from tests.site.samples import Press

html5 = pytest.importorskip("tinyhtml5.parser", reason="tinyhtml5 is not installed: pip install -e '.[test]'")


def _names(text):
    return frozenset(text.split())


_SVG = "{http://www.w3.org/2000/svg}"
_EVERYWHERE = _names(
    "class id role dir lang hidden tabindex aria-current aria-describedby aria-hidden aria-label"
    " aria-labelledby aria-live data-vote data-community data-community-note"
)
#: What elements a page may hold, and their attributes beside those of all.
_ELEMENTS = {
    **dict.fromkeys(
        _names(
            "article aside b bdi blockquote body code dd details div dl dt figcaption figure footer h1 h2"
            " h3 h4 head header html li main mark nav noscript ol p pre section span strong summary table"
            " tbody td thead title tr ul"
        ),
        frozenset(),
    ),
    "a": _names("href rel"),
    "button": _names("name type value"),
    "form": _names("action method"),
    "img": _names("alt height src width"),
    "input": _names("autocapitalize autocomplete maxlength name spellcheck type"),
    "label": _names("for"),
    "link": _names("href rel title type"),
    "meta": _names("charset content http-equiv name property"),
    "script": _names("defer src type"),
    "th": _names("scope"),
}
_DRAWINGS = {
    f"{_SVG}{name}" for name in _names("svg g path circle rect line polyline text title desc clipPath")
}
_DRAWN = _names(
    "cx cy r d x y x1 x2 y1 y2 width height rx points viewBox fill stroke stroke-width stroke-dasharray"
    " stroke-linecap stroke-linejoin focusable transform text-anchor font-family font-size font-weight"
    " textLength lengthAdjust clip-path"
)
#: Elements of feeds and of the sitemap, without their name space.
_IN_XML = _names(
    "feed entry title subtitle id link updated published author name uri email category summary content"
    " generator logo icon urlset url loc lastmod"
)
_IN_XML_ATTRIBUTES = _names("href rel type term label scheme lang")
#: Names by which records are found: no text of a model's or of a dossier's gets there.
_NAMES = {"id", "run", "created", "slug", "schema", "review", "persona", "source", "time", "due", "sha256"}


@pytest.fixture(scope="module")
def press(tmp_path_factory):
    """A workspace in which each payload stands wherever a text may stand."""
    first = Press(tmp_path_factory.mktemp("first"))
    one, _, both = issue.plain(first)
    other = issue.ugly(first)
    dossiers = [first.records.dossier(each.dossier.id) for each in (one, other)]
    press = Press(tmp_path_factory.mktemp("hostile"), 'url = "https://panel.example"')
    for number, payload in enumerate(PAYLOADS):
        reviews = [
            _review(press, each, dossier, f"{word}-{number}", payload)
            for each, dossier, word in ((one, dossiers[0], "one"), (other, dossiers[1], "other"))
        ]
        _comparison(press, both, reviews, payload)
        _decisions(press, reviews, payload)
    return press


@pytest.fixture(scope="module")
def files(press):
    """Every file of the site by path, pictures aside: what is drawn of a text there is dots."""
    pages = every_page(press.library())
    return {path: page.render() for path, page in pages.items() if not path.endswith(".png")}


@pytest.fixture(scope="module")
def trees(files):
    """Every page as a browser reads it, and what was wrong with it on the way."""
    return {path: _parsed(content) for path, content in files.items() if path.endswith(".html")}


def test_the_payloads_are_many_and_all_of_them_are_said_somewhere(press, trees):
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60
    assert len(press.library().tools) == 2 * len(PAYLOADS)
    assert len(press.library().comparisons) == len(PAYLOADS)
    for number, payload in enumerate(PAYLOADS):
        text = "".join(trees[f"tools/one-{number}.html"][0].itertext())
        longest = max(re.split(r"[^\x20-\x7e]+", payload), key=len)
        assert longest.strip() in text, payload


def test_no_page_has_an_element_an_attribute_or_an_address_beyond_those_allowed(trees):
    assert {path: bad for path, page in trees.items() if (bad := _bad(*page))} == {}


def test_data_in_pages_is_json(trees):
    data = [
        script.text for tree, _ in trees.values() for script in tree.iter("script") if not script.get("src")
    ]
    assert len(data) > 2 * len(PAYLOADS)
    for each in data:
        json.loads(each)


def test_drawings_feeds_and_the_sitemap_are_xml_of_known_elements(files):
    checked = 0
    for path, content in files.items():
        if path.endswith((".svg", ".atom", ".xml")):
            checked += 1
            for each in ET.fromstring(content).iter():
                name = each.tag.rpartition("}")[2]
                allowed = _DRAWN | _EVERYWHERE if path.endswith(".svg") else _IN_XML_ATTRIBUTES
                assert each.tag in _DRAWINGS if path.endswith(".svg") else name in _IN_XML, (path, each.tag)
                assert {key.rpartition("}")[2] for key in each.attrib} <= allowed, (path, each.attrib)
                assert all(_is_address(each.get(key)) for key in ("href",) if each.get(key)), path
    assert checked > 3 * len(PAYLOADS)


def test_html_inside_feeds_is_held_to_the_same_list(files):
    atom = [
        each.text
        for each in ET.fromstring(files["feed.atom"]).iter()
        if each.get("type") == "html" or each.tag.endswith("}summary")
    ]
    items = json.loads(files["feed.json"])["items"]
    texts = [text for text in atom if text] + [item.get("content_html", "") for item in items]
    assert len(texts) > 10
    for text in texts:
        assert _bad(_parsed(f"<!doctype html><title>x</title>{text}".encode())[0]) == []


def test_json_is_json(files):
    for path, content in files.items():
        if path.endswith(".json"):
            json.loads(content)
            assert b"\xff" not in content


@pytest.mark.parametrize("payload", [payload for payload in PAYLOADS if payload.startswith("<")])
def test_the_list_would_notice(payload):
    page = f"<!doctype html><title>x</title><body><p>{payload}</p></body>"
    assert _bad(*_parsed(page.encode()))


# ---------------------------------------------------------------- what is allowed


def _parsed(content):
    parser = html5.HTMLParser(namespace_html_elements=False)
    tree = parser.parse(content.decode("utf-8"))
    # A carriage return is written as &#13;: an error by the letter, and the only way to keep one.
    return tree, [error for _, error, data in parser.errors if data != {"integer": 13}]


def _bad(tree, errors=()):
    """What stands in a page and may not."""
    bad = [f"error: {error}" for error in errors]
    for each in tree.iter():
        if not isinstance(each.tag, str):
            bad.append("a comment")
            continue
        names = {str(name) for name in each.attrib}
        if each.tag in _DRAWINGS:
            bad += [f"{each.tag} {name}" for name in names - _DRAWN - _EVERYWHERE]
        elif each.tag in _ELEMENTS:
            bad += [f"<{each.tag} {name}>" for name in names - _ELEMENTS[each.tag] - _EVERYWHERE]
        else:
            bad.append(f"<{each.tag}>")
        bad += [
            f"{each.tag} {name}={each.get(name)}"
            for name in ("href", "src", "action")
            if each.get(name) is not None and not _is_address(each.get(name), each.tag)
        ]
        if each.tag == "script" and (each.get("src") is None) == (each.get("type") != "application/ld+json"):
            bad.append(f"<script>{each.text}")
        if each.tag == "meta" and each.get("http-equiv") not in {None, "Content-Security-Policy"}:
            bad.append("<meta http-equiv>")
        for name in ("class", "id"):
            if not re.fullmatch(r"[\w -]*", each.get(name) or "", re.ASCII):
                bad.append(f"{name}={each.get(name)}")
    return bad


def _is_address(text, tag="a"):
    """Whether it leads into the site; links may lead out of it over http, nothing is loaded from there."""
    parts = urlsplit(text)
    if text.startswith("https://panel.example/") or text in {"https://panel.example", "mailto:"}:
        return True
    if parts.scheme or parts.netloc:
        return (
            tag == "a" and parts.scheme in {"http", "https"} and "@" not in parts.netloc and '"' not in text
        )
    return re.fullmatch(r"[\w./#-]*", text, re.ASCII) is not None and not text.startswith("//")


# ---------------------------------------------------------------- a payload wherever a text may stand


def _fill(value, text, key=""):
    if isinstance(value, dict):
        return {name: _fill(each, text, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, text, key) for each in value]
    return text if isinstance(value, str) and key not in _NAMES else value


def _filled(record, text):
    """The record with a text in every field that takes any; the others keep what they hold."""
    data = record.as_json()
    wanted = _fill(data, text)
    for _ in range(40):
        try:
            return type(record).model_validate(wanted)
        except ValueError as error:
            for problem in error.errors():
                _put(wanted, problem["loc"], _get(data, problem["loc"]))
    raise AssertionError("this record takes no text")


def _place(data, loc):
    for step in loc[:-1]:
        data = data[step]
    return data


def _get(data, loc):
    return _place(data, loc)[loc[-1]]


def _put(data, loc, value):
    _place(data, loc)[loc[-1]] = value


def _spanned(data, text):
    """Claims and quotations are where they say they are: so they are marked, and shown in their passage."""
    if isinstance(data, dict):
        if {"start", "end"} <= set(data):
            data |= {"start": 0, "end": len(text)}
        for each in data.values():
            _spanned(each, text)
    elif isinstance(data, list):
        for each in data:
            _spanned(each, text)
    return data


def _again(record, text, **changes):
    """A record filled with a text, some fields as given."""
    data = _spanned(_filled(record, text).as_json(), text)
    for name, value in changes.items():
        _put(data, name.split("__"), value)
    return type(record).model_validate(data)


def _review(press, review, dossier, slug, text) -> Review:
    kept: Dossier = _again(dossier, text, tool__slug=slug)
    sources = tuple(each.model_copy(update={"sha256": digest(text)}) for each in kept.sources)
    kept = kept.model_copy(update={"sources": sources})
    kept = kept.model_copy(update={"id": dossier_id(kept)})
    press.records.write_dossier(kept)
    run = press.run()
    made: Review = _again(
        review,
        text,
        id=f"{run}/{slug}",
        run=run,
        tool__slug=slug,
        dossier__id=kept.id,
        created="2026-11-21T09:00:00Z",
    )
    press.records.write_review(made)
    return made


def _comparison(press, comparison, reviews, text) -> Comparison:
    run = press.run()
    pair = "-vs-".join(review.tool.slug for review in reviews)
    sides = {"id": f"{run}/{pair}", "run": run, "created": "2026-11-21T10:00:00Z"}
    for key, review in zip("ab", reviews, strict=True):
        sides |= {
            f"{key}__review": review.id,
            f"{key}__run": review.run,
            f"{key}__tool__slug": review.tool.slug,
            f"{key}__dossier__id": review.dossier.id,
        }
    made: Comparison = _again(comparison, text, withheld=[text], **sides)
    press.records.write_comparison(made)
    return made


#: All that may speak against a review: here each of them is to be seen on a page.
_ALL = ("contested", "no quorum", "offline", "price", "unsupported")


def _decisions(press, reviews, text):
    said = {"reason": text, "author": text, "time": "2026-11-21T11:00:00Z"}
    for review in reviews:
        word = Published(of="tool", name=review.tool.slug, record=review.id, despite=(text, *_ALL), **said)
        decide(press.root, word)
        for verdict in review.verdicts:
            for bet in verdict.bets:
                known = bet_id(review.dossier.id, verdict.persona, bet.claim)
                turned = {"claim": bet.claim, "due": bet.due, "placed": "2026-11-21", "outcome": "wrong"}
                who = {"tool": review.tool.slug, "persona": verdict.persona, "name": verdict.name}
                decide(press.root, Settled(bet=known, **who, **turned, **said))
    pair = "-vs-".join(review.tool.slug for review in reviews)
    newest = next(
        run for run in reversed(press.records.run_ids()) if press.records.comparison_path(run, pair).exists()
    )
    decide(press.root, Published(of="comparison", name=pair, record=f"{newest}/{pair}", **said))
