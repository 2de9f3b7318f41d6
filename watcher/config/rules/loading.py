"""Rule files made into one rule set, or every mistake in them at once; a faulty set is refused whole.

Never reads a file or a clock itself: contents come in, and tables that files name come through a callable.
Source: the rule language, sections 2, 3, 6 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from watcher.conditions import KINDS
from watcher.conditions.base import Understanding, nothing_understood
from watcher.config.rules.amiss import lists_amiss, of_names
from watcher.config.rules.changes import Change, changed_rule, check_known, read_changes
from watcher.config.rules.clauses import Clauses
from watcher.config.rules.code import matching_code
from watcher.config.rules.conditions import Conditions, NamedCondition
from watcher.config.rules.entries import Entry, Known, read_entry
from watcher.config.rules.examples import Read, judge_change, judge_examples, read_date, read_examples
from watcher.config.rules.expand import canonical, long_condition, long_list, long_rule, version_of
from watcher.config.rules.holding import check_hiders
from watcher.config.rules.lists import NamedList, ReadTable, change_list, open_lists, read_list
from watcher.config.rules.matters import Declared, all_forms, asked_forms, followed, read_matters, settled
from watcher.config.rules.page import Keys, Page, shape
from watcher.config.rules.requirements import requirement_nodes
from watcher.config.rules.setting import Setting
from watcher.config.rules.shipped import Shipped, shipped_set
from watcher.config.rules.smells import smell_condition, smell_twins, smell_unused
from watcher.config.rules.subjects import subject_of
from watcher.config.rules.tested import Tests, read_tests
from watcher.config.rules.whole import surely_whole
from watcher.core.errors import Problem
from watcher.core.rules.model import Rule, RuleSet
from watcher.core.text.inflection import Inflection
from watcher.core.understanding.understander import Understander
from watcher.core.yaml.strict import Node, load

FORMAT = 1
FILE_KEYS = Keys(
    noun="a rule file",
    allowed=("format", "today", "lists", "conditions", "rules", "change", "events", "shared", "matters", "tests"),
    required=("format",),
    remedy="; begin it with: format: 1",
)
CHANGE_KEYS = Keys(noun="change", allowed=("rules", "lists"))


def load_rules(
    files: Sequence[tuple[str, bytes]],
    *,
    routes: Collection[str] | None = None,
    digests: Collection[str] | None = None,
    sources: Collection[str] | None = None,
    reach: Callable[[Rule], bool] | None = None,
    table: ReadTable | None = None,
    inflections: Mapping[str, Inflection] | None = None,
    understanding: Understanding = nothing_understood,
    examples: bool = True,
    setting: Setting | None = None,
) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """The rule set that all files together form, and all problems in order of file and place.

    Args: files - (name, content); a name that begins with `pack:` is shipped, and its names of sources are not
    held against the configuration. routes, digests, sources - the configuration's names, None where they are not
    known. reach - whether a live rule without `tell` and `digest` reaches a route or digest at all. table - the
    bytes of a table that a rule file names. inflections - the tables of word forms by language. understanding - gives
    what knows names and events, at the first clause that asks for them; without it, such clauses are errors.
    examples - whether the examples are run, or only read. setting - that of a time line, for which nothing is judged.
    Returns: the set, or None if there is one error; warnings alone refuse nothing.
    """
    loading = _Loading(
        known=Known(routes=routes, digests=digests),
        reach=reach,
        table=table or _no_table,
        understanding=understanding,
        examples=examples and setting is None,
        setting=setting,
    )
    loading.read_pages(files)
    loading.read_lists()
    loading.read_conditions(sources, inflections or {})
    loading.read_rules()
    loading.judge(sources)
    if setting is None:
        loading.smell()
    return loading.result(files)


def _no_table(_file: str, _name: str) -> bytes:
    """Where nobody can read tables, none is there."""
    raise FileNotFoundError(0, "tables can't be read here")


@dataclass(slots=True, kw_only=True)
class _Loading:
    """One load on its way: what each step found is what the next one needs."""

    known: Known
    reach: Callable[[Rule], bool] | None
    table: ReadTable
    understanding: Understanding = nothing_understood
    examples: bool = True
    setting: Setting | None = None
    tests: Tests = field(default_factory=Tests)
    asked: bool = False
    unread: list[Problem] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    pages: list[tuple[Page, Mapping[str, tuple[Node, Node]]]] = field(default_factory=list)
    lists: dict[str, NamedList] = field(default_factory=dict)
    unchanged_lists: dict[str, NamedList] = field(default_factory=dict)
    list_changes: dict[str, Change] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    changes: dict[str, Change] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    forms: dict[str, dict[str, object]] = field(default_factory=dict)
    matters: dict[str, Declared] = field(default_factory=dict)
    conditions: Conditions = field(init=False)
    shipped: Shipped | None = None
    named_inside: set[str] = field(default_factory=set)
    amiss: frozenset[str] = frozenset()
    """Lists that have a mistake, or take in one that has: examples of what leans on them would fail for that alone."""

    def read_pages(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Read the YAML and the top level of every file."""
        for name, content in files:
            node, problems = load(content, name)
            self.unread.extend(problems)
            if node is None:
                self.lost.append(name)
                continue
            lines = tuple(content.decode("utf-8", "replace").splitlines())
            page = Page(name=name, root=node, lines=lines)
            self.pages.append((page, page.mapping(node, FILE_KEYS)))
        for page, keys in self.pages:
            _check_head(page, keys)
        if self.setting is None:
            self.tests = read_tests((page, keys["tests"][1]) for page, keys in self.pages if "tests" in keys)

    def _named(self, key: str) -> list[tuple[Page, str, Node, Node]]:
        """All entries under a key of named things of all files; a name taken is an error."""
        found: dict[str, tuple[Page, str, Node, Node]] = {}
        for page, keys in self.pages:
            for name, at, value in page.named(keys[key][1], key) if key in keys else ():
                if name in found:
                    first = found[name]
                    noun = key.removesuffix("s")
                    page.error(
                        at, "R010", f'{noun} "{name}" is taken by {first[0].name}:{first[2].line}; choose another'
                    )
                    continue
                found[name] = (page, name, at, value)
        return list(found.values())

    def read_lists(self) -> None:
        """Read all lists, carry out what `change` says of them, open the lists inside lists."""
        for page, name, key, value in self._named("lists"):
            entry = read_list(page, name, key, value, self.table)
            if entry is not None:
                self.lists[name] = entry
        blocks = [(page, keys["change"][1]) for page, keys in self.pages if "change" in keys]
        for page, block in blocks:
            page.mapping(block, CHANGE_KEYS)
        self.list_changes = read_changes(blocks, "lists")
        self.unchanged_lists = dict(self.lists)
        for change in self.list_changes.values():
            change_list(change.page, change.key, change.node, self.lists)
        if self.setting is not None:
            self.lists = self.setting.with_lists(self.lists, self.table)
        self.changes = read_changes(blocks, "rules")
        self.named_inside = {name for entry in self.lists.values() for name in entry.names()}
        self.lists = open_lists(self.lists)

    def read_conditions(self, sources: Collection[str] | None, inflections: Mapping[str, Inflection]) -> None:
        """Read all named conditions; those that nothing uses are checked as well."""
        named = {
            name: NamedCondition(page=page, key=key, node=value) for page, name, key, value in self._named("conditions")
        }
        clauses = Clauses(
            kinds=KINDS,
            lists=self.lists,
            sources=sources,
            inflections=inflections,
            understanding=self._understanding,
        )
        clauses.check_lists()
        blocks = [(page, keys["lists"][1]) for page, keys in self.pages if "lists" in keys]
        self.amiss = lists_amiss(blocks, self.unchanged_lists, self.list_changes)
        self.matters = read_matters(self.pages, clauses)
        self.conditions = Conditions(clauses=clauses, named=named)
        for name, condition in named.items():
            tree = self.conditions.tree_of(name)
            if tree is not None:
                subject_of(condition.page, condition.node, tree)
        if self.list_changes and self.setting is None:
            self.shipped = shipped_set(self.unchanged_lists, self.list_changes, clauses, named, self.known)

    def _understanding(self) -> Understander | None:
        self.asked = True
        return self.understanding()

    def read_rules(self) -> None:
        """Read all rules of all files and what `change` makes of them."""
        taken: dict[str, Entry] = {}
        for page, keys in self.pages:
            if "rules" not in keys:
                continue
            for node in page.items(keys["rules"][1], "rules"):
                if self.setting is not None and str((node.get("id") or node).value) not in self.setting.rules:
                    continue
                entry = read_entry(page, node, self.conditions, self.known)
                if entry.id is not None and entry.id in taken:
                    self._taken(entry, taken[entry.id])
                    continue
                self.entries.append(entry)
                if entry.id is not None:
                    taken[entry.id] = entry
        if self.setting is None:
            check_known(self.changes, taken)
        for entry in self.entries:
            self._settle(entry)

    def _taken(self, entry: Entry, first: Entry) -> None:
        """Note an id that another rule has."""
        place = f"{first.page.name}:{first.node.line}"
        text = f'id "{entry.id}" is taken by {place}; choose another, or alter it under change:'
        entry.page.error(entry.keys["id"][1], "R010", text)

    def _settle(self, entry: Entry) -> None:
        """Give a rule its change, its long form and the version that follows from it."""
        change = self.changes.get(entry.id or "")
        rule = entry.rule if change is None else changed_rule(change, entry, self.conditions, self.known)
        if rule is None or entry.rule is None:
            return
        changed = {str(key.value): value for key, value in change.node.pairs} if change is not None else {}
        form = long_rule(entry, changed)
        expanded = canonical({"rule": form, **self._leaned_on(entry, changed.values())})
        self.forms[rule.id] = form
        self.rules[rule.id] = replace(rule, expanded=expanded, version=version_of(expanded))

    def _leaned_on(self, entry: Entry, changed: Iterable[Node]) -> dict[str, object]:
        """The lists and named conditions that a rule's meaning depends on, in their long form."""
        lists, named = self.conditions.leaned_on([*_judged(entry), *changed])
        form: dict[str, object] = {
            "lists": {name: long_list(self.lists[name]) for name in sorted(lists)},
            "conditions": {name: long_condition(self.conditions.named[name].node) for name in sorted(named)},
        }
        return form | asked_forms(entry, self.matters)

    def judge(self, sources: Collection[str] | None) -> None:
        """Judge the examples of every rule, and whether a live one reaches anybody; check what time lines name."""
        if self.setting is not None:
            return
        ids = [entry.id for entry in self.entries if entry.id is not None]
        known = self.known
        check_hiders(self._hidden(), ids)
        self.tests.check(ids, self.rules.values(), sources=sources, routes=known.routes, digests=known.digests)
        for entry in self.entries:
            self.tests.check_rule(entry)
            examples = settled(entry, read_examples(entry), self.matters, self.understanding)
            rule, change = self.rules.get(entry.id or ""), self.changes.get(entry.id or "")
            if entry.rule is not None and self.examples and not self._leans_amiss(entry):
                self._judge_examples(entry, entry.rule, rule, examples)
            if rule is None:
                continue
            silent = rule.mode == "live" and not rule.tell and not rule.digest
            if silent and self.reach is not None and not self.reach(rule):
                place = entry.page if change is None else change.page
                place.error(
                    entry.node if change is None else change.key,
                    "R041",
                    "this live rule can reach no route and no digest",
                )

    def _leans_amiss(self, entry: Entry) -> bool:
        """Whether a rule, or what is changed of it, asks for a list that has a mistake."""
        if not self.amiss:
            return False
        change = self.changes.get(entry.id or "")
        judged = (*_judged(entry), *(() if change is None else (change.node,)))
        return not self.amiss.isdisjoint(self.conditions.leaned_on(judged)[0])

    def _hidden(self) -> Iterable[tuple[str, tuple[str, ...], Page, Node]]:
        """The rules that others hide, with where that is said."""
        for entry in self.entries:
            rule, change = self.rules.get(entry.id or ""), self.changes.get(entry.id or "")
            if rule is not None and rule.holding.hidden_by:
                own = change.node.get("hidden_by") if change is not None else None
                if own is not None and change is not None:
                    yield rule.id, rule.holding.hidden_by, change.page, own
                else:
                    yield rule.id, rule.holding.hidden_by, entry.page, entry.keys["hidden_by"][1]

    def _judge_examples(self, entry: Entry, own: Rule, rule: Rule | None, examples: tuple[Read, ...]) -> None:
        """Hold the examples against the rule as it was shipped; what the user's changes turn is a warning."""
        behind = self.shipped.change_behind(_judged(entry)) if self.shipped is not None else None
        before = self.shipped.rule(entry) if self.shipped is not None and behind is not None else None
        judge_examples(entry, before or own, examples)
        stages = [(behind, own)] if behind is not None else []
        change = self.changes.get(own.id)
        if change is not None and rule is not None:
            stages.append((change, rule))
        judge_change(before or own, [(each.page, each.key, stage) for each, stage in stages], examples)

    def smell(self) -> None:
        """Warn of what is sound but smells."""
        for entry in self.entries:
            for part in _judged(entry):
                smell_condition(entry.page, part, counts="require" in entry.keys)
        for condition in self.conditions.named.values():
            smell_condition(condition.page, condition.node)
        if any(page.errors for page, _ in self.pages):
            # What is misspelt is not unused.
            return
        asked = [part for entry in self.entries for part in _judged(entry)]
        narrowed = [change.node for change in self.changes.values()]
        lists, named = self.conditions.leaned_on([*asked, *narrowed])
        inside = self.conditions.leaned_on(condition.node for condition in self.conditions.named.values())
        smell_unused(self.lists, lists | inside[0] | self.named_inside, self.conditions.named, named)
        smell_twins(self.entries, self.forms)

    def result(self, files: Sequence[tuple[str, bytes]]) -> tuple[RuleSet | None, tuple[Problem, ...]]:
        """The set, unless there is an error, and all problems in order of place."""
        if self.setting is None and not self.unread and not any(page.errors for page, _ in self.pages):
            rules_read = (entry.node for entry in self.entries if entry.id in self.rules)
            matters_read = (each.node for each in self.matters.values() if each.matter is not None)
            surely_whole(self.pages, rules_read, matters_read, self.lists)
        order = {name: index for index, (name, _) in enumerate(files)}
        noted = (problem for page, _ in self.pages for problem in page.problems)
        problems = [*self.unread, *of_names(noted, self.lost, self.amiss.difference(self.lists))]
        problems += self.setting.page.problems if self.setting is not None else ()
        problems.sort(key=lambda problem: (order.get(problem.file, 0), problem.line or 0, problem.column or 0))
        if any(problem.level == "error" for problem in problems):
            return None, tuple(problems)
        rules = tuple(self.rules.values())
        understander = self.understanding() if self.asked else None
        read_by = understander.version if understander is not None else ""
        version = version_of(
            canonical(
                {rule.id: rule.version for rule in rules} | {"": matching_code() + read_by} | all_forms(self.matters)
            )
        )
        made = RuleSet(
            rules=rules,
            version=version,
            understanding=self.understanding,
            asks=self.asked,
            matters=followed(self.matters),
        )
        return made, tuple(problems)


def _check_head(page: Page, keys: Mapping[str, tuple[Node, Node]]) -> None:
    """The format that a file is written in, and its day."""
    if "today" in keys:
        read_date(page, keys["today"][1], "today")
    if "format" not in keys:
        return
    node = keys["format"][1]
    if not isinstance(node.value, int) or isinstance(node.value, bool) or node.value < 1:
        page.error(node, "R005", f"format must be {FORMAT}, not {_shown(node)}")
    elif node.value > FORMAT:
        page.error(node, "R005", f"format {node.value} is newer than this watcher ({FORMAT})")


def _shown(node: Node) -> str:
    """A value as it was written; a number in quotes is told as the text that it is."""
    quoted = node.quoted and str(node.value).isdigit()
    return f'the text "{node.value}"; write it without quotes' if quoted else node.raw or shape(node)


def _judged(entry: Entry) -> tuple[Node, ...]:
    """The conditions of a rule as they stand in its file: `when`, the steps of `severity`, those of `require`."""
    when = entry.keys["when"][1] if "when" in entry.keys else None
    severity = entry.keys["severity"][1] if "severity" in entry.keys else None
    steps = () if severity is None else tuple(value for key, value in severity.pairs if key.value != "else")
    asked = requirement_nodes(entry.keys["require"][1] if "require" in entry.keys else None)
    return tuple(node for node in (when, *steps, *asked) if node is not None and node.kind == "mapping")
