"""What stands there and does nothing: files of rules that nobody names, silences and sources of before; it says so.

The codes are those of `checking`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from watcher.config import Config
from watcher.config.rules.files import PACK, test_files
from watcher.core.errors import StoreError
from watcher.core.model import SourceId
from watcher.core.queries import Names, alert_kinds, parse_query
from watcher.core.telling.lifecycle import Silence
from watcher.core.text.escapes import one_line
from watcher.stores.sqlite.renaming import has_asked, known_sources
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.silences import SqliteSilences
from watcher.telemetry import loggable_url

_YAML = frozenset({".yaml", ".yml"})
_NAMED = 5
"""So many files are named."""
_LOOKED_AT = 500
"""So many files beside those that are named are looked into at most."""
_HEAD_BYTES = 1 << 16
_FORMAT = re.compile(rb"^format\s*:", re.MULTILINE)
_HOLDS = re.compile(rb"^(?:rules|lists|conditions|change|matters|events|shared|tests)\s*:", re.MULTILINE)
_GLOB = re.compile(r"[*?\[]")
_UNKNOWN = frozenset({"R017", "R040"})


def overlooked(config: Config) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Place, code and words of each file and source."""
    files, base = unnamed_files(config), config.path.absolute().parent
    for each in files[:_NAMED]:
        shown = each.relative_to(base) if each.is_relative_to(base) else each
        yield ("rules",), "C060", f"rules: {shown} holds rules, and nothing here names it; name it, or move it away"
    if len(files) > _NAMED:
        yield ("rules",), "C060", f"rules: and {len(files) - _NAMED} more such files"
    for new, old in renamed_sources(config):
        text = (
            f'sources.{new}: nothing is stored of it, and "{old}", which is not configured, asked the same address; if '
            f"it is that one: watcher sources rename {old} {new} (else what it lists first is history, and not told)"
        )
        yield ("sources", new), "C062", text


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


def idle_silences(config: Config, rules: Collection[str], now: datetime) -> Iterator[str]:
    """Words of each silence in force that names a rule, route or source which is not there (any more).

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
            query = one_line(silence.query)
            yield f"silence {silence.id} ({query}): {fault}; end it, or add it anew by the new name"


def unknown_in(silence: Silence, config: Config, rules: Collection[str]) -> str:
    """What a silence names that is not there; "" where all is."""
    names = Names(rules=rules, routes=list(config.routes) or None, sources=list(config.sources) or None)
    _, problems = parse_query(silence.query, alert_kinds(names, health=True))
    return "; ".join(problem.text for problem in problems if problem.code in _UNKNOWN)


def renamed_sources(config: Config) -> Iterator[tuple[str, str]]:
    """Sources of which nothing is stored, each with one that is stored, not configured, and has asked the same address.

    A database that can't be read has none.
    """
    if not config.store.path.is_file():
        return
    try:
        with reading(config.store.path) as db:
            stored = known_sources(db)
            before = [name for name in stored if SourceId(name) not in config.sources]
            for name, source in config.sources.items():
                url = getattr(source.options, "url", None)
                if isinstance(url, str) and name not in stored and before:
                    yield from ((str(name), old) for old in before if has_asked(db, old, loggable_url(url)))
    except StoreError:
        return
