"""Signed links: ours are read back whole, anything else is forged, and time and keys run out."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.telling.actions import LIFETIMES, Key, Ticket, current, fingerprint, opened, signed, ticket

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = Key(id="k1", secret=b"a" * 32, created=NOW - timedelta(days=1))
NEXT = Key(id="k2", secret=b"b" * 32, created=NOW)
ACK = ticket("acknowledge", "a1b2c3", "team", "anna@desk.example", NOW)
texts = st.text(max_size=60)


@settings(deadline=None, max_examples=50)
@given(of=texts, channel=texts, recipient=texts)
def test_what_is_signed_is_read_back_whole(of, channel, recipient):
    given_ = ticket("mute", of, channel, recipient, NOW)

    read = opened(signed(given_, KEY), [NEXT, KEY], NOW)

    fits = all(each == each.encode("utf-8", "replace").decode() for each in (of, channel, recipient))
    assert read == given_ or not fits


def test_a_link_is_the_same_over_all_attempts_and_fits_a_path():
    token = signed(ACK, KEY)

    assert token == signed(ticket("acknowledge", "a1b2c3", "team", "anna@desk.example", NOW), KEY)
    assert len(token) < 160
    assert token.replace(".", "").replace("-", "").replace("_", "").isalnum()


@settings(deadline=None, max_examples=50)
@given(at=st.integers(min_value=0), char=st.sampled_from("AQZaz09-_."))
def test_a_changed_character_makes_it_forged(at, char):
    token = signed(ACK, KEY)
    at %= len(token)
    changed = token[:at] + char + token[at + 1 :]

    # the last character of 16 bytes in base64 carries four bits that nothing reads: compared as text, they count too
    assert changed == token or opened(changed, [KEY], NOW) == "forged"


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=300))
def test_any_text_may_come_in(text):
    assert opened(text, [KEY], NOW) == "forged"
    assert opened(f"k1.{text}.{'A' * 22}", [KEY], NOW) == "forged"


@pytest.mark.parametrize("content", [b"[]", b'["rob","a","b","c",1]', b'["mute","a","b","c","x"]', b"\xff", b'["mute","a","b","c",99999999999999]', b'[["mute"],1,2,3,4]'])  # fmt: skip
def test_what_we_signed_and_do_not_know_is_forged(content):
    from watcher.core.telling import actions

    body = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
    token = f"k1.{body}.{actions._text(actions._mac(KEY, body))}"

    assert opened(token, [KEY], NOW) == "forged"


def test_it_runs_out_and_not_before():
    token = signed(ACK, KEY)
    end = NOW + LIFETIMES["acknowledge"]

    assert opened(token, [KEY], end - timedelta(seconds=1)) == ACK
    assert opened(token, [KEY], end) == "expired"


def test_a_key_that_is_gone_signs_nothing():
    assert opened(signed(ACK, KEY), [NEXT], NOW) == "forged"
    assert opened(signed(ACK, KEY), [replace(KEY, secret=b"c" * 32)], NOW) == "forged"


def test_a_retired_key_holds_for_what_it_signed_before_only():
    retired = replace(KEY, retired=NOW + timedelta(hours=1))
    later = NOW + timedelta(days=2)

    assert opened(signed(ACK, KEY), [NEXT, retired], later) == ACK
    assert opened(signed(ticket("acknowledge", "x", "team", "", later), KEY), [NEXT, retired], later) == "forged"
    assert opened(signed(replace(ACK, until=None), KEY), [NEXT, retired], later) == "forged"


def test_a_subscription_never_runs_out():
    token = signed(ticket("subscription", "s1", "", "", NOW), KEY)

    read = opened(token, [KEY], NOW + timedelta(days=4_000))
    assert isinstance(read, Ticket)
    assert (read.of, read.until) == ("s1", None)


def test_the_newest_key_signs_and_who_acts_is_named():
    assert current([replace(KEY, retired=NOW), NEXT]) is NEXT
    assert current([]) is None
    assert (ACK.who, replace(ACK, recipient="").who) == ("anna@desk.example", "channel team")
    assert len(fingerprint("x")) == 32


def test_a_secret_is_not_shown():
    assert "aaaa" not in repr(KEY)
