"""How long a rule takes over stored history: by an index, by the events that were read, or on every article."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bench.measure import table, verdict
from bench.newswire import Newswire
from watcher.app.backtesting import backtest, rules_of, runtime_for
from watcher.config import data_dir, load_config
from watcher.config.lexicon import read_lexicon
from watcher.config.understanding import read_understander
from watcher.core.articles.drafts import draft
from watcher.core.ledger import NewArticle
from watcher.core.model import Article, ArticleId, Entry, Reason, SourceId, StoryId, Trust
from watcher.core.stories.titles import title_key
from watcher.core.text.reading import reading_of
from watcher.core.understanding.stored import to_bytes
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.connection import connect, migrate
from watcher.stores.sqlite.replaying import Span

NARROWED_S, WHOLE_S = 10.0, 60.0
_KINDS = 400
"""Different articles; the others repeat them, each as a story of its own."""
_LENGTH = 4_000
_BATCH = 1_000
_FIRST = datetime(2026, 1, 5, tzinfo=UTC)
CONFIG = """\
store: {path: history.db}
sources: {wire: {kind: feed, url: "https://wire.example/feed"}}
channels: {desk: {kind: file, path: desk.txt}}
routes: {desk: {channels: [desk]}}
rules: [rules.yaml]
"""
_WHENS = {
    "by-words": "{words: [scandium], in: title}",
    "by-events": "{event: permit_approval, material: scandium}",
    "on-all": '{regex: "sc[a-z]n[a-z]i[a-z]m.*20[0-9][0-9]"}',
}
RULES = "format: 1\nrules:\n" + "".join(
    f"  - {{id: {id_}, title: T, severity: notice, when: {when}, examples: {{tests: [a]}}}}\n"
    for id_, when in _WHENS.items()
)
_SIDES = {"by-words": ("words, by the index", NARROWED_S), "by-events": ("events, by readings", NARROWED_S),
          "on-all": ("a pattern, on every article", WHOLE_S)}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--articles", type=int, default=100_000, help="articles stored")


def run(options: argparse.Namespace) -> int:
    """Measure and print; the bounds hold for 100,000 articles on two cores."""
    with tempfile.TemporaryDirectory(prefix="watcher-bench-") as name:
        folder = Path(name)
        (folder / "watcher.yaml").write_text(CONFIG, encoding="utf-8")
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        _store(folder / "history.db", options.articles)
        rows = [_timed(folder, rule, words, bound) for rule, (words, bound) in _SIDES.items()]
    table(("rule", "seconds", "looked at", "matches"), rows)
    for (words, bound), row in zip(_SIDES.values(), rows, strict=True):
        verdict(f"{words}, seconds", float(row[1]), bound)
    return 0


def _timed(folder: Path, rule: str, words: str, _bound: float) -> tuple[str, float, int, int]:
    config, _ = load_config(folder / "watcher.yaml", {})
    lexicon, _ = read_lexicon(data_dir())
    assert config is not None
    assert lexicon is not None
    read_understander(data_dir())  # once for a process, whatever is asked of it
    start = time.perf_counter()
    rules, _, problems = rules_of(config, lexicon, rule)
    assert rules is not None, problems
    runtime = runtime_for(config, lexicon, rules, _FIRST)
    done = backtest(folder / "history.db", runtime, Span(since=None, until=datetime.now(UTC) + timedelta(days=400)))
    return words, time.perf_counter() - start, len(done.plan.numbers), len(done.decided)


def _store(path: Path, count: int) -> None:
    db = connect(path, readonly=False)
    migrate(db, path)
    db.execute("pragma synchronous = off")
    kinds = list(_kinds(min(count, _KINDS)))
    add = SqliteTurn(db).articles.add
    for at in range(0, count, _BATCH):
        batch = [_as(kinds[number % len(kinds)], number) for number in range(at, min(count, at + _BATCH))]
        db.execute("begin immediate")
        add(batch, document=1, rule_set="x", reading_version="y")
        db.execute("commit")
    db.close()


def _kinds(count: int) -> Iterator[NewArticle]:
    understander, _ = read_understander(data_dir())
    wire = Newswire(7)
    for number, report in enumerate(wire.reports(count)):
        body = report.body
        while len(body) < _LENGTH:
            body += "\n\n" + report.body
        html = "".join(f"<p>{part}</p>" for part in body[:_LENGTH].split("\n\n"))
        read = draft(Entry(guid=str(number), title=report.title, content_html=html), fetched=report.at)
        article = _article(read.title, read.text, number)
        article = replace(article, zones=read.zones, text_sha256=read.text_sha256, text_state=read.text_state)
        assert understander is not None
        kept = to_bytes(understander.understand(reading_of(article)))
        yield NewArticle(
            number=None,
            article=article,
            story_reason=Reason.FOUNDED,
            link_key=None,
            title_key=title_key(read.title),
            keys=(),
            entry_sha256=read.entry_sha256,
            event_time=report.at,
            mark="live",
            kind="article",
            at=report.at,
            keep_body=True,
            reading=kept,
        )


def _article(title: str, text: str, number: int) -> Article:
    id_ = ArticleId(sha256(str(number).encode()).hexdigest()[:20])
    return Article(
        id=id_,
        revision=1,
        source=SourceId("wire"),
        story=StoryId(id_),
        subject=f"story:{id_}",
        title=title,
        link=None,
        host="wire.example",
        author="",
        publisher="wire",
        trust=Trust.WIRE,
        text=text,
        zones=(),
        text_sha256="",
        text_state="full",
        language="en",
        published=_FIRST,
        seen=_FIRST,
        fetched=_FIRST,
        flags=(),
    )


def _as(kind: NewArticle, number: int) -> NewArticle:
    """The article once more, as another one of a story of its own."""
    id_ = ArticleId(sha256(f"n{number}".encode()).hexdigest()[:20])
    at = _FIRST + timedelta(minutes=4 * number)
    article = replace(
        kind.article, id=id_, story=StoryId(id_), subject=f"story:{id_}", published=at, seen=at, fetched=at
    )
    return replace(kind, article=article, keys=(f"guid:{number}",), event_time=at, at=at)
