"""An issue of a thousand stories: from the queue in the database to the mail's two parts, its time and its memory.

The scale is what any mail of so many stories costs at least: one loop of a bare Jinja template over the same words.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import jinja2

from bench.measure import median, table
from bench.newswire import Newswire
from watcher.app.loading import Loaded, load
from watcher.core.articles.drafts import draft as drafted
from watcher.core.model import Document, Entry, SourceState
from watcher.core.schedules import IssuePlan, period_of
from watcher.core.telling.messages import DigestMessage, Rendered
from watcher.pipeline.digests.digesting import Issue, draft
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.taking_in.ingest import Ingested, Job, ingest
from watcher.pipeline.telling.encoding import encode
from watcher.render.renderer import Renderer
from watcher.stores.sqlite import SqliteStore
from watcher.stores.sqlite.sessions import snapshot

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
_A_DOCUMENT = 40
_SEED = 23
_TIMES = 5

T = TypeVar("T")

RULES = """\
format: 1
rules:
  - id: any
    title: Anything about a metal
    severity: notice
    when: {words: [neodymium, dysprosium, terbium, samarium, gallium, germanium, antimony, tungsten, lithium, cobalt,
      graphite, nickel, tantalum, niobium, scandium, magnesium, manganese, vanadium]}
    examples: {match: [Gallium is rare., Cobalt is blue.], skip: [Nothing., Nobody.]}
"""
CONFIG = """\
store: {path: watcher.db}
operator: {contact: bench@example.org, route: operator}
listen: null
sources:
  wire: {kind: feed, url: "https://wire.example/feed", every: 15m, trust: wire}
channels:
  desk: {kind: file, path: desk.txt}
routes:
  operator: {channels: [desk], when: "rule:nothing"}
digests:
  weekly: {at: "Fri 15:00", zone: Europe/Berlin, channels: [desk], limit: 8}
rules: [rules.yaml]
"""
HEAD = (
    "stories",
    "composed ms",
    "rendered ms",
    "next reader ms",
    "peak MiB",
    "stored kB",
    "mail kB",
    "bare loop ms",
    "its page kB",
)
LOOP = jinja2.Environment(autoescape=True).from_string(
    "<html><body>{% for story in stories %}<h2>{{ story.headline }}</h2><p>{{ story.sentences | join(' ') }}</p>"
    "<p>{{ story.publisher }}, {{ story.trust }}, {{ story.published }}, {{ story.seen }}</p>"
    "<p>{{ story.rules | join('; ') }}: {{ story.why | join('; ') }}</p>"
    '<a href="{{ story.link }}">{{ story.host }}</a>'
    "{% endfor %}</body></html>"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--stories", type=int, nargs="+", default=[10, 120, 1_000])


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    rows = []
    for stories in options.stories:
        with tempfile.TemporaryDirectory(prefix="watcher-bench-") as folder:
            rows.append(_measured(Path(folder), stories))
    table(HEAD, rows)
    return 0


def _measured(folder: Path, stories: int) -> tuple[str, ...]:
    (folder / "watcher.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    loaded, problems = load(folder / "watcher.yaml", {}, NOW)
    assert loaded is not None, problems
    asyncio.run(_fill(folder, loaded.runtime, stories))

    composed_ms, made = _timed(lambda: _compose(folder, loaded))
    renderers = iter([Renderer(loaded.templates) for _ in range(_TIMES + 1)])
    rendered_ms, said = _timed(lambda: _words(next(renderers), made.message))
    render = partial(_words, Renderer(loaded.templates), made.message)
    again_ms, _ = _timed(render)
    loop_ms, page = _timed(partial(LOOP.render, stories=_plain(made.message)))
    tracemalloc.start()
    _compose(folder, loaded)
    render()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    told = sum(placed.place != "left_out" for placed in made.composition.order)
    mail = len(said.html.encode()) + len(said.text.encode())
    return (
        f"{told:,}",
        f"{composed_ms:,.0f}",
        f"{rendered_ms:,.0f}",
        f"{again_ms:,.0f}",
        f"{peak / 2**20:,.1f}",
        f"{len(encode(made.message)) / 1000:,.0f}",
        f"{mail / 1000:,.0f}",
        f"{loop_ms:,.1f}",
        f"{len(page.encode()) / 1000:,.0f}",
    )


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """The median of its CPU milliseconds, and what it gives."""
    spent, found = [], work()
    for _ in range(_TIMES):
        begin = time.process_time()
        found = work()
        spent.append((time.process_time() - begin) * 1000)
    return median(spent), found


def _words(renderer: Renderer, message: DigestMessage) -> Rendered:
    return renderer.render(message, zone="Europe/Berlin", recipient="ada@example.org", channel="desk")


def _compose(folder: Path, loaded: Loaded) -> Issue:
    digest = loaded.runtime.digests["weekly"]
    period = period_of(digest.schedule, NOW)
    plan = IssuePlan(period=period, begin=period.begin, covers=())
    with snapshot(folder / "watcher.db") as turn:
        return draft(turn, loaded.runtime, digest, plan, period.end)


def _plain(message: DigestMessage) -> list[dict[str, object]]:
    stories = (*(story for section in message.sections for story in section.stories), *message.brief)
    return [asdict(story) for story in stories]


async def _fill(folder: Path, runtime: Runtime, stories: int) -> None:
    """So many stories that are told, each of one report, taken in as polls take them in."""
    store = await SqliteStore.open(folder / "watcher.db")
    try:
        every = {"wire": timedelta(hours=1)}
        await store.write(lambda turn: turn.sources.ensure(every, NOW, lambda _name: timedelta(0)))
        await store.write(lambda turn: turn.alerts.load_rules(runtime.rule_set, NOW))
        await store.write(lambda turn: turn.issues.since("weekly", NOW - timedelta(days=7)))
        for number, entries in enumerate(((), *_documents(stories))):
            await _publish(store, runtime, number, entries)
    finally:
        await store.close()


def _entries() -> Iterator[Entry]:
    for report in Newswire(_SEED).reports(1_000_000):
        if report.kind in {"fresh", "alike"}:
            yield Entry(
                guid=report.id,
                link=f"https://wire.example/{report.id}",
                title=report.title,
                content_html="".join(f"<p>{part}</p>" for part in report.body.split("\n\n")),
                published=NOW - timedelta(hours=1),
            )


async def _publish(store: SqliteStore, runtime: Runtime, number: int, entries: tuple[Entry, ...]) -> None:
    now = NOW + timedelta(seconds=number)
    record = await store.read(lambda turn: turn.sources.record("wire"))
    assert record is not None
    sha = hashlib.sha256(str(number).encode()).hexdigest()
    document = Document(
        request_url="https://wire.example/feed",
        final_url="https://wire.example/feed",
        status=200,
        headers=(),
        body=b"",
        body_sha256=sha,
        fetched=now,
    )
    job = Job(
        source=runtime.sources["wire"],
        record=record,
        document=document,
        loggable_url=document.final_url,
        drafts=[drafted(entry, fetched=now) for entry in entries],
        unchanged=(),
        state=SourceState(body_sha256=sha),
        last=True,
        keep_bodies=True,
        earlier=Ingested(),
    )
    await store.write(partial(ingest, runtime=runtime, job=job, now=now))


def _documents(stories: int) -> Iterator[tuple[Entry, ...]]:
    entries = islice(_entries(), stories)
    while document := tuple(islice(entries, _A_DOCUMENT)):
        yield document
