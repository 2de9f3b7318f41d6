"""Feeds that are asked for a stretch of time go on where the last good answer ended, and lose nothing between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from tests.sources.make import URL, document, feed, rss
from watcher.core.model import Document, Parsed, SourceState
from watcher.sources.feed import Feed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUERY = {"from": "{since-10m}", "to": "{now:%Y-%m-%dT%H:%M}", "type": "UPDATE"}


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def came(*slugs: str, at: datetime = NOON, step: str = "") -> Document:
    made = document(rss(*(f"<title>Act {slug}</title><guid>{slug}</guid>" for slug in slugs)))
    return Document(
        **{**{name: getattr(made, name) for name in made.__slots__}, "fetched": at, "step": step},
    )


def after(source: Feed, *replies: Document, state: SourceState | None = None) -> tuple[Parsed, ...]:
    state, found = state or SourceState(), []
    for reply in replies:
        found.append(source.parse(reply, state))
        state = SourceState(cursor=found[-1].cursor)
    return tuple(found)


def test_a_first_window_is_a_day_and_each_further_one_begins_where_the_last_ended():
    source = feed(query=QUERY)
    (first,) = after(source, came("one"))
    later = NOON + timedelta(hours=7)

    request = source.plan(SourceState(cursor=first.cursor, etag='"a"'), later)

    assert asked(source.plan(SourceState(), NOON).url) == {
        "from": "2026-03-01T11:50:00Z",
        "to": "2026-03-02T12:00",
        "type": "UPDATE",
    }
    assert asked(request.url)["from"] == "2026-03-02T11:50:00Z"
    assert request.etag is None, "another address has other validators"


def test_after_a_long_time_no_more_than_a_month_is_asked_for():
    (first,) = after(feed(query=QUERY), came("one"))

    request = feed(query=QUERY).plan(SourceState(cursor=first.cursor), NOON + timedelta(days=400))

    assert asked(request.url)["from"] == "2027-03-07T11:50:00Z"


def test_a_window_is_read_page_by_page_until_a_page_repeats_and_the_window_stays():
    source = feed(query=QUERY | {"page": "{page}"}, pages={"max": 5, "all": True})
    one, two, three = after(
        source,
        came("a", "b"),
        came("c", "d", at=NOON + timedelta(minutes=3), step="page 2"),
        came("c", "d", at=NOON + timedelta(minutes=4), step="page 3"),
    )

    (second,), (third,) = one.next_requests, two.next_requests
    assert [asked(each.url)["page"] for each in (second, third)] == ["2", "3"]
    assert {asked(each.url)["from"] for each in (second, third)} == {"2026-03-01T11:50:00Z"}
    assert (three.entries, three.next_requests) == ((), ())
    again = source.plan(SourceState(cursor=three.cursor), NOON + timedelta(hours=1))
    assert asked(again.url) == {"from": "2026-03-02T11:50:00Z", "to": "2026-03-02T13:00", "type": "UPDATE", "page": "1"}


def test_a_window_ends_when_it_was_asked_for_however_long_the_reply_takes():
    source = feed(query=QUERY)
    request = source.plan(SourceState(), NOON)

    (found,) = after(source, came("a", at=NOON + timedelta(minutes=20), step=request.step))

    again = source.plan(SourceState(cursor=found.cursor), NOON + timedelta(hours=1))
    assert asked(again.url)["from"] == "2026-03-02T11:50:00Z"


def test_a_clock_that_was_ahead_leaves_no_window_that_ends_before_it_begins():
    (found,) = after(feed(query=QUERY), came("a", at=NOON + timedelta(days=2)))

    request = feed(query=QUERY).plan(SourceState(cursor=found.cursor), NOON)

    assert asked(request.url)["from"] == "2026-03-01T11:50:00Z"


def test_what_is_more_than_one_poll_may_read_of_a_window_is_read_by_the_next():
    source = feed(query=QUERY | {"page": "{page}"}, pages={"max": 3})
    state = SourceState(cursor={"asked": (NOON - timedelta(days=3)).isoformat()})
    hour = timedelta(hours=1)

    *_, third = after(source, came("a"), came("b", step="page 2"), came("c", step="page 3"), state=state)
    request = source.plan(SourceState(cursor=third.cursor), NOON + hour)
    replies = came("c", at=NOON + hour, step=request.step), came("d", step="page 4"), came("d", step="page 5")
    again, fourth, end = after(source, *replies, state=SourceState(cursor=third.cursor))
    following = source.plan(SourceState(cursor=end.cursor), NOON + 2 * hour)

    assert third.next_requests == ()
    whole = {"from": "2026-02-27T11:50:00Z", "to": "2026-03-02T12:00", "type": "UPDATE"}
    assert asked(request.url) == {**whole, "page": "3"}
    assert [asked(each.next_requests[0].url) for each in (again, fourth)] == [
        {**whole, "page": "4"},
        {**whole, "page": "5"},
    ]
    assert (end.entries, end.next_requests) == ((), ())
    assert (asked(following.url)["from"], asked(following.url)["page"]) == ("2026-03-02T11:50:00Z", "1")


def test_what_is_more_at_first_sight_is_history():
    source = feed(query=QUERY | {"page": "{page}"}, pages={"max": 2})

    _, second = after(source, came("a"), came("b", step="page 2"))

    again = source.plan(SourceState(cursor=second.cursor), NOON + timedelta(hours=1))
    assert asked(again.url) == {"from": "2026-03-02T11:50:00Z", "to": "2026-03-02T13:00", "type": "UPDATE", "page": "1"}


def test_a_page_of_a_window_that_shows_what_is_known_is_not_its_end():
    source = feed(query=QUERY | {"page": "{page}"}, pages={"max": 5})
    (before,) = after(source, came("a", "b"))

    (found,) = after(source, came("a", "b"), state=SourceState(cursor=before.cursor))

    assert [each.step for each in found.next_requests] == ["page 2"]


def test_pages_may_be_counted_by_a_parameter_of_their_own():
    source = feed(query=QUERY, pages={"param": "p", "start": 0, "max": 2})

    (one,) = after(source, came("a"))

    assert asked(source.plan(SourceState(), NOON).url)["p"] == "0"
    assert asked(one.next_requests[0].url)["p"] == "1"


def test_a_feed_with_a_constant_query_is_asked_as_ever():
    source = feed(query={"lang": "en"}, pages={"param": "p"})
    (found,) = after(source, came("a"))

    request = source.plan(SourceState(etag='"a"'), NOON)

    assert (request.url, request.etag) == (f"{URL}?lang=en", '"a"')
    assert (found.cursor, found.next_requests) == ({}, ())


def test_a_window_has_nothing_older_to_reach_for():
    source = feed(query=QUERY, pages={"param": "p"})

    assert source.older(came("a"), NOON) is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"query": {"from": "{sinse}"}}, "did you mean"),
        ({"query": {"page": "{page}"}}, "needs pages:"),
        ({"query": {"from": "{since:%Q}"}}, "%Q is no form"),
        ({"url": "https://ores.example/feed?from={since}"}, "belong into query"),
    ],
)
def test_a_wrong_placeholder_is_told(options, says):
    with pytest.raises(ValidationError, match=says):
        Feed(Feed.Options.model_validate({"url": URL, **options}))
