"""A page is tried a few times within a day, and given up."""

from __future__ import annotations

from datetime import timedelta

from tests.core.make import NOW
from watcher.core.articles.following import ATTEMPTS, GAPS, due_anew, next_try


def test_gaps_grow_and_the_last_attempt_ends_it():
    waits = [next_try(n, NOW, retry=True, retry_after_s=None) for n in range(1, ATTEMPTS + 1)]

    assert waits[:-1] == [NOW + gap for gap in GAPS]
    assert waits[-1] is None
    assert sum(GAPS, timedelta()) < timedelta(hours=24)


def test_what_is_gone_for_ever_is_given_up_at_once():
    assert next_try(1, NOW, retry=False, retry_after_s=None) is None


def test_a_wish_for_later_is_obeyed_up_to_a_day():
    assert next_try(1, NOW, retry=True, retry_after_s=600) == NOW + timedelta(minutes=10)
    assert next_try(1, NOW, retry=True, retry_after_s=1) == NOW + GAPS[0]
    assert next_try(1, NOW, retry=True, retry_after_s=10**9) == NOW + timedelta(hours=24)


def test_a_listing_that_changes_often_is_followed_ever_less():
    assert due_anew(1, NOW) == NOW + timedelta(hours=1)
    assert due_anew(3, NOW) == NOW + timedelta(hours=3)
    assert due_anew(500, NOW) == NOW + timedelta(hours=24)
