"""A feed that overran while nobody looked: what it lists no more is fetched, once, and stored under the same identity."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from tests.pipeline.polls import Polls, polls
from tests.pipeline.world import MONDAY
from tests.servers import Seen, reply

HOUR = timedelta(hours=1)
WORDPRESS = "<generator>https://wordpress.org/?v=6.4</generator>"


def published(number: int) -> datetime:
    """Post number 1 comes an hour after the start, and so on."""
    return MONDAY + number * HOUR


def rss(numbers: range, extra: str = "") -> bytes:
    """A feed that lists these, the newest first."""
    items = "".join(
        f"<item><guid isPermaLink='false'>https://wire.example/?p={n}&amp;x=1</guid><title>Mine {n} &amp; mill</title>"
        f"<link>https://wire.example/{n}/</link><pubDate>{format_datetime(published(n))}</pubDate>"
        f"<description>The mine {n} reopens.</description></item>"
        for n in reversed(numbers)
    )
    head = f"<title>Wire</title>{extra}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def post(number: int) -> dict[str, object]:
    """The same article as the posts' interface says it."""
    return {
        "guid": {"rendered": f"https://wire.example/?p={number}&#038;x=1"},
        "link": f"https://wire.example/{number}/",
        "title": {"rendered": f"Mine {number} &#038; mill"},
        "date_gmt": f"{published(number):%Y-%m-%dT%H:%M:%S}",
        "content": {"rendered": f"<p>The mine {number} reopens.</p><p>It was closed for long.</p>"},
        "excerpt": {"rendered": f"<p>The mine {number} reopens.</p>"},
    }


def serve_posts(at: Polls, newest: int, *, page_size: int = 100) -> None:
    """Let the site's interface answer as such interfaces do; pages are smaller than asked for."""

    async def answer(seen: Seen, writer) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(seen.target).query).items()}
        after = datetime.fromisoformat(query["after"])
        found = [post(n) for n in range(newest, 0, -1) if published(n) > after]
        page = int(query["page"])
        shown = found[(page - 1) * page_size : page * page_size]
        total = -(-len(found) // page_size)
        if not shown and page > 1:
            writer.write(reply(400, body=b'{"code":"rest_post_invalid_page_number"}'))
            return
        headers = (("X-WP-Total", str(len(found))), ("X-WP-TotalPages", str(total)))
        writer.write(reply(200, ("Content-Type", "application/json"), *headers, body=json.dumps(shown).encode()))

    at.server.route("/wp-json/wp/v2/posts", answer)


def asked(at: Polls, path: str) -> int:
    return sum(seen.path == path for seen in at.server.seen)


def titles(at: Polls) -> list[str]:
    return [title for (title,) in at.here.rows("select title from articles order by number")]


def gaps(at: Polls) -> int:
    return len([each for each in at.here.notices() if each.kind == "source-gap"])


async def run(at: Polls, *, extra: str = WORDPRESS, path: str = "/feed/") -> None:
    """A feed of ten, seen once, then not for two days in which it went on by 38."""
    at.here.now = published(10)
    at.answer(reply(200, body=rss(range(1, 11), extra)), path)
    await at.poll()
    at.here.now = published(49)
    at.answer(reply(200, body=rss(range(39, 49), extra)), path)


async def test_the_posts_of_a_wordpress_feed_that_were_missed_are_fetched_once(tmp_path):
    async with polls(tmp_path, path="/feed/") as at:
        await run(at)
        serve_posts(at, 48, page_size=15)

        polled = await at.poll()
        await at.poll()
        at.here.now = published(50)
        at.answer(reply(200, body=rss(range(40, 50), WORDPRESS)), "/feed/")
        await at.poll()

        assert polled.ingested is not None
        assert polled.ingested.new == 38
        assert titles(at) == [f"Mine {n} & mill" for n in range(1, 50)]
        assert asked(at, "/wp-json/wp/v2/posts") == 3
        assert gaps(at) == 0
        assert [seen.header("authorization") for seen in at.server.seen] == [None] * len(at.server.seen)


async def test_a_site_without_that_interface_leaves_a_gap_that_is_told_and_its_feed_is_read(tmp_path):
    async with polls(tmp_path, path="/feed/") as at:
        await run(at)
        at.server.route("/wp-json/wp/v2/posts", reply(403, body=b"no"))

        polled = await at.poll()

        assert polled.mark.ok
        assert len(titles(at)) == 20
        assert gaps(at) == 1


async def test_backfill_none_asks_nobody(tmp_path):
    async with polls(tmp_path, path="/feed/", more=", backfill: none") as at:
        await run(at)
        serve_posts(at, 48)

        await at.poll()

        assert asked(at, "/wp-json/wp/v2/posts") == 0
        assert gaps(at) == 1


async def test_a_feed_of_a_category_is_not_filled_with_all_posts(tmp_path):
    async with polls(tmp_path, path="/category/mines/feed/") as at:
        await run(at, path="/category/mines/feed/")
        serve_posts(at, 48)

        await at.poll()

        assert asked(at, "/wp-json/wp/v2/posts") == 0


async def test_without_a_gap_nothing_older_is_asked_for(tmp_path):
    async with polls(tmp_path, path="/feed/") as at:
        await run(at)
        serve_posts(at, 48)
        at.answer(reply(200, body=rss(range(5, 15), WORDPRESS)), "/feed/")

        await at.poll()

        assert asked(at, "/wp-json/wp/v2/posts") == 0
        assert len(titles(at)) == 14


async def test_pages_that_a_feed_names_are_followed_until_what_was_known(tmp_path):
    async with polls(tmp_path) as at:
        await run(at, extra="", path="/feed")
        link = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="/page/{}"/>'
        at.answer(reply(200, body=rss(range(39, 49), link.format(2))))
        for page, first in ((2, 29), (3, 19), (4, 9), (5, 1)):
            at.answer(reply(200, body=rss(range(first, first + 10), link.format(page + 1))), f"/page/{page}")

        await at.poll()

        assert titles(at) == [f"Mine {n} & mill" for n in range(1, 49)]
        assert (asked(at, "/page/4"), asked(at, "/page/5")) == (1, 0)
        assert gaps(at) == 0


async def test_pages_that_are_counted_are_followed_to_their_end(tmp_path):
    async with polls(tmp_path, more=", pages: {param: paged, start: 1, max: 4, end_on: [404]}") as at:
        await run(at, extra="", path="/feed")

        async def answer(seen: Seen, writer) -> None:
            page = int(parse_qs(urlsplit(seen.target).query).get("paged", ["1"])[0])
            first = 49 - 10 * page
            writer.write(reply(200, body=rss(range(first, first + 10))) if page < 4 else reply(404))

        at.server.route("/feed", answer)
        await at.poll()

        assert titles(at) == [f"Mine {n} & mill" for n in (*range(1, 11), *range(19, 49))]
        assert [urlsplit(seen.target).query for seen in at.server.seen[2:]] == ["paged=2", "paged=3", "paged=4"]


async def test_a_first_sight_that_is_told_from_a_day_on_reaches_back_to_it(tmp_path):
    async with polls(tmp_path, path="/feed/", more=", since: 2026-03-02") as at:
        at.here.now = published(49)
        at.answer(reply(200, body=rss(range(39, 49), WORDPRESS)), "/feed/")
        serve_posts(at, 48)

        await at.poll()

        assert len(titles(at)) == 48
