"""Whole articles into the database beside plain `executemany` of the same rows, the file's size, and the search."""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bench.corpus import classifier_of, corpus, read_articles
from bench.feeds import Writer
from bench.measure import median, table, verdict
from watcher.core.articles.drafts import draft
from watcher.core.ledger import NewArticle
from watcher.core.model import Article, ArticleId, Entry, Reason, SourceId, StoryId, Trust
from watcher.core.stories.titles import title_key
from watcher.core.text.reading import reading_of
from watcher.core.text.search import index_words
from watcher.core.understanding.stored import to_bytes
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.connection import connect, migrate

INSERT_AT_LEAST = 0.6
SIZE_AT_MOST = 2.4
SEARCH_MS_AT_MOST = 5.0
READING_AT_MOST = 0.35
"""What readings may add to an article of 4 kB, of its text."""
_TABLES = ("articles", "stories", "texts", "readings", "ledger", "observations")
_SEARCHES = {"two common words": "production company", "rare word": "antimony", "phrase": '"production company"'}
_NOWHERE = "phrase that stands nowhere"
"""Its words stand in seven articles of a hundred, all looked at in vain: shown, and held to no target."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--articles", type=int, default=5_000, help="articles stored in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--search", type=int, default=200_000, help="articles in the database that is searched; 0: none"
    )
    parser.add_argument("--readings", type=int, default=300, help="made-up articles whose readings are stored; 0: none")
    parser.add_argument("--whole", action="store_true", help="search in 1,000,000 articles")


def run(options: argparse.Namespace) -> int:
    """Measure and print; see the figures above."""
    articles = list(made(options.articles))
    ours, plain, size = [], [], 0.0
    with tempfile.TemporaryDirectory(prefix="watcher-bench-") as name:
        folder = Path(name)
        for number in range(options.rounds):
            seconds, size = _stored(folder / f"ours-{number}.db", articles)
            ours.append(seconds / len(articles) * 1e6)
            plain.append(
                _executemany(folder / f"ours-{number}.db", folder / f"plain-{number}.db") / len(articles) * 1e6
            )
            print(
                f"round {number + 1}: watcher {ours[-1]:.0f} us, executemany {plain[-1]:.0f} us an article", flush=True
            )
        table(
            ("CPU us an article, 25 a transaction", "median"),
            [("watcher", median(ours)), ("executemany of the same rows", median(plain))],
        )
        ratio = median(plain) / median(ours)
        verdict("insert, of executemany's speed", ratio, INSERT_AT_LEAST, least=True)
        verdict("size, of the text's", size, SIZE_AT_MOST)
        if options.readings:
            _readings(folder / "readings.db", articles[: options.readings])
        count = 1_000_000 if options.whole else options.search
        if count:
            _searched(folder / "search.db", articles, count)
    return 0


def made(count: int) -> Iterator[NewArticle]:
    """Articles as a poll hands them to the store."""
    writer, now = Writer(1), datetime.now(UTC)
    for number in range(count):
        item = writer.item()
        entry = Entry(guid=f"g{number}", link=f"http://x.example/{number}", title=item.title, content_html=item.html)
        read = draft(entry, fetched=now)
        id_ = ArticleId(sha256(str(number).encode()).hexdigest()[:20])
        yield NewArticle(
            number=None,
            article=Article(
                id=id_,
                revision=1,
                source=SourceId(f"feed-{number // 25 % 200}"),
                story=StoryId(id_),
                subject=f"story:{id_}",
                title=read.title,
                link=read.link,
                host="x.example",
                author=read.author,
                publisher="x.example",
                trust=Trust.UNKNOWN,
                text=read.text,
                zones=read.zones,
                text_sha256=read.text_sha256,
                text_state=read.text_state,
                language=read.language,
                published=read.published,
                seen=now,
                fetched=now,
                flags=read.flags,
            ),
            story_reason=Reason.FOUNDED,
            link_key=f"x.example/{number}",
            title_key=title_key(read.title),
            keys=read.keys,
            entry_sha256=read.entry_sha256,
            event_time=now,
            mark="live",
            kind="article",
            at=now,
            keep_body=True,
        )


def _fresh(path: Path) -> sqlite3.Connection:
    db = connect(path, readonly=False)
    migrate(db, path)
    return db


def _in_turns(db: sqlite3.Connection, work: Sequence[Callable[[], object]]) -> float:
    """CPU seconds of doing each piece of work in a transaction of its own."""
    start = time.process_time()
    for piece in work:
        db.execute("begin immediate")
        piece()
        db.execute("commit")
    return time.process_time() - start


def _stored(path: Path, articles: Sequence[NewArticle]) -> tuple[float, float]:
    """CPU seconds through the product's own store, and the file's size in text bytes."""
    db = _fresh(path)
    add = SqliteTurn(db).articles.add
    work = [lambda b=b: add(b, document=1, rule_set="x", reading_version="y") for b in batched_25(articles)]
    seconds = _in_turns(db, work)
    db.close()
    return seconds, path.stat().st_size / sum(len(each.article.text.encode()) for each in articles)


def _readings(path: Path, articles: Sequence[NewArticle]) -> None:
    """What is understood of articles, as it lies in the file beside them, of made-up ones and of the corpus."""
    classifier = classifier_of()
    data = corpus()
    if classifier is None:
        return
    understand = classifier.understander.understand
    samples = {"made-up": [reading_of(each.article) for each in articles]}
    if data is not None:
        samples["real"] = [each.reading for each in read_articles(classifier, data.articles)]
    rows, worst = [], 0.0
    for name, sample in samples.items():
        understood = [understand(reading) for reading in sample]
        start = time.process_time()
        kept = [to_bytes(each) for each in understood]
        spent = time.process_time() - start
        text = sum(len(reading.text.encode()) for reading in sample)
        added = _added(path.with_stem(name), kept) / text
        worst = max(worst, added)
        rows.append(
            (
                name,
                len(kept),
                text // len(kept),
                sum(map(len, kept)) // len(kept),
                added,
                round(1e6 * spent / len(kept)),
            )
        )
    table(("readings", "articles", "text", "bytes", "file, of the text", "us to pack"), rows)
    verdict("what readings add, of the text's", worst, READING_AT_MOST)


def _added(path: Path, kept: Sequence[bytes]) -> int:
    """The bytes by which a database grows with these readings."""
    db = _fresh(path)
    before = db.execute("pragma page_count").fetchone()[0]
    db.execute("begin immediate")
    db.executemany(
        "insert into understood (text, version, kept) values (?, '0123456789ab', ?)", list(enumerate(kept, 1))
    )
    db.execute("commit")
    pages, size = (db.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size"))
    db.close()
    return int((pages - before) * size)


def batched_25(articles: Sequence[NewArticle]) -> list[Sequence[NewArticle]]:
    """The articles by 25, as many as a usual feed lists."""
    return [articles[at : at + 25] for at in range(0, len(articles), 25)]


def _executemany(stored: Path, path: Path) -> float:
    """CPU seconds of the same rows by `executemany`, table by table, with schema and pragmas the same."""
    source = connect(stored, readonly=True)
    rows = {name: source.execute(f"select * from {name}").fetchall() for name in _TABLES}
    texts = source.execute("select t.article, t.text, a.title from texts t join articles a on a.number = t.article")
    rows["search"] = [(number, *index_words(text, len(title))) for number, text, title in texts]
    source.close()
    db = _fresh(path)
    shares = len(rows["articles"]) // 25
    statements = {
        name: f"insert into {name} values ({', '.join('?' * len(found[0]))})"
        for name, found in rows.items()
        if name != "search"
    }
    statements["search"] = "insert into search (rowid, title, body) values (?, ?, ?)"

    def share(number: int) -> None:
        for name, statement in statements.items():
            size = len(rows[name]) // shares
            last = number == shares - 1
            db.executemany(statement, rows[name][number * size : None if last else (number + 1) * size])

    seconds = _in_turns(db, [lambda n=n: share(n) for n in range(shares)])
    db.close()
    return seconds


def _searched(path: Path, articles: Sequence[NewArticle], count: int) -> None:
    """Wall time of the newest 20 in a long history, found in the index newest first."""
    db = _fresh(path)
    db.execute("pragma synchronous = off")  # the filling is not what is measured
    for first in range(0, count, 5_000):
        db.execute("begin")
        for number in range(first, min(first + 5_000, count)):
            article = articles[number % len(articles)].article
            title, body = index_words(article.text, len(article.title))
            db.execute("insert into search (rowid, title, body) values (?, ?, ?)", (number + 1, title, body))
        db.execute("commit")
    rows = []
    for name, words in {**_SEARCHES, _NOWHERE: '"export control"'}.items():
        taken = []
        for _ in range(9):
            start = time.perf_counter()
            db.execute(
                "select rowid from search where search match ? order by rowid desc limit 20", (words,)
            ).fetchall()
            taken.append(1000 * (time.perf_counter() - start))
        rows.append((name, median(taken)))
    db.close()
    table((f"newest 20 of {count} articles", "ms"), rows)
    worst = max(ms for name, ms in rows if name != _NOWHERE)
    verdict("search, slowest in ms", worst, SEARCH_MS_AT_MOST)
