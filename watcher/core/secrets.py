"""Takes secrets out of words that strangers had a hand in; it never decides what is secret of a configuration."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote

from watcher.core.model import Request

MASK = "[secret]"
SHORTEST = 8
"""Shorter values (a page number, a format) are no secrets, and too common to be masked in a sentence."""
SHORTEST_SEGMENT = 16
"""Of an address's path only parts so long are taken for keys: the others are words that any title may hold."""


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text without any of the secrets, the longest first, so that none leaves a rest of another."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def secrets_of_request(request: Request) -> frozenset[str]:
    """What a server that repeats a request's address and headers would give away: keys in query, path and headers."""
    where, _, query = request.url.partition("#")[0].partition("?")
    path = where.partition("://")[2].partition("/")[2]
    values = (value for _, value in parse_qsl(query))
    segments = (part for part in path.split("/") if len(part) >= SHORTEST_SEGMENT)
    headers = (value for name, value in request.headers if name.lower() != "accept")
    words = (word for value in headers for word in (value, *value.split()))
    found = {request.url, query, *values, *segments, *words}
    return frozenset(each for part in found for each in (part, unquote(part)) if len(each) >= SHORTEST)
