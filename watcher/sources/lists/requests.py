"""Addresses, headers and queries of requests as sources may have them; never sends anything, never shows a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Final
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, SecretStr

from watcher.core.model import Request
from watcher.core.urls import http_url, origin_of

_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")


def _address(url: str) -> str:
    absolute = http_url(url)
    if absolute is None:
        raise ValueError("must be an http or https address")
    return absolute


def _header_names(headers: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no header name")
        if not value.get_secret_value().isprintable():
            raise ValueError(f"the value of {name} holds a control character")
    return headers


Address = Annotated[str, AfterValidator(_address)]
Headers = Annotated[Mapping[str, SecretStr], AfterValidator(_header_names)]


def with_query(url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The address with these parameters behind those that it has."""
    query = urlencode(list(pairs), quote_via=quote, safe="")
    if not query:
        return url
    where = url.partition("#")[0]
    return f"{where}{'&' if '?' in where else '?'}{query}"


def headed(request: Request, headers: Headers, home: str, defaults: Iterable[tuple[str, str]]) -> Request:
    """The request with the configured headers, if it goes to the origin of `home`: no secret follows to a stranger.

    `defaults` are said wherever the configuration says nothing else.
    """
    at_home = origin_of(request.url) == origin_of(home)
    own = [(name.lower(), value.get_secret_value()) for name, value in headers.items()] if at_home else []
    taken = {name for name, _ in request.headers}
    added = []
    for name, value in (*own, *defaults):
        if name not in taken:
            taken.add(name)
            added.append((name, value))
    return replace(request, headers=(*request.headers, *added))
