"""`watcher check`: every mistake at once; `check SOURCE` fetches it once and shows its rows; nothing is stored."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import yaml

from watcher.app.checking import Checked, check_all
from watcher.app.daemon import utc_now
from watcher.app.loading import rule_files_of
from watcher.app.noise import history_problems
from watcher.app.sarif import sarif
from watcher.commands.opening import CONFIGURATION, FINDINGS, config_path, print_problems, say
from watcher.commands.trying import try_source
from watcher.config import data_dir, load_config
from watcher.config.links import OFF, links_at
from watcher.config.rules import expanded_yaml
from watcher.core.errors import Problem, StoreError
from watcher.core.queries import Names, alert_kinds, long_form, parse_query, search_kinds
from watcher.web.listen import refused_host

USAGE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to check, and how to say it."""
    parser.add_argument("source", nargs="?", metavar="SOURCE", help="fetch this source once and show its rows")
    parser.add_argument(
        "--file", metavar="PATH", action="append", help="with SOURCE: read this as its reply; again for its next reply"
    )
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="with SOURCE: rows shown (default: 20)")
    parser.add_argument("--expand", action="store_true", help="print all rules in their long form")
    parser.add_argument("--query", metavar="TEXT", help="print what a query means, or its mistakes")
    parser.add_argument("--history", action="store_true", help="warn also of rules by what they matched so far (R071)")
    parser.add_argument("--no-examples", action="store_true", help="read the examples of rules, but do not run them")
    parser.add_argument(
        "--format", choices=("text", "json", "sarif"), default="text", help="default: text; sarif: version 2.1.0"
    )
    parser.epilog = "Exit code 1 if there are errors; warnings alone give 0."


def run(arguments: argparse.Namespace) -> int:
    """Check what was asked for."""
    path = config_path(arguments)
    if arguments.query is not None:
        return _query(arguments.query, path, as_json=arguments.format != "text")
    if path is None or not path.is_file():
        if path is not None:
            say(f"{path}: there is no such file; make one with: watcher init --path {path}")
        return CONFIGURATION
    if arguments.source is not None:
        return try_source(arguments)
    if arguments.file is not None:
        say("check: --file needs the name of the source that the file is a reply of")
        return USAGE
    return _check(path, arguments)


def _check(path: Path, arguments: argparse.Namespace) -> int:
    """Check all of it."""
    checked = check_all(path, os.environ, refused_host, now=utc_now(), examples=not arguments.no_examples)
    if arguments.history:
        checked = _with_history(checked)
    if arguments.expand:
        return _expand(checked)
    if arguments.format == "json":
        _print_json(checked)
    elif arguments.format == "sarif":
        _print_sarif(checked, path)
    else:
        for problem in checked.problems:
            print(problem)
        if not checked.problems and checked.config is not None and links_at(checked.config.listen) is None:
            print(OFF)
        print(_summary(checked))
    return FINDINGS if checked.errors else 0


def _with_history(checked: Checked) -> Checked:
    """With what the database says against rules; there is nothing where it is not there yet."""
    config, rules = checked.config, checked.rules
    if config is None or rules is None or not config.store.path.is_file():
        return checked
    try:
        found = tuple(history_problems(config.store.path, rules.rules, rule_files_of(config)[0], utc_now()))
    except StoreError as error:
        say(f"check: {error}")
        return checked
    return replace(checked, problems=(*checked.problems, *found))


def _summary(checked: Checked) -> str:
    """The last line."""
    if checked.problems:
        left = checked.left_out
        found = f"{_count(checked.errors, 'error')}, {_count(checked.warnings, 'warning')}"
        were = "was" if len(left) == 1 else "were"
        more = f"{_count(len(left), 'further check')} {were} left out until these are mended: {', '.join(left)}"
        return f"{found}\n{more}" if left else found
    return "all fine: " + ", ".join(_count(number, name.removesuffix("s")) for name, number in checked.counts.items())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _print_json(checked: Checked) -> None:
    found = {
        "errors": checked.errors,
        "warnings": checked.warnings,
        "counts": dict(checked.counts),
        "left_out": list(checked.left_out),
        "problems": [asdict(problem) for problem in checked.problems],
    }
    print(json.dumps(found, indent=2, ensure_ascii=False))


def _print_sarif(checked: Checked, path: Path) -> None:
    here = Path.cwd()
    log = sarif(checked.problems, base=(here / path).parent, data=data_dir(), here=here)
    print(json.dumps(log, indent=2, ensure_ascii=False))


def _expand(checked: Checked) -> int:
    """The long form of all rules; nothing of it while there is a mistake."""
    if checked.rules is None or checked.errors:
        print_problems(checked.problems)
        say(_summary(checked))
        return FINDINGS
    print(expanded_yaml(checked.rules), end="")
    return 0


def _query(text: str, path: Path | None, *, as_json: bool) -> int:
    """What a query means, as a rule file would write it; else its mistakes, each under its column."""
    names = _names(path)
    found, problems = parse_query(text, alert_kinds(names))
    serves = "routes, digests" if found is not None else ""
    searched, search_problems = parse_query(text, search_kinds(names))
    if searched is not None:
        serves = f"{serves}, searches".removeprefix(", ")
    query = found or searched
    faults = () if query is not None else max(problems, search_problems, key=_reach)
    tree = long_form(query.root) if query is not None else None
    if as_json:
        print(json.dumps({"serves": serves, "means": tree, "problems": [asdict(p) for p in faults]}, indent=2))
    elif tree is not None:
        print(f"# serves: {serves}")
        print(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=120), end="")
    else:
        print(text)
        for problem in faults:
            column = problem.column or 1
            print(f"{' ' * (column - 1)}^ column {column}: {problem.level}[{problem.code}] {problem.text}")
    return 0 if query is not None else FINDINGS


def _reach(problems: tuple[Problem, ...]) -> int:
    """Of two readings that fail, the one that came further is the one that was meant."""
    return min((problem.column or 0 for problem in problems), default=0)


def _names(path: Path | None) -> Names:
    config = load_config(path, os.environ)[0] if path is not None and path.is_file() else None
    if config is None:
        return Names()
    return Names(routes=tuple(config.routes), sources=tuple(str(source) for source in config.sources))
