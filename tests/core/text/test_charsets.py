"""Bytes become the text that was meant, whatever their server says."""

from __future__ import annotations

import pytest

from watcher.core.text.charsets import text_of


@pytest.mark.parametrize(
    ("charset", "label", "text"),
    [
        ("gb18030", "gb2312", "商务部公告2025年第18号 稀土出口管制"),
        ("cp932", "Shift_JIS", "レアアース輸出規制"),
        ("cp949", "euc-kr", "희토류 수출 통제"),
        ("cp1252", "iso-8859-1", "seltene Erden – “Ausfuhr”"),
        ("iso2022_jp", "iso-2022-jp", "重要鉱物"),
        ("koi8-r", "koi8-r", "редкие земли"),
    ],
)
def test_a_declared_charset_is_believed_in_header_and_page(charset, label, text):
    body = text.encode(charset)

    assert text_of(body, f"text/html; charset={label}") == text
    assert text_of(f'<meta charset="{label}">'.encode() + body).endswith(text)


def test_utf8_is_seen_whatever_the_header_says():
    assert text_of("Öl – 稀土".encode(), "text/html; charset=iso-8859-1") == "Öl – 稀土"


def test_a_byte_order_mark_comes_first():
    assert text_of("Ausfuhr".encode("utf-16"), "text/html; charset=utf-8") == "Ausfuhr"


@pytest.mark.parametrize("label", ["base64", "rot13", "utf-7", "unicode_escape", "zlib", "idna", "nonsense", ""])
def test_strange_codecs_are_not_run(label):
    assert text_of(b"caf\xe9", f"text/html; charset={label}") == "caf\ufffd"
