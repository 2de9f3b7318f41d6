"""What understanding an article costs with everything that is shipped: names, values, events, and finding its story.

Each step is what a first sight asks for, no more: sentences and values are read where an event may be told.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from bench.corpus import CORPUS, classifier_of, corpus
from bench.measure import table, verdict
from bench.newswire import Newswire, Report
from watcher.app.classifying import FileArticle, drafted_of, time_of
from watcher.app.memory import settle
from watcher.core.events.recognise import account_of
from watcher.core.facts.model import Facts
from watcher.core.model import SourceId, Trust
from watcher.core.stories.model import Newcomer
from watcher.core.stories.shelf import Shelf
from watcher.core.stories.titles import title_key
from watcher.core.text.reading import Reading
from watcher.core.understanding.understander import Understander

MS_AT_MOST = 3.0
_LENGTH = 4_096
_SEED = 7
_SOURCE = SourceId("bench")
_TRUST = Trust.WIRE
_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--articles", type=int, default=300, help="made-up articles")
    parser.add_argument("--rounds", type=int, default=5)


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    before = _peak_mib()
    begun = time.process_time()
    classifier = classifier_of()
    if classifier is None:
        return 1
    loaded = time.process_time() - begun
    recognisers = classifier.understander.recognisers
    print(f"loading: {loaded:.2f} s of CPU, {_peak_mib() - before:.0f} MiB, {recognisers.size:,} items")
    samples = {"made-up, 4 kB": [_made(report) for report in Newswire(_SEED).reports(options.articles)]}
    data = corpus()
    if data is None:
        print(f"no corpus at {CORPUS}; it is no part of the project")
    else:
        articles = [
            FileArticle(**{key: row.get(key) for key in ("id", "title", "url", "date", "language", "text")})
            for row in data.articles.values()
        ]
        samples["real, as long as they are"] = [
            (article, classifier.reading(drafted_of(article), time_of(article.date))) for article in articles
        ]
    settle()  # as the daemon does with what it has loaded
    worst = 0.0
    for name, sample in samples.items():
        spent = [_round(classifier.understander, sample) for _ in range(options.rounds)]
        steps = {step: min(each[step] for each in spent) for step in spent[0]}
        length = sum(len(reading.text) for _, reading in sample) / len(sample)
        print(f"\n{name}: {len(sample)} articles of {length:,.0f} characters")
        table(
            ("ms of CPU", "an article", "per 4,096 characters"),
            [(step, ms, ms / length * _LENGTH) for step, ms in [*steps.items(), ("all", sum(steps.values()))]],
        )
        worst = max(worst, sum(steps.values()) / max(length, _LENGTH) * _LENGTH)
    print(f"\npeak memory: {_peak_mib():.0f} MiB")
    return 0 if verdict("ms per article of 4 kB", worst, MS_AT_MOST) else 1


def _round(understander: Understander, sample: Sequence[tuple[FileArticle, Reading]]) -> dict[str, float]:
    """Milliseconds an article of each step; every reading is a new one, so that nothing is remembered."""
    steps: dict[str, list[float]] = {"fold": [], "names": [], "values": [], "events": [], "story": []}
    shelf = Shelf()
    for number, (article, old) in enumerate(sample):
        reading = replace(old)
        steps["fold"].append(_timed(lambda: (reading.mapped, reading.folded)))  # noqa: B023 - called at once
        steps["names"].append(_timed(lambda: understander.named(reading)))  # noqa: B023
        values: list[float] = []
        understood = _timed(lambda: _understood(reading, understander, values))  # noqa: B023
        steps["values"].append(sum(values))
        steps["events"].append(understood - sum(values))
        newcomer = _newcomer(article, reading, number, understander)
        steps["story"].append(_timed(lambda: shelf.place(newcomer)))  # noqa: B023
    return {step: sum(spent) / len(spent) * 1e3 for step, spent in steps.items()}


def _understood(reading: Reading, understander: Understander, values: list[float]) -> None:
    """Read the events, and the values as `understand` does; what the values take is added to the list."""

    def facts() -> Facts:
        values.append(_timed(lambda: understander.facts(reading)))
        return understander.facts(reading)

    recognisers, named = understander.recognisers, understander.named(reading)
    account = account_of(reading, recognisers, named, facts, published=reading.published, owner=reading.owner)
    if account.events:
        facts()


def _timed(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


def _made(report: Report) -> tuple[FileArticle, Reading]:
    text = report.body
    while len(text) < _LENGTH:
        text += "\n\n" + report.body
    article = FileArticle(id=report.id, title=report.title, text=text[:_LENGTH], date=report.at.isoformat())
    drafted = drafted_of(article)
    reading = Reading(
        text=drafted.text, zones=drafted.zones, language="en", source=_SOURCE, trust=_TRUST, published=report.at.date()
    )
    return article, reading


def _newcomer(article: FileArticle, reading: Reading, number: int, understander: Understander) -> Newcomer:
    told = time_of(article.date)
    return Newcomer(
        id=str(number),
        source=str(number),
        title=article.title or "",
        text=reading.text,
        link_key=article.url or None,
        title_key=title_key(article.title or ""),
        text_sha256=sha256(reading.text.encode()).hexdigest(),
        seen=told or _DAY,
        told=told,
        zones=reading.zones,
        account=understander.account(reading),
        named=understander.named(reading),
    )


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
