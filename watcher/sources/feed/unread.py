"""Elements of RSS items that no article is made of, left out before feedparser turns each into a dictionary's entry.

Never leaves out anything that could be text, nor what is not plainly well-formed: such a feed must fail as it is.
"""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = rb"category|comments|wfw:commentRss|slash:comments"
"""What publishing programs write by the dozen into every item, and the mapping to entries does not ask for."""
_SIBLINGS: Final = rb"title|link|guid|pubDate|dc:creator|description|content:encoded"
"""What they stand behind: where one of these has just been closed, no text is open."""
_PLAIN: Final = rb"[^\x00-\x1f<>&\]\xef]"
"""Bytes of UTF-8 that no reader stumbles over; those of U+FFFE begin with EF."""
_UNREAD: Final = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|"  # mere text, passed over whole
    rb"(</(?:%(siblings)b)>)"
    rb"(?:\s*+<(%(names)b)>(?:<!\[CDATA\[%(plain)b*+\]\]>|(?:%(plain)b|&amp;)*+)</\2>)+"
    % {b"siblings": _SIBLINGS, b"names": _NAMES, b"plain": _PLAIN},
    re.DOTALL,
)
_NAMESPACES: Final = {b"wfw:": b"xmlns:wfw=", b"slash:": b"xmlns:slash="}
_HEAD: Final = 4096


def without_unread(body: bytes) -> bytes:
    """The document without such elements; as it is if it declares its own entities or uses an undeclared prefix.

    Args: `body` is UTF-8.
    """
    head = body[:_HEAD]
    if b"<!DOCTYPE" in body or any(prefix in body and name not in head for prefix, name in _NAMESPACES.items()):
        return body
    return _UNREAD.sub(_kept, body)


def _kept(found: re.Match[bytes]) -> bytes:
    return found[1] or found[0]
