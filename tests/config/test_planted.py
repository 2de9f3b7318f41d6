"""A mistake in every shipped file of recognisers and names: all are told at once, each at the place where it was planted."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from watcher.config import data_dir
from watcher.config.events import read_recognisers
from watcher.config.lexicon import read_inflections, read_names, read_publishers, read_rates

MISTAKES = (
    ("a misspelt key", r"^ +(?P<here>title):", "titel"),
    ("a gap that is none", r"^ +gap: (?P<here>\d+)", "wide"),
    ("a status that the ladder does not have", r"^    acts:\n +(?P<here>[a-z_]+):", "dunn"),
    ("a rank beyond all", r"^ +rank: (?P<here>\d+)", "1000"),
    ("an actor that nobody is", r"^ +actors: \[(?P<here>\w+)", "agencys"),
    ("a name with a blank", r"^  - id: (?P<here>\w+)", "two words"),
    ("a list that is not there", r"(?P<here><[a-z_]+>)", "<no_such_list>"),
    ("an example of no status", r"^      report:(?: \{|\n +)(?P<here>[a-z_]+):", "dunn"),
    ("a side of examples that there is not", r"^      (?P<here>none):", "nune"),
    ("a star that stands alone", r"^    objects:(?: \{|\n +)en: \[(?P<here>[^,\]]+)", "'a*'"),
    ("a condition of no kind", r"^      (?P<here>any|all):\n", "anny"),
)
"""What is planted: the first place of the pattern, and what stands there then."""
OTHERS = {
    "events/genres.yaml": (r"^    (?P<here>opinion):", "oppinion"),
    "events/shared.yaml": (r"^    (?P<here>en):", "english"),
    "events/grammar.yaml": (r"^(?P<here>shared):", "shred"),
    "events/verbs.yaml": (r"^format: (?P<here>1)", "7"),
    "lexicon/materials.yaml": (r"(?P<here>symbol): Ga\b", "symbl"),
    "lexicon/organisations.yaml": (r"kind: (?P<here>company)\b", "compny"),
    "lexicon/places.yaml": (r"operator: (?P<here>\w+)", "no_such_firm"),
    "lexicon/countries.yaml": (r"^    (?P<here>names):", "nmes"),
    "lexicon/publishers.yaml": (r"trust: (?P<here>authority)", "athority"),
    "lexicon/fx.yaml": (r"\b(?P<here>EUR):", "Euro"),
}


def plant(path: Path, pattern: str, new: str) -> tuple[int, int] | None:
    """Put the mistake into the file; the line and column where it stands, None where it does not fit in."""
    text = path.read_text(encoding="utf-8")
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        return None
    start, end = match.span("here")
    path.write_text(text[:start] + new + text[end:], encoding="utf-8")
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A copy of what is shipped with one mistake in each file, and where they stand."""
    data = tmp_path_factory.mktemp("planted")
    places = {}
    for folder in ("events", "lexicon"):
        shutil.copytree(data_dir() / "rules" / folder, data / "rules" / folder)
    for name, (pattern, new) in OTHERS.items():
        places[f"rules/{name}"] = ("", plant(data / "rules" / name, pattern, new))
    types = sorted(path for path in (data / "rules" / "events").glob("*.yaml") if f"events/{path.name}" not in OTHERS)
    for number, path in enumerate(types):
        for step in range(len(MISTAKES)):
            what, pattern, new = MISTAKES[(number + step) % len(MISTAKES)]
            place = plant(path, pattern, new)
            if place is not None:
                places[f"rules/events/{path.name}"] = (what, place)
                break
    return data, places


def said(data):
    """Every problem that is told of the shipped files, by file."""
    names, _ = read_names(data_dir())
    found = [
        *read_names(data)[1],
        *read_rates(data)[1],
        *read_publishers(data)[1],
        *read_recognisers(data, names, read_inflections(data_dir()))[1],
    ]
    by_file: dict[str, list[tuple[int, int, str]]] = {}
    for each in found:
        by_file.setdefault(each.file.replace("pack:", "rules/"), []).append((each.line, each.column, str(each)))
    return by_file


def test_every_planted_mistake_is_told_with_its_line_and_column(planted):
    data, places = planted

    found = said(data)

    assert len(places) >= 35
    for file, (what, place) in places.items():
        assert place in [each[:2] for each in found.get(file, ())], (file, what, place, found.get(file))
