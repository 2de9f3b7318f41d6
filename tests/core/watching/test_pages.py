"""Pages that come in a document's place, each written by us after the shape that is known."""

from __future__ import annotations

import time

import pytest

from watcher.core.watching.pages import stand_in


def page(title: str, body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


ARTICLE = "".join(f"<p>The ministry sets an export ban on metal number {n}, in force from May.</p>" for n in range(40))
PASSWORD = '<form action="/in"><input name="u"><input type="password" name="p"><button>Go</button></form>'

PAGES = {
    "a check that waits for a script": (
        "challenge",
        page(
            "Just a moment...",
            "<noscript>Enable JavaScript</noscript>",
            "<script src='/cdn-cgi/challenge-platform/h/b'></script>",
        ),
    ),
    "a captcha": (
        "challenge",
        page("One step", "<p>Please go on.</p><div class='g-recaptcha' data-sitekey='x'></div>"),
    ),
    "a check in words alone": ("challenge", page("Shop", "<h1>Verify you are human</h1>")),
    "a check in Chinese": ("challenge", page("安全验证", "<p>请完成验证</p>")),
    "a firewall that reloads by a cookie": ("challenge", page("", "<script>document.cookie='acw_sc__v2=1'</script>")),
    "a firewall that refuses": ("challenge", page("Access Denied", "<p>Reference 18.2f. Contact us.</p>")),
    "a login form": ("login", page("Sign in", f"<h1>Welcome back</h1>{PASSWORD}")),
    "a login form with a captcha": ("login", page("Log in", f"{PASSWORD}<div class='h-captcha'></div>")),
    "a login form in Japanese": ("login", page("会員", f"<p>ログインしてください</p>{PASSWORD}")),
    "a cookie wall": ("consent", page("Before you go on", "<p>We use cookies.</p><button>Accept all</button>")),
    "a cookie wall in German": (
        "consent",
        page("Zeitung", "<p>Ihre Einwilligung</p><button>Alle akzeptieren</button>"),
    ),
    "a domain for sale": ("parked", page("ores.example", "<h1>This domain is for sale</h1><p>Related searches</p>")),
    "a parking service": ("parked", page("ores.example", "<script src='//x.sedoparking.example/a.js'></script>")),
    "an article": (None, page("Ban", ARTICLE)),
    "an article on a page with a login form": (None, page("Ban", PASSWORD + "<p>Log in</p>" + ARTICLE)),
    "an article on cookies": (None, page("Cookies", ARTICLE + "<p>We use cookies. Accept all.</p>")),
    "an article beside a background check": (
        None,
        page("Ban", ARTICLE, "<script src='/cdn-cgi/challenge-platform/x'></script>"),
    ),
    "an empty list": (None, page("News", "<ul class='news'></ul>")),
    "an error page": (None, page("503", "<h1>Service Unavailable</h1>")),
    "a feed": (None, b"<?xml version='1.0'?><rss><channel><title>Log in, robots</title></channel></rss>"),
    "nothing": (None, b""),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_a_documents_place_is_told_apart(name):
    wanted, body = PAGES[name]

    assert stand_in(body) == wanted


def test_a_server_may_say_so_itself():
    assert stand_in(b"", [("cf-mitigated", "challenge")]) == "challenge"


@pytest.mark.parametrize("unit", [b"<script", b"<", b"<input ", b"<title>", b"<style></styl", b"<!doctype html"])
def test_no_page_takes_long_to_look_at(unit):
    start = time.perf_counter()

    stand_in(b"<html>" + unit * (100_000 // len(unit)))

    assert time.perf_counter() - start < 1
