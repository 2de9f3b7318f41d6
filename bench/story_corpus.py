"""How well stories are told apart on labelled news beside the checkout: with links, with events, and without.

The same code and points read minerals and trade controls, and general news of another kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watcher.app.understanding import Reader, day_of, read_article, reader

from bench.corpus import CORPUS, ROOT, Row, corpus
from bench.measure import table
from watcher.core.articles.drafts import draft
from watcher.core.model import Entry
from watcher.core.stories.model import Newcomer
from watcher.core.stories.shelf import Shelf
from watcher.core.stories.titles import title_key
from watcher.core.urls import canonical_url

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def scores() -> None:
    """Print the figures."""
    made, problems = reader(ROOT)
    if made is None or not (CORPUS / "dev").is_dir():
        print(f"no labelled news at {CORPUS}" if made else problems[0].text)
        return
    data = corpus()
    general: list[Row] = _rows(CORPUS / "dev" / "clustering" / "ecbplus.jsonl")
    read = {row["id"]: _newcomer(made, row, at) for at, row in enumerate([*data.articles.values(), *general])}
    lines = []
    for name, ids, gold in (
        ("minerals", data.articles, data.gold),
        ("general", [row["id"] for row in general], general),
    ):
        for how, strip in _WAYS.items():
            found = data.score.bcubed(gold, _placed(replace(read[id_], **strip) for id_ in ids))
            pairs = found["pairs"]["f1"]
            lines.append((f"{name}, {how}", found["bcubed"]["f1"], found["bcubed_multi"]["f1"], pairs))
    table(["stories", "BCubed", "of two or more", "pairs"], lines)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


_WAYS: Mapping[str, dict[str, Any]] = {
    "all": {},
    "without links": {"link_key": None},
    "without events": {"account": None},
    "without events and links": {"account": None, "link_key": None},
    "text alone": {"account": None, "link_key": None, "named": ()},
}


def _placed(articles: Iterable[Newcomer]) -> dict[str, Row]:
    shelf = Shelf()
    return {each.id: {"story_id": shelf.place(each).story} for each in articles}


def _newcomer(made: Reader, row: Row, number: int) -> Newcomer:
    reading, day, owner = read_article(made, row)
    understood = made.understand(reading, day, owner)
    drafted = draft(
        Entry(title=row["title"], link=row.get("url") or None, content_html=row["text"]),
        fetched=_LONG_AGO,
        language=row["language"],
    )
    told = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC) if day_of(row.get("date") or "") else None
    return Newcomer(
        id=row["id"],
        source=f"file:{number}",
        title=drafted.title,
        text=drafted.text,
        link_key=canonical_url(drafted.link) if drafted.link else None,
        title_key=title_key(drafted.title),
        text_sha256=drafted.text_sha256,
        seen=told or _LONG_AGO,
        told=told,
        zones=drafted.zones,
        account=understood.account,
        named=understood.named,
        facts=understood.facts,
    )
