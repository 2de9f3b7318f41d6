"""The matters that rule files declare: what each follows, and where it starts; all mistakes noted at once.

Never looks at an article but to judge an example of a rule. Source: the rule language, section 5, Matters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from watcher.conditions.base import Understanding
from watcher.conditions.event import EventCondition
from watcher.config.rules.clauses import Clauses
from watcher.config.rules.entries import Entry
from watcher.config.rules.examples import Read
from watcher.config.rules.page import Keys, Page, shape
from watcher.core.matters.model import LAPSED, Ladder, Matter, Standing, Transition, merged_ladder
from watcher.core.matters.moving import moves, stood
from watcher.core.matters.tellings import tellings, told_of
from watcher.core.rules.examples import Example, outcome, reading_of
from watcher.core.rules.model import Clause, Rule
from watcher.core.rules.model import Node as Tree
from watcher.core.text.spelling import did_you_mean
from watcher.core.understanding.understander import Understander
from watcher.core.yaml.strict import Node, plain

MATTER_KEYS = Keys(noun="a matter", allowed=("id", "title", "track", "status"), required=("title", "track"))
_EVENT = "event"
_MOST_TOLD = 12
"""Types that a message names at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One entry of `matters` in its file; `matter` is None if it can't be followed."""

    page: Page
    node: Node
    id: str
    matter: Matter | None
    ladder: Ladder


def read_matters(
    pages: Iterable[tuple[Page, Mapping[str, tuple[Node, Node]]]], clauses: Clauses
) -> dict[str, Declared]:
    """All matters of all files by id; an id that is taken, an unknown event or status is an error."""
    found: dict[str, Declared] = {}
    for page, keys in pages:
        for node in page.items(keys["matters"][1], "matters") if "matters" in keys else ():
            one = _read(page, node, clauses)
            if one is None:
                page.surely(node)
                continue
            if one.id in found:
                first = found[one.id]
                place = f"{first.page.name}:{first.node.line}"
                page.error(node.get("id") or node, "R010", f'id "{one.id}" is taken by {place}; choose another')
                continue
            found[one.id] = one
            clauses.context.matters[one.id] = one.ladder
    return found


def _read(page: Page, node: Node, clauses: Clauses) -> Declared | None:
    """One matter, with every fault of it noted."""
    keys = page.mapping(node, MATTER_KEYS)
    if node.kind != "mapping":
        return None
    id_ = page.text(keys["id"][1], "id") if "id" in keys else None
    if "id" not in keys:
        page.error(node, "R007", 'a matter has no "id"')
    elif id_ is not None and not page.good_name(keys["id"][1], "id"):
        id_ = None
    title = page.text(keys["title"][1], "title") if "title" in keys else None
    tracks = _tracks(page, keys["track"][1], clauses) if "track" in keys else ()
    status = page.text(keys["status"][1], "status") if "status" in keys else None
    types = frozenset[str]().union(*(track.types for track in tracks))
    if not tracks:
        types = _types_named(keys["track"][1] if "track" in keys else None, clauses)
    ladder = _ladder(types, clauses)
    if status is not None and ladder.steps and status not in ladder.statuses:
        _no_status(page, keys["status"][1], status, types, ladder)
    if id_ is None:
        return None
    if not tracks:
        return Declared(page=page, node=node, id=id_, matter=None, ladder=ladder)
    made = Matter(
        id=id_, title=title or id_, ladder=ladder, tracks=tracks, start=status, place=f"{page.name}:{node.line}"
    )
    return Declared(page=page, node=node, id=id_, matter=made, ladder=ladder)


def _tracks(page: Page, node: Node, clauses: Clauses) -> tuple[EventCondition, ...]:
    """What a matter follows: one event clause, or a list of them, any of which may fit."""
    items = page.items(node, "track") if node.kind == "sequence" else (node,)
    found: list[EventCondition] = []
    for at, item in enumerate(items):
        path = "track" if node.kind != "sequence" else f"track[{at}]"
        if item.kind != "mapping":
            page.error(item, "R008", f'"{path}" must be an event clause (a mapping), not {shape(item)}')
        elif item.get(_EVENT) is None:
            other = next((str(key.value) for key, _ in item.pairs), "nothing")
            page.error(item, "R012", f'"{path}" must be an event clause; it begins with "{other}"')
        else:
            clause = clauses.read(page, item, _EVENT, path)
            condition = clause.condition if clause is not None else None
            if isinstance(condition, EventCondition):
                # What is hedged or denied is noted with its matter, whatever a rule would take.
                found.append(condition if item.get("status") is not None else replace(condition, statuses=None))
    return tuple(found) if len(found) == len(items) else ()


def _no_status(page: Page, node: Node, status: str, types: Collection[str], ladder: Ladder) -> None:
    """Note a status that none of the types has."""
    hint = did_you_mean(status, ladder.statuses)
    if len(types) > _MOST_TOLD:
        page.error(node, "R021", f'no event has a status "{status}"{hint}')
        return
    every = f"; it has {', '.join(ladder.statuses)}"
    page.error(node, "R021", f'{", ".join(sorted(types))} has no status "{status}"{hint or every}')


def _types_named(node: Node | None, clauses: Clauses) -> frozenset[str]:
    """The types that a faulty track names; all that there are where one is not known, for that may be any of them."""
    understander = clauses.understanding()
    known = frozenset(understander.types) if understander is not None else frozenset[str]()
    named: set[str] = set()
    for item in (node.items or (node,)) if node is not None else ():
        value = item.get(_EVENT)
        values = (value.items or (value,)) if value is not None else ()
        named |= {str(each.value) for each in values} or {""}
    return frozenset(named) if named and named <= known else known


def _ladder(types: Collection[str], clauses: Clauses) -> Ladder:
    """One ladder of all types that are followed."""
    understander = clauses.understanding() if types else None
    known = understander.recognisers.types if understander is not None else ()
    return merged_ladder([(each.ladder, each.exits) for each in known if each.id in types])


def asked_matters(trees: Iterable[Tree | None]) -> frozenset[str] | None:
    """The matters that these conditions name; None for all."""
    found: set[str] = set()
    rest = [tree for tree in trees if tree is not None]
    while rest:
        tree = rest.pop()
        if not isinstance(tree, Clause):
            rest.extend((*tree.all, *tree.any, *tree.none))
        elif tree.condition.kind == "matter":
            ids: frozenset[str] | None = getattr(tree.condition, "ids", None)
            if ids is None:
                return None
            found |= ids
    return frozenset(found)


def check_was(entry: Entry, node: Node, was: str | None, matters: Mapping[str, Declared]) -> None:
    """Note a status that none of the rule's matters has."""
    asked = asked_matters((entry.rule.when,)) if entry.rule is not None else frozenset()
    known = [
        status
        for id_, each in matters.items()
        if each.matter is not None and (asked is None or id_ in asked)
        for status in (*each.matter.ladder.statuses, LAPSED)
    ]
    if was is not None and known and was not in known:
        entry.page.error(node.get("was") or node, "R021", f'no matter of the rule has a status "{was}"')


def moved_example(rule: Rule, example: Example, matters: Mapping[str, Matter], understander: Understander) -> Example:
    """The example with what its text does to the rule's matter, which had the status `was` before.

    Of several entries of time lines the one counts that the rule takes, else the first.
    """
    asked = asked_matters((rule.when, rule.narrow))
    reading = reading_of(example)
    named, account = understander.named(reading), understander.account(reading)
    told = told_of(reading, account, named, understander.recognisers)
    made: list[Transition] = []
    for matter in matters.values():
        if asked is not None and matter.id not in asked:
            continue
        before = example.was if example.was is not None else matter.start
        standing = Standing(status=before, statuses=frozenset({before} if before else ()))
        for telling in tellings(matter, told):
            each = moves(matter, standing, telling, reading.text)
            standing = stood(standing, each)
            made.append(each)
    choices = [replace(example, about=each) for each in made]
    return next((each for each in choices if outcome(rule, each)[0]), choices[0] if choices else example)


def settled(
    entry: Entry, examples: tuple[Read, ...], matters: Mapping[str, Declared], understanding: Understanding
) -> tuple[Read, ...]:
    """The examples of a rule on a matter with what they do to it; those of other rules as they are."""
    rule = entry.rule
    understander = understanding() if rule is not None and rule.subject == "matter" else None
    if rule is None or understander is None:
        return examples
    for _, _, node, example in examples:
        check_was(entry, node, example.was, matters)
    known = {each.id: each for each in followed(matters)}
    return tuple(
        (side, index, node, moved_example(rule, example, known, understander))
        for side, index, node, example in examples
    )


def followed(matters: Mapping[str, Declared]) -> tuple[Matter, ...]:
    """Those that can be followed, in the order of the files."""
    return tuple(each.matter for each in matters.values() if each.matter is not None)


def asked_forms(entry: Entry, matters: Mapping[str, Declared]) -> dict[str, object]:
    """The matters that a rule asks for as their files have them: its version hangs on them. Empty if none."""
    asked = asked_matters((entry.rule.when, entry.rule.narrow)) if entry.rule is not None else frozenset()
    forms = {id_: plain(each.node) for id_, each in sorted(matters.items()) if asked is None or id_ in asked}
    return {"matters": forms} if forms else {}


def all_forms(matters: Mapping[str, Declared]) -> dict[str, object]:
    """All matters as their files have them, for the version of the set. Empty without any."""
    return {" matters": {id_: plain(each.node) for id_, each in matters.items()}} if matters else {}
