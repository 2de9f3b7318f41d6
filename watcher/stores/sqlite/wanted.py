"""The plan of a search as SQL over articles (`a`) and their texts (`t`): conditions that every hit fulfils.

What SQL can't tell (zones, spelling, patterns, one sentence) is left to `verifying`; never puts a word into SQL text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.core.errors import WatcherError
from watcher.core.model import Zone
from watcher.core.queries.plan import (
    ColumnFilter,
    Phrase,
    PlanJoin,
    PlanNode,
    SearchPlan,
    TextFilter,
    TimeFilter,
)
from watcher.core.text.search import query_words
from watcher.stores.sqlite.times import to_us

MAX_PHRASES = 32
"""A search of more words than this is refused; nobody types it, and each costs a look into the index."""
_MAX_VALUES = 500
_COLUMNS = {"trust": "a.trust", "language": "a.language"}


class TooMuch(WatcherError):
    """A search asks for more than one search may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Conditions of a search. `match` is an FTS5 expression that drives it, or None.

    `where` holds for every hit; where `exact` is False it holds for more, and `leaves` are the SQL of the nodes that
    the verification needs to know of a row.
    """

    match: str | None
    where: str
    parameters: Mapping[str, object]
    exact: bool
    leaves: tuple[tuple[PlanNode, str], ...]


@dataclass(slots=True, kw_only=True)
class _Builder:
    """Collects parameters; every value that a person wrote becomes one."""

    events: Mapping[str, tuple[str, ...]]
    parameters: dict[str, object] = field(default_factory=dict)
    leaves: dict[PlanNode, str] = field(default_factory=dict)
    phrases: int = 0

    def bind(self, value: object) -> str:
        if len(self.parameters) >= _MAX_VALUES:
            raise TooMuch(f"a search takes at most {_MAX_VALUES} values; narrow it")
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def bind_all(self, values: tuple[str, ...]) -> str:
        return ", ".join(self.bind(value) for value in values)


def wanted(plan: SearchPlan, events: Mapping[str, tuple[str, ...]]) -> Wanted:
    """The conditions of a plan. Args: events - by event type, the rules that report it. Raises TooMuch."""
    count = _phrases(plan.root)
    if count > MAX_PHRASES:
        raise TooMuch(f"a search takes at most {MAX_PHRASES} words or phrases, this one has {count}; narrow it")
    builder = _Builder(events=events)
    match, rest = _driver(plan.root)
    exact = is_exact(plan.root)
    where = _upper(builder, rest) if rest is not None else "1"
    if not exact:
        _leaves(builder, plan.root)
    return Wanted(
        match=match,
        where=where,
        parameters=builder.parameters,
        exact=exact,
        leaves=tuple(builder.leaves.items()),
    )


def is_exact(node: PlanNode) -> bool:
    """Whether SQL alone can tell that a row fulfils the node."""
    match node:
        case TextFilter():
            plain = all(each.exact is None and not each.ends for each in node.phrases)
            return plain and not node.patterns and node.zones in ((), (Zone.TITLE,))
        case PlanJoin():
            return node.same is None and all(is_exact(child) for child in (*node.all, *node.any, *node.none))
        case _:
            return True


def _phrases(node: PlanNode) -> int:
    match node:
        case TextFilter():
            return len(node.phrases) + len(node.patterns)
        case PlanJoin():
            return sum(_phrases(child) for child in (*node.all, *node.any, *node.none))
        case _:
            return 0


def _driver(root: PlanNode) -> tuple[str | None, PlanNode | None]:
    """An FTS5 expression that every hit fulfils, and what is left to ask (None: nothing)."""
    match root:
        case TextFilter():
            whole = match_of(root)
            return whole, None if whole is not None and not root.languages else root
        case PlanJoin(same=None, any=()):
            found = [(child, match_of(child)) for child in root.all]
            rest = tuple(
                child for child, match in found if match is None or not isinstance(child, TextFilter) or child.languages
            )
            joined = " AND ".join(f"({match})" for _, match in found if match is not None)
            return joined or None, PlanJoin(all=rest, none=root.none) if rest or root.none else None
        case PlanJoin():
            return match_of(root), root
        case _:
            return None, root


def match_of(node: PlanNode) -> str | None:
    """An FTS5 expression that holds wherever the node does; None if the index knows nothing of it."""
    match node:
        case TextFilter():
            if node.patterns or not node.phrases or any(each.ends for each in node.phrases):
                return None
            alternatives = " OR ".join(_quoted(each) for each in node.phrases)
            return f"title : ({alternatives})" if node.zones == (Zone.TITLE,) else alternatives
        case PlanJoin():
            parts = [found for child in node.all if (found := match_of(child)) is not None]
            either = [match_of(child) for child in node.any]
            if either and None not in either:
                parts.append(" OR ".join(f"({each})" for each in either))
            return " AND ".join(f"({part})" for part in parts) or None
        case _:
            return None


def _quoted(phrase: Phrase) -> str:
    """A phrase as an FTS5 string: quoted, so that no word of it is an operator."""
    text, begun = query_words(phrase.text)
    quoted = '"' + text.replace('"', '""') + '"'
    return quoted + " *" if begun or phrase.begins else quoted


def _upper(builder: _Builder, node: PlanNode) -> str:
    """SQL that holds wherever the node does, and maybe elsewhere."""
    match node:
        case PlanJoin():
            parts = [_upper(builder, child) for child in node.all]
            if node.any:
                parts.append("(" + " or ".join(_upper(builder, child) for child in node.any) + ")")
            if node.same is None:  # what one sentence must not say, another may
                parts.extend(f"not ({_exactly(builder, child)})" for child in node.none if is_exact(child))
            return " and ".join(f"({part})" for part in parts) or "1"
        case TextFilter() if match_of(node) is None:
            return "1"
        case _:
            return _exactly(builder, node)


def _exactly(builder: _Builder, node: PlanNode) -> str:
    """SQL of an exact node; of an inexact one, what `_upper` says."""
    match node:
        case PlanJoin():
            return _upper(builder, node)
        case TextFilter():
            return _text(builder, node)
        case TimeFilter():
            sign = ">=" if node.side == "after" else "<"
            return f"a.event_time {sign} {builder.bind(to_us(node.moment))}"
        case ColumnFilter():
            return _column(builder, node)


def _text(builder: _Builder, node: TextFilter) -> str:
    found = match_of(node)
    says = "1"
    if found is not None:
        says = f"exists (select 1 from search s2 where search match {builder.bind(found)} and s2.rowid = a.number)"
    if node.languages:
        says += f" and a.language in ({builder.bind_all(node.languages)})"
    return says


def _column(builder: _Builder, node: ColumnFilter) -> str:
    values = node.values
    match node.column:
        case "event":
            rules = tuple(dict.fromkeys(rule for value in values for rule in builder.events.get(value, ())))
            says = _matched(f"m.rule in ({builder.bind_all(rules)})")
        case "rule":
            says = _matched(_globs(builder, "m.rule", values))
        case "severity":
            says = _matched(f"m.severity in ({builder.bind_all(values)})")
        case "state":
            says = f"a.subject in (select subject from alerts where state in ({builder.bind_all(values)}))"
        case "story":
            found = f"select coalesce(merged_into, id) from stories where id in ({builder.bind_all(values)})"
            says = f"a.story in ({found})"
        case "source":
            says = _globs(builder, "a.source", values)
        case _:
            says = f"{_COLUMNS[node.column]} in ({builder.bind_all(values)})"
    return says


def _globs(builder: _Builder, column: str, patterns: tuple[str, ...]) -> str:
    """That the column fits a pattern; GLOB writes `[!x]` as `[^x]`."""
    return " or ".join(f"{column} glob {builder.bind(pattern.replace('[!', '[^'))}" for pattern in patterns)


def _matched(condition: str) -> str:
    """Articles with a match that fulfils the condition; matches are few, so they are looked up first."""
    return (
        "a.number in (select o.article from matches m join observations o on o.number = m.observation "
        f"where {condition})"
    )


def _leaves(builder: _Builder, node: PlanNode) -> None:
    """Note the SQL of every node that SQL can tell, for the verification of the whole."""
    if isinstance(node, PlanJoin):
        for child in (*node.all, *node.any, *node.none):
            # Under `same` words must be found again in one sentence, so SQL's answer is no use.
            if node.same is None or not isinstance(child, TextFilter):
                _leaves(builder, child)
    elif is_exact(node) and node not in builder.leaves:
        builder.leaves[node] = _exactly(builder, node)
