"""What stands there and does nothing: files of rules that nobody names, silences of what is gone; it only says so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from watcher.config import Config
from watcher.config.rules.files import PACK, test_files
from watcher.core.errors import StoreError
from watcher.core.queries import Names, alert_kinds, parse_query
from watcher.core.telling.lifecycle import Silence
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.silences import SqliteSilences

_YAML = frozenset({".yaml", ".yml"})
_LOOKED_AT = 500
"""So many files beside those that are named are looked into at most."""
_HEAD_BYTES = 1 << 16
_FORMAT = re.compile(rb"^format\s*:", re.MULTILINE)
_HOLDS = re.compile(rb"^(?:rules|lists|conditions|change|matters|events|shared|tests)\s*:", re.MULTILINE)
_GLOB = re.compile(r"[*?\[]")
_UNKNOWN = frozenset({"R017", "R040"})


def unnamed_files(config: Config) -> tuple[Path, ...]:
    """Files of rules that `rules:` does not name, in a folder whose files it names by a pattern, or one below."""
    base = config.path.absolute().parent
    patterns = [entry for entry in config.rules if not entry.startswith(PACK) and _GLOB.search(entry)]
    own = [path.absolute() for path in config.rule_files]
    known = {path.resolve() for path in (*own, *config.name_files, *test_files(base, own), config.path)}
    found: dict[Path, None] = {}
    for folder in dict.fromkeys(_folder_of(base / pattern) for pattern in patterns):
        below = folder.glob("*/*") if folder != base else iter(())  # a configuration may lie among anything
        for path in sorted(chain(folder.glob("*"), below))[:_LOOKED_AT]:
            if path.suffix in _YAML and path.resolve() not in known and _holds_rules(path):
                found[path] = None
    return tuple(found)


def _folder_of(pattern: Path) -> Path:
    """The folder that a pattern begins in."""
    while _GLOB.search(str(pattern)):
        pattern = pattern.parent
    return pattern


def _holds_rules(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return bool(_FORMAT.search(head) and _HOLDS.search(head))


def idle_silences(config: Config, rules: Collection[str], now: datetime) -> Iterator[tuple[Silence, str]]:
    """Silences in force that name a rule, route or source which is not there (any more), and what is unknown of them.

    Args: rules - the ids of all rules. A database that can't be read has none.
    """
    if not config.store.path.is_file():
        return
    try:
        with reading(config.store.path) as db:
            found = SqliteSilences(db).in_force(now)
    except StoreError:
        return
    for silence in found:
        fault = unknown_in(silence, config, rules)
        if fault:
            yield silence, fault


def unknown_in(silence: Silence, config: Config, rules: Collection[str]) -> str:
    """What a silence names that is not there; "" where all is."""
    names = Names(rules=rules, routes=list(config.routes) or None, sources=list(config.sources) or None)
    _, problems = parse_query(silence.query, alert_kinds(names, health=True))
    return "; ".join(problem.text for problem in problems if problem.code in _UNKNOWN)
