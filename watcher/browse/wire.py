"""What the daemon and the process with the browser say to each other; never pickle, always typed.

A frame is a length (4 bytes, big-endian) and a message in msgpack. `visit` numbers pages, so that what comes late from
one is not taken for another's.
"""

from __future__ import annotations

import struct

import msgspec

FRAME_CAP = 32 * 1024 * 1024
LENGTH = struct.Struct(">I")

Headers = tuple[tuple[str, str], ...]


class Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """What every message is."""


class Load(Message, frozen=True, kw_only=True):
    """To the browser: show this page, which was fetched already, and say what stands on it when it is quiet.

    It is quiet when what is `wanted` (a CSS selector) is there and nothing was asked for during `quiet_s`, and is not
    waited for after `settle_s`. After so many `requests` nothing more is asked.
    """

    visit: int
    url: str
    headers: Headers
    body: bytes
    agent: str
    wanted: str
    requests: int
    quiet_s: float
    settle_s: float


class Answer(Message, frozen=True, kw_only=True):
    """To the browser: what came for a request. `url` is where redirects led."""

    visit: int
    number: int
    url: str
    status: int
    headers: Headers
    body: bytes


class Refusal(Message, frozen=True, kw_only=True):
    """To the browser: nothing comes for that request."""

    visit: int
    number: int


class Ready(Message, frozen=True, kw_only=True):
    """From the browser: it runs. `walled` says that its processes have no network at all, by the kernel's word."""

    walled: bool


class Ask(Message, frozen=True, kw_only=True):
    """From the browser: the page wants this; `page` if it is to take the page's own place."""

    visit: int
    number: int
    method: str
    url: str
    headers: Headers
    page: bool


class Shown(Message, frozen=True, kw_only=True):
    """From the browser: the page as it stands. `quiet` is False if it never came to rest."""

    visit: int
    url: str
    html: bytes
    quiet: bool


class Failed(Message, frozen=True, kw_only=True):
    """From the browser: there is no page, or no browser; `text` says why in words without addresses."""

    visit: int
    text: str


ToBrowser = Load | Answer | Refusal
FromBrowser = Ready | Ask | Shown | Failed


def frame(message: Message) -> bytes:
    """A message as it is sent."""
    body = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(body)) + body
