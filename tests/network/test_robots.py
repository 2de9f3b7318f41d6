from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.errors import FetchError
from watcher.network.errors import NetworkError, is_unreached
from watcher.network.http import RawReply
from watcher.network.robots import MOST_BYTES, Robots

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = "https://news.example/story/1?from=list"


class Host:
    """Answers for robots.txt; counts how often it was asked, and where."""

    def __init__(self, body: str | bytes = b"", status: int = 200) -> None:
        self.body = body.encode() if isinstance(body, str) else body
        self.status = status
        self.asked: list[str] = []
        self.now = NOW
        self.robots = Robots(lambda: self.now)

    async def get(self, url: str) -> RawReply:
        self.asked.append(url)
        if not self.status:
            raise NetworkError("connect", "news.example: nobody answers")
        if self.status == 302:
            raise FetchError("fetch news.example: redirects lead round in a circle")
        return RawReply(status=self.status, headers=(), body=self.body, final_url=url)

    async def allows(self, url: str = PAGE) -> bool:
        try:
            await self.robots.require(url, self.get)
        except FetchError:
            return False
        return True


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /story/", False),
        ("User-agent: *\nDisallow: /story/\nAllow: /story/1", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: watcher\nDisallow: /private", True),
        ("User-agent: watcher\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /*?from=", False),
        ("User-agent: *\nDisallow: /*.pdf$", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("<html><body>not found</body></html>", True),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", False),
    ],
)
async def test_the_rules_of_the_host_are_kept(rules, allowed):
    assert await Host(rules).allows() is allowed


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 410])
async def test_a_host_without_rules_allows_everything(status):
    assert await Host("User-agent: *\nDisallow: /", status).allows()


@pytest.mark.parametrize("status", [500, 503, 429, 0])
async def test_rules_that_cannot_be_had_let_pages_wait_and_it_is_said(status):
    host = Host(status=status)

    with pytest.raises(FetchError, match=r"robots.txt of news.example cannot be had, so its pages wait: ") as caught:
        await host.robots.require(PAGE, host.get)

    assert caught.value.retry
    assert caught.value.retry_after_s is None


async def test_a_refusal_names_the_host():
    host = Host("User-agent: *\nDisallow: /")

    with pytest.raises(FetchError, match=r"robots.txt of news.example forbids this page"):
        await host.robots.require(PAGE, host.get)


async def test_rules_are_asked_for_once_a_day_and_host():
    host = Host("")
    for _ in range(5):
        await host.allows()
    assert host.asked == ["https://news.example/robots.txt"]

    host.now += timedelta(hours=25)
    await host.allows()

    assert len(host.asked) == 2


async def test_a_host_in_trouble_is_not_asked_for_every_page():
    host = Host(status=503)
    for _ in range(5):
        assert not await host.allows()
    assert len(host.asked) == 1

    host.now, host.status = host.now + timedelta(hours=1), 404

    assert await host.allows()


async def test_rules_that_were_read_serve_on_while_the_host_is_in_trouble():
    host = Host("User-agent: *\nDisallow: /private")
    await host.allows()
    host.status = 503

    host.now += timedelta(days=2)
    assert await host.allows()
    assert not await host.allows("https://news.example/private")
    host.now += timedelta(days=7)

    assert not await host.allows()


@pytest.mark.parametrize(
    "body",
    [
        b"\x00\xff\xfe" * 1_000,
        b"User-agent: *\nDisallow: /" + b"*a" * 2_000 + b"b$\n",
        b"User-agent: *\n" + b"Disallow: /x\n" * 5_000,
        b"Disallow: /\n" * 10,
        b"#" * MOST_BYTES + b"\nUser-agent: *\nDisallow: /\n",
    ],
)
async def test_hostile_rules_do_no_harm(body):
    assert await Host(body).allows("https://news.example/" + "a" * 2_000)


async def test_rules_that_nobody_answered_for_are_asked_for_again_soon_and_it_is_the_networks_failure():
    host = Host(status=0)
    for _ in range(2):
        with pytest.raises(NetworkError, match="cannot be had") as failed:
            await host.robots.require(PAGE, host.get)
        assert is_unreached(failed.value)
    host.now += timedelta(minutes=3)

    assert not await host.allows()
    assert len(host.asked) == 2
