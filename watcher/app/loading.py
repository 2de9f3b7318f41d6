"""Everything that a configuration names, read and checked: `watcher.yaml`, rule files, publishers, templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watcher.app.build import build
from watcher.app.clauses import text_clause
from watcher.app.memory import undisturbed
from watcher.app.strangers import strange_names
from watcher.conditions.series import POINTS
from watcher.conditions.table import ROWS
from watcher.config import Config, data_dir, load_config
from watcher.config.lexicon import Lexicon, read_lexicon
from watcher.config.rules import load_rules, read_rule_files, read_table
from watcher.config.rules.files import PACK, RuleFiles, read_paths, read_tables, test_files
from watcher.config.understanding import adds_types, read_understander
from watcher.core.errors import Problem
from watcher.core.queries import Field, Join, Node
from watcher.core.queries.judge import fits
from watcher.core.rules.model import Rule, RuleSet
from watcher.core.understanding.understander import Understander
from watcher.pipeline.runtime import Runtime
from watcher.sources.base import Measuring, Source, Tabular


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration without errors, and the runtime that it makes."""

    config: Config
    runtime: Runtime
    templates: Path


def load(
    path: Path, environ: Mapping[str, str], now: datetime, *, examples: bool = True
) -> tuple[Loaded | None, tuple[Problem, ...]]:
    """Read all of it; None and the problems if there is an error anywhere. Warnings come along in any case.

    Args: examples - whether those of rules are run: not where somebody asks why one of them fails.
    """
    with undisturbed():
        return _load(path, environ, now, examples=examples)


def _load(
    path: Path, environ: Mapping[str, str], now: datetime, *, examples: bool
) -> tuple[Loaded | None, tuple[Problem, ...]]:
    config, problems = load_config(path, environ)
    if config is None:
        return None, problems
    data = data_dir()
    lexicon, more = read_lexicon(data)
    problems = (*problems, *more)
    if lexicon is None:
        return None, problems
    rule_set, more = load_rule_set(config, lexicon, examples=examples)
    problems = (*problems, *more)
    if rule_set is None:
        return None, problems
    strangers = strange_names(config.path, rule_set.understanding)
    if strangers:
        return None, (*problems, *strangers)
    clause = text_clause(lexicon.inflections, rule_set.understanding)
    runtime = build(config, rule_set, lexicon.publishers, clause, now)
    return Loaded(config=config, runtime=runtime, templates=data / "templates"), problems


def load_rule_set(
    config: Config, lexicon: Lexicon, *, examples: bool = True
) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """The rules that the configuration names, judged against its routes, digests and sources, `examples` run or not."""
    base = config.path.absolute().parent
    files, problems = rule_files_of(config)
    names, unread = read_paths(config.name_files, base, data_dir())
    understanding = UnderstandingOf(files, names, base)
    rule_set, more = load_rules(
        files,
        routes=set(config.routes),
        digests=set(config.digests),
        sources={name: brought(each.source) for name, each in config.sources.items()},
        reach=lambda rule: _reaches(config, rule),
        table=lambda file, name: read_table(base, file, name),
        inflections=lexicon.inflections,
        understanding=understanding,
        examples=examples,
    )
    found = tuple(dict.fromkeys((*problems, *unread, *understanding.problems, *more)))
    return (None if any(problem.level == "error" for problem in found) else rule_set), found


def rule_files_of(config: Config) -> tuple[RuleFiles, tuple[Problem, ...]]:
    """The rule files that the configuration names, and the time lines that lie beside them."""
    base = config.path.absolute().parent
    files, problems = read_rule_files(config.rules, base, data_dir())
    own = [base / name for name, _ in files if not name.startswith(PACK)]
    named = {name for name, _ in files}
    tests, unread = read_paths(test_files(base, own), base, data_dir())
    return (*files, *(file for file in tests if file[0] not in named)), (*problems, *unread)


class UnderstandingOf:
    """What understands articles for these rule files and files of names, loaded when first asked for.

    Tables of organisations that the rule files' lists name are files of names too; `base` is the folder that the rule
    files' own names begin in.
    Where the files add types of event or names, it is loaded at once, so that every fault in them is told; with faulty
    ones of the user's, what is shipped serves, so that the rest of the rules can be checked.
    """

    def __init__(self, files: RuleFiles, names: RuleFiles = (), base: Path | None = None) -> None:
        self._files = files
        self._names = tuple(dict.fromkeys((*names, *(read_tables(files, base) if base is not None else ()))))
        self._read: Understander | None = None
        self.problems: tuple[Problem, ...] = ()
        if self._names or adds_types(files):
            self()

    def __call__(self) -> Understander | None:
        """The understander. Loaded once for all that ask; every article does."""
        if self._read is None:
            with undisturbed():
                understander, self.problems = read_understander(data_dir(), self._files, self._names)
            self._read = understander if understander is not None else read_understander(data_dir())[0]
        return self._read


def load_rules_alone(
    names: Sequence[str], base: Path, lexicon: Lexicon, name_files: Sequence[Path] = ()
) -> tuple[RuleSet | None, RuleFiles, tuple[Problem, ...]]:
    """Rule files and packs without a configuration: any route, digest and source may be named.

    Returns: the set, or None if there is an error; the files; all problems.
    """
    files, problems = read_rule_files(names, base, data_dir())
    rule_set, more = load_files(files, base, lexicon, name_files)
    found = tuple(dict.fromkeys((*problems, *more)))
    return (None if any(problem.level == "error" for problem in found) else rule_set), files, found


def load_files(
    files: RuleFiles, base: Path, lexicon: Lexicon, name_files: Sequence[Path] = (), *, examples: bool = True
) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """These rule files without a configuration, `examples` run or not: any route, digest and source may be named."""
    own, unread = read_paths(name_files, base, data_dir())
    understanding = UnderstandingOf(files, own, base)
    rule_set, more = load_rules(
        files,
        table=lambda file, name: read_table(base, file, name),
        inflections=lexicon.inflections,
        understanding=understanding,
        examples=examples,
    )
    found = tuple(dict.fromkeys((*unread, *understanding.problems, *more)))
    return (None if any(problem.level == "error" for problem in found) else rule_set), found


def brought(source: Source) -> str:
    """What a source brings, as clauses on tables and series ask for it."""
    if isinstance(source, Tabular):
        return ROWS
    if not isinstance(source, Measuring):
        return "entries"
    of = source.measure.to or source.measure.unit
    return f"{POINTS} {of}" if of is not None else POINTS


def _reaches(config: Config, rule: Rule) -> bool:
    """Whether a rule that names no way can reach a route or digest: some query doesn't rule it out by id or type."""
    queries = [
        *(route.query for route in config.routes.values()),
        *(digest.query for digest in config.digests.values()),
    ]
    return any(_may_take(query.root, rule) for query in queries)


def _may_take(node: Node, rule: Rule) -> bool:
    """False only if the node can never hold for this rule; what depends on the article counts as possible."""
    match node:
        case Field(name="rule" | "event" | "severity"):
            return _field_may_take(node, rule)
        case Join():
            return all(_may_take(child, rule) for child in node.all) and (
                not node.any or any(_may_take(child, rule) for child in node.any)
            )
        case _:
            return True


def _field_may_take(node: Field, rule: Rule) -> bool:
    if node.name == "event" and rule.event_type is None and rule.subject not in {"health", "series"}:
        return True  # the article is asked what it reports
    has: dict[str, list[str]] = {
        "rule": [rule.id],
        "event": [rule.event_type or ""],
        "severity": [step.severity for step in rule.severity],
    }
    return any(fits(node.name, value, wanted) for value in has[node.name] for wanted in node.values)
