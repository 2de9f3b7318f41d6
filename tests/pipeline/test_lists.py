"""Lists polled as they are published: a page that names parameters, a list that needs them, and its further pages."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from tests.pipeline.polls import Polls, polls
from tests.servers import Seen, reply

MORE = (
    ', since: all, discover: {page: "http://home.example/column", attr: queryData}, headers: {X-Key: k3y-of-the-list}, '
    "items_html: data.html, item: li, "
    'fields: {title: "a@title", link: "a@href", published: span}, zone: Asia/Shanghai, query: {paramJson: "{page}"}, pages: {max: 3, end_on: [503]}'
)
COLUMN = b"<!doctype html><title>Column</title><div queryData=\"{'webId':'8f43','pageId':'fc81'}\"></div>"


def rows(*numbers: int) -> bytes:
    html = "".join(
        f'<li><a href="/art/{n}" title="Export ban number {n}">...</a><span>2026-03-02 16:00</span></li>'
        for n in numbers
    )
    return json.dumps({"data": {"html": f"<ul>{html}</ul>"}}).encode()


def by_page(pages: dict[str, bytes]) -> Callable[[Seen, object], Awaitable[None]]:
    """Answer with the reply for the page that the query names."""

    async def answer(seen, writer):
        number = seen.target.partition("paramJson=")[2][:1]
        writer.write(pages[number])
        await writer.drain()

    return answer


def asked(at: Polls) -> list[str]:
    """What was asked for, but for the rules for robots."""
    return [seen.target for seen in at.server.seen if seen.path != "/robots.txt"]


async def test_a_page_names_parameters_and_the_list_is_read_until_it_ends(tmp_path):
    async with polls(tmp_path, kind="json", path="/list", more=MORE) as at:
        at.server.route("/column", reply(200, ("ETag", '"c1"'), body=COLUMN))
        pages = {"1": reply(200, body=rows(4, 3)), "2": reply(200, body=rows(2, 1)), "3": reply(503, body=b"<html>")}
        at.server.route("/list", by_page(pages))

        polled = await at.poll()

        assert (polled.outcome, polled.mark.error) == ("parsed", None)
        assert asked(at) == ["/column", *(f"/list?paramJson={n}&webId=8f43&pageId=fc81" for n in (1, 2, 3))]
        assert {seen.header("x-key") for seen in at.server.seen if seen.path != "/robots.txt"} == {"k3y-of-the-list"}
        eight_in_the_morning = int(datetime(2026, 3, 2, 8, tzinfo=UTC).timestamp() * 1_000_000)
        assert at.here.rows("select count(*), min(published), max(published) from articles") == [
            (4, eight_in_the_morning, eight_in_the_morning)
        ]
        assert (await at.record()).state.etag is None

        at.here.now += timedelta(minutes=15)
        pages["1"] = reply(200, body=rows(5, 4, 3))
        await at.poll()

        assert asked(at)[4:] == ["/column", "/list?paramJson=1&webId=8f43&pageId=fc81"]
        assert [told.headline for told in at.here.told("desk")][-1] == "Export ban number 5"


async def test_a_further_page_that_fails_holds_back_the_cursor_and_nothing_else(tmp_path):
    async with polls(tmp_path, kind="json", path="/list", more=MORE) as at:
        at.server.route("/column", reply(200, body=COLUMN))
        pages = {"1": reply(200, body=rows(4, 3)), "2": reply(500), "3": reply(503)}
        at.server.route("/list", by_page(pages))

        polled = await at.poll()

        assert "status 500" in str(polled.mark.error)
        assert (polled.outcome, (await at.record()).state.cursor) == ("failed", {})
        assert at.here.rows("select count(*) from articles") == [(2,)]

        pages["2"] = reply(200, body=b"<!doctype html><title>Log in</title>")
        assert 'reading JSON: a page titled "Log in" came instead' in str((await at.poll()).mark.error)

        pages["2"] = reply(200, body=rows(2, 1))
        assert (await at.poll()).outcome == "parsed"

        assert at.here.rows("select count(*) from articles") == [(4,)]
        assert (await at.record()).failures == 0


async def test_the_lists_key_goes_to_no_other_origin_and_is_not_repeated_by_an_error(tmp_path):
    more = MORE.replace("http://home.example", "http://elsewhere.example")
    async with polls(tmp_path, kind="json", path="/list", more=more) as at:
        at.server.route("/column", reply(200, body=COLUMN))
        at.server.route("/list", reply(200, body=b"No such key: k3y-of-the-list"))

        polled = await at.poll()

        keys = {seen.path: seen.header("x-key") for seen in at.server.seen}
        assert (keys["/column"], keys["/list"]) == (None, "k3y-of-the-list")
        assert '"No such key: [secret]" came instead' in str(polled.mark.error)


async def test_a_sitemap_that_changes_under_an_unchanged_index_is_seen(tmp_path):
    async with polls(tmp_path, kind="sitemap", path="/index.xml", more=", since: all") as at:
        index = f"<sitemapindex><sitemap><loc>{at.server.url('/news.xml')}</loc></sitemap></sitemapindex>"
        at.answer(reply(200, ("ETag", '"i1"'), body=index.encode()), "/index.xml")
        at.answer(reply(200, body=sitemap("export-ban-1")), "/news.xml")
        await at.poll()

        at.here.now += timedelta(minutes=15)
        at.answer(reply(200, body=sitemap("export-ban-2", "export-ban-1")), "/news.xml")
        polled = await at.poll()

        assert asked(at) == ["/index.xml", "/news.xml"] * 2
        assert polled.ingested is not None
        assert (polled.ingested.new, polled.ingested.unchanged) == (1, 1)


def sitemap(*slugs: str) -> bytes:
    return (
        f"<urlset>{''.join(f'<url><loc>https://wire.example/{slug}</loc></url>' for slug in slugs)}</urlset>".encode()
    )


async def test_a_page_whose_layout_changed_is_a_fault_and_no_flood_when_it_is_mended(tmp_path):
    page = '<h1>News</h1><article><a href="/1">Export ban on gallium</a></article>'
    more = ', since: all, item: article, fields: {title: a, link: "a@href"}'
    async with polls(tmp_path, kind="page_list", path="/news", more=more) as at:
        at.answer(reply(200, body=page.encode()), "/news")
        await at.poll()
        at.answer(reply(200, body=page.replace("article", "section").encode()), "/news")

        polled = await at.poll()

        assert polled.outcome == "failed"
        assert (
            'its layout changed: 0 items match "article"; the page has no title, its links stand in 1 "section"'
            in str(polled.mark.error)
        )

        at.here.now += timedelta(hours=1)
        at.answer(reply(200, body=page.replace("<h1>", "<h1 id=x>").encode()), "/news")
        mended = await at.poll()

        assert mended.outcome == "parsed"
        assert [told.headline for told in at.here.told("desk")] == ["Export ban on gallium"]
