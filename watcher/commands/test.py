"""`watcher test`: run the examples of rules and their time lines, and say which are not as they claim.

Nothing is fetched, and nobody is told; time lines run on a store of their own that is gone afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from watcher.app.checking import EXAMPLE_CODES
from watcher.app.loading import UnderstandingOf, load_files, rule_files_of
from watcher.app.timeline_setup import Ground, lines_of
from watcher.app.timelines import run_line
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, print_problems, say
from watcher.config import Config, data_dir, find_config
from watcher.config.lexicon import Lexicon, read_lexicon
from watcher.config.rules import read_rule_files
from watcher.config.rules.files import PACK, RuleFiles, read_paths
from watcher.core.errors import Problem
from watcher.core.rules.model import RuleSet
from watcher.core.rules.timelines import TimeLine
from watcher.core.yaml.strict import Node, load
from watcher.render.moments import count
from watcher.render.renderer import Renderer

_UNKNOWN = re.compile(r'unknown (?:list|condition|matter|rule|test|event|organisation|material|place) "')
"""What a file may name that others of the configuration define."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be tested: the files, those whose time lines run, and the configuration if it is the ground.

    `alone` are those whose examples are counted; none: all.
    """

    files: RuleFiles
    only: Collection[str] | None
    base: Path
    config: Config | None
    problems: tuple[Problem, ...] = ()
    alone: Collection[str] = ()

    @property
    def names(self) -> tuple[Path, ...]:
        """Files that add to the lexicon."""
        return self.config.name_files if self.config is not None else ()


def arguments(parser: argparse.ArgumentParser) -> None:
    """The rules to test."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="rule files, packs (pack:critical-minerals) and files of time lines; default: those that the "
        "configuration names and tests/*.rules.yaml beside them",
    )
    parser.add_argument("--only", metavar="NAME", action="append", help="this time line only; may be repeated")
    parser.epilog = "A file that holds time lines and no rules is run on the rules of the configuration."


def run(arguments: argparse.Namespace) -> int:
    """Run the examples and time lines; 1 if one fails, 78 if the rules can't be read at all."""
    wanted = _wanted(arguments)
    if wanted is None:
        return CONFIGURATION
    lexicon, problems = read_lexicon(data_dir())
    if lexicon is None:
        print_problems(problems)
        return CONFIGURATION
    wanted, rules, problems = _loaded(wanted, lexicon, arguments)
    errors = [problem for problem in (*wanted.problems, *problems) if problem.level == "error"]
    print_problems(errors)
    failed = [problem for problem in errors if problem.code in EXAMPLE_CODES]
    if len(failed) < len(errors):
        others = f"of all other examples {len(failed) or 'none'} failed"
        say(f"what is not sound, or leans on it, can't be tested; {others}; time lines were not run")
        return CONFIGURATION
    counted = [file for file in wanted.files if not wanted.alone or file[0] in wanted.alone]
    print(_summary(counted, [problem for problem in failed if not wanted.alone or problem.file in wanted.alone]))
    if rules is None:  # a rule whose example fails runs in its time lines all the same
        rules, _ = load_files(wanted.files, wanted.base, lexicon, wanted.names, examples=False)
    done = _time_lines(arguments.only, wanted, rules, lexicon) if rules is not None else 0
    return done or (FINDINGS if failed else 0)


def _loaded(
    wanted: Wanted, lexicon: Lexicon, arguments: argparse.Namespace
) -> tuple[Wanted, RuleSet | None, tuple[Problem, ...]]:
    """The rules; beside those of the configuration where files alone name what others of it define."""
    rules, problems = load_files(wanted.files, wanted.base, lexicon, wanted.names)
    packs = any(name.startswith(PACK) for name in arguments.files)
    lacking = wanted.config is None and any(_UNKNOWN.search(problem.text) for problem in problems)
    beside = _beside_configuration(arguments) if lacking and not packs and _has_configuration(arguments) else None
    if beside is not None:
        found, more = load_files(beside.files, beside.base, lexicon, beside.names)
        if not any(problem.code == "R010" for problem in more):  # else it stands in for one of them
            return beside, found, more
    return wanted, rules, problems


def _wanted(arguments: argparse.Namespace) -> Wanted | None:
    """The files that the arguments name, or those of the configuration."""
    if arguments.files:
        files, problems = read_rule_files(arguments.files, Path.cwd(), data_dir())
        if problems or not _are_tests(files) or not _has_configuration(arguments):
            return Wanted(files=files, only=None, base=Path.cwd(), config=None, problems=problems)
    return _beside_configuration(arguments)


def _beside_configuration(arguments: argparse.Namespace) -> Wanted | None:
    """The files of the configuration, and those that the arguments name in the place of theirs."""
    config = configured(arguments)
    if config is None:
        return None
    base = config.path.absolute().parent
    files, problems = rule_files_of(config)
    only: set[str] | None = None
    alone: set[str] = set()
    if arguments.files:
        tests, _ = read_paths((Path.cwd() / name for name in arguments.files), base, data_dir())
        only = {name for name, _ in tests}
        alone = set() if _are_tests(tests) else only
        files = (*(file for file in files if file[0] not in only), *tests)
    return Wanted(files=files, only=only, base=base, config=config, problems=problems, alone=alone)


def _are_tests(files: RuleFiles) -> bool:
    """Whether these files hold time lines and none of the rules that they run."""
    roots = [root for name, content in files if (root := load(content, name)[0]) is not None]
    return any(root.get("tests") is not None for root in roots) and all(root.get("rules") is None for root in roots)


def _has_configuration(arguments: argparse.Namespace) -> bool:
    return bool(arguments.config) or find_config(os.environ) is not None


def _time_lines(names: Sequence[str] | None, wanted: Wanted, rules: RuleSet, lexicon: Lexicon) -> int:
    """Run the time lines one after another; 1 if one is not as it expects."""
    lines, problems = lines_of(wanted.files, rules, wanted.config, wanted.only)
    if problems:
        print_problems(problems)
        say("the time lines can't be run before they are sound")
        return CONFIGURATION
    lines = tuple(line for line in lines if not names or line.name in names)
    own, _ = read_paths(wanted.names, wanted.base, data_dir())
    templates = data_dir() / "templates"
    ground = Ground(
        files=wanted.files,
        base=wanted.base,
        lexicon=lexicon,
        understanding=UnderstandingOf(wanted.files, own, wanted.base),
        config=wanted.config,
    )
    failed = asyncio.run(_run(ground, Renderer(templates, _overrides(wanted.config)), lines))
    if lines:
        passed = len(lines) - failed
        tail = f", {failed} failed" if failed else ""
        print(f"{count(passed, 'time line')} passed{tail}")
    return FINDINGS if failed else 0


def _overrides(config: Config | None) -> Path | None:
    return config.templates if config is not None else None


async def _run(ground: Ground, renderer: Renderer, lines: Iterable[TimeLine]) -> int:
    failed = 0
    for line in lines:
        problems = await run_line(ground, renderer, line)
        print_problems(problems)
        failed += bool(problems)
    return failed


def _summary(files: Iterable[tuple[str, bytes]], failed: Sequence[Problem]) -> str:
    counts = [number for name, content in files for number in _counts(name, content)]
    passed = max(0, sum(counts) - len(failed))
    tail = f", {len(failed)} failed" if failed else ""
    return f"{count(passed, 'example')} of {count(len(counts), 'rule')} passed{tail}"


def _counts(name: str, content: bytes) -> list[int]:
    """How many examples each rule of a file has."""
    root, _ = load(content, name)
    rules = root.get("rules") if root is not None else None
    return [sum(len(side.items) for side in _sides(rule)) for rule in rules.items] if rules is not None else []


def _sides(rule: Node) -> list[Node]:
    examples = rule.get("examples")
    sides = (examples.get("match"), examples.get("skip")) if examples is not None else ()
    return [side for side in sides if side is not None]
