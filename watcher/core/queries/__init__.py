"""The rule language on one line, for searches, routes, digests and silences; never looks at a file, store or clock."""

from __future__ import annotations

from watcher.core.queries.grammar import parse_query, read_query
from watcher.core.queries.judge import AlertView, TextClause, matches
from watcher.core.queries.kinds import Names, QueryKind, alert_kinds, search_kinds
from watcher.core.queries.plan import SearchPlan, to_search
from watcher.core.queries.tree import Field, Join, Node, Query, Term, asks_for, long_form

__all__ = [
    "AlertView",
    "Field",
    "Join",
    "Names",
    "Node",
    "Query",
    "QueryKind",
    "SearchPlan",
    "Term",
    "TextClause",
    "alert_kinds",
    "asks_for",
    "long_form",
    "matches",
    "parse_query",
    "read_query",
    "search_kinds",
    "to_search",
]
