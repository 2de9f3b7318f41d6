"""Whether time lines name what there is and can reach their rules, and whether they prove a rule that rests on them.

Source: the rule language, sections 6 and 7 (R052, R056, R079).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from watcher.config.rules.entries import Entry
from watcher.config.rules.page import Page
from watcher.config.rules.timelines import read_time_lines, unknown
from watcher.core.model import SourceId, Trust
from watcher.core.rules.examples import SOURCE
from watcher.core.rules.model import Clause, Group, Rule
from watcher.core.rules.model import Node as Tree
from watcher.core.rules.timelines import (
    AcknowledgeStep,
    ArticleStep,
    Expected,
    ExpectStep,
    HealthStep,
    PointStep,
    ReviseStep,
    RowStep,
    SnoozeStep,
    TimeLine,
)
from watcher.core.text.reading import Reading
from watcher.core.yaml.strict import Node

ITEMS = (ArticleStep, ReviseStep, RowStep, PointStep, HealthStep)
_FED_BY: Mapping[str, tuple[type, ...]] = {
    "table": (RowStep,),
    "series": (PointStep,),
    "health": (HealthStep,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """All sound time lines of a rule set, with the page that each stands on; `names` are those of the faulty too."""

    lines: Mapping[str, tuple[Page, TimeLine]] = field(default_factory=dict)
    names: Collection[str] = ()

    def check(
        self,
        ids: Iterable[str],
        rules: Iterable[Rule],
        *,
        sources: Collection[str] | None,
        routes: Collection[str] | None,
        digests: Collection[str] | None,
    ) -> None:
        """Note names that do not exist, and rules that no step can reach.

        Args: ids - all rules, the faulty ones too; rules - the sound ones. None: names that are not known here.
        """
        by_name: Mapping[str, Rule] = {rule.id: rule for rule in rules}
        ids = frozenset(ids)
        for page, line in self.lines.values():
            for name, node in line.rules:
                if name not in ids:
                    unknown(page, node, "rule", name, ids)
                elif name in by_name and not _reachable(by_name[name], line):
                    page.warn(node, "R079", f'test "{line.name}": rule {name} can never fire in it')
            known = {
                "source": _with(line, "sources", sources),
                "route": _with(line, "routes", routes),
                "digest": _with(line, "digests", digests),
            }
            _check_steps(page, line, known)

    def check_rule(self, entry: Entry) -> None:
        """Hold the tests that a rule names as its examples against what they must expect of it."""
        node = entry.keys["examples"][1].get("tests") if "examples" in entry.keys else None
        if node is None or entry.id is None:
            return
        named = entry.page.texts(node, "tests")
        for name, place in named:
            if name not in self.names:
                unknown(entry.page, place, "test", name, self.names)
        lines = [self.lines[name][1] for name, _ in named if name in self.lines]
        for line in lines:
            if entry.id not in {rule for rule, _ in line.rules}:
                entry.page.error(node, "R052", f'test "{line.name}" does not run rule "{entry.id}"')
        if not lines or len(lines) < len(named):
            return
        alerts, silent = _alerts_of(entry.id, lines), _is_silent(entry.id, lines)
        if not alerts or not silent:
            what = "alert" if not alerts else "silence"
            entry.page.error(node, "R052", f"tests: no {what} of this rule expected")


def read_tests(pages: Iterable[tuple[Page, Node]]) -> Tests:
    """All sound tests of all files; a name that is taken is an error."""
    found: dict[str, tuple[Page, TimeLine]] = {}
    names: list[str] = []
    for page, node in pages:
        names += [str(name.value) for item in node.items if (name := item.get("name")) is not None]
        for line in read_time_lines(page, node):
            if line.name in found:
                first = found[line.name]
                place = f"{first[0].name}:{first[1].node.line}"
                page.error(line.node, "R010", f'test "{line.name}" is taken by {place}; choose another')
                continue
            found[line.name] = page, line
    return Tests(lines=found, names=names)


def _alerts_of(rule: str, lines: Collection[TimeLine]) -> int:
    """How many alerts of the rule are expected, or messages where no list of alerts says; one may name no rule."""
    for name in ("alerts", "sent"):
        found = [each for entries in _lists(lines, name) for each in entries]
        count = sum(each.times for each in found if each.agrees.get("rule", rule) == rule)
        if count:
            return count
    return 0


def _is_silent(rule: str, lines: Collection[TimeLine]) -> bool:
    """Whether something must come without an alert of the rule: a list without it, or more items than alerts."""
    without = any(all(each.agrees.get("rule", rule) != rule for each in entries) for entries in _lists(lines, "alerts"))
    items = sum(isinstance(step.does, ITEMS) for line in lines for step in line.steps)
    return without or items > _alerts_of(rule, lines)


def _lists(lines: Iterable[TimeLine], name: str) -> Iterator[tuple[Expected, ...]]:
    """The entries of every list of that name."""
    for line in lines:
        for step in line.steps:
            if isinstance(step.does, ExpectStep) and name in step.does.lists:
                yield step.does.lists[name][1]


def _with(line: TimeLine, part: str, known: Collection[str] | None) -> frozenset[str] | None:
    """The names that a test may use; None where any will do."""
    return (
        None
        if known is None
        else frozenset((*known, *line.setup.get(part, {}), *([SOURCE] if part == "sources" else [])))
    )


def _check_ids(page: Page, line: TimeLine) -> None:
    """Note articles of one id: the second would be the first in other words, and take back what the first said."""
    came: set[str] = set()
    for step in line.steps:
        if isinstance(step.does, ArticleStep):
            if step.does.id in came:
                text = f'article "{step.does.id}" comes twice; give it another id, or other words by revise:'
                page.error(step.node, "R010", text)
            came.add(step.does.id)


def _check_steps(page: Page, line: TimeLine, known: Mapping[str, frozenset[str] | None]) -> None:
    articles = [step.does.id for step in line.steps if isinstance(step.does, ArticleStep)]
    rules = {name for name, _ in line.rules}
    _check_ids(page, line)
    for step in line.steps:
        match step.does:
            case ArticleStep(source=source, copies=copies):
                _named(page, step.node, "source", source, known["source"])
                if copies is not None:
                    _named(page, step.node, "article", copies, articles)
            case ReviseStep(id=id_):
                _named(page, step.node, "article", id_, articles)
            case AcknowledgeStep(alert=alert, rule=rule) | SnoozeStep(alert=alert, rule=rule):
                _named(page, step.node, "article", alert, articles)
                _named(page, step.node, "rule", rule or alert, rules if rule is not None else None)
            case RowStep(source=source) | HealthStep(source=source) | PointStep(series=source):
                _named(page, step.node, "source", source, known["source"])
            case ExpectStep(lists=lists):
                for _, entries in lists.values():
                    for each in entries:
                        _check_entry(page, each, articles, rules, known)
            case _:
                pass


def _check_entry(
    page: Page,
    entry: Expected,
    articles: Collection[str],
    rules: Collection[str],
    known: Mapping[str, frozenset[str] | None],
) -> None:
    for key, name in entry.agrees.items():
        place = entry.node.get(key) or entry.node
        if key == "rule":
            _named(page, place, "rule", name, rules)
        elif key in {"route", "digest"}:
            _named(page, place, key, name, known[key])
        elif key in {"story", "alert"}:
            _named(page, place, "article", name, articles)
    for key, names in entry.holds.items():
        for name in names:
            _named(page, entry.node.get(key) or entry.node, "article", name, articles)


def _named(page: Page, node: Node, noun: str, name: str, known: Collection[str] | None) -> None:
    if known is not None and name not in known:
        unknown(page, _place(node, name), noun, name, known)


def _place(node: Node, name: str) -> Node:
    """The place where that name is written, as deep inside as it can be told."""
    rest = [node]
    while rest:
        each = rest.pop()
        if each.kind == "scalar" and each.value == name:
            return each
        rest.extend((*each.items, *(value for _, value in each.pairs)))
    return node


def _reachable(rule: Rule, line: TimeLine) -> bool:
    """Whether a step brings what the rule judges, from where it looks."""
    fed = _FED_BY.get(rule.subject, (ArticleStep,))
    steps = [step.does for step in line.steps if isinstance(step.does, fed)]
    if rule.subject in _FED_BY or not steps:
        return bool(steps)
    articles = [step for step in steps if isinstance(step, ArticleStep)]
    return all(
        any(clause.condition.look(_bare(step)).holds for step in articles)
        for clause in _sources_asked(rule.when)
        if all(step.trust is not None for step in articles) or clause.condition.kind == "source"
    )


def _sources_asked(node: Tree) -> Iterator[Clause]:
    """The clauses on source and trust without which the rule never holds."""
    if isinstance(node, Clause):
        if node.condition.kind in {"source", "trust"}:
            yield node
    elif isinstance(node, Group):
        for child in node.all:
            yield from _sources_asked(child)


def _bare(step: ArticleStep) -> Reading:
    """An article as far as its source goes."""
    source = SourceId(step.source)
    return Reading(text="", zones=(), language="", source=source, trust=step.trust or Trust.UNKNOWN, copies=(source,))
