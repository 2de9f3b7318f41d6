"""Bytes of a page or mail made into text, whatever their server says of them; never fails, never runs odd codecs."""

from __future__ import annotations

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDER: Final = {
    **dict.fromkeys(("ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin-1", "latin1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "chinese"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "cp932"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "windows-949", "cp949"), "cp949"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jp"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    "tis-620": "cp874",
}
"""Labels and the charset that is meant by them. Source: WHATWG Encoding Standard, 4.2 names and labels."""
_PLAIN: Final = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|iso-2022-jp|koi8-[ru]|(?:windows-|cp)(?:125\d|874)|iso-8859-\d{1,2}"
)
"""Further labels that are taken at their word; Python knows codecs that are none of a page's business."""
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_IN_PAGE = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD: Final = 4096
_LOST: Final = "\ufffd"
_MOST_LOST: Final = 0.1
_FEW_LOST: Final = 3
"""What holds a larger share of signs that are no UTF-8, and more than a few, is no Western text either."""


def text_of(body: bytes, content_type: str | None = None) -> str:
    """The text of a document: by its byte order mark, else as UTF-8 if it is that, else as header or page declare.

    Whatever cannot be read becomes U+FFFD.
    """
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(marked, "replace")
    escapes = b"\x1b" in body
    if not escapes:
        try:  # hardly any other text is UTF-8 by chance, so this goes before what servers say
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    in_header, in_page = _IN_HEADER.search(content_type or ""), _IN_PAGE.search(body, 0, _HEAD)
    declared = (in_header[1] if in_header else "", in_page[1].decode("ascii", "replace") if in_page else "")
    return _best(body, [charset for label in declared if (charset := _charset(label))])


def text_and_doubt(body: bytes) -> tuple[str, str]:
    """The text of a file that comes without a header, and the flag of a doubt about it; empty for none.

    `guessed_charset`: it is not UTF-8 and says nothing, so it is read as windows-1252. `damaged_text`: signs are lost.
    """
    text = text_of(body)
    lost = text.count(_LOST)
    if not lost or _LOST.encode() in body:  # what stands for a lost sign may be written in it
        return text, ""
    declared = body.startswith(tuple(mark for mark, _ in _MARKS)) or _IN_PAGE.search(body, 0, _HEAD) is not None
    # Other signs beyond ASCII were read as UTF-8, which nothing else is by chance: then it is that, with faults.
    mostly_read = any(sign > "\x7f" and sign != _LOST for sign in text)
    if declared or mostly_read or lost > max(_FEW_LOST, _MOST_LOST * len(text)):
        return text, "damaged_text"
    guessed = body.decode("cp1252", "replace")
    return guessed, "damaged_text" if _LOST in guessed else "guessed_charset"


def _best(body: bytes, charsets: list[str]) -> str:
    """The reading with the first charset that fits without fault, else the first with marks for what does not."""
    for charset in charsets:
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            continue
    return body.decode(charsets[0] if charsets else "utf-8", "replace")


def _charset(label: str) -> str | None:
    """The codec for a declared charset; None if no page is written in it."""
    name = label.strip().lower()
    if name in _WIDER:
        return _WIDER[name]
    return name if _PLAIN.fullmatch(name) else None
