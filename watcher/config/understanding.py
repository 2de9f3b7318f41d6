"""What reads articles for their meaning, loaded: the lexicon's names and the recognisers, shipped ones and the user's.

Never reads an article. What is shipped is compiled once in a process and shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from watcher.config.events import read_recognisers
from watcher.config.events.examples import problems_of
from watcher.config.lexicon import read_inflections, read_names, read_rates
from watcher.core.errors import ConfigError, Problem
from watcher.core.understanding.understander import Understander

Files = tuple[tuple[str, bytes], ...]
_TYPES = re.compile(rb"^events\b", re.MULTILINE)


def read_understander(
    data: Path, rules: Iterable[tuple[str, bytes]] = (), names: Iterable[tuple[str, bytes]] = ()
) -> tuple[Understander | None, tuple[Problem, ...]]:
    """The understander, or None and every problem.

    Args: `rules` are the user's rule files, whose `events` add types; `names` files that add to the lexicon.
    """
    return _read(data, tuple(file for file in rules if _TYPES.search(file[1])), tuple(names))


def adds_types(rules: Iterable[tuple[str, bytes]]) -> bool:
    """Whether one of these files adds types of event."""
    return any(_TYPES.search(content) for _, content in rules)


@lru_cache(maxsize=2)
def _read(data: Path, rules: Files, names: Files) -> tuple[Understander | None, tuple[Problem, ...]]:
    try:
        inflections = read_inflections(data)
    except ConfigError as error:
        return None, error.problems
    known, problems = read_names(data, names)
    if known is None:
        return None, problems
    rates, wrong = read_rates(data)
    recognisers, faults = read_recognisers(data, known, inflections, files=rules)
    for table in inflections.values():
        table.forget()
    found = (*problems, *wrong, *faults)
    if recognisers is None or wrong:
        return None, found
    version = sha256(f"{_hash(data, names)} {recognisers.version}".encode()).hexdigest()[:16]
    made = Understander(names=known, recognisers=recognisers, version=version, rates=rates)
    # What is shipped is tested before it is shipped.
    wrong = problems_of(recognisers, made.read, files={name for name, _ in rules}) if rules else ()
    return (None if wrong else made), (*found, *wrong)


def _hash(data: Path, names: Files) -> str:
    whole = sha256()
    for path in sorted((data / "rules" / "lexicon").rglob("*.yaml")):
        whole.update(path.read_bytes())
    for name, content in names:
        whole.update(name.encode() + b"\0" + content)
    return whole.hexdigest()
