"""The lexicon's tables that reading and matching need: inflections and publishers; read once, never written.

Every fault comes back as a problem with its place; none is raised but by `read_inflections`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from watcher.config.rules.page import Keys, Page, shape
from watcher.core.articles.publishers import Publisher, Publishers
from watcher.core.errors import ConfigError, Problem
from watcher.core.model import Trust
from watcher.core.text.inflection import Inflection
from watcher.core.yaml.strict import Node, load, plain

FORMAT = 1
_PUBLISHERS_KEYS = Keys(
    noun="the table of publishers", allowed=("format", "publishers"), required=("format", "publishers")
)
_PUBLISHER_KEYS = Keys(noun="a publisher", allowed=("name", "trust"), required=("name", "trust"))
_TRUSTS = tuple(trust.value for trust in Trust if trust is not Trust.UNKNOWN)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
"""Source: RFC 1035 2.3.1 with the leading digit of RFC 1123 2.1; names of other scripts stand in their xn-- form."""
_LONGEST_HOST = 253


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What watching needs of the lexicon."""

    inflections: Mapping[str, Inflection] = field(default_factory=dict)
    publishers: Publishers = field(default_factory=Publishers)


def read_lexicon(data: Path) -> tuple[Lexicon | None, tuple[Problem, ...]]:
    """All tables below `data`, or None and every problem in them."""
    problems: list[Problem] = []
    inflections: Mapping[str, Inflection] = {}
    try:
        inflections = read_inflections(data)
    except ConfigError as error:
        problems += error.problems
    publishers, more = read_publishers(data)
    problems += more
    if publishers is None or any(problem.level == "error" for problem in problems):
        return None, tuple(problems)
    return Lexicon(inflections=inflections, publishers=publishers), tuple(problems)


def read_inflections(data: Path) -> Mapping[str, Inflection]:
    """The tables of word forms, by language code. Raises ConfigError if one is not as it should be."""
    folder = data / "rules" / "lexicon" / "inflection"
    tables = {}
    for path in sorted(folder.glob("*.yaml")):
        root, problems = _load(path, data)
        content = plain(root) if root is not None else None
        if problems or not isinstance(content, dict):
            raise ConfigError(problems or (_fault(path, data, "must be a mapping"),))
        try:
            tables[path.stem] = Inflection.from_plain(content)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ConfigError((_fault(path, data, f"is no table of word forms: {error}"),)) from error
    return tables


def read_publishers(data: Path) -> tuple[Publishers | None, tuple[Problem, ...]]:
    """Publishers by host, or None and every problem in the table."""
    page, root, problems = _page(data / "rules" / "lexicon" / "publishers.yaml", data)
    if page is None or root is None:
        return None, problems
    keys = page.mapping(root, _PUBLISHERS_KEYS)
    _check_format(page, keys)
    hosts: dict[str, Publisher] = {}
    listed = keys.get("publishers")
    if listed is not None and _is_mapping(page, listed[1], "publishers"):
        for key, value in listed[1].pairs:
            publisher = _publisher(page, key, value)
            if publisher is not None:
                hosts[str(key.value)] = publisher
    found = _in_order(problems, page)
    return (None if found else Publishers(hosts=hosts)), found


def host_fault(host: str) -> str | None:
    """What is wrong with a host as a key of the table of publishers, in words, or None."""
    if "://" in host or "/" in host or ":" in host:
        return f'"{host}" is no bare host; leave out scheme, port and path'
    if host != host.lower():
        return f'host "{host}": write it in lower case'
    if host.startswith("www."):
        return f'host "{host}": leave out "www.", a domain stands for all hosts below it'
    labels = host.split(".")
    if len(labels) < 2 or len(host) > _LONGEST_HOST or not all(map(_LABEL.match, labels)):  # noqa: PLR2004 - a name and its domain
        return f'"{host}" is no host'
    return None


def _publisher(page: Page, key: Node, value: Node) -> Publisher | None:
    fault = host_fault(str(key.value))
    if fault is not None:
        page.error(key, "R011", fault)
    keys = page.mapping(value, _PUBLISHER_KEYS)
    name = page.text(keys["name"][1], "name") if "name" in keys else None
    trust = page.choice(keys["trust"][1], "trust", _TRUSTS, "R017") if "trust" in keys else None
    if fault is not None or name is None or trust is None:
        return None
    return Publisher(name=name, trust=Trust(trust))


def _is_mapping(page: Page, node: Node, noun: str) -> bool:
    if node.kind != "mapping":
        page.error(node, "R008", f'"{noun}" must be a mapping, not {shape(node)}')
    return node.kind == "mapping"


def _check_format(page: Page, keys: Mapping[str, tuple[Node, Node]]) -> None:
    if "format" in keys and keys["format"][1].value != FORMAT:
        page.error(keys["format"][1], "R005", f"format must be {FORMAT}, not {keys['format'][1].raw}")


def _page(path: Path, data: Path) -> tuple[Page | None, Node | None, tuple[Problem, ...]]:
    root, problems = _load(path, data)
    if root is None:
        return None, None, problems
    return Page(name=_name(path, data), root=root, lines=()), root, problems


def _load(path: Path, data: Path) -> tuple[Node | None, tuple[Problem, ...]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        return None, (_fault(path, data, f"can't be read: {error.strerror or error}"),)
    return load(content, _name(path, data))


def _in_order(problems: tuple[Problem, ...], page: Page) -> tuple[Problem, ...]:
    found = (*problems, *page.problems)
    return tuple(sorted(found, key=lambda problem: (problem.line or 0, problem.column or 0)))


def _name(path: Path, data: Path) -> str:
    return path.relative_to(data).as_posix()


def _fault(path: Path, data: Path, text: str) -> Problem:
    return Problem(file=_name(path, data), line=None, column=None, code="R001", text=text)
