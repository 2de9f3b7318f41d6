"""What a URL is: whether it may be followed, which host it names, and whether two of them are the same page.

It never opens anything, and it splits URLs itself: the standard library's splitter drops characters and changes
between releases, and a URL that two readers read differently is how address checks are passed by.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from ipaddress import IPv6Address
from typing import NamedTuple

import idna

# Source: RFC 3986 appendix B.
_SPLIT = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_REFUSED = re.compile("[\x00-\x20\x7f-\xa0\\\\\u2028\u2029\ufeff\ud800-\udfff]")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")
_HOST_MAX = 253
_PORT_MAX = 65535
_PASSAGE = ":~:text="
"""Source: WICG URL Fragment Text Directives. Stories of one round-up are told apart by it."""
_DEFAULT_PORTS = {"http": "80", "https": "443"}

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What may stand in a path, query or fragment as it is; everything else is written as %XX.
_TO_QUOTE = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_TO_NORMALISE = re.compile(r"%(?:[0-9A-Fa-f]{2})?|[^A-Za-z0-9\-._~:/?@!$&'()*+,;=%]")

# Marks that senders put on links to count clicks; they never choose the page.
# Source: the parameter references of Google Ads and Analytics, Meta, Microsoft Advertising, X, LinkedIn, TikTok,
# Yandex, Mailchimp, HubSpot and Marketo.
_TRACKING_PREFIXES = ("utm_", "hsa_", "mtm_", "pk_", "matomo_")
# fmt: off
_TRACKING = frozenset((
    "__hsfp", "__hssc", "__hstc", "__s", "_ga", "_gl", "_hsenc", "_hsmi", "_openstat", "dclid", "ef_id",
    "epik", "fbclid", "gad_campaignid", "gad_source", "gbraid", "gclid", "gclsrc", "guccounter",
    "guce_referrer", "guce_referrer_sig", "hsctatracking", "igsh", "igshid", "li_fat_id", "mc_cid",
    "mc_eid", "mkt_tok", "msclkid", "oly_anon_id", "oly_enc_id", "s_kwcid", "srsltid", "ttclid", "twclid",
    "vero_conv", "vero_id", "wbraid", "wickedid", "yclid", "ymclid",
))
# fmt: on


class _Parts(NamedTuple):
    scheme: str | None
    authority: str | None
    path: str
    query: str | None
    fragment: str | None


def http_url(url: str, base: str | None = None) -> str | None:
    """The absolute http(s) form of a link found on the page `base`, or None if it is anything else.

    Refused: other schemes, user names and passwords, backslashes, control characters and spaces inside (white
    space around is trimmed), hosts and ports that are none. Characters that may not stand in a URL are quoted.

    Example: `http_url("../b?x=1", "https://example.org/a/c")` is `https://example.org/b?x=1`.
    """
    url = url.strip(" \t\r\n\f")
    if not url or _REFUSED.search(url):
        return None
    link = _split(url)
    parts = _joined(link, base) if link.scheme is None and base is not None else link
    if parts is None or parts.scheme is None or parts.authority is None:
        return None
    scheme = parts.scheme.lower()
    place = _place(scheme, parts.authority)
    if place is None:
        return None
    host, port = place
    path = _without_dots(parts.path) or "/"
    query = "" if parts.query is None else "?" + parts.query
    fragment = "" if parts.fragment is None else "#" + parts.fragment
    tail = _TO_QUOTE.sub(_quoted, path + query + fragment)
    return f"{scheme}://{host}{':' + port if port else ''}{tail}"


def link_on(page: str, link: str) -> str | None:
    """Where a link on that page leads, as by `http_url`; None if it leads to the page itself.

    A feed's own address is no article's, and it may hold a reader's key (`feed?token=...`), which must go no further.
    """
    found = http_url(link, page)
    return None if found is not None and found.partition("#")[0] == (http_url(page) or "").partition("#")[0] else found


@lru_cache(maxsize=256)  # an entry's address is asked for by each step of its way
def canonical_url(url: str) -> str:
    """The form under which two links to the same page are equal; for comparing, never for fetching.

    http and https are one, the host is lower case and punycode, default ports, fragments (but those that name a
    passage of the page: `#:~:text=`), tracking parameters, user names and closing slashes are dropped, the order of
    parameters is kept, percent-encoding is normalised.
    A text that is no http(s) URL is returned trimmed. Applying it twice changes nothing.
    """
    url = url.strip()
    parts = _split(url)
    if parts.scheme is None or parts.authority is None:
        return url
    place = _place(parts.scheme.lower(), parts.authority.rpartition("@")[2])
    if place is None:
        return url
    host, port = place
    port = "" if port in _DEFAULT_PORTS.values() else port
    path = _without_dots(_normalised(parts.path)).rstrip("/") or "/"
    kept = [item for item in (parts.query or "").split("&") if item and not _tracks(item)]
    query = "?" + "&".join(_normalised(item) for item in kept) if kept else ""
    passage = "#" + _normalised(parts.fragment) if parts.fragment and parts.fragment.startswith(_PASSAGE) else ""
    return f"https://{host}{':' + port if port else ''}{path}{query}{passage}"


def passage(url: str, said: str) -> str:
    """The address of a page with words on it to scroll to: parts of one page are told apart by it."""
    plain = _UNRESERVED - {ord("-")}
    words = "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in said.encode("utf-8", "replace"))
    return f"{url.partition('#')[0]}#{_PASSAGE}{words}"


def is_passage(url: str) -> bool:
    """Whether an address leads to words on a page, not to the page as such."""
    return f"#{_PASSAGE}" in url


def host_of(url: str) -> str | None:
    """The host of an http(s) URL: lower case, punycode, IPv6 without brackets; None if the URL is none."""
    parts = _split(url.strip())
    if parts.scheme is None or parts.authority is None:
        return None
    place = _place(parts.scheme.lower(), parts.authority.rpartition("@")[2])
    return None if place is None else place[0].strip("[]")


def country_of(host: str) -> str | None:
    """The country whose domain a host is under (ISO 3166); None for all others, `.io` among them."""
    last = host.rpartition(".")[2].upper()
    if len(last) != _COUNTRY_LETTERS or last in _NO_COUNTRY:
        return None
    return "GB" if last == "UK" else last


_COUNTRY_LETTERS = 2
_NO_COUNTRY = frozenset({"IO", "AI", "CO", "TV", "ME", "CC", "EU", "FM", "LY", "TO", "GG", "SU"})
"""Two letters that are nobody's, or that everybody uses."""


def display_host(url: str) -> str | None:
    """The host as it is shown beside a link: punycode stays visible, so that a look-alike name gives itself away."""
    host = host_of(url)
    return None if host is None else host.removeprefix("www.")


def origin_of(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an http(s) URL: what must be equal for secrets to be sent again. Source: RFC 6454."""
    parts = _split(url)
    if parts.scheme is None or parts.authority is None:
        return None
    scheme = parts.scheme.lower()
    place = _place(scheme, parts.authority)
    return None if place is None else (scheme, place[0], int(place[1] or _DEFAULT_PORTS[scheme]))


def redacted_url(url: str) -> str:
    """Host and a hash of the rest: names a URL in logs and errors without the secrets of its path and query."""
    return f"{host_of(url) or 'no-host'}#{hashlib.sha256(url.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _split(url: str) -> _Parts:
    found = _SPLIT.match(url)
    assert found is not None, "the pattern fits every text"
    return _Parts(*found.groups())


def _joined(link: _Parts, base: str) -> _Parts | None:
    """The link in the light of its page. Source: RFC 3986 5.2.2."""
    absolute = http_url(base)
    if absolute is None:
        return None
    page = _split(absolute)
    if link.authority is not None:
        return link._replace(scheme=page.scheme)
    if not link.path:
        return link._replace(
            scheme=page.scheme,
            authority=page.authority,
            path=page.path,
            query=page.query if link.query is None else link.query,
        )
    path = link.path if link.path.startswith("/") else page.path.rpartition("/")[0] + "/" + link.path
    return link._replace(scheme=page.scheme, authority=page.authority, path=path)


def _place(scheme: str, authority: str) -> tuple[str, str] | None:
    """Host and port ("" for the scheme's own) of an authority without user name, or None."""
    if scheme not in _DEFAULT_PORTS or "@" in authority:
        return None
    host, bracket, rest = authority.rpartition("]")
    if bracket:
        name, port = _bracketed(host), rest.removeprefix(":")
        if rest and not rest.startswith(":"):
            return None
    else:
        text, _, port = authority.partition(":")
        name = _name(text)
    if name is None or (port and not (port.isascii() and port.isdigit() and len(port) <= len(str(_PORT_MAX)))):
        return None
    if port and not 0 < int(port) <= _PORT_MAX:
        return None
    port = str(int(port)) if port else ""
    return name, "" if port == _DEFAULT_PORTS[scheme] else port


def _bracketed(host: str) -> str | None:
    """`[...]` of an IPv6 address in its shortest form; zones and future forms are refused."""
    if not host.startswith("[") or "%" in host:
        return None
    try:
        return f"[{IPv6Address(host[1:])}]"
    except ValueError:
        return None


def _name(text: str) -> str | None:
    """A host name in lower case and punycode without a closing dot, or None."""
    name = text.lower()
    if not name.isascii():
        try:
            name = idna.encode(name[:_HOST_MAX], uts46=True).decode("ascii").lower()
        except (idna.IDNAError, UnicodeError):
            return None
    name = name.removesuffix(".")
    return name if len(name) <= _HOST_MAX and _HOST.match(name) else None


def _without_dots(path: str) -> str:
    """The path without `.` and `..` segments. Source: RFC 3986 5.2.4."""
    if "." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."} and (not kept or kept[-1]):
        kept.append("")
    joined = "/".join(kept)
    return joined if joined.startswith("/") else "/" + joined


def _normalised(text: str) -> str:
    return _TO_NORMALISE.sub(_normal, text)


def _normal(found: re.Match[str]) -> str:
    """One form for one character: unreserved ones plain, others as upper-case %XX."""
    text = found[0]
    if _ESCAPE.match(text) is None:
        return _quoted(found)
    value = int(text[1:], 16)
    return chr(value) if value in _UNRESERVED else text.upper()


def _quoted(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def _tracks(item: str) -> bool:
    name = _normalised(item.partition("=")[0]).lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
