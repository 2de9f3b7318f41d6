"""Checks that the options of several kinds share; never touches the network and never repeats a secret."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import SecretStr


def web_address(url: SecretStr) -> SecretStr:
    """The address, if it is an absolute http(s) one with a host; raises ValueError without repeating it."""
    try:
        parts = urlsplit(url.get_secret_value())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(c.isspace() for c in url.get_secret_value()):
        raise ValueError("not an absolute http or https address")
    return url


def server_address(url: str) -> str:
    """A server's address that is no secret, if it is an absolute http(s) one with a host; raises ValueError if not."""
    return web_address(SecretStr(url)).get_secret_value()
