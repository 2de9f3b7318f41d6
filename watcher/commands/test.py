"""`watcher test`: run the examples of rules and say which are not as they claim; nothing is fetched or stored."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from watcher.app.loading import load_rules_alone
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, print_problems, say
from watcher.config import data_dir
from watcher.config.lexicon import read_lexicon
from watcher.core.errors import Problem
from watcher.core.yaml.strict import Node, load

EXAMPLE_CODES = frozenset({"R050", "R051", "R052", "R053", "R054"})
"""What an example can be found guilty of. Source: the rule language, section 7."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The rules to test."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="rule files and packs (pack:critical-minerals); default: those that the configuration names",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the examples; 1 if one fails, 78 if the rules can't be read at all."""
    own: tuple[Path, ...] = ()
    if arguments.files:
        names, base = tuple(arguments.files), Path.cwd()
    else:
        config = configured(arguments)
        if config is None:
            return CONFIGURATION
        names, base, own = config.rules, config.path.absolute().parent, config.name_files
    lexicon, problems = read_lexicon(data_dir())
    if lexicon is None:
        print_problems(problems)
        return CONFIGURATION
    _, files, problems = load_rules_alone(names, base, lexicon, own)
    errors = [problem for problem in problems if problem.level == "error"]
    print_problems(errors)
    failed = [problem for problem in errors if problem.code in EXAMPLE_CODES]
    if len(failed) < len(errors):
        say("the examples can't be judged before these rules are sound")
        return CONFIGURATION
    print(_summary(files, failed))
    return FINDINGS if failed else 0


def _summary(files: Iterable[tuple[str, bytes]], failed: Sequence[Problem]) -> str:
    counts = [count for name, content in files for count in _counts(name, content)]
    passed = sum(counts) - len(failed)
    tail = f", {len(failed)} failed" if failed else ""
    return f"{passed} {_noun(passed, 'example')} of {len(counts)} {_noun(len(counts), 'rule')} passed{tail}"


def _counts(name: str, content: bytes) -> list[int]:
    """How many examples each rule of a file has."""
    root, _ = load(content, name)
    rules = root.get("rules") if root is not None else None
    return [sum(len(side.items) for side in _sides(rule)) for rule in rules.items] if rules is not None else []


def _sides(rule: Node) -> list[Node]:
    examples = rule.get("examples")
    sides = (examples.get("match"), examples.get("skip")) if examples is not None else ()
    return [side for side in sides if side is not None]


def _noun(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
