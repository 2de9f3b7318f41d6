"""The lexicon's tables that reading and matching need: inflections and publishers; read once, never written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from watcher.core.errors import ConfigError
from watcher.core.inflection import Inflection
from watcher.core.model import Trust
from watcher.core.publishers import Publisher, Publishers
from watcher.core.strict_yaml import Node, load, plain


def read_inflections(data: Path) -> Mapping[str, Inflection]:
    """The tables of word forms, by language code. Raises ConfigError if one is not as it should be."""
    folder = data / "rules" / "lexicon" / "inflection"
    tables = {}
    for path in sorted(folder.glob("*.yaml")):
        content = plain(_read(path))
        if isinstance(content, dict):
            tables[path.stem] = Inflection.from_plain(content)
    return tables


def read_publishers(data: Path) -> Publishers:
    """Publishers by host. Raises ConfigError if the file is not as it should be."""
    path = data / "rules" / "lexicon" / "publishers.yaml"
    root = _read(path)
    hosts = {}
    listed = root.get("publishers")
    for key, value in listed.pairs if listed is not None else ():
        name, trust = value.get("name"), value.get("trust")
        if name is not None and trust is not None:
            hosts[str(key.value)] = Publisher(name=str(name.value), trust=Trust(str(trust.value)))
    return Publishers(hosts=hosts)


def _read(path: Path) -> Node:
    root, problems = load(path.read_bytes(), str(path))
    if root is None or problems:
        raise ConfigError(problems)
    return root
