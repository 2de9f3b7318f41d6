"""What can still be checked where `watcher.yaml`, or a rule file, has mistakes: rules and names; starts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from watcher.app.loading import UnderstandingOf
from watcher.app.strangers import strange_names
from watcher.config import data_dir
from watcher.config.lexicon import Lexicon
from watcher.config.places import own_files
from watcher.config.rules import load_rules, read_rule_files, read_table
from watcher.config.rules.files import RuleFiles, read_paths
from watcher.core.errors import Problem
from watcher.core.understanding.understander import Understander
from watcher.core.yaml.strict import Node, load, plain


def rules_alone(path: Path, lexicon: Lexicon | None, *, examples: bool) -> tuple[Problem, ...]:
    """The mistakes in the rule files of a configuration that has mistakes itself, as far as it names them."""
    try:
        root, _ = load(path.read_bytes(), str(path))
    except OSError:
        return ()
    names = _entries(root, "rules")
    if root is None or not names:
        return ()
    base, data = path.absolute().parent, data_dir()
    # What an entry fails to find is among the configuration's own problems.
    files, _ = read_rule_files(names, base, data)
    understanding = UnderstandingOf(files, _own_names(_entries(root, "lexicon"), base, data), base)
    _, problems = load_rules(
        files,
        routes=_keys(root, "routes"),
        digests=_keys(root, "digests"),
        sources=_keys(root, "sources"),
        table=lambda file, name: read_table(base, file, name),
        inflections=lexicon.inflections if lexicon is not None else {},
        understanding=understanding,
        examples=examples,
    )
    return (*understanding.problems, *problems)


def strange_alone(path: Path) -> tuple[Problem, ...]:
    """Names that nobody knows in the queries of a configuration of which something else is wrong."""
    try:
        root, _ = load(path.read_bytes(), str(path))
    except OSError:
        return ()
    base, data = path.absolute().parent, data_dir()

    @cache
    def understanding() -> Understander | None:
        files, _ = read_rule_files(_entries(root, "rules"), base, data)
        made = UnderstandingOf(files, _own_names(_entries(root, "lexicon"), base, data), base)
        found = made()
        # What a faulty file of names would have added nobody knows.
        return None if any(problem.level == "error" for problem in made.problems) else found

    return strange_names(path, understanding)


def _entries(root: Node | None, section: str) -> list[str]:
    """The texts of a section that is one text or a list of them."""
    node = root.get(section) if root is not None and root.kind == "mapping" else None
    written = plain(node) if node is not None else None
    entries = [written] if isinstance(written, str) else written if isinstance(written, list) else []
    return [entry for entry in entries if isinstance(entry, str)]


def _own_names(entries: Sequence[str], base: Path, data: Path) -> RuleFiles:
    """The user's files of names, as far as they are there."""
    paths: list[Path] = []
    for entry in entries:
        with suppress(ValueError):
            paths += own_files(entry, base)
    return read_paths(dict.fromkeys(paths), base, data)[0]


def _keys(root: Node, section: str) -> set[str] | None:
    node = root.get(section)
    return {str(key.value) for key, _ in node.pairs} if node is not None and node.kind == "mapping" else None
