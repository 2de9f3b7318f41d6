"""Five real documents through the whole pipeline, once: what was stored, understood, judged and made a story of.

R0 ... R24 are the items of the feed, newest first; B1 ... B4 and N1 ... N4 the stories of a round-up as page and as mail,
P and A two articles. Nothing of their text stands here: tests name them by these ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.pipeline.world import World, world
from tests.sources.make import document, feed
from watcher.core.articles.drafts import draft
from watcher.core.events.model import Account, Event
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Sort
from watcher.core.model import Article, Entry, Severity, SourceState
from watcher.core.pages.article import read_page
from watcher.core.pages.roundups import split_entry
from watcher.core.text.reading import Reading, reading_of
from watcher.core.understanding.understander import Understander, Understood
from watcher.stores.sqlite.evidence import EvidenceTable, StoredArticle

CONFIG = """\
store: {path: watcher.db}
operator: {contact: ops@example.org, route: operator}
listen: null
sources:
  reex: {kind: feed, url: "https://rareearthexchanges.com/feed/", every: 15m, trust: trade_press, since: all}
  platts: {kind: feed, url: "https://platts.example/feed", every: 1h, trust: trade_press, since: all}
  asia: {kind: feed, url: "https://asia.example/feed", every: 1h, trust: trade_press, since: all}
  blog: {kind: feed, url: "https://blog.example/feed", every: 1h, trust: trade_press, since: all}
  letter: {kind: feed, url: "https://letter.example/feed", every: 1h, trust: trade_press, since: all}
channels:
  desk: {kind: file, path: desk.txt}
routes:
  operator: {channels: [desk]}
rules: ["pack:critical-minerals"]
"""
PAGES = {"A": "realloys_article", "P": "platts_article", "B": "roundup_blog", "N": "roundup_newsletter"}
MAY, FRIDAY = datetime(2025, 5, 27, 15, 0, tzinfo=UTC), datetime(2025, 5, 30, 15, 0, tzinfo=UTC)
NOVEMBER, FEBRUARY = datetime(2025, 11, 26, 12, 0, tzinfo=UTC), datetime(2026, 2, 7, 4, 30, tzinfo=UTC)
_RANK = [Severity.NOTICE, Severity.WARNING, Severity.URGENT]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Read:
    """One of them as stored, with what was understood, and the severity that each rule on articles gives it."""

    name: str
    stored: StoredArticle
    understander: Understander
    severities: Mapping[str, Severity]

    @property
    def article(self) -> Article:
        """The article as it stands in the store."""
        return self.stored.article

    @cached_property
    def reading(self) -> Reading:
        """The article as rules see it."""
        return reading_of(self.article)

    @cached_property
    def understood(self) -> Understood:
        """All that was understood."""
        return self.understander.understand(self.reading)

    @property
    def account(self) -> Account:
        """Its events."""
        return self.understood.account

    @property
    def facts(self) -> Facts:
        """Its values."""
        return self.understander.facts(self.reading)

    @property
    def types(self) -> tuple[str, ...]:
        """The types it reports, the main one first."""
        return tuple(dict.fromkeys(event.type for event in self.account.reported))

    def event(self, type_: str) -> Event:
        """Its best event of that type."""
        return next(event for event in self.account.events if event.type == type_)

    def names(self, sort: Sort) -> frozenset[str]:
        """The ids of what of that sort is named in it."""
        return frozenset(each.id for each in self.understood.named if each.sort is sort)

    @property
    def severity(self) -> Severity | None:
        """The highest that a shipped rule gives it; None if none matches."""
        return max(self.severities.values(), key=_RANK.index, default=None)

    def said(self, start: int, end: int) -> str:
        """The words there."""
        return self.article.text[start:end]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Real:
    """All of them."""

    every: Mapping[str, Read]
    corpus: Path
    database: Path

    def __getitem__(self, name: str) -> Read:
        return self.every[name]


def entries_of(corpus: Path) -> dict[str, dict[str, Entry]]:
    """The entries that each source lists, by their names."""
    listed = items_of((corpus / "feeds" / "rareearthexchanges.xml").read_bytes())
    raw = {name: (corpus / "pages" / f"{file}.html").read_text(encoding="utf-8") for name, file in PAGES.items()}
    pages = {name: read_page(raw[name], f"https://{name.lower()}.example/page") for name in PAGES}
    whole = {
        name: Entry(
            guid=name,
            link=f"https://{name.lower()}.example/page",
            title=page.title,
            author=page.author,
            content_html=raw[name] if name == "N" else page.content_html,
            published=FRIDAY if name == "N" else page.published,
            language=page.language,
            flags=page.flags,
        )
        for name, page in pages.items()
    }
    parts = {name: {f"{name}{n}": each for n, each in enumerate(split_entry(whole[name]), 1)} for name in "BN"}
    return {
        "blog": parts["B"],
        "letter": parts["N"],
        "platts": {"P": whole["P"]},
        "reex": {f"R{n}": each for n, each in enumerate(listed)},
        "asia": {"A": whole["A"]},
    }


def items_of(body: bytes) -> tuple[Entry, ...]:
    """The items of a feed as its source reads them."""
    return feed().parse(document(body, url="https://rareearthexchanges.com/feed/"), SourceState()).entries


async def read_all(folder: Path, corpus: Path) -> Real:
    """Publish them in the order of their days, and read them back."""
    listed = entries_of(corpus)
    async with world(folder, rules="format: 1\n", config=CONFIG, sources=(), seen=False) as here:
        for source, now in (
            ("blog", MAY),
            ("letter", FRIDAY),
            ("platts", NOVEMBER),
            ("reex", FEBRUARY),
            ("asia", FEBRUARY),
        ):
            here.now = now
            await here.publish(source, *listed[source].values())
        named = {
            draft(entry, fetched=here.now).link: name for source in listed.values() for name, entry in source.items()
        }
        return Real(every=await _stored(here, named), corpus=corpus, database=folder / "watcher.db")


async def _stored(here: World, named: Mapping[str | None, str]) -> dict[str, Read]:
    """What the store holds, by the names of the links."""
    understander = here.runtime.rule_set.understanding()
    assert understander is not None
    on_articles = {rule.id for rule in here.runtime.rule_set.rules if rule.subject == "article"}

    def read(turn: Any) -> dict[str, Read]:
        table = EvidenceTable(turn)
        found: dict[str, Read] = {}
        for (number,) in here.rows("select number from articles"):
            stored = table.article(number)
            assert stored is not None
            name = named[stored.article.link]
            severities = {
                each.rule: Severity(each.severity) for each in table.matches(number) if each.rule in on_articles
            }
            found[name] = Read(name=name, stored=stored, understander=understander, severities=severities)
        return found

    return await here.store.read(read)
