"""The tree of routes read from the configuration: who has what from whom; notes what can never be reached.

Never asks what an alert is: that is for the queries to say when there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from watcher.channels.base import Channel
from watcher.config.blocks import Top
from watcher.config.calling import check_calling, escalate_of, mute_of
from watcher.config.model import RouteConfig
from watcher.config.naming import check_name, pairs, query_at, texts
from watcher.config.recipients import NOBODY
from watcher.config.sheet import Sheet
from watcher.config.ways import RouteBlock
from watcher.config.words import MISSING
from watcher.core.queries import Field, Join, Node, Query, long_form
from watcher.core.rules.holding import Holding
from watcher.core.telling.branches import circle, lineage
from watcher.core.telling.recipients import MARK
from watcher.core.values import duration_text

CIRCLE, NEVER_REACHED, TAKES_NOTHING = "C050", "C051", "C052"
WHOM = ("channels", "recipients")
"""Whom a route tells: a branch that names either has neither from its parent."""
INHERITED = (
    *WHOM,
    *("zone", "wait", "quiet", "group", "after_quiet", "unless_new"),
    *("mute", "passes", "escalate"),
)
"""What a branch has from its parent where it does not say it itself."""
_EXCLUSIVE = frozenset({"severity", "rule", "source", "trust", "language", "route", "story", "state", "event"})
"""Fields of which an alert has one value, so that two clauses on it may rule each other out."""


def check_ways(sheet: Sheet) -> None:
    """Every channel, recipient and route that a route or a digest names is there."""
    known = {section: [str(key.value) for key, _ in pairs(sheet, section)] for section in ("recipients", "routes")}
    for section in ("routes", "digests"):
        for key, block in pairs(sheet, section):
            place = (section, str(key.value))
            for path, node in texts(block.get("recipients"), (*place, "recipients")):
                check_name(sheet, "recipient", known["recipients"], path, node)
    for key, block in pairs(sheet, "routes"):
        for path, node in texts(block.get("under"), ("routes", str(key.value), "under")):
            check_name(sheet, "route", known["routes"], path, node)


def routes(sheet: Sheet, top: Top, channels: Mapping[str, Channel]) -> dict[str, RouteConfig]:
    """The routes whose queries can be read; all queries are checked, even where the rest of the file is wrong."""
    queries = {
        str(key.value): query_at(sheet, block.get("when"), ("routes", str(key.value), "when"), health=True)
        for key, block in pairs(sheet, "routes")
    }
    parents = {name: route.under for name, route in top.routes.items()}
    found = {}
    for key, block in pairs(sheet, "routes"):
        name = str(key.value)
        line = lineage(parents, name)
        if name not in parents or (parents[line[0]] in queries and parents[line[0]] not in parents):
            continue  # it, or one above it, has a mistake: what it inherits nobody knows
        if (round_ := circle(parents, name)) or circle(parents, line[0]):
            if round_:
                text = f"the routes {' > '.join(round_)} stand under each other in a circle"
                sheet.note(CIRCLE, block.get("under"), ("routes", name, "under"), text)
            continue
        said = _effective([top.routes[each] for each in line])
        if parents[line[0]] is None:
            _check_whom(sheet, name, block, said, channels)
        wanted = [queries[each] for each in line]
        if None not in wanted:
            chain = tuple((each, query) for each, query in zip(line, wanted, strict=True) if query is not None)
            found[name] = _route(name, key.line, key.column, top.routes[name], said, chain)
            _warn(sheet, name, block, chain)
        _check_timers(sheet, name, block, said)
        check_calling(sheet, name, block, said)
    _warn_of_siblings(sheet, queries, found)
    return found


def named(channels: tuple[str, ...] | None, recipients: tuple[str, ...] | None) -> tuple[str, ...]:
    """Whom a route or digest tells, each once; recipients are marked."""
    return tuple(dict.fromkeys((*(channels or ()), *(MARK + each for each in recipients or ()))))


def _effective(line: list[RouteBlock]) -> dict[str, Any]:
    """What holds for the last of these, each standing under the one before it."""
    said: dict[str, Any] = {name: RouteBlock.model_fields[name].default for name in INHERITED}
    for block in line:
        written = block.model_fields_set.intersection(INHERITED)
        if written.intersection(WHOM):
            said |= dict.fromkeys(WHOM)
        said |= {name: getattr(block, name) for name in written}
    return said


def _route(
    name: str, line: int, column: int, block: RouteBlock, said: Mapping[str, Any], chain: tuple[tuple[str, Query], ...]
) -> RouteConfig:
    asked = [query for _, query in chain if query.text.strip()]
    whole = asked[0] if len(asked) == 1 else Query(text=" ".join(f"({each.text})" for each in asked), root=_all(asked))
    return RouteConfig(
        id=name,
        channels=named(said["channels"], said["recipients"]),
        zone=said["zone"],
        when=block.when,
        query=whole,
        line=line,
        column=column,
        holding=Holding(
            wait=said["wait"],
            quiet=said["quiet"],
            group=(said["group"],),
            after_quiet=said["after_quiet"],
            unless_new=said["unless_new"],
        ),
        under=block.under,
        also=block.also,
        mute=mute_of(said),
        escalate=escalate_of(said),
    )


def _all(queries: list[Query]) -> Join:
    return Join(all=tuple(query.root for query in queries))


def _check_whom(sheet: Sheet, name: str, block: Any, said: Mapping[str, Any], channels: Mapping[str, Channel]) -> None:
    """A route tells somebody."""
    if not said["channels"] and not said["recipients"]:
        sheet.note(MISSING, block, ("routes", name), '"channels" is missing')
    check_somebody(sheet, ("routes", name), block, channels)


def check_somebody(sheet: Sheet, path: tuple[str, ...], block: Any, channels: Mapping[str, Channel]) -> None:
    """Every channel that a route or digest itself names has somebody to go to."""
    for place, node in texts(block.get("channels"), (*path, "channels")):
        each = channels.get(str(node.value))
        if each is not None and not each.recipients():
            text = f'the channel "{node.value}" has nobody in its own `to`; name recipients instead'
            sheet.note(NOBODY, node, place, text)


def _check_timers(sheet: Sheet, name: str, block: Any, said: Mapping[str, Any]) -> None:
    wait, quiet = said["wait"], said["quiet"]
    if wait and quiet and wait > quiet:
        text = f"wait {duration_text(wait)} is longer than quiet {duration_text(quiet)}"
        key = next((key for key, each in pairs(sheet, "routes") if each is block), None)
        sheet.note("R042", key, ("routes", name), text)


def _warn(sheet: Sheet, name: str, block: Any, chain: tuple[tuple[str, Query], ...]) -> None:
    """What a branch can never take, because it contradicts its parents."""
    own = chain[-1][1]
    for above, query in chain[:-1]:
        for theirs, ours in ((a, b) for a in _clauses(query.root) for b in _clauses(own.root) if a.name == b.name):
            if not _may_both(theirs, ours):
                text = (
                    f"it can take nothing: {ours.name}:{','.join(ours.values)} here, "
                    f'{theirs.name}:{",".join(theirs.values)} in "{above}" above it'
                )
                sheet.note(TAKES_NOTHING, block.get("when"), ("routes", name, "when"), text, "warning")
    if len(chain) == 1 and block.get("also") is not None:
        text = "it stands under no route, so there is nothing to take beside; routes are each asked by themselves"
        sheet.note(NEVER_REACHED, block.get("also"), ("routes", name, "also"), text, "warning")


def _clauses(node: Node) -> Iterator[Field]:
    """The clauses that must hold, each of a field that has one value."""
    match node:
        case Field() if node.name in _EXCLUSIVE:
            yield node
        case Join(same=None):
            for child in node.all:
                yield from _clauses(child)


def _may_both(one: Field, other: Field) -> bool:
    """Whether some value may meet both."""
    loose = any("*" in value or "?" in value or value == "any" for value in (*one.values, *other.values))
    return loose or not set(one.values).isdisjoint(other.values)


def _warn_of_siblings(sheet: Sheet, queries: Mapping[str, Query | None], found: Mapping[str, RouteConfig]) -> None:
    """Branches that an earlier one, which takes all that they would, never lets anything come to."""
    at = {str(key.value): key for key, _ in pairs(sheet, "routes")}
    for first, later in combinations(found.values(), 2):
        if first.under is None or first.under != later.under or first.also or later.also:
            continue
        one, other = queries[first.id], queries[later.id]
        if one is not None and other is not None and _takes_all(one, other):
            text = (
                f'it is never reached: "{first.id}" before it takes the same instead; add also: true to one, or move it'
            )
            sheet.note(NEVER_REACHED, at[later.id], ("routes", later.id), text, "warning")


def _takes_all(one: Query, other: Query) -> bool:
    """Whether each term of the one surely holds where the other does; of terms that differ in form it says no."""
    theirs = list(_terms(other.root))
    return all(any(_follows(term, from_) for from_ in theirs) for term in _terms(one.root))


def _terms(node: Node) -> Iterator[tuple[bool, Node]]:
    """What must hold (True) or must not (False), side by side."""
    match node:
        case Join(any=(), same=None):
            for child in node.all:
                yield from _terms(child)
            yield from ((False, child) for child in node.none)
        case _:
            yield True, node


def _follows(term: tuple[bool, Node], from_: tuple[bool, Node]) -> bool:
    """Whether a term holds because another does: they say the same, or this one allows more values of a field."""
    (wanted, one), (given, other) = term, from_
    if wanted != given:
        return False
    if wanted and isinstance(one, Field) and isinstance(other, Field):
        return one.name == other.name and set(other.values) <= set(one.values)
    return long_form(one) == long_form(other)
