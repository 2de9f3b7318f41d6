"""What sort of page came in a document's place: a bot check, a login form, a cookie wall, a parked domain.

Never parses HTML: it looks for words and marks in the beginning of a body, in time that grows with its length alone.
A page that says much is taken for what it is: newspapers have login forms and captchas too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal

StandIn = Literal["challenge", "login", "consent", "parked"]

WORDS: Final[dict[str, str]] = {
    "challenge": "a check for robots",
    "login": "a login page",
    "consent": "a wall that asks for consent to cookies",
    "parked": "the page of a parked domain",
}
"""How a reader is told of each."""

_LOOKED_AT: Final = 65_536
_THIN: Final = 1_500
"""Characters of visible text that a page in another's place hardly ever has, and an article's page does."""
_SIGNS: Final = re.compile(r"<!doctype\s+html|<html\b|<body\b|<head\b|<title\b", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_TITLE: Final = re.compile(r"<title[^<>]*>([^<]{0,300})")
_PASSWORD: Final = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?password")

_CHALLENGE_MARKS: Final = (
    *("/cdn-cgi/challenge-platform", "cf-chl-", "_incapsula_resource", "captcha-delivery.com", "px-captcha"),
    *(
        "awswafintegration",
        "gokuprops",
        "__jsl_clearance",
        "acw_sc__v2",
        "ddos-guard/js-challenge",
        "_sec/cp_challenge",
    ),
)
"""Marks of known bot checks; where one runs as a background script of a whole page, the page's own text tells."""
_CAPTCHA_MARKS: Final = ("g-recaptcha", "h-captcha", "cf-turnstile", "geetest", "friendly-captcha", "nc_scale")
_CHALLENGE_WORDS: Final = (
    *("just a moment", "attention required", "are you a robot", "are you human", "verify you are human"),
    *("verifying you are human", "checking your browser", "security check", "unusual traffic", "access denied"),
    *(
        "bist du ein mensch",
        "sind sie ein mensch",
        "vérifiez que vous êtes",
        "安全验证",
        "人机验证",
        "訪問驗證",
        "로봇이 아닙니다",
    ),
)
_LOGIN_WORDS: Final = (
    *("log in", "login", "sign in", "signin", "anmelden", "einloggen", "se connecter", "connexion", "iniciar sesión"),
    *("登录", "登錄", "ログイン", "로그인", "password", "passwort"),
)
_CONSENT_WORDS: Final = ("cookie", "consent", "einwilligung", "consentement", "consentimiento", "同意", "クッキー")
_CONSENT_ACTS: Final = (
    *("accept all", "accept cookies", "agree", "alle akzeptieren", "zustimmen", "tout accepter", "aceptar todo"),
    *("reject all", "manage preferences", "同意する", "接受"),
)
_PARKED_MARKS: Final = ("sedoparking", "parkingcrew", "bodis.com", "parklogic", "/parking-lander", "domainparking")
_PARKED_WORDS: Final = (
    *("domain is for sale", "domain may be for sale", "buy this domain", "this domain is parked", "domain is parked"),
    *("domain name is for sale", "domain has expired", "domain parking", "diese domain steht zum verkauf"),
    *("domain ist geparkt", "ce domaine est à vendre", "域名出售", "このドメインは"),
)


def stand_in(body: bytes, headers: Iterable[tuple[str, str]] = ()) -> StandIn | None:
    """What came in a document's place, or None if it is no such page.

    Args: body: inflated; its first 64 KiB are looked at. headers: names in lower case.
    """
    if any(name == "cf-mitigated" and value.lower() == "challenge" for name, value in headers):
        return "challenge"
    page = body[:_LOOKED_AT].decode("utf-8", "replace").lower()
    if _SIGNS.search(page) is None:
        return None
    text = _visible(page)
    return None if len(text) > _THIN else _sort(page, text)


def _sort(page: str, text: str) -> StandIn | None:
    """The sort of a page that says little. A marked bot check is one, whatever form stands on it."""
    title = _TITLE.search(page)
    said = f"{title[1] if title else ''} {text}"
    if _any(page, _PARKED_MARKS) or _any(said, _PARKED_WORDS):
        return "parked"
    if _any(page, _CHALLENGE_MARKS):
        return "challenge"
    if _PASSWORD.search(page) is not None and _any(said, _LOGIN_WORDS):
        return "login"
    if _any(page, _CAPTCHA_MARKS) or _any(said, _CHALLENGE_WORDS):
        return "challenge"
    return "consent" if _any(said, _CONSENT_WORDS) and _any(said, _CONSENT_ACTS) else None


def _any(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _visible(page: str) -> str:
    """The text that a reader sees, without scripts and styles; what is not closed is not seen."""
    for name in ("script", "style", "noscript", "template"):
        first, *rest = page.split(f"<{name}")
        page = first + " ".join(part.partition(f"</{name}")[2].partition(">")[2] for part in rest)
    return " ".join(_TAG.sub(" ", page).split())
