"""Long CDATA sections set aside while feedparser works, because it goes over every character of them several times.

Never changes what is read: the caller takes the short way only if every mark came back whole, else parses plainly.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

_OPENING = re.compile(rb"<(content:encoded|description)>\s*<!\[CDATA\[")
_CLOSING = re.compile(rb"\s*</(content:encoded|description)>")
_WORTH_IT: Final = 256
"""Bytes of a section from which setting it aside is cheaper than reading it."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that make XML ill-formed: such a feed must fail as it is. Source: XML 1.0, 2.2."""
_C1 = re.compile("[\x80-\x9f]")
_WINDOWS: Final = {code: text for code in range(0x80, 0xA0) if (text := bytes([code]).decode("cp1252", "ignore"))}


def set_aside(body: bytes, mark: str) -> tuple[bytes, dict[str, str]]:
    """The document with each long section replaced by a mark, and the text of each mark as feedparser gives it.

    Args: `body` is UTF-8; `mark` is a word that does not occur in it.
    """
    pieces: list[bytes] = []
    texts: dict[str, str] = {}
    done = 0
    end = -1
    for opening in _OPENING.finditer(body):
        start = opening.end()
        if start <= end:  # within the section before: mere text, and searching on from here would be quadratic
            continue
        end = body.find(b"]]>", start)
        if end < 0:
            break
        if end - start < _WORTH_IT:
            continue
        closing = _CLOSING.match(body, end + 3)
        if closing is None or closing[1] != opening[1]:
            continue
        text = _as_read(body[start:end].decode("utf-8"))
        if text is None:
            return body, {}
        name = f"{mark}n{len(texts)}"
        texts[name] = text
        pieces += (body[done : opening.end(1) + 1], name.encode())
        done = end + 3
    pieces.append(body[done:])
    return b"".join(pieces), texts


def _as_read(text: str) -> str | None:
    """A section as feedparser hands it on: line ends unified, misread encodings repaired; None if ill-formed."""
    if _NOT_XML.search(text):
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip()
    if text.isascii():
        return text
    with suppress(UnicodeError):  # the usual case: it is no UTF-8 that was once read as Latin-1
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_WINDOWS) if _C1.search(text) else text
