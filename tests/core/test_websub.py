from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from watcher.core.websub import LEASE, Subscription, asking, confirmed, hub_of, is_signed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASKED = Subscription(
    source="wire", hub="https://hub.example/", topic="https://wire.example/feed", token="t", secret="s" * 32, asked=NOW
)
FEED = b"""<?xml version="1.0"?><rss><channel><atom:link rel="self" type="x" href="https://wire.example/feed?a=1&amp;b"/>
<atom:link href='https://hub.example/' rel='hub'/></channel></rss>"""


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({}, FEED, ("https://hub.example/", "https://wire.example/feed?a=1&b")),
        (
            {"link": '<https://h.example/>; rel="hub", </feed>; rel=self'},
            FEED,
            ("https://h.example/", "https://wire.example/feed"),
        ),
        ({"link": '<https://h.example/>; rel="hub"'}, b"", None),
        ({"link": '<https://next.example/>; rel="next"'}, b"<link rel='hub' href='https://h.example/'>", None),
        ({}, b'<link rel="hub" href="file:///etc/passwd"/><link rel="self" href="https://a.example/"/>', None),
        ({}, b"<link " * 20_000, None),
        ({"link": "<" * 9_000}, b"\xff\xfe", None),
    ],
)
def test_a_hub_counts_only_with_the_name_that_the_feed_gives_itself(headers, body, found):
    assert hub_of(headers, body, "https://wire.example/") == found


def test_what_is_asked():
    form = parse_qs(asking(ASKED, "https://w.example/in/~websub/t").decode())

    assert form == {
        "hub.callback": ["https://w.example/in/~websub/t"],
        "hub.mode": ["subscribe"],
        "hub.topic": ["https://wire.example/feed"],
        "hub.secret": ["s" * 32],
        "hub.lease_seconds": ["86400"],
    }
    assert "sss" not in repr(ASKED)


@pytest.mark.parametrize(
    ("changes", "lease"),
    [
        ({}, LEASE),
        ({"hub.lease_seconds": "3600"}, timedelta(hours=1)),
        ({"hub.lease_seconds": "1"}, timedelta(minutes=10)),
        ({"hub.lease_seconds": "999999999"}, timedelta(days=10)),
        ({"hub.lease_seconds": "9" * 5_000}, LEASE),
        ({"hub.mode": "unsubscribe"}, None),
        ({"hub.topic": "https://other.example/"}, None),
        ({"hub.challenge": ""}, None),
        ({"hub.challenge": "x" * 2_049}, None),
    ],
)
def test_only_our_own_question_is_confirmed(changes, lease):
    query = {"hub.mode": "subscribe", "hub.topic": ASKED.topic, "hub.challenge": "c", **changes}

    assert confirmed(ASKED, query, NOW) == (None if lease is None else ("c", NOW + lease))


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_only_who_has_the_secret_is_the_hub(method):
    signature = f"{method}={hmac.new(b's' * 32, b'body', method).hexdigest()}"

    assert is_signed(ASKED, signature, b"body")
    assert not is_signed(ASKED, signature, b"other")
    for forged in ("", method, f"{method}=", "md5=" + hashlib.md5(b"body").hexdigest(), "sha256=é"):
        assert not is_signed(ASKED, forged, b"body")


def test_a_subscription_is_renewed_before_it_ends():
    active = replace(ASKED, until=NOW + timedelta(hours=8))

    assert [ASKED.is_due(NOW + timedelta(minutes=m)) for m in (30, 61)] == [False, True]
    assert [active.is_due(NOW + timedelta(hours=h)) for h in (5, 7)] == [False, True]
