"""`watcher diff`: what other rules would have told otherwise, over history or over the examples; it only reads."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from watcher.app.backtesting import ALL, rules_of, runtime_for
from watcher.app.comparing import Difference, has_history, over_examples, over_history
from watcher.app.daemon import utc_now
from watcher.app.loading import rule_files_of
from watcher.commands.backtest import lexicon_or_none, span_of
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, print_problems, say
from watcher.config import Config, data_dir, load_config
from watcher.config.lexicon import Lexicon
from watcher.config.rules.files import RuleFiles, read_paths
from watcher.core.errors import StoreError
from watcher.core.rules.model import RuleSet
from watcher.core.text.escapes import one_line, plain_safe
from watcher.core.yaml.strict import load

USAGE = 2
_OF_CONFIG = frozenset({"sources", "store", "channels", "routes", "digests"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two sets of rules, with its files."""

    rules: RuleSet
    files: RuleFiles


def arguments(parser: argparse.ArgumentParser) -> None:
    """The two sets, and how far back."""
    for name in ("old", "new"):
        parser.add_argument(name, metavar=name.upper(), help="a rule file, a folder of them, or a configuration")
    parser.add_argument("--since", metavar="D", help="from this day or so long ago (90d); default: all that is stored")
    parser.add_argument("--until", metavar="D", help="up to this day or so long ago; default: now")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.epilog = "Exit code 1 if they differ. Where nothing is stored, the examples of both are compared."


def run(arguments: argparse.Namespace) -> int:
    """Compare and print; 1 on a difference."""
    config = configured(arguments)
    lexicon = lexicon_or_none() if config is not None else None
    if config is None or lexicon is None:
        return CONFIGURATION
    old, new = (_side(config, lexicon, Path(each)) for each in (arguments.old, arguments.new))
    if old is None or new is None:
        return USAGE
    try:
        found, by = _differences(arguments, config, lexicon, old, new)
    except (StoreError, ValueError) as error:
        say(f"diff: {error}")
        return USAGE
    if arguments.json:
        print(plain_safe(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2)))
    else:
        for line in _words(found, by):
            print(line)
    return FINDINGS if found else 0


def _differences(
    arguments: argparse.Namespace, config: Config, lexicon: Lexicon, old: Side, new: Side
) -> tuple[list[Difference], str]:
    """What differs, and what it was seen by. Raises StoreError, ValueError."""
    span = span_of(arguments, utc_now())
    path = config.store.path
    if not has_history(path, span):
        return list(over_examples(old.rules, new.rules, (*old.files, *new.files))), "the examples of both"
    before, after = (runtime_for(config, lexicon, side.rules, span.until) for side in (old, new))
    return over_history(path, before, after, span), "what is stored"


def _side(config: Config, lexicon: Lexicon, path: Path) -> Side | None:
    """One set, its mistakes printed; None with any."""
    if not path.exists():
        say(f"diff: {path}: no such file or folder")
        return None
    own = _configuration(path)
    if own is not None:
        files, _ = rule_files_of(own)
        rules, _, problems = rules_of(own, lexicon, ALL)
    else:
        paths = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        files, _ = read_paths(paths, config.path.absolute().parent, data_dir())
        rules, _, problems = rules_of(config, lexicon, path)
    if rules is None:
        print_problems(problems)
        return None
    return Side(rules=rules, files=files)


def _configuration(path: Path) -> Config | None:
    """The configuration that a file is, if it is one."""
    if path.is_dir():
        return None
    root = load(path.read_bytes(), path.name)[0]
    if root is None or root.kind != "mapping" or not _OF_CONFIG & set(root.keys()):
        return None
    config, problems = load_config(path, os.environ)
    print_problems(problem for problem in problems if config is None)
    return config


def _words(found: list[Difference], by: str) -> Iterator[str]:
    for each in found:
        yield f"{_sign(each)} {each.when}  {_severity(each)}  {each.rule}: {one_line(each.title)}"
        if each.why:
            yield f"    {'OLD' if each.was is None else 'NEW'}: {one_line(each.why)}"
    gained = sum(each.was is None for each in found)
    lost = sum(each.now is None for each in found)
    yield f"{gained} gained, {lost} lost, {len(found) - gained - lost} of another severity, by {by}"


def _sign(each: Difference) -> str:
    return "+" if each.was is None else "-" if each.now is None else "~"


def _severity(each: Difference) -> str:
    return f"{each.was} -> {each.now}" if each.was and each.now else str(each.was or each.now)
