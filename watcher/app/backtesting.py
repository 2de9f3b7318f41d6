"""A rule, or a file of rules, over what is stored: what it would have told, and what was told then; nothing is changed.

Decides nothing itself: the replay takes the very steps of the live run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from watcher.app.build import build
from watcher.app.clauses import text_clause
from watcher.app.loading import UnderstandingOf, rule_files_of
from watcher.app.replayed_health import replayed_health
from watcher.app.replayed_series import replayed_series
from watcher.app.replaying import ARTICLES, SUBJECTS, Matched, Plan, decide, matched, plan
from watcher.config import Config, data_dir
from watcher.config.lexicon import Lexicon
from watcher.config.rules import load_rules, read_table
from watcher.config.rules.files import RuleFiles, ids_of, read_paths
from watcher.config.rules.page import Page
from watcher.config.rules.setting import Setting
from watcher.core.errors import Problem
from watcher.core.requirements.running import history_of
from watcher.core.rules.model import Rule, RuleSet
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import before
from watcher.core.yaml.strict import Node, load
from watcher.pipeline.judging.fired import SERIES
from watcher.pipeline.judging.health_rules import HEALTH
from watcher.pipeline.runtime import Runtime
from watcher.stores.sqlite.replaying import Replayed, ReplayTable, Span
from watcher.stores.sqlite.shadow import shadowed

BESIDES = frozenset({SERIES, HEALTH})
"""What is replayed along histories of its own."""
ALL = "*"
"""Every rule of the configuration."""
_NAMED = ("lists", "conditions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a backtest found. `skipped` are rules that can't be replayed, `plan` what was looked at.

    `strange` counts what was told of the health of sources that are no longer configured.
    """

    plan: Plan
    found: Matched
    decided: tuple[Replayed, ...]
    skipped: tuple[str, ...]
    strange: int = 0

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many matches came to what, the most frequent first."""
        return dict(Counter(each.reason for each in self.decided).most_common())


def rules_of(
    config: Config, lexicon: Lexicon, asked: str | Path
) -> tuple[RuleSet | None, tuple[str, ...], tuple[Problem, ...]]:
    """The rule of that id, all of them (`*`), or those of that file or folder, on the configuration's lists; their ids.

    Where a file redefines what a file of the configuration says, it takes that file's place.
    """
    files, problems = rule_files_of(config)
    base = config.path.absolute().parent
    if isinstance(asked, Path):
        paths = sorted(asked.rglob("*.yaml")) if asked.is_dir() else [asked]
        own, unread = read_paths(paths, base, data_dir())
        problems = (*problems, *unread)
        ids = tuple(ids_of(own))
        files = _instead(files, own)
    else:
        ids = tuple(ids_of(files)) if asked == ALL else (asked,)
    page = Page(name="", root=Node(kind="mapping", line=1, column=1), lines=())
    names, _ = read_paths(config.name_files, base, data_dir())
    rules, more = load_rules(
        files,
        table=lambda file, name: read_table(base, file, name),
        inflections=lexicon.inflections,
        understanding=UnderstandingOf(files, names, base),
        setting=Setting(page=page, rules=frozenset(ids)),
    )
    return rules, ids, tuple(each for each in (*problems, *more) if each.level == "error")


def unknown_rule(config: Config, id_: str) -> str:
    """What is said of a rule that no file of the configuration has."""
    known = ids_of(rule_files_of(config)[0])
    return f'unknown rule "{id_}"{did_you_mean(id_, known) or "; `watcher check --expand` prints all that there are"}'


def _instead(files: RuleFiles, own: RuleFiles) -> RuleFiles:
    """The configuration's files but for those that define anything that these define."""
    taken = _defined(own)
    names = {name for name, _ in own}
    return (*(file for file in files if file[0] not in names and not _defined((file,)) & taken), *own)


def _defined(files: RuleFiles) -> frozenset[str]:
    """Rules, matters, lists and conditions by name."""
    found = {f"rules {each}" for each in ids_of(files)}
    for name, content in files:
        root = load(content, name)[0]
        for key in _NAMED if root is not None else ():
            node = root.get(key) if root is not None else None
            found |= {f"{key} {each}" for each in node.keys()} if node is not None else set()  # noqa: SIM118 - a Node
    return frozenset(found)


def runtime_for(config: Config, lexicon: Lexicon, rules: RuleSet, now: datetime) -> Runtime:
    """The configuration's runtime with these rules, all on trial: nobody is told, so no message is put into words."""
    shown = tuple(replace(rule, mode="trial") for rule in rules.rules)
    clause = text_clause(lexicon.inflections, rules.understanding)
    return build(config, replace(rules, rules=shown), lexicon.publishers, clause, now)


def backtest(path: Path, runtime: Runtime, span: Span) -> Backtest:
    """Replay the runtime's rules over what is stored. Raises StoreError."""
    besides, strange = _besides(path, runtime, span)
    rules = [rule for rule in runtime.rule_set.rules if rule.subject in SUBJECTS]
    skipped = tuple(rule.id for rule in runtime.rule_set.rules if rule.subject not in SUBJECTS | BESIDES)
    if not rules:
        by = "the points of series and the health of sources" if len(skipped) < len(runtime.rule_set.rules) else ""
        nothing = Plan(numbers=(), of=0, by=by)
        return Backtest(plan=nothing, found=Matched(), decided=tuple(besides), skipped=skipped, strange=strange)
    history = Span(since=_begin(rules, span), until=span.until)
    by_text = [rule for rule in rules if rule.subject in ARTICLES]
    planned = plan(path, by_text, history) if by_text else Plan(numbers=(), of=0, by="the time lines of matters")
    found = matched(path, runtime, planned.numbers)
    decided = decide(path, runtime, found, history, span)
    whole = sorted([*decided, *besides], key=lambda each: each.at) if besides else decided
    return Backtest(plan=planned, found=found, decided=tuple(whole), skipped=skipped, strange=strange)


def _besides(path: Path, runtime: Runtime, span: Span) -> tuple[list[Replayed], int]:
    """What rules on series and on health would have told, and what is left out of it."""
    series, health = ([rule for rule in runtime.rule_set.rules if rule.subject == kind] for kind in (SERIES, HEALTH))
    if not series and not health:
        return [], 0
    with shadowed(path) as turn:
        table = ReplayTable(turn.db)
        points = replayed_series(turn, table, runtime, series, span)
        troubles, strange = replayed_health(table, runtime, health, span) if health else ([], 0)
    return sorted([*points, *troubles], key=lambda each: each.at), strange


def _begin(rules: Sequence[Rule], span: Span) -> datetime | None:
    """From when on requirements have to be fed, so that they know at the beginning what they would have known."""
    back = [history_of(rule.require) for rule in rules if rule.require is not None]
    if span.since is None or None in back:
        return None
    return before(span.since, max((each for each in back if each is not None), default=timedelta(0)))
