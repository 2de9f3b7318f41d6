"""Logins by OAuth: the token that somebody else renews, read anew for each login, and how it is said to a server.

Never asks an identity provider for a token, and never shows one.
Source: RFC 7628 (OAUTHBEARER); the XOAUTH2 mechanism as documented by Google and Microsoft.
"""

from __future__ import annotations

import base64
import os
import stat
from typing import Final

from watcher.core.errors import FetchError
from watcher.core.plans import Mailbox

_LONGEST: Final = 16 * 1024


def token_of(path: str) -> str:
    """The token in a file, as it is now. Raises FetchError if there is none."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise FetchError(f"read the token {path}: it is no file")
            body = stream.read(_LONGEST + 1)
    except OSError as error:
        raise FetchError(f"read the token {path}: {(error.strerror or type(error).__name__).lower()}") from error
    token = body.decode("ascii", "replace").strip()
    if not token or len(body) > _LONGEST or any(not "!" <= sign <= "~" for sign in token):
        raise FetchError(f"read the token {path}: a token is one line of plain signs without spaces")
    return token


def said(plan: Mailbox, token: str, able: frozenset[str]) -> tuple[str, tuple[bytes, ...]] | None:
    """The mechanism and what is said in it; the last word only ends it where the server refuses. None without one."""
    if "AUTH=XOAUTH2" in able:
        return "XOAUTH2", (_coded(f"user={plan.user}\x01auth=Bearer {token}\x01\x01"), b"")
    if "AUTH=OAUTHBEARER" in able:
        user = plan.user.replace("=", "=3D").replace(",", "=2C")
        parts = f"n,a={user},\x01host={plan.host}\x01port={plan.port}\x01auth=Bearer {token}\x01\x01"
        return "OAUTHBEARER", (_coded(parts), _coded("\x01"))
    return None


def _coded(text: str) -> bytes:
    return base64.b64encode(text.encode())
