"""Rules that tell too much or nothing, by what is stored; it only reads, and changes no rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watcher.core.errors import Problem
from watcher.core.rules.model import Rule
from watcher.core.rules.noise import LATELY, marked_down, matched_much, silent_long, told_twice
from watcher.core.yaml.strict import load
from watcher.stores.sqlite.marks import MarkTable
from watcher.stores.sqlite.sessions import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Noisy:
    """One thing that speaks against a rule; `code` is that of the lint, "" for what people said."""

    rule: Rule
    says: str
    code: str


def noisy(path: Path, rules: Sequence[Rule], now: datetime) -> list[Noisy]:
    """All that speaks against rules, in their order. Raises StoreError."""
    with reading(path) as db:
        table = MarkTable(db)
        articles = table.articles(now - LATELY)
        counts = table.counts([rule.id for rule in rules], now - LATELY)
        beside = {rule.id: table.together(rule.id, now - LATELY) for rule in rules}
    found: list[Noisy] = []
    for rule, count in zip(rules, counts, strict=True):
        if rule.mode == "paused":
            continue
        much, silent = matched_much(count.lately, articles), silent_long(count.last, count.loaded, now)
        marked = marked_down(count.relevant, count.not_relevant)
        found += [Noisy(rule=rule, says=says, code="R071") for says in (much, silent) if says]
        raised, others = beside[rule.id]
        twice = told_twice(raised, (each for each in rules if each.id in others), rule)
        found += [Noisy(rule=rule, says=says, code="") for says in (marked, twice) if says]
    return found


def history_problems(
    path: Path, rules: Sequence[Rule], files: Sequence[tuple[str, bytes]], now: datetime
) -> Iterator[Problem]:
    """What history says against rules as warnings at their ids. Raises StoreError."""
    contents = dict(files)
    for each in noisy(path, rules, now):
        if each.code:
            line, column = _place(each.rule, contents.get(each.rule.file))
            text = f'rule "{each.rule.id}" {each.says}'
            yield Problem(file=each.rule.file, line=line, column=column, code=each.code, text=text, level="warning")


def _place(rule: Rule, content: bytes | None) -> tuple[int, int]:
    """Where the rule's id stands."""
    root = load(content, rule.file)[0] if content is not None else None
    rules = root.get("rules") if root is not None else None
    for node in rules.items if rules is not None else ():
        id_ = node.get("id")
        if id_ is not None and id_.value == rule.id:
            return id_.line, id_.column
    return rule.line, 1
