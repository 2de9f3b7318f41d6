"""`watcher classify` of a file and the daemon's stored readings of the same articles say the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import yaml

from bench.corpus import PROBES
from tests.pipeline.test_readings import EVENTS, opened, understander
from tests.pipeline.world import CONFIG, MONDAY, world
from watcher.app.classifying import Classifier, FileArticle, drafted_of, time_of, types_of
from watcher.core.model import Entry
from watcher.demo.news import FRESH, HISTORY
from watcher.stores.sqlite.readings import ReadingTable

NEUTRAL = CONFIG.replace("every: 15m, trust: wire", "every: 15m")
HOSTS = ("www.mofcom.gov.cn", "www.reuters.com", "mine.example", "www.asx.com.au")


def articles() -> Iterator[FileArticle]:
    """Ours: the demo's news, and one probe of each type, from hosts of every sort."""
    texts = [(item.title, "\n\n".join(item.paragraphs)) for item in (*HISTORY, *FRESH)]
    for path in sorted(PROBES.glob("*.yaml")):
        if path.stem != "first_score":
            probe = yaml.safe_load(path.read_text(encoding="utf-8"))[0]
            texts.append((probe["text"], probe.get("lead", "")))
    for number, (title, text) in enumerate(texts):
        yield FileArticle(
            id=number,
            title=title,
            url=f"https://{HOSTS[number % len(HOSTS)]}/news/{number}",
            date=(MONDAY - timedelta(hours=number + 1)).isoformat(),
            text=text,
        )


def entry_of(article: FileArticle) -> Entry:
    return Entry(
        guid=str(article.id),
        link=article.url,
        title=article.title or "",
        content_html=article.text or "",
        published=time_of(article.date),
    )


async def test_a_file_and_the_daemon_understand_articles_alike(tmp_path: Path) -> None:
    ours = list(articles())
    async with world(tmp_path, rules=EVENTS, config=NEUTRAL) as here:
        classifier = Classifier.of(here.runtime.rule_set, here.runtime.publishers, understander(here))
        await here.publish("wire", *map(entry_of, ours))

        numbers = dict(here.rows("select link, number from articles"))
        with opened(here) as db:
            stored = {each.id: ReadingTable(db).of(numbers[each.url], 1) for each in ours}

        for line, each in enumerate(ours, 1):
            found = stored[each.id]
            assert found is not None, each.title
            reading = classifier.reading(drafted_of(each), time_of(each.date))
            said = classifier.classify(each, line)
            assert found.standing.understood == understander(here).understand(reading), each.title
            assert said.event_types == types_of(found.standing.understood.account, reported=True)
            assert said.mentions == types_of(found.standing.understood.account, reported=False)
    assert len(ours) >= 30
