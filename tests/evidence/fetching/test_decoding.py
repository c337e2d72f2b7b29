"""Bytes become text by what the page says of itself, or not at all."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.evidence.fetching.decoding import _CODECS, decoded
from panel.evidence.fetching.endings import Trouble


@pytest.mark.parametrize(
    ("body", "kind", "text", "charset"),
    [
        ("Größe".encode(), "text/html", "Größe", "utf-8"),
        ("Größe".encode("latin-1"), "text/html; charset=ISO-8859-1", "Größe", "iso-8859-1"),
        (b"\x93Hi\x94", 'text/html; Charset="latin1"', "“Hi”", "latin1"),
        ("日本".encode("cp932"), "text/html;charset=Shift_JIS", "日本", "shift_jis"),
        ("Größe".encode("utf-8-sig"), "text/html; charset=latin1", "Größe", "utf-8"),
        ("Größe".encode("utf-16"), "text/html", "Größe", "utf-16le"),
        (codecs.BOM_UTF16_BE + "Größe".encode("utf-16-be"), "text/html; charset=utf-8", "Größe", "utf-16be"),
        ("Größe".encode("utf-16-le"), "text/plain; charset=utf-16le", "Größe", "utf-16le"),
        (
            "<meta charset=windows-1251>Да".encode("cp1251"),
            "text/html",
            "<meta charset=windows-1251>Да",
            "windows-1251",
        ),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">\xe4\xc1',
            "text/html",
            '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">Да',
            "koi8-r",
        ),
        (b"<?xml version='1.0' encoding='iso-8859-15'?>\xa4", "application/xml", "€", "iso-8859-15"),
        ("<meta charset=utf-16>Größe".encode(), "text/html", "<meta charset=utf-16>Größe", "utf-8"),
        (b"a\x00b\x9bc\xff\xfe", "text/plain", "a\x00b\ufffdc\ufffd\ufffd", "utf-8"),
        (b"\xed\xa0\x80", "text/plain", "\ufffd\ufffd\ufffd", "utf-8"),
        (b"\xff\xfe\x00\xd8x\x00", "text/plain", "\ufffdx", "utf-16le"),
        (b"x" * 2_000 + b"<meta charset=utf-7>", "text/html", "x" * 2_000 + "<meta charset=utf-7>", "utf-8"),
        (b"", "", "", "utf-8"),
    ],
)
def test_text_is_read_in_the_charset_it_is_in(body, kind, text, charset):  # C16
    found, named = decoded(body, kind)
    assert named == charset
    assert found.endswith(text)


@pytest.mark.parametrize("where", ["header", "meta", "xml"])
@pytest.mark.parametrize(
    "charset",
    ["utf-7", "UTF7", "hz-gb-2312", "rot13", "unicode_escape", "idna", "zlib_codec", "utf-32", "nonsense"],
)
def test_another_charset_is_refused_by_name(where, charset):  # C16
    body = {"meta": f"<meta charset='{charset}'>+ADw-", "xml": f"<?xml encoding='{charset}'?>+ADw-"}.get(
        where, "+ADw-"
    )
    with pytest.raises(Trouble, match=f"charset {charset.lower()} is not read") as caught:
        decoded(body.encode(), f"text/html; charset={charset}" if where == "header" else "text/html")
    assert caught.value.kind == "encoding"


def test_utf_7_without_being_named_stays_what_it_is():  # C16
    assert decoded(b"+ADw-script+AD4-", "text/html")[0] == "+ADw-script+AD4-"


@settings(deadline=None)
@given(st.binary(max_size=60), st.sampled_from(sorted(_CODECS)))
def test_any_bytes_in_any_charset_are_text_that_can_be_written_as_utf_8(body, charset):
    decoded(body, f"text/html; charset={charset}")[0].encode("utf-8")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_text_with_a_mark_comes_back(text, encoding):
    assert decoded(text.encode(encoding), "text/html; charset=big5")[0] == text


def test_all_codecs_are_charsets_of_this_python():
    for name in _CODECS.values():
        assert codecs.lookup(name)._is_text_encoding
