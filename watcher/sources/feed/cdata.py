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
_CONTROLS: Final = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_NONCHARACTERS: Final = ("\ufffe".encode(), "\uffff".encode())
"""With the controls what makes XML ill-formed: such a feed must fail as it is. Source: XML 1.0, 2.2."""
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_WINDOWS: Final = {code: text for code in range(0x80, 0xA0) if (text := bytes([code]).decode("cp1252", "ignore"))}


def set_aside(body: bytes, mark: str) -> tuple[bytes, dict[str, str]]:
    """The document with each long section replaced by a mark, and the text of each mark as feedparser gives it.

    Args: `body` is UTF-8; `mark` is a word that does not occur in it.
    """
    pieces: list[bytes] = []
    texts: dict[str, str] = {}
    done = at = 0
    while opening := _OPENING.search(body, at):
        start = opening.end()
        end = body.find(b"]]>", start)
        if end < 0:
            break
        at = end + 3  # what a section holds is mere text
        if end - start < _WORTH_IT:
            continue
        closing = _CLOSING.match(body, at)
        if closing is None or closing[1] != opening[1]:
            continue
        text = _as_read(body[start:end])
        if text is None:
            return body, {}
        name = f"{mark}n{len(texts)}"
        texts[name] = text
        pieces += (body[done : opening.end(1) + 1], name.encode())
        done = at
    pieces.append(body[done:])
    return b"".join(pieces), texts


def _as_read(section: bytes) -> str | None:
    """A section as feedparser hands it on: line ends unified, misread encodings repaired; None if ill-formed."""
    if len(section.translate(None, _CONTROLS)) < len(section) or any(sign in section for sign in _NONCHARACTERS):
        return None
    text = section.decode("utf-8")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip()
    if text.isascii():
        return text
    may_be_windows = _C1.search(section) is not None
    with suppress(UnicodeError):  # the usual case: it is no UTF-8 that was once read as Latin-1
        text, may_be_windows = text.encode("iso-8859-1").decode("utf-8"), True
    return text.translate(_WINDOWS) if may_be_windows else text
