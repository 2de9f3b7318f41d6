"""How well stories are told apart on labelled news beside the checkout: with links, with events, and without.

The same code and points read minerals and trade controls, and general news of another kind.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from bench.corpus import CORPUS, classifier_of
from bench.measure import table
from watcher.app.classifying import Classifier, FileArticle, drafted_of, newcomer_of, time_of
from watcher.core.stories.model import Newcomer
from watcher.core.stories.shelf import Shelf

Row = Mapping[str, Any]
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_MINERALS = ("", "hard_negatives/")
_WAYS: Mapping[str, dict[str, Any]] = {
    "all": {},
    "without links": {"link_key": None},
    "without events": {"account": None},
    "without events and links": {"account": None, "link_key": None},
    "text alone": {"account": None, "link_key": None, "named": ()},
}


def scores() -> int:
    """Print the figures."""
    if not (CORPUS / "dev").is_dir():
        print(f"no labelled news at {CORPUS}; it is not part of the project")
        return 0
    classifier = classifier_of()
    if classifier is None:
        return 1
    score = _scorer()
    general = _rows("clustering/ecbplus.jsonl")
    minerals = [row for folder in _MINERALS for row in _rows(f"{folder}articles.jsonl")]
    labels = [row for folder in _MINERALS for row in _rows(f"{folder}gold.jsonl")]
    lines = []
    for name, articles, gold in (("minerals", minerals, labels), ("general", general, general)):
        read = [_newcomer(classifier, row, at) for at, row in enumerate(articles)]
        ways = {how: [replace(each, **stripped) for each in read] for how, stripped in _WAYS.items()}
        ways["all, a source for every host"] = [
            replace(each, source=urlsplit(each.link_key).netloc) if each.link_key else each for each in read
        ]
        for how, newcomers in ways.items():
            found = score.bcubed(gold, _placed(newcomers))
            figures = (found["bcubed"]["f1"], found["bcubed_multi"]["f1"], found["pairs"]["f1"])
            lines.append((f"{name}, {how}", *figures))
    table(["stories", "BCubed", "of two or more", "pairs"], lines)
    return 0


def _placed(articles: Iterable[Newcomer]) -> dict[str, Row]:
    shelf = Shelf()
    return {each.id: {"story_id": shelf.place(each).story} for each in articles}


def _newcomer(classifier: Classifier, row: Row, number: int) -> Newcomer:
    fields = {name: row.get(name) for name in ("id", "title", "url", "date", "language", "text")}
    article = FileArticle(**fields)
    drafted, told = drafted_of(article), time_of(article.date)
    understood = classifier.understander.understand(classifier.reading(drafted, told))
    return newcomer_of(row["id"], drafted, told, understood, number)


def _rows(name: str) -> Sequence[Row]:
    path: Path = CORPUS / "dev" / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
