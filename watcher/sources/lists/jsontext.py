"""JSON as servers really send it: wrong charset labels, illegal escapes, a sentence in its place; NaN stays refused.

Never takes a page or a sentence for a reply without hits: it says what came instead.
"""

from __future__ import annotations

import json
import re
from typing import Final, NoReturn

from watcher.core.errors import ParseError
from watcher.core.model import Document
from watcher.core.text.charsets import text_of
from watcher.core.text.html import title_text

_LONGEST_INT: Final = 18
"""Digits of whole numbers that are kept as numbers; longer ones stay text (ids, and 5,000-digit traps)."""
_ESCAPE: Final = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt]|)')
_QUOTED: Final = 160
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_PAIRS: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""Escapes, of which those of a surrogate without its other half are told apart: no text can be stored with one."""
_LOOKED_AT: Final = 8_192
_TITLE: Final = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_CODE: Final = re.compile(r"<(script|style)\b.*?(?:</\1>|$)", re.IGNORECASE | re.DOTALL)


def read_json(document: Document) -> object:
    """The value of the document's JSON, its illegal escapes repaired.

    Raises: ParseError that quotes the beginning of what came instead, or says why it cannot be read.
    """
    text = text_of(document.body).strip("\ufeff \t\r\n")
    if not text:
        raise ParseError("reading JSON: an empty reply came instead")
    if _HALF.search(text):
        text = _PAIRS.sub(lambda found: "\\ufffd" if found[1] else found[0], text)
    try:
        return _loaded(text)
    except RecursionError as error:
        raise ParseError("reading JSON: it is nested too deeply") from error
    except ValueError as error:
        if text[0] not in "{[":
            raise ParseError(f"reading JSON: {quoted(text)} came instead") from error
        return _repaired(text, error)


def quoted(text: str) -> str:
    """The beginning of a text or the title of a page, to be shown in an error."""
    text = text[:_LOOKED_AT].lstrip()
    if text[:1] == "<":
        title = _TITLE.search(text)
        name = title_text(title[1], markup=True)[:_QUOTED] if title else ""
        if name:
            return f'a page titled "{name}"'
        text = _CODE.sub(" ", text)
    words = title_text(text, markup=True)[: _QUOTED + 1]
    if not words:
        return "a page without text"
    return f'"{words[:_QUOTED].rstrip()}…"' if len(words) > _QUOTED else f'"{words}"'


def _repaired(text: str, error: ValueError) -> object:
    """The value once backslashes that escape nothing are gone."""
    try:
        return _loaded(_ESCAPE.sub(lambda found: found[0] if found[1] else "", text))
    except RecursionError as deep:
        raise ParseError("reading JSON: it is nested too deeply") from deep
    except ValueError:
        raise ParseError(f"reading JSON: {str(error)[:120]}") from error


def _loaded(text: str) -> object:
    # strict=False lets line breaks and tabs stand inside strings, as some servers write them
    return json.loads(text, parse_constant=_refuse, parse_int=_int, strict=False)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INT else digits
