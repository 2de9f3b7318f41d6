"""Stored articles judged again by other rules, in the order in which they came: the very steps of the live run.

Matching is shared out to processes, since it looks at every article; deciding goes one by one, on tables of its own.
Nothing is stored and nobody is told.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from heapq import merge
from multiprocessing.pool import Pool
from pathlib import Path

from watcher.app.replayed_moves import Move, moves
from watcher.core.articles.rows import Text, with_row
from watcher.core.ledger import NewArticle, Stored
from watcher.core.model import Reason
from watcher.core.rules.evaluate import look
from watcher.core.rules.model import Node, Rule
from watcher.core.rules.narrowing import Narrow, narrow
from watcher.core.text.reading import Reading, reading_of
from watcher.core.understanding.understander import Understander
from watcher.pipeline.judging.items import Item
from watcher.pipeline.judging.requiring import Requiring
from watcher.pipeline.judging.verdicts import MATTER, judge_all
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.taking_in.closing import close_before
from watcher.stores.base import Turn
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.articles import SqliteArticles
from watcher.stores.sqlite.replaying import Observation, Replayed, ReplayTable, Span
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.shadow import forget_decisions, shadowed

ARTICLES = frozenset({"article", "table"})
"""What is judged by the text of articles and rows."""
SUBJECTS = ARTICLES | {MATTER}
"""What rules must judge to be replayed; what happened to dates, series and sources is not judged again."""
PROCESSES = 2
ALONE = 3_000
"""So many observations are matched in this process: to start others takes longer."""
_CHUNK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is looked at: observations in order, and how they were narrowed, in words."""

    numbers: tuple[int, ...]
    of: int
    by: str


@dataclass(slots=True, kw_only=True)
class Matched:
    """What matching found: by observation the row of its article; `gone` counts texts that are no longer kept."""

    rows: dict[int, int] = field(default_factory=dict)
    gone: int = 0
    unread: int = 0


def plan(path: Path, rules: Sequence[Rule], span: Span) -> Plan:
    """The observations that could match; by words or types of event where every rule must have some."""
    bound = narrow(node for rule in rules for node in asked_of(rule))
    with reading(path) as db:
        table = ReplayTable(db)
        numbers = table.numbers(span)
        found, by = _narrowed(table, span, bound)
    if found is None:
        return Plan(numbers=tuple(numbers), of=len(numbers), by="all of them")
    return Plan(numbers=tuple(number for number in numbers if number in found), of=len(numbers), by=by)


def _narrowed(table: ReplayTable, span: Span, bound: Narrow) -> tuple[set[int] | None, str]:
    found: set[int] | None = None
    by = []
    if bound.words:
        found = table.with_words(span, bound.words)
        by.append("the words that they must have")
    if bound.types:
        typed = table.with_types(span, bound.types)
        found = typed if found is None else found & typed
        by.append("the events that they must tell of")
    return found, " and ".join(by)


def asked_of(rule: Rule) -> Iterator[Node]:
    """The conditions by which an article can do something to a rule: what it matches, and what its requirement asks."""
    yield rule.when
    if rule.require is not None:
        yield from rule.require.nodes


def matched(path: Path, runtime: Runtime, numbers: Sequence[int], *, alone: int = ALONE) -> Matched:
    """The observations that some rule matches or that do something to one; in two processes if more than `alone`."""
    done = Matched()
    if len(numbers) <= alone or "fork" not in multiprocessing.get_all_start_methods():
        for part in _chunks(numbers):
            _add(done, _match(path, runtime, part))
        return done
    with _forked(lambda part: _match(path, runtime, part)) as pool:
        for found in pool.imap_unordered(_call, _chunks(numbers)):
            _add(done, found)
    return done


def _chunks(numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for at in range(0, len(numbers), _CHUNK):
        yield tuple(numbers[at : at + _CHUNK])


_work: list[Callable[[tuple[int, ...]], Matched]] = []


def _call(part: tuple[int, ...]) -> Matched:
    return _work[-1](part)


def _match(path: Path, runtime: Runtime, numbers: Sequence[int]) -> Matched:
    """Match some observations."""
    done = Matched()
    understander = _understander(runtime)
    besides = [node for rule in runtime.rules.rules if rule.require is not None for node in asked_of(rule)]
    with reading(path) as db:
        earlier = SqliteArticles(db).text
        for each in ReplayTable(db).load(numbers):
            if not each.kept:
                done.gone += 1
                continue
            done.unread += each.reading is None and understander is not None
            text = reading_as(each, understander, earlier)
            matches = runtime.rules.judge_all(text).matching()
            if matches or any(look(node, text).holds for node in besides):
                done.rows[each.number] = each.row
    return done


@contextmanager
def _forked(work: Callable[[tuple[int, ...]], Matched]) -> Iterator[Pool]:
    """Processes that have the work, rules and names and all, from their birth."""
    _work.append(work)
    try:
        with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
            yield pool
    finally:
        _work.pop()


def _add(done: Matched, found: Matched) -> None:
    done.rows.update(found.rows)
    done.gone += found.gone
    done.unread += found.unread


def _understander(runtime: Runtime) -> Understander | None:
    return runtime.rule_set.understander


def reading_as(
    each: Observation, understander: Understander | None, earlier: Callable[[int, int], Text | None]
) -> Reading:
    """The article as rules look at it: by what is stored of it, else as it would be read now.

    Args: earlier - the text of an article's row and revision: rules on tables ask what became of a row.
    """
    reading = reading_of(each.article, brief=True)
    understood = each.understood if understander is not None else None
    if understander is not None and understood is not None:
        understander.recall(reading, understood)
    if each.kind == "row":
        revision = each.article.revision
        before = earlier(each.row, revision - 1) if revision > 1 else None
        reading = with_row(reading, each.article.subject, before, known=revision > 1)
    return reading


def decide(path: Path, runtime: Runtime, found: Matched, history: Span, span: Span) -> list[Replayed]:
    """Decide in order what was found, and every later form of it; what lies before `span` only feeds requirements."""
    with shadowed(path) as turn:
        table = ReplayTable(turn.db)
        turn.alerts.load_rules(runtime.rule_set, span.until)
        numbers = _in_order(table, found, history)
        silent = history.since != span.since
        for each in _stream(turn, table, runtime, numbers, history):
            if silent and span.since is not None and each.seen >= span.since:
                forget_decisions(turn.db)
                silent = False
            _judge(turn, table, runtime, each)
        if silent:
            forget_decisions(turn.db)
        requiring = Requiring.of(turn, runtime, {})
        if requiring is not None:
            requiring.until(span.until)
        return table.decided()


def _in_order(table: ReplayTable, found: Matched, span: Span) -> list[int]:
    """What was found and all later observations of the same articles, in the order of judging."""
    first: dict[int, int] = {}
    for number, row in found.rows.items():
        first[row] = min(first.get(row, number), number)
    wanted = {number for row, number in table.later(first, span) if number >= first[row]}
    return [number for number in table.numbers(span) if number in wanted]


def _stream(
    turn: SqliteTurn, table: ReplayTable, runtime: Runtime, numbers: Sequence[int], span: Span
) -> Iterator[Observation | Move]:
    """Observations and what they did to matters, in the order of judging."""
    kept = (each for each in table.load(numbers) if each.kept)
    if all(rule.subject != MATTER for rule in runtime.rule_set.rules):
        return kept
    done = moves(turn, table, _understander(runtime), span)
    return merge(kept, done, key=lambda each: (each.seen, isinstance(each, Move)))


def _judge(turn: SqliteTurn, table: ReplayTable, runtime: Runtime, each: Observation | Move) -> None:
    """One observation through the steps of the live run."""
    close_before(turn, each.seen)
    if isinstance(each, Move):
        number = each.live if each.live is not None else table.observe_anew(each.row, each.seen)
        if each.live is not None:
            table.observe(each.live)
        judge_all(turn, runtime, [(Stored(number=each.row, observation=number), each.item)], each.seen)
        return
    item = _item(turn, runtime, each)
    table.observe(each.number)
    judge_all(turn, runtime, [(Stored(number=each.row, observation=each.number), item)], each.seen)


def _item(turn: Turn, runtime: Runtime, each: Observation) -> Item:
    """The observation as it went through its turn, with what was known of the article before."""
    article, revised = each.article, each.article.revision > 1
    understander = _understander(runtime)
    reading = reading_as(each, understander, turn.articles.text)
    before = turn.articles.text(each.row, article.revision - 1) if revised else None
    return Item(
        new=NewArticle(
            number=each.row if revised else None,
            article=article,
            story_reason=Reason(each.story_reason),
            link_key=None,
            title_key="",
            keys=(),
            entry_sha256="",
            event_time=each.event_time,
            mark=each.mark,
            kind=each.kind,
            at=each.seen,
            keep_body=True,
        ),
        reading=reading,
        prior=turn.alerts.prior(each.row) if revised else {},
        traces=turn.articles.traces(each.row, article.revision - 1) if revised and before is None else None,
        before=replace(reading_of(article, brief=True), text=before[0], zones=before[1]) if before else None,
    )
