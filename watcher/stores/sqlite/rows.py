"""Rows of the database as nouns of the core, for every table module that reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from watcher.core.model import Article, ArticleId, SourceId, StoryId, TextState, Trust, Zone, ZoneSpan
from watcher.stores.sqlite.times import from_us

ARTICLE_COLUMNS = (
    "a.id, a.revision, a.source, a.story, a.subject, a.title, a.link, a.host, a.author, a.publisher, a.trust, "
    "a.text_sha256, a.text_state, a.language, a.published, a.seen, a.fetched, a.flags, t.text, "
    "(select r.zones from readings r where r.text = t.number limit 1)"
)
ARTICLE_JOIN = "join texts t on t.article = a.number and t.revision = a.revision"
ARTICLE_WIDTH = 20

_ZONES = msgspec.json.Decoder(list[tuple[Zone, int, int]])


def article_of(row: Sequence[Any]) -> Article:
    """An article from a row of `ARTICLE_COLUMNS`; a pruned text is its title alone."""
    text = row[18] if row[18] is not None else row[5]
    zones = _ZONES.decode(row[19]) if row[19] is not None and row[18] is not None else [(Zone.TITLE, 0, len(row[5]))]
    return Article(
        id=ArticleId(row[0]),
        revision=row[1],
        source=SourceId(row[2]),
        story=StoryId(row[3]),
        subject=row[4],
        title=row[5],
        link=row[6],
        host=row[7],
        author=row[8],
        publisher=row[9],
        trust=Trust(row[10]),
        text=text,
        zones=tuple(ZoneSpan(zone=zone, start=start, end=end) for zone, start, end in zones),
        text_sha256=row[11],
        text_state=TextState(row[12]),
        language=row[13],
        published=from_us(row[14]),
        seen=from_us(row[15]),
        fetched=from_us(row[16]),
        flags=tuple(json.loads(row[17])),
    )
