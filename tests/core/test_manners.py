from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.make import NOW
from watcher.core.manners import Manners, answered, asked_so, fresh_for, gone_again, refused
from watcher.core.model import Document, NotModified, Request, Spooled

HOUR = timedelta(hours=1)
ASKED = Request(url="https://old.example/feed", headers=(("x-key", "s3cret"),), etag='"1"', last_modified="then")
NEW = "https://new.example/feed"


def document(*headers: tuple[str, str], body: bytes = b"<rss/>", moved_to: str | None = None) -> Document:
    return Document(
        request_url=ASKED.url,
        final_url=moved_to or ASKED.url,
        status=200,
        headers=headers,
        body=body,
        body_sha256="0" * 64,
        fetched=NOW,
        moved_to=moved_to,
    )


def moves(*hours: float, to: str = NEW) -> tuple[Manners, list[bool]]:
    """What three or more equal answers come to, so many hours after the first."""
    manners, adopted = Manners(), []
    for each in hours:
        manners, now_so = answered(manners, ASKED, document(moved_to=to), NOW + each * HOUR)
        adopted.append(now_so)
    return manners, adopted


def test_once_a_day_everything_is_asked_for():
    fresh = Manners(full=NOW)

    assert asked_so(Manners(), ASKED, NOW) == replace(ASKED, etag=None, last_modified=None)
    assert asked_so(fresh, ASKED, NOW + 23 * HOUR) == ASKED
    assert asked_so(fresh, ASKED, NOW + 24 * HOUR).etag is None


def test_not_modified_is_no_full_answer():
    manners, _ = answered(Manners(full=NOW), ASKED, NotModified(fetched=NOW), NOW + 5 * HOUR)

    assert manners.full == NOW
    assert answered(manners, ASKED, document(), NOW + 6 * HOUR)[0].full == NOW + 6 * HOUR


def test_a_move_is_adopted_after_three_equal_answers_over_a_day():
    assert moves(0, 1, 2)[1] == [False, False, False]
    assert moves(0, 25)[1] == [False, False]
    manners, adopted = moves(0, 12, 25)

    assert adopted == [False, False, True]
    asked = asked_so(manners, ASKED, NOW + 26 * HOUR)
    assert (asked.url, asked.headers) == (NEW, ())


def test_headers_stay_where_the_origin_does():
    manners, _ = moves(0, 12, 25, to="https://old.example/rss")

    assert asked_so(manners, ASKED, NOW).headers == ASKED.headers


def test_an_answer_without_a_move_or_another_one_begins_anew():
    manners, _ = moves(0, 12)

    assert answered(manners, ASKED, document(), NOW + 13 * HOUR)[0].moving is None
    other, adopted = answered(manners, ASKED, document(moved_to="https://third.example/"), NOW + 25 * HOUR)
    assert not adopted
    assert other.moving is not None
    assert other.moving.answers == 1


def test_an_adopted_address_that_fails_three_times_is_let_go():
    manners, _ = moves(0, 12, 25)

    assert refused(manners, NOW, gone=False, failures=2)[0].adopted is not None
    assert refused(manners, NOW, gone=False, failures=3)[0].adopted is None


def test_another_address_of_the_same_source_is_asked_as_it_is():
    manners, _ = moves(0, 12, 25)
    page_two = replace(ASKED, url="https://old.example/feed?paged=2")

    assert asked_so(replace(manners, full=NOW), page_two, NOW) == page_two


def test_gone_is_believed_at_the_third_answer_within_a_day():
    manners, verdicts = Manners(), []
    for hours in (0, 1, 2):
        manners, gone = refused(manners, NOW + hours * HOUR, gone=True, failures=1)
        verdicts.append(gone)

    assert verdicts == [False, False, True]


def test_gone_now_and_then_is_not_gone():
    manners = Manners()
    for hours in (0, 1, 26, 27):
        manners, gone = refused(manners, NOW + hours * HOUR, gone=True, failures=1)
        assert not gone
    healed, _ = answered(manners, ASKED, document(), NOW + 27 * HOUR)
    assert not refused(healed, NOW + 27 * HOUR, gone=True, failures=1)[1]


def test_who_says_gone_is_asked_again_soon_enough_for_three_answers_a_day():
    assert gone_again(NOW + 48 * HOUR, NOW) == NOW + 6 * HOUR
    assert gone_again(NOW + HOUR, NOW) == NOW + HOUR


@pytest.mark.parametrize(
    ("headers", "body", "minutes"),
    [
        ((("cache-control", "public, max-age=1800"),), b"", 30),
        ((("cache-control", "max-age=1800"), ("age", "600")), b"", 20),
        ((("cache-control", "max-age=315360000"),), b"", 60),
        ((("cache-control", "max-age=99999999999999999"),), b"", 60),
        ((("cache-control", "max-age=-5"),), b"", None),
        ((("cache-control", "no-cache, max-age=1800"),), b"", None),
        ((("cache-control", "s-maxage=1800"),), b"", None),
        ((("cache-control", "x, MAX-AGE = 600"), ("age", "many")), b"", 10),
        ((("cache-control", "max-age=60"), ("age", "6000")), b"", None),
        ((), b"<rss><channel><ttl>15</ttl>", 15),
        ((), b"<rss><channel><ttl>525600</ttl>", 60),
        ((), b"<rss><channel><ttl>soon</ttl>", None),
        ((), b"<rss><channel><ttl>0</ttl>", None),
        ((), b" " * 20_000 + b"<ttl>15</ttl>", None),
    ],
)
def test_freshness_is_read_within_reason(headers, body, minutes):
    expected = None if minutes is None else timedelta(minutes=minutes)

    assert fresh_for(document(*headers, body=body)) == expected


def test_freshness_is_read_of_a_body_in_a_file_too():
    head = b"<rss><channel><ttl>15</ttl>"
    spooled = Spooled(path="/nowhere", size=1 << 20, sha256="", head=head)

    assert fresh_for(replace(document(body=b""), spooled=spooled)) == timedelta(minutes=15)


def test_not_modified_confirms_the_freshness_that_it_says_nothing_of():
    manners, _ = answered(Manners(), ASKED, document(("cache-control", "max-age=600")), NOW)

    assert answered(manners, ASKED, NotModified(fetched=NOW), NOW)[0].fresh == timedelta(minutes=10)
    assert answered(manners, ASKED, document(), NOW)[0].fresh is None


def test_all_of_it_comes_back_from_where_it_is_stored():
    manners, _ = moves(0, 12, 25)
    manners, _ = refused(manners, NOW, gone=True, failures=1)
    manners, _ = answered(replace(manners, fresh=HOUR), ASKED, document(moved_to=NEW), NOW)

    assert Manners.from_json(manners.as_json()) == manners
    assert Manners.from_json({}) == Manners()
    assert Manners.from_json({"gone": [1], "fresh_s": "x", "full": None}) == Manners()
