"""Links that may stand in a message: absolute http(s) or nothing, with the host that they really lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_LONGEST = 2000
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f<>\"`\\]")
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}|\[[0-9a-f:.]+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link fit to be shown; `host` is its own host in ASCII, so that a look-alike shows itself."""

    url: str
    host: str


def link_of(url: str | None) -> Link | None:
    """The link that an address makes, or None: no other scheme, no login part, nothing that could leave a quote."""
    if url is None or len(url) > _LONGEST or _UNFIT.search(url):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii").casefold()
        parts.port  # noqa: B018 - reading it refuses a port that is no number
    except (ValueError, UnicodeError):
        return None
    shown = f"[{host}]" if ":" in host else host
    if parts.scheme.casefold() not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(shown):
        return None
    return Link(url=url, host=shown.removeprefix("www."))


def page_of(public_url: str | None, *path: str) -> str | None:
    """The address of one of our own pages, or None while none are published."""
    if public_url is None or link_of(public_url) is None:
        return None
    return "/".join((public_url.rstrip("/"), *(re.sub(r"[^A-Za-z0-9_.-]", "", part) for part in path)))
