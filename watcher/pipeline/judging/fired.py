"""What a message, a digest and `watcher why` show of a firing: a text of its own, from the series' source.

Decides nothing, and invents nothing: every line is a point, a rate or a setting of the source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.core.articles.drafts import draft_row
from watcher.core.articles.identity import article_id
from watcher.core.firing import Firing, Watch, value_words
from watcher.core.ledger import NewArticle, Stored
from watcher.core.model import Article, Reason, Row, SourceId, StoryId, TextState
from watcher.core.rules.model import Clause, Node, Rule
from watcher.core.series import Measure, PointRecord
from watcher.core.stories.titles import title_key
from watcher.pipeline.judging.items import LIVE
from watcher.pipeline.runtime import Runtime, WatchedSource
from watcher.sources.base import Measuring
from watcher.stores.base import Turn

SERIES = "series"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One clause on series: where it stands, what it asks, and of which sources."""

    path: str
    watch: Watch
    sources: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule and the moment at which clauses of it fire on a source, with what a message says of it."""

    rule: Rule
    firing: Firing
    asked: Sequence[Asked]
    record: PointRecord | None
    before: PointRecord | None
    seen: datetime


def asked_of(rule: Rule) -> Iterator[Asked]:
    """Every clause on series of the rule, those of `when` first."""
    nodes: list[Node] = [rule.when]
    nodes += [node for node in (rule.narrow, *(step.when for step in rule.severity)) if node is not None]
    nodes += rule.require.nodes if rule.require is not None else ()
    while nodes:
        node = nodes.pop(0)
        if not isinstance(node, Clause):
            nodes[:0] = [*node.all, *node.any, *node.none]
        elif node.condition.kind == SERIES:
            watch: Watch = getattr(node.condition, "watch")  # noqa: B009 - a kind of condition is known by its name
            sources: tuple[str, ...] = getattr(node.condition, "sources", ())
            yield Asked(path=node.path, watch=watch, sources=sources, says=node.condition.says)


def subject_of(rule: Rule, asked: Asked, source: str) -> str:
    """What an alert is about: the series, and the clause where the rule has several on it."""
    every = [each for each in asked_of(rule) if source in each.sources and each.path.startswith("when")]
    if len(every) < 2:  # noqa: PLR2004 - one
        return f"series:{source}"
    alike = [each.path for each in every if each.watch.way == asked.watch.way]
    tail = f"-{alike.index(asked.path) + 1}" if len(alike) > 1 and asked.path in alike else ""
    return f"series:{source}/{asked.watch.way}{tail}"


def title_of(asked: Asked, at: datetime) -> str:
    """What the title of a firing says of it, after the source."""
    return f"{asked.says.partition(', ')[2]}, {at:%Y-%m-%d}"


def news_of(article: Article) -> tuple[str, ...]:
    """The lines that say the value and what it was made of."""
    return tuple(article.text[zone.start : zone.end] for zone in article.zones[1:])


def article_of(runtime: Runtime, source: WatchedSource, found: Fired, asked: Asked) -> Article:
    """The firing as a text of its own, from the series' source."""
    at, words = found.firing.at, found.firing.of(asked.watch) or ""
    measure = source.source.measure if isinstance(source.source, Measuring) else Measure()
    lines = [f"points: {words}"] if found.record is not None else [words]
    if found.record is not None:
        said = value_words(found.record, found.before, vat=measure.vat, fx=measure.fx)
        lines = [*said, *lines]
    title = f"{source.id}: {title_of(asked, at)}"
    fields = tuple((each.partition(": ")[0], each.partition(": ")[2]) for each in lines if ": " in each)
    return said_article(
        runtime,
        source,
        title=title,
        fields=fields or (("series", words),),
        key=f"point:{found.rule.id}:{found.rule.version}:{asked.path}:{at}",
        subject=subject_of(found.rule, asked, source.id),
        at=at,
        seen=found.seen,
    )


def said_article(
    runtime: Runtime,
    source: WatchedSource,
    *,
    title: str,
    fields: tuple[tuple[str, str], ...],
    key: str,
    subject: str,
    at: datetime,
    seen: datetime,
) -> Article:
    """What is known of something that no article tells of, as a text: a title, and a line for each field."""
    made = draft_row(Row(key=key, label=title, fields=fields), language="en")
    id_ = article_id(SourceId(source.id), f"{key}:{seen}")
    publisher = runtime.publishers.of(
        link_host="", origin_host="", origin_name="", source=source.id, trust=source.trust
    )
    return Article(
        id=id_,
        revision=1,
        source=SourceId(source.id),
        story=StoryId(id_),
        subject=subject,
        title=title,
        link=None,
        host="",
        author="",
        publisher=publisher.name,
        trust=publisher.trust,
        text=made.text,
        zones=made.zones,
        text_sha256=made.text_sha256,
        text_state=TextState.FULL,
        language="en",
        published=min(at, seen),
        seen=seen,
        fetched=seen,
    )


def free(turn: Turn, article: Article) -> Article:
    """The article under an id that nothing has yet: points may be corrected to and fro."""
    number, id_ = 1, article.id
    while turn.articles.taken([id_]):
        number += 1
        id_ = article_id(article.source, f"{article.id}:{number}")
    return replace(article, id=id_, story=StoryId(id_))


def keep_article(turn: Turn, runtime: Runtime, article: Article, *, kind: str, at: datetime) -> Stored:
    """Store such a text and that it was judged; no later article is compared with it."""
    new = NewArticle(
        number=None,
        article=article,
        story_reason=Reason.FOUNDED,
        link_key=None,
        title_key=title_key(article.title),
        keys=(),
        entry_sha256=hashlib.sha256(article.id.encode()).hexdigest(),
        event_time=at,
        mark=LIVE,
        kind=kind,
        at=article.seen,
        keep_body=True,
    )
    return turn.articles.add(
        [new], document=0, rule_set=runtime.rule_set.version, reading_version=runtime.reading_version
    )[0]
