from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from tests.network.certificates import Authority, make_authority
from tests.network.resolvers import ListedResolver
from tests.servers import FaultServer, Seen, redirect, reply
from watcher import __version__
from watcher.core.errors import FetchError
from watcher.core.model import Document, NotModified, Request
from watcher.fetch import Fetcher, retry_after_s, user_agent
from watcher.network.guard import Guard
from watcher.network.http import Http, Limits
from watcher.network.pacing import Pacer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME = (("127.0.0.1",),)
LIMITS = Limits(total_s=2)


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    resolver = ListedResolver(
        one__example=HOME, two__example=HOME, **{"127__0__0__1": HOME, "169__254__169__254": (("169.254.169.254",),)}
    )
    async with Http(Guard(resolver)) as http:
        yield Fetcher(http, "ops@example.org", lambda: NOW)


async def fetch(fetcher: Fetcher, request: Request | str) -> Document | NotModified:
    request = Request(url=request) if isinstance(request, str) else request
    return await fetcher.fetch(request, policy="any", limits=LIMITS)


async def failure(fetcher: Fetcher, request: Request | str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetch(fetcher, request)
    return caught.value


async def test_a_document_says_what_was_fetched_when_and_from_where(server: FaultServer, fetcher: Fetcher):
    url = server.route("/feed", reply(200, ("ETag", '"1"'), body=b"<rss/>"))

    document = await fetch(fetcher, url)

    assert isinstance(document, Document)
    assert (document.request_url, document.final_url, document.status, document.fetched) == (url, url, 200, NOW)
    assert document.body == b"<rss/>"
    assert document.body_sha256 == hashlib.sha256(b"<rss/>").hexdigest()
    assert document.header("etag") == '"1"'
    assert server.seen[0].header("user-agent") == f"watcher/{__version__} (+ops@example.org)"


async def test_a_document_carries_the_name_of_its_request(server: FaultServer, fetcher: Fetcher):
    url = server.route("/feed", reply(200, body=b"<rss/>"))

    document = await fetch(fetcher, Request(url=url, step="page 2"))

    assert isinstance(document, Document)
    assert document.step == "page 2"


async def test_a_status_that_ends_a_list_is_no_failure(server: FaultServer, fetcher: Fetcher):
    url = server.route("/list", reply(503, body=b"<html>"))

    assert isinstance(await fetch(fetcher, Request(url=url, end_on=(404, 503))), NotModified)
    assert "503" in str(await failure(fetcher, Request(url=url, end_on=(404,))))


async def test_validators_make_a_request_conditional(server: FaultServer, fetcher: Fetcher):
    answer = await fetch(
        fetcher, Request(url=server.url("/304"), etag='"1"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT")
    )

    assert isinstance(answer, NotModified)
    assert server.seen[0].header("if-none-match") == '"1"'
    assert server.seen[0].header("if-modified-since") == "Sun, 01 Mar 2026 00:00:00 GMT"


async def test_304_to_a_plain_request_is_a_failure(server: FaultServer, fetcher: Fetcher):
    assert (await failure(fetcher, server.url("/304"))).retry


async def test_a_validator_that_cannot_be_sent_is_left_out(server: FaultServer, fetcher: Fetcher):
    server.route("/feed", reply(200, body=b"x"))

    await fetch(fetcher, Request(url=server.url("/feed"), etag='"a\r\nx: y"', last_modified="é" * 5000))

    assert server.seen[0].header("if-none-match") is None
    assert server.seen[0].header("if-modified-since") is None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/loop", "circle"),
        ("/redirect-file", "no plain web address"),
        ("/redirect-ftp", "no plain web address"),
        ("/redirect-userinfo", "no plain web address"),
        ("/redirect-bad-location", "no plain web address"),
        ("/redirect-no-location", "leads nowhere"),
        ("/empty-200", "empty"),
        ("/missing", "404 .not found."),
        ("/503", "503"),
        ("/short-body", "not proper HTTP"),
        ("/slow-body", "not done within"),
    ],
)
async def test_what_fails_says_why_and_may_be_tried_again(server: FaultServer, fetcher: Fetcher, path: str, words: str):
    with pytest.raises(FetchError, match=words) as caught:
        await fetch(fetcher, server.url(path + "?token=hush"))

    assert caught.value.retry
    assert "hush" not in str(caught.value)


async def test_gone_is_for_ever(server: FaultServer, fetcher: Fetcher):
    assert not (await failure(fetcher, server.url("/gone"))).retry


async def test_a_page_of_login_html_is_a_document_for_the_parser_to_judge(server: FaultServer, fetcher: Fetcher):
    assert isinstance(await fetch(fetcher, server.url("/html-instead")), Document)
    assert isinstance(await fetch(fetcher, server.url("/charset-undefined")), Document)


async def test_a_redirect_to_the_clouds_metadata_is_refused_at_the_connection(server: FaultServer):
    async with Http(
        Guard(ListedResolver(one__example=(("8.8.8.8",),), **{"169__254__169__254": (("169.254.169.254",),)}))
    ) as http:
        fetcher = Fetcher(http, None, lambda: NOW)
        with pytest.raises(FetchError, match="link-local"):
            await fetcher.fetch(Request(url="http://169.254.169.254/latest/"), policy="public")


async def test_five_redirects_are_followed_and_six_are_not(server: FaultServer, fetcher: Fetcher):
    for n in range(6):
        server.route(f"/{n}", redirect(f"/{n + 1}"))
    server.route("/6", reply(200, body=b"here"))

    document = await fetch(fetcher, server.url("/1"))
    error = await failure(fetcher, server.url("/0"))

    assert isinstance(document, Document)
    assert document.final_url == server.url("/6")
    assert "more than 5" in str(error)


SECRETS = (
    ("authorization", "Bearer hush"),
    ("cookie", "a=hush"),
    ("x-api-key", "hush"),
    ("x-odd", "hush"),
    ("user-agent", "hush/1"),
)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_configured_header_follows_to_another_origin(server: FaultServer, fetcher: Fetcher, status: int):
    server.route("/a", redirect(server.url("/b", "two.example"), status))
    server.route("/b", reply(200, body=b"x"))

    await fetch(fetcher, Request(url=server.url("/a", "one.example"), headers=SECRETS, etag='"1"'))

    first, second = server.seen
    assert first.header("x-api-key") == "hush"
    assert not [pair for pair in second.headers if "hush" in pair[1]]
    names = sorted(name for name, _ in second.headers)
    assert names == ["accept", "accept-encoding", "connection", "host", "if-none-match", "user-agent"]


async def test_headers_do_not_come_back_when_the_redirect_leads_home_again(server: FaultServer, fetcher: Fetcher):
    server.route("/a", redirect(server.url("/b", "two.example")))
    server.route("/b", redirect(server.url("/c", "one.example")))
    server.route("/c", reply(200, body=b"x"))

    await fetch(fetcher, Request(url=server.url("/a", "one.example"), headers=SECRETS))

    assert server.seen[2].header("authorization") is None


async def test_headers_stay_within_one_origin(server: FaultServer, fetcher: Fetcher):
    server.route("/a", redirect("/b"))
    server.route("/b", reply(200, body=b"x"))

    await fetch(fetcher, Request(url=server.url("/a"), headers=SECRETS))

    assert server.seen[1].header("x-api-key") == "hush"


async def test_another_port_is_another_origin(server: FaultServer, fetcher: Fetcher):
    async with FaultServer() as other:
        server.route("/a", redirect(other.url("/b")))
        other.route("/b", reply(200, body=b"x"))

        await fetch(fetcher, Request(url=server.url("/a"), headers=SECRETS))

        assert other.seen[0].header("x-api-key") is None


async def test_a_posted_body_turns_into_a_get_or_stays_at_home(server: FaultServer, fetcher: Fetcher):
    server.route("/302", redirect("/end"))
    server.route("/307", redirect("/end", 307))
    server.route("/far", redirect(server.url("/end", "two.example"), 307))
    server.route("/end", reply(200, body=b"x"))

    for path in ("/302", "/307"):
        await fetch(fetcher, Request(url=server.url(path, "one.example"), method="POST", body=b"hush"))
    error = await failure(fetcher, Request(url=server.url("/far", "one.example"), method="POST", body=b"hush"))

    ends = [(seen.method, seen.body) for seen in server.seen if seen.path == "/end"]
    assert ends == [("GET", b""), ("POST", b"hush")]
    assert "body" in str(error)


async def test_http_may_become_https_but_not_the_other_way(
    tmp_path_factory: pytest.TempPathFactory, server: FaultServer
):
    authority: Authority = make_authority(tmp_path_factory.mktemp("authority"))
    async with (
        FaultServer(tls=authority.server("one.example")) as safe,
        Http(Guard(ListedResolver(one__example=HOME)), tls=authority.client()) as http,
    ):
        fetcher = Fetcher(http, None, lambda: NOW)
        server.route("/up", redirect(safe.url("/x", "one.example")))
        safe.route("/down", redirect(server.url("/x", "one.example")))
        safe.route("/x", reply(200, body=b"x"))

        assert isinstance(await fetch(fetcher, server.url("/up", "one.example")), Document)
        error = await failure(fetcher, safe.url("/down", "one.example"))

    assert "from https to http" in str(error)


async def test_all_hops_share_one_deadline(server: FaultServer, fetcher: Fetcher):
    def slow_to(target: str):
        async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.25)
            writer.write(redirect(target))

        return answer

    for n in range(6):
        server.route(f"/{n}", slow_to(f"/{n + 1}"))

    with pytest.raises(FetchError, match="not done within"):
        await fetcher.fetch(Request(url=server.url("/0")), policy="any", limits=Limits(total_s=0.6))


async def test_retry_after_is_told(server: FaultServer, fetcher: Fetcher):
    server.route("/date", reply(429, ("Retry-After", format_datetime(NOW.replace(hour=13), usegmt=True))))

    assert (await failure(fetcher, server.url("/429"))).retry_after_s == 120
    assert (await failure(fetcher, server.url("/date"))).retry_after_s == 3600
    assert (await failure(fetcher, server.url("/503"))).retry_after_s is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("99999999999999999999", 86400),
        ("90000", 86400),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 01 Mar 2027 11:00:00 GMT", 86400),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("١٢", None),
        ("Sun, 99 Mar 99999 11:00:00 GMT", None),
        ("9" * 100_000, 86400),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped(value: str, seconds: float | None):
    assert retry_after_s(value, NOW) == seconds


def test_the_user_agent_is_one_safe_line():
    assert user_agent("a\r\nb: c (é)") == f"watcher/{__version__} (+ab: c )"
    assert user_agent(None) == f"watcher/{__version__}"


async def test_fetches_from_one_host_go_one_by_one(server: FaultServer):
    server.route("/a", reply(200, body=b"x"))
    async with Http(Guard(ListedResolver(one__example=HOME))) as http:
        fetcher = Fetcher(http, None, lambda: NOW, pacer=Pacer(0.0))
        await asyncio.gather(
            *(fetcher.fetch(Request(url=server.url("/a", "one.example")), policy="any") for _ in range(10))
        )

    assert len(server.seen) == 10
    assert server.most_open <= 2


async def test_a_page_made_for_people_is_asked_for_only_where_robots_txt_allows_it(
    server: FaultServer, fetcher: Fetcher
):
    server.route("/robots.txt", reply(200, body=b"User-agent: *\nDisallow: /closed\n"))
    server.route("/open", reply(200, body=b"<p>open</p>"))
    server.route("/closed", reply(200, body=b"<p>closed</p>"))

    assert isinstance(await fetch(fetcher, Request(url=server.url("/open"), page=True)), Document)
    refused = await failure(fetcher, Request(url=server.url("/closed"), page=True))

    assert "robots.txt of 127.0.0.1 forbids" in str(refused)
    assert refused.retry
    assert [seen.path for seen in server.seen] == ["/robots.txt", "/open"]


async def test_feeds_and_documented_interfaces_ask_no_robots_txt(server: FaultServer, fetcher: Fetcher):
    server.route("/robots.txt", reply(200, body=b"User-agent: *\nDisallow: /\n"))
    server.route("/feed", reply(200, body=b"<rss/>"))

    assert isinstance(await fetch(fetcher, server.url("/feed")), Document)
    assert [seen.path for seen in server.seen] == ["/feed"]


async def test_a_redirect_of_a_page_asks_the_host_that_it_leads_to(server: FaultServer, fetcher: Fetcher):
    server.route("/robots.txt", reply(404))
    server.route("/page", redirect(server.url("/there", "one.example")))
    server.route("/there", reply(200, body=b"<p>here</p>"))

    await fetch(fetcher, Request(url=server.url("/page"), page=True))

    assert [seen.header("host").split(":")[0] for seen in server.seen if seen.path == "/robots.txt"] == [
        "127.0.0.1",
        "one.example",
    ]


@pytest.mark.parametrize(
    ("statuses", "leads"),
    [((301,), 1), ((308,), 1), ((301, 308), 2), ((302,), 0), ((307,), 0), ((301, 302), 1), ((302, 301), 0)],
)
async def test_a_document_says_where_it_moved_for_good(
    server: FaultServer, fetcher: Fetcher, statuses: tuple[int, ...], leads: int
):
    hops = [server.url(f"/{at}") for at in range(len(statuses) + 1)]
    for at, status in enumerate(statuses):
        server.route(f"/{at}", redirect(hops[at + 1], status))
    server.route(f"/{len(statuses)}", reply(200, body=b"<rss/>"))

    document = await fetch(fetcher, hops[0])

    assert document.moved_to == (hops[leads] if leads else None)


async def test_who_wants_to_know_who_asks_is_no_passing_trouble(server: FaultServer, fetcher: Fetcher):
    page = b"<html><h1>Your Request Originates from an Undeclared Automated Tool</h1></html>"
    server.route("/filings", reply(403, body=page))

    error = await failure(fetcher, server.url("/filings"))

    assert "set operator.contact in watcher.yaml" in str(error)
    assert error.retry_after_s == 6 * 3600
