"""A small world for stories: real configuration, rules and store, a hand-moved clock, and what readers were told.

Use: `async with world(tmp_path) as here: await here.publish("wire", entry("ban")); assert here.told("desk") == [...]`.
A source's first document is history, so `world` gives every source an empty one first, unless `seen=False`.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from watcher.app.loading import load
from watcher.core.articles.drafts import draft, draft_row
from watcher.core.model import Document, Entry, Row, SourceState
from watcher.core.telling.messages import AlertMessage, DigestMessage, Message, NoticeMessage, Told
from watcher.pipeline.digests.issuing import issue
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.taking_in.ingest import Ingested, Job, ingest
from watcher.pipeline.telling.changes import decode
from watcher.stores.sqlite import SqliteStore

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

RULES = """\
format: 1
rules:
  - id: bans
    title: An export ban is announced
    severity: {urgent: {trust: authority}, else: warning}
    when: {words: [export ban]}
    examples:
      match: ["Country sets an export ban on gallium.", "An export ban on antimony."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""

CONFIG = """\
store: {path: watcher.db}
operator: {contact: ops@example.org, route: operator}
listen: null
sources:
  wire: {kind: feed, url: "https://wire.example/feed", every: 15m, trust: wire}
  daily: {kind: feed, url: "https://daily.example/feed", every: 15m, trust: trade_press}
  ministry: {kind: feed, url: "https://ministry.example/feed", every: 1h, trust: authority}
channels:
  desk: {kind: file, path: desk.txt}
  ops: {kind: file, path: ops.txt}
  lab: {kind: file, path: lab.txt}
routes:
  desk: {channels: [desk]}
  operator: {channels: [ops], when: "rule:nothing"}
digests:
  weekly: {at: "Fri 15:00", zone: UTC, channels: [lab]}
rules: [rules.yaml]
"""


def entry(slug: str = "ban", **changes: Any) -> Entry:
    """An entry that the usual rule matches, dated a few minutes before MONDAY."""
    found = Entry(
        guid=slug,
        link=f"https://wire.example/{slug}",
        title="Ministry announces export ban on gallium",
        content_html=(
            "<p>The ministry announced an export ban on gallium, in force from 1 May.</p>"
            f"<p>Buyers of the metal were told by letter ({slug}).</p>"
        ),
        published=MONDAY - timedelta(minutes=5),
    )
    return replace(found, **changes)


def plain(slug: str, **changes: Any) -> Entry:
    """An entry that no rule matches."""
    return entry(
        slug, title=f"Mine {slug} reopens", content_html=f"<p>The mine {slug} reopens after winter.</p>", **changes
    )


@dataclass(slots=True, kw_only=True)
class World:
    """A database and what leads to it; `now` is moved by hand."""

    folder: Path
    store: SqliteStore
    runtime: Runtime
    now: datetime = MONDAY

    async def publish(self, source: str, *entries: Entry | Row, drafted: datetime | None = None) -> Ingested:
        """Take in a document of that source that lists these, as one poll does."""
        record = await self.store.read(lambda turn: turn.sources.record(source))
        assert record is not None
        listed = repr(entries).encode()
        document = Document(
            request_url=f"https://{source}.example/feed",
            final_url=f"https://{source}.example/feed",
            status=200,
            headers=(),
            body=listed,
            body_sha256=hashlib.sha256(listed).hexdigest(),
            fetched=self.now,
        )
        drafts = [
            draft_row(each) if isinstance(each, Row) else draft(each, fetched=drafted or self.now) for each in entries
        ]
        job = Job(
            source=self.runtime.sources[source],
            record=record,
            document=document,
            loggable_url=document.final_url,
            drafts=drafts,
            unchanged=(),
            state=SourceState(body_sha256=document.body_sha256),
            last=True,
            keep_bodies=True,
            earlier=Ingested(),
        )
        return await self.store.write(partial(ingest, runtime=self.runtime, job=job, now=self.now))

    async def issue(self, digest: str = "weekly") -> DigestMessage | None:
        """Issue the digest if it is due now; the message that went out."""
        record = await issue(self.store, self.runtime, self.runtime.digests[digest], self.now, lambda _place: None)
        if record is None:
            return None
        message = self._message(f"issue:{digest}:{record.period}")
        assert isinstance(message, DigestMessage)
        return message

    async def see(self, *sources: str) -> None:
        """Give each of these sources an empty first document, so that what comes next is news."""
        for source in sources:
            await self.publish(source)

    def change(self, *, rules: str | None = None, config: str | None = None) -> None:
        """Go on with other rules or another configuration, as after a reload."""
        if rules is not None:
            (self.folder / "rules.yaml").write_text(rules, encoding="utf-8")
        if config is not None:
            (self.folder / "watcher.yaml").write_text(config, encoding="utf-8")
        self.runtime = _runtime(self.folder, self.now)

    def told(self, channel: str) -> list[Told]:
        """The alerts told on a channel, in order."""
        return [
            alert for message in self.messages(channel) if isinstance(message, AlertMessage) for alert in message.alerts
        ]

    def notices(self, channel: str = "ops") -> list[NoticeMessage]:
        """The notices sent on a channel, in order."""
        return [message for message in self.messages(channel) if isinstance(message, NoticeMessage)]

    def messages(self, channel: str) -> list[Message]:
        """Everything put into the outbox for a channel, in order."""
        query = (
            "select o.content from deliveries d join occasions o on o.id = d.occasion "
            "where d.channel = ? order by d.number"
        )
        return [decode(content) for (content,) in self.rows(query, channel)]

    def _message(self, occasion: str) -> Message:
        ((content,),) = self.rows("select content from occasions where id = ?", occasion)
        return decode(content)

    def reasons(self, rule: str = "bans") -> list[str]:
        """What became of the rule's matches, in order."""
        return [
            reason for (reason,) in self.rows("select reason from matches where rule = ? order by observation", rule)
        ]

    def decisions(self, way: str | None = None) -> list[tuple[str, str]]:
        """(change, reason) of every decision, or of those on one way."""
        return self.rows("select change, reason from decisions where way = coalesce(?, way) order by number", way)

    def stories(self) -> list[tuple[str, str]]:
        """(article's guid key, story) of every article, in order of arrival."""
        return self.rows("select title, story from articles order by number")

    def rows(self, query: str, *values: object) -> list[Any]:
        """Ask the database."""
        with contextlib.closing(sqlite3.connect(f"{(self.folder / 'watcher.db').as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()


def _runtime(folder: Path, now: datetime) -> Runtime:
    loaded, problems = load(folder / "watcher.yaml", {}, now)
    assert loaded is not None, "\n".join(str(problem) for problem in problems)
    return loaded.runtime


@contextlib.asynccontextmanager
async def world(
    folder: Path,
    *,
    rules: str = RULES,
    config: str = CONFIG,
    seen: bool = True,
    sources: Sequence[str] = ("wire", "daily", "ministry"),
    start: datetime = MONDAY,
) -> AsyncIterator[World]:
    """A world that begins at `start`; `seen` gives each of `sources` its first, empty document."""
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    (folder / "watcher.yaml").write_text(config, encoding="utf-8")
    store = await SqliteStore.open(folder / "watcher.db")
    try:
        here = World(folder=folder, store=store, runtime=_runtime(folder, start), now=start)
        every = {source.id: source.every for source in here.runtime.sources.values()}

        def settle(turn: Any) -> None:
            turn.sources.ensure(every, here.now, lambda _name: timedelta(0))
            turn.alerts.load_rules(here.runtime.rule_set, here.now)
            for digest in here.runtime.digests:
                turn.issues.since(digest, here.now)

        await store.write(settle)
        if seen:
            await here.see(*sources)
        yield here
        await here.store.close()  # a test may have opened it anew
    finally:
        await store.close()
