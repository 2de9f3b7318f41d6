"""What a time line stands on, made ready: its rules on its lists, its sources, routes and digests as runtime.

What `setup` says is read by the reader of `watcher.yaml` itself, so that a route or source means here what it means
there. Never looks at a step but for the names in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from watcher.app.build import build
from watcher.app.clauses import text_clause
from watcher.conditions.base import Understanding
from watcher.config import Config, load_config
from watcher.config.lexicon import Lexicon
from watcher.config.rules import load_rules, read_table
from watcher.config.rules.files import RuleFiles
from watcher.config.rules.page import Page
from watcher.config.rules.setting import Setting
from watcher.config.rules.tested import read_tests
from watcher.core.errors import Problem
from watcher.core.rules.examples import SOURCE
from watcher.core.rules.model import RuleSet
from watcher.core.rules.timelines import ArticleStep, ExpectStep, HealthStep, PointStep, RowStep, TimeLine
from watcher.core.yaml.strict import Node, load, plain
from watcher.pipeline.runtime import Runtime

_CHANNEL = "recorded"
_OPERATOR = "operator"
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "sources": {"kind": "feed", "trust": "trade_press"},
    "routes": {"channels": [_CHANNEL]},
    "digests": {"channels": [_CHANNEL], "at": "Fri 15:00"},
}
_SERIES: Mapping[str, Any] = {"kind": "series", "date": "date", "value": "value"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every time line of a run stands on. `config` is the user's, if there is one."""

    files: RuleFiles
    base: Path
    lexicon: Lexicon
    understanding: Understanding
    config: Config | None = None


def lines_of(
    files: RuleFiles, rules: RuleSet, config: Config | None, only: Collection[str] | None = None
) -> tuple[tuple[TimeLine, ...], tuple[Problem, ...]]:
    """The sound tests of rule files, and names in them that the configuration does not have.

    Args: only - the files whose tests are wanted; None for all.
    """
    pages = [Page(name=name, root=root, lines=()) for name, content in files if (root := load(content, name)[0])]
    tests = read_tests((page, node) for page in pages if (node := page.root.get("tests")) is not None)
    if config is not None:
        ids = [rule.id for rule in rules.rules]
        tests.check(ids, rules.rules, sources=config.sources, routes=config.routes, digests=config.digests)
    lines = [line for page, line in tests.lines.values() if only is None or page.name in only]
    problems = [each for page in pages for each in page.problems if each.level == "error"]
    return tuple(lines), tuple(problems)


def runtime_of(ground: Ground, line: TimeLine) -> tuple[Runtime | None, tuple[Problem, ...]]:
    """The runtime of a test, or None and what is wrong with its setup."""
    rules, problems = _rules(ground, line)
    if rules is None:
        return None, problems
    config, problems = _config(ground, line, rules)
    if config is None:
        return None, problems
    clause = text_clause(ground.lexicon.inflections, rules.understanding)
    runtime = build(config, rules, ground.lexicon.publishers, clause, line.start)
    used = {SOURCE, *_sources(line)}
    return replace(runtime, sources={name: each for name, each in runtime.sources.items() if name in used}), ()


def ways_of(line: TimeLine) -> frozenset[str] | None:
    """The routes and digests that a test looks at: those of its setup and those that it expects something of.

    None, for all of them, if it sets up no routes: what others add to a configuration must change no test that does.
    """
    if "routes" not in line.setup:
        return None
    named = {part: {*line.setup.get(f"{part}s", ()), *_expected(line, part)} for part in ("route", "digest")}
    return frozenset(f"{part}:{name}" for part, names in named.items() for name in names)


def _rules(ground: Ground, line: TimeLine) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    rules, problems = load_rules(
        ground.files,
        table=lambda file, name: read_table(ground.base, file, name),
        inflections=ground.lexicon.inflections,
        understanding=ground.understanding,
        setting=Setting.of(line),
    )
    return rules, tuple(each for each in problems if each.level == "error")


def _config(ground: Ground, line: TimeLine, rules: RuleSet) -> tuple[Config | None, tuple[Problem, ...]]:
    """The configuration of a test: what it sets up itself, and the user's for all else."""
    blocks = {part: dict(_blocks(ground, line, rules, part)) for part in _DEFAULTS}
    with TemporaryDirectory(prefix="watcher-test-") as folder:
        path = Path(folder) / "watcher.yaml"
        path.write_text(yaml.safe_dump(_written(blocks), allow_unicode=True), encoding="utf-8")
        made, problems = load_config(path, {})
    if made is None:
        return None, tuple(_placed(line, each, blocks) for each in problems if each.level == "error")
    own = ground.config
    if own is None:
        return made, ()
    operator = own.operator if own.operator.route else made.operator
    return replace(
        own,
        operator=operator,
        # Nothing is fetched here, so a source that is switched off serves as well.
        sources={name: replace(each, enabled=True) for name, each in {**own.sources, **made.sources}.items()},
        routes={**own.routes, **made.routes},
        digests={**own.digests, **made.digests},
    ), ()


def _written(blocks: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    route = _OPERATOR if _OPERATOR in blocks["routes"] else None
    return {
        "store": {"path": "watcher.db"},
        "operator": {"contact": "test@example.org"} | ({"route": route} if route else {}),
        "listen": None,
        "channels": {_CHANNEL: {"kind": "file", "path": "recorded.txt"}},
        "rules": [],
        **{part: dict(each) for part, each in blocks.items() if each},
    }


def _blocks(ground: Ground, line: TimeLine, rules: RuleSet, part: str) -> Iterator[tuple[str, object]]:
    """What is set up under a part, and, where there is no configuration, what the rules and steps name besides."""
    said = line.setup.get(part, {})
    points = {step.does.series for step in line.steps if isinstance(step.does, PointStep)}
    for name, (_, node) in said.items():
        yield name, _block(part, name, node, of_points=name in points)
    named = {"sources": [SOURCE, *_sources(line)], "routes": _routes(line, rules), "digests": _digests(line, rules)}
    for name in dict.fromkeys(named[part]):
        if name not in said and (ground.config is None or name == SOURCE):
            yield name, _block(part, name, None, of_points=name in points)


def _block(part: str, name: str, node: Node | None, *, of_points: bool) -> object:
    """A block as it is written, with what a test need not say: a source is a feed, or a series where it has points."""
    own = plain(node) if node is not None and node.value is None else {}
    if not isinstance(own, dict):
        return own
    found = {**_DEFAULTS[part], **(_SERIES if part == "sources" and of_points and "kind" not in own else {}), **own}
    if part == "sources" and found["kind"] in {"feed", "series"}:
        found.setdefault("url", f"https://{name.replace('_', '-')}.example/feed")
    return found


def _sources(line: TimeLine) -> Iterator[str]:
    for step in line.steps:
        match step.does:
            case ArticleStep(source=source) | RowStep(source=source) | HealthStep(source=source):
                yield source
            case PointStep(series=source):
                yield source
            case _:
                pass


def _routes(line: TimeLine, rules: RuleSet) -> Iterable[str]:
    return (*(name for rule in rules.rules for name in rule.tell or ()), *_expected(line, "route"))


def _digests(line: TimeLine, rules: RuleSet) -> Iterable[str]:
    return (*(name for rule in rules.rules for name in rule.digest or ()), *_expected(line, "digest"))


def _expected(line: TimeLine, key: str) -> Iterator[str]:
    for step in line.steps:
        if isinstance(step.does, ExpectStep):
            for _, entries in step.does.lists.values():
                yield from (each.agrees[key] for each in entries if key in each.agrees)


def _placed(line: TimeLine, problem: Problem, blocks: Mapping[str, Mapping[str, object]]) -> Problem:
    """A mistake in `setup`, told where it stands: the name that its text says, else the test."""
    for part, named in blocks.items():
        for name in named:
            key = line.setup.get(part, {}).get(name)
            if key is not None and f"{part}.{name}" in problem.text:
                return replace(problem, file=line.file, line=key[0].line, column=key[0].column)
    return replace(problem, file=line.file, line=line.node.line, column=line.node.column)
