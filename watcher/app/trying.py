"""One text, file or page judged by all rules as if it came in now; nothing is stored, and nobody is told."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from pathlib import Path

import msgspec

import watcher.sources
from watcher.browse import Browser
from watcher.browse.places import chromium
from watcher.core.articles.drafts import draft
from watcher.core.articles.relays import trust_of
from watcher.core.errors import ParseError
from watcher.core.model import (
    Article,
    ArticleId,
    Document,
    Draft,
    Entry,
    Request,
    SourceId,
    StoryId,
    Trust,
    Zone,
    ZoneSpan,
)
from watcher.core.rules.explain import RuleExplained, explain
from watcher.core.rules.model import Rule
from watcher.core.text.reading import reading_of
from watcher.core.understanding.understander import Understood
from watcher.core.urls import host_of
from watcher.fetch import Fetcher
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.pacing import Pacer
from watcher.network.resolver import ThreadResolver
from watcher.parse.pool import ParsePool
from watcher.parse.wire import Drafting, PageJob
from watcher.pipeline.runtime import Clock, Runtime, WatchedSource

EXAMPLE = "example"
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_PATH = re.compile(r"(?:~|\.{0,2}/)\S*|[^\s.]\S*\.[A-Za-z][A-Za-z0-9]{1,4}")
"""What is no text but the name of a file or address, mistyped: judged as a text it would match nothing."""
_DRAFTS = msgspec.msgpack.Decoder(tuple[Draft, ...])
_MOST_BYTES = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is tried: a text, a file or an address; and whom it is taken to come from where that is said."""

    item: str
    source: str | None = None
    trust: Trust | None = None
    published: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The article that it was taken for, what was understood of it, and every rule that judges articles, explained."""

    article: Article
    understood: Understood | None
    rules: tuple[tuple[Rule, RuleExplained], ...]
    others: tuple[str, ...]


def judge_draft(made: Draft, asked: Asked, runtime: Runtime, now: datetime) -> Tried:
    """Judge what was drafted."""
    article = _article(made, asked, runtime, now)
    reading = reading_of(article)
    understander = runtime.rule_set.understander
    rules = [rule for rule in runtime.rule_set.rules if rule.subject == "article"]
    return Tried(
        article=article,
        understood=understander.understand(reading) if understander is not None else None,
        rules=tuple((rule, explain(rule, reading)) for rule in rules),
        others=tuple(rule.id for rule in runtime.rule_set.rules if rule.subject != "article"),
    )


async def drafted(asked: Asked, runtime: Runtime, contact: str | None, clock: Clock) -> Draft:
    """The article as it would be drafted. Raises: FetchError, ParseError, OSError, ValueError."""
    if asked.item.startswith(("http://", "https://")):
        return await _page(await _fetched(asked, runtime, contact, clock), asked)
    local = _local(asked, clock())
    return await _page(local, asked) if isinstance(local, Document) else local


def _local(asked: Asked, now: datetime) -> Draft | Document:
    """A text, or what a file holds. Raises: OSError, ValueError."""
    path = Path(asked.item)
    if not _is_file(path):
        if _PATH.fullmatch(asked.item):
            raise ValueError(f"{asked.item}: there is no such file; an address begins with https://, a text has words")
        return _of_text(asked, asked.item, now)
    body = path.read_bytes()
    if len(body) > _MOST_BYTES:
        raise ValueError(f"{path}: more than 4 MiB")
    if path.suffix.lower() in _PAGES:
        return _document(path.absolute().as_uri(), body, now)
    return _of_text(asked, body.decode("utf-8", "replace"), now)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a text is no name of a file: too long, or with signs that no name has
        return False


def _of_text(asked: Asked, text: str, now: datetime) -> Draft:
    """A text: its first line is the title, the rest its paragraphs; one line alone is title and lead."""
    title, _, rest = text.strip().partition("\n")
    if not title:
        raise ValueError("there is nothing in it")
    paragraphs = [" ".join(part.split()) for part in rest.split("\n\n") if part.strip()]
    html = "".join(f"<p>{escape(part)}</p>" for part in paragraphs)
    entry = Entry(guid="tried", title=title, content_html=html, published=asked.published)
    made = draft(entry, fetched=now, language=asked.language)
    if paragraphs:
        return made
    whole = f"{made.title}\n\n{made.title}"
    start = len(made.title) + 2
    zones = (
        ZoneSpan(zone=Zone.TITLE, start=0, end=len(made.title)),
        ZoneSpan(zone=Zone.LEAD, start=start, end=len(whole)),
    )
    return replace(made, text=whole, zones=zones)


def _source_of(asked: Asked, runtime: Runtime) -> WatchedSource | None:
    """The source that it is taken to come from: the one named, else one of the address's host."""
    if asked.source is not None:
        return runtime.sources.get(asked.source)
    host = host_of(asked.item)
    return next((each for each in runtime.sources.values() if host is not None and each.host == host), None)


async def _fetched(asked: Asked, runtime: Runtime, contact: str | None, clock: Clock) -> Document:
    """The page, through the guard like any other. Raises FetchError."""
    source = _source_of(asked, runtime)
    async with Http(Guard(ThreadResolver())) as http, aclosing(Browser(chromium(os.environ))) as browser:
        fetcher = Fetcher(http, contact, clock, pacer=Pacer(1.0), browser=browser)
        render = source is not None and source.pages_in_browser
        request = Request(url=asked.item, step="page", page=True, render=render)
        found = await fetcher.fetch(request, policy=source.network if source is not None else "public")
    assert isinstance(found, Document), "nothing was asked that could be answered by: not modified"
    return found


async def _page(document: Document, asked: Asked) -> Draft:
    """The article on a page, read in a worker. Raises ParseError."""
    kind = watcher.sources.KINDS["feed"]
    url = document.final_url if document.final_url.startswith("http") else "https://tried.example/page"
    listed = draft(Entry(guid="tried", link=url, published=asked.published), fetched=document.fetched)
    job = PageJob(
        kind_path=f"{kind.__module__}:{kind.__qualname__}",
        options_json=kind.Options.model_validate({"url": url}).model_dump_json(),
        document=document,
        listed=listed,
        drafting=Drafting(language=asked.language, zone="UTC", strip=()),
    )
    async with ParsePool(size=1) as pool:
        (part,) = await pool.call("page", msgspec.msgpack.encode(job))
    try:
        return _DRAFTS.decode(part)[0]
    except (msgspec.MsgspecError, LookupError) as error:
        raise ParseError("page: the worker's answer makes no sense") from error


def _document(url: str, body: bytes, now: datetime) -> Document:
    return Document(
        request_url=url,
        final_url=url,
        status=200,
        headers=(("content-type", "text/html"),),
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        fetched=now,
    )


def _article(made: Draft, asked: Asked, runtime: Runtime, now: datetime) -> Article:
    source = _source_of(asked, runtime)
    name = source.id if source is not None else asked.source or EXAMPLE
    host = (host_of(made.link) if made.link else None) or ""
    publisher = runtime.publishers.of(
        link_host=host,
        origin_host=made.origin_host,
        origin_name=made.origin_name,
        source=name,
        trust=source.trust if source is not None else Trust.TRADE_PRESS,
    )
    return Article(
        id=ArticleId("tried"),
        revision=1,
        source=SourceId(name),
        story=StoryId("tried"),
        subject="story:tried",
        title=made.title,
        link=made.link,
        host=host,
        author=made.author,
        publisher=publisher.name,
        trust=asked.trust or trust_of(publisher.trust, made.flags),
        text=made.text,
        zones=made.zones,
        text_sha256=made.text_sha256,
        text_state=made.text_state,
        language=made.language,
        published=made.published or asked.published,
        seen=now,
        fetched=now,
        flags=made.flags,
    )


def matching(tried: Tried) -> Iterator[tuple[Rule, RuleExplained]]:
    """The rules that match."""
    return ((rule, found) for rule, found in tried.rules if found.judgement.matched and rule.mode != "paused")
