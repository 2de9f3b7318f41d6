"""All rules against one article: one scan for the words that they need, then only those are judged that can match.

Never loses a rule: one without needed words is always tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from watcher.core.events.model import Account
from watcher.core.model import Zone
from watcher.core.rules.bits import Bits
from watcher.core.rules.evaluate import Judgement, look
from watcher.core.rules.filing import Filing
from watcher.core.rules.judgements import Judgements, Planned
from watcher.core.rules.model import Clause, Group, Node, Rule, RuleSet
from watcher.core.rules.scanning import Scan
from watcher.core.rules.trees import Leaves
from watcher.core.text.items import PARTING, WORD_START
from watcher.core.text.plain import CJK, Span, fold
from watcher.core.text.reading import Reading
from watcher.core.text.standing import Placing, Sought, Standing

Scope = Literal["title", "top", "all"]
"""Where a literal must stand: in the title; in title, highlights or lead; or anywhere in the article."""

Literals = frozenset[tuple[Scope, str]]
"""Folded texts with their scopes, one of which must stand where its scope says."""

_TITLE = frozenset({Zone.TITLE})
_TOP = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})

_MANY = 64
"""Places of a first word from which on the text is asked at once for all words of the item: it may be one word over."""
_CJK_WEIGHT = 3
_SHARE: dict[Scope, float] = {"title": 0.05, "top": 0.2, "all": 1.0}


def needed(node: Node) -> tuple[Literals, ...]:
    """The groups of literals of which every article that the tree holds for has at least one each."""
    if isinstance(node, Clause):
        needs = node.condition.needs
        if needs is None:
            return ()
        scope = _scope(getattr(node.condition, "zones", None))
        return (frozenset((scope, literal) for literal in needs),)
    groups = [group for child in node.all for group in needed(child)]
    branches = [needed(child) for child in node.any]
    if branches and all(branches):
        groups.append(Literals().union(*(min(branch, key=_commonness) for branch in branches)))
    return tuple(dict.fromkeys(groups))


def _guards(rule: Rule) -> tuple[Node, ...]:
    """What must hold for the rule and asks of nothing but title, lead, source and the like; the cheapest first.

    None for a rule that asks of nothing else: judging it costs as little.
    """
    nodes = [rule.when] if rule.narrow is None else [rule.when, rule.narrow]
    if all(_cost(node) < _DEAR for node in nodes):
        return ()
    found: list[Node] = []
    while nodes:
        node = nodes.pop()
        if _cost(node) < _DEAR:
            found.append(node)
        elif isinstance(node, Group) and node.same is None:
            nodes += node.all
            branch = Group(any=node.any, path=node.path)
            if node.any and _cost(branch) < _DEAR:
                found.append(branch)
    return tuple(sorted(found, key=_cost))


_DEAR = 3


class _OfEvents(Protocol):
    """A clause that holds only of an article that tells of an event of one of these types."""

    @property
    def types(self) -> frozenset[str]:
        """The ids of the types."""

    @property
    def account(self) -> Callable[[Reading], Account]:
        """What tells the events."""


def _told(rule: Rule) -> _OfEvents | None:
    """A clause that must hold for the rule and asks for an event of the article's own; most tell of none."""
    nodes = [rule.when] if rule.narrow is None else [rule.when, rule.narrow]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Group):
            nodes += node.all
        elif node.condition.kind == "event" and not getattr(node.condition, "asks_beside", True):
            found: _OfEvents = node.condition  # type: ignore[assignment]  # what its kind says
            return found
    return None


def _cost(node: Node) -> int:
    """What a node looks at: 0 the article's own fields, 1 its title, 2 its head, 3 all of its text."""
    if isinstance(node, Group):
        return max((_cost(child) for child in (*node.all, *node.any, *node.none)), default=0)
    zones = getattr(node.condition, "zones", None)
    if zones is None:
        return 0 if node.condition.needs is None else _DEAR
    if node.condition.kind != "words":
        return _DEAR
    return {"title": 1, "top": 2, "all": _DEAR}[_scope(zones)]


def _scope(zones: frozenset[Zone] | None) -> Scope:
    """The narrowest scope that holds these zones; a condition that names none looks anywhere."""
    if zones is None or not zones <= _TOP:
        return "all"
    return "title" if zones <= _TITLE else "top"


def _commonness(group: Literals) -> float:
    """How often one of these may stand in an article, by their lengths; a CJK character tells more than a letter.

    What must stand in a title or lead is met the more seldom.
    """
    return sum(
        _SHARE[scope] * float(2 ** -sum(_CJK_WEIGHT if CJK.match(letter) else 1 for letter in literal[:40]))
        for scope, literal in group
    )


def _clauses(node: Node) -> Iterator[Clause]:
    if isinstance(node, Clause):
        yield node
    else:
        for child in (*node.all, *node.any, *node.none):
            yield from _clauses(child)


@dataclass(frozen=True, slots=True)
class _Ready(Planned):
    """A rule made ready, with what is asked before it is judged."""

    guards: tuple[Node, ...]
    told: _OfEvents | None


class Compiled:
    """A rule set made ready: an automaton of literals for each scope, each rule filed under its rarest groups.

    Rules of items alone that many rules share are not filed: they are decided together.
    """

    __slots__ = ("_bits", "_filing", "_leaves", "_lists", "_loose", "_numbers", "_ready", "_scans", "_sought", "rules")

    def __init__(self, rule_set: RuleSet) -> None:
        self.rules = tuple(rule for rule in rule_set.rules if rule.mode != "paused")
        self._numbers: dict[tuple[Scope, str], int] = {}
        self._filing = Filing()
        self._leaves = Leaves()
        self._bits = Bits(self.rules)
        self._ready = tuple(self._made_ready(index, rule) for index, rule in enumerate(self.rules))
        self._sought: dict[int, dict[int, tuple[Sought, bool]]] = {}
        self._lists = frozenset[object](self._leaves.sought)
        for words in dict.fromkeys(self._leaves.sought):
            for literal, phrase in words.by_literal():
                each = Sought.of(phrase)
                begins = literal.removeprefix(WORD_START).split(PARTING)[0] in each.begins
                self._sought.setdefault(self._number(("all", literal)), {})[id(phrase)] = each, begins
        self._loose = frozenset(self._looked_for())
        self._scans = [_Scan.of(scope, self._numbers) for scope in {scope: None for scope, _ in self._numbers}]

    def _made_ready(self, index: int, rule: Rule) -> _Ready:
        if index not in self._bits:
            nodes = (rule.when,) if rule.narrow is None else (rule.when, rule.narrow)
            groups = sorted({group for node in nodes for group in needed(node)}, key=_commonness)
            self._filing.add(index, [frozenset(map(self._number, group)) for group in groups])
        return _Ready(rule, self._leaves.plan(rule), _guards(rule), _told(rule))

    def _looked_for(self) -> Iterator[int]:
        """The literals of clauses that look for their words themselves: an item with such a one may be absent."""
        for rule in self.rules:
            for node in (rule.when, rule.narrow):
                for clause in _clauses(node) if node is not None else ():
                    if getattr(clause.condition, "seeks", None) not in self._lists:
                        known = (self._numbers.get(literal) for group in needed(clause) for literal in group)
                        yield from (number for number in known if number is not None)

    def _number(self, literal: tuple[Scope, str]) -> int:
        return self._numbers.setdefault(literal, len(self._numbers))

    def _standing(self, reading: Reading) -> tuple[set[int], Standing]:
        """The literals that stand in the article, or may, and the items that do."""
        hits: set[int] = set()
        placed: dict[int, list[Span]] = {}
        placing = Placing(reading)
        for each in self._scans:
            text = each.text(reading)
            for place, starts in each.scan.met(text, has_cjk=reading.has_cjk):
                number = each.numbers[place]
                if starts is not None and len(starts) > _MANY and not each.scan.stands(place, text):
                    continue
                sought = self._sought.get(number)
                if (sought is None or number in self._loose) and each.scan.stands(place, text):
                    hits.add(number)
                for key, (item, begins) in sought.items() if sought is not None else ():
                    spans = placing.places(item, starts if begins else None)
                    if spans:
                        hits.add(number)
                        placed[key] = [*placed[key], *spans] if key in placed else spans
        standing = Standing(self._lists, placed)
        standing.keep(reading)
        return hits, standing

    def judge_all(self, reading: Reading) -> Judgements:
        """What each rule that could match makes of the article; all others do not match."""
        types: frozenset[str] | None = None
        hits, standing = self._standing(reading)
        asked = self._leaves.asked_of(reading, standing)
        tried = self._filing.found(hits)
        if reading.parted:
            matching = self._bits.matching(reading, standing.placed)
        else:
            matching = 0
            tried += self._bits.indexes(self._bits.possible(reading, standing.placed))
        found: dict[int, Judgement] = {}
        for index in tried:
            ready = self._ready[index]
            if ready.told is not None:
                if types is None:
                    types = frozenset(event.type for event in ready.told.account(reading).events)
                if types.isdisjoint(ready.told.types):
                    continue
            if ready.guards and not all(look(guard, reading).holds for guard in ready.guards):
                continue
            found[index] = ready.judgement(asked, reading)
        return Judgements(self._ready, found, self._bits, matching, asked, reading)


@dataclass(frozen=True, slots=True)
class _Scan:
    """The literals of a scope made ready; `numbers` leads from their places to ours."""

    scope: Scope
    scan: Scan
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, scope: Scope, numbers: Mapping[tuple[Scope, str], int]) -> _Scan:
        mine = [(literal, number) for (where, literal), number in numbers.items() if where == scope]
        return cls(scope, Scan([literal for literal, _ in mine]), tuple(number for _, number in mine))

    def text(self, reading: Reading) -> str:
        """The folded text in which they are sought."""
        if self.scope == "all":
            return reading.folded
        if self.scope == "top":
            return reading.head.folded  # with what stands between its zones: conditions need it folded like that too
        return fold("\n".join(reading.text[start:end] for start, end in reading.stretches(_TITLE)))
