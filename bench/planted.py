"""Every mistake planted in everything that is shipped and in the guide's examples, and what is said of each.

Never mends a file: what is planted lies in memory, or in a folder that is thrown away.
"""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from bench.plants import SEED, YAML, Doc, Operator, Plant, plants_of
from bench.plants_data import CONFIG, EVENTS, LEXICON
from bench.plants_rules import RULES
from watcher.config import data_dir, load_config
from watcher.config.events import read_recognisers
from watcher.config.lexicon import read_inflections, read_names, read_publishers, read_rates
from watcher.config.rules import load_rules, read_rule_files
from watcher.config.understanding import read_understander
from watcher.core.errors import Problem

DOCS = Path(__file__).parent.parent / "docs"
MOST_LINES = 5
ROUTES, DIGESTS, SOURCES = frozenset({"compliance", "purchasing", "phone"}), frozenset({"weekly"}), frozenset({"reex"})
_USES = re.compile(r"\buse:")
_FENCE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said of a planted mistake."""

    plant: Plant
    problems: tuple[Problem, ...]
    crash: str = ""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What is told of the file itself, but for what merely smells."""
        return tuple(each for each in self.problems if each.level == "error" and each.file == self.plant.file)

    @property
    def found(self) -> bool:
        """Whether any error was told at all."""
        return bool(self.errors)

    @property
    def on_its_line(self) -> bool:
        """Whether one is told on the line of the mistake, or names that line."""
        lines = {line for line, _ in self.plant.places}
        return any(each.line in lines or any(f"line {line}" in each.text for line in lines) for each in self.errors)

    @property
    def in_place(self) -> bool:
        """Whether one is told at the very key or value, by a code that fits."""
        codes = self.plant.codes
        fitting = [each for each in self.errors if not codes or each.code in codes]
        if self.plant.whole_line:
            return bool(fitting) and self.on_its_line
        return any((each.line, each.column) in self.plant.places for each in fitting)

    @property
    def brief(self) -> bool:
        """Whether every message is short enough to be read."""
        return all(len(str(each).splitlines()) <= MOST_LINES for each in self.problems)


@dataclass(slots=True)
class Tally:
    """How many of the planted mistakes were told how well."""

    told: list[Told] = field(default_factory=list)

    @property
    def rows(self) -> tuple[tuple[str, int], ...]:
        """Each figure with its name."""
        return (
            ("planted", len(self.told)),
            ("found", sum(each.found for each in self.told)),
            ("on the line", sum(each.on_its_line for each in self.told)),
            ("at the key or value, by a code that fits", sum(each.in_place for each in self.told)),
            ("in at most five lines each", sum(each.brief for each in self.told)),
            ("without a crash", sum(not each.crash for each in self.told)),
        )

    @property
    def misses(self) -> Iterator[str]:
        """What was not told in place, one line each."""
        for each in self.told:
            if not each.in_place or each.crash:
                places = ", ".join(f"{line}:{column}" for line, column in sorted(each.plant.places))
                said = each.crash or "; ".join(map(str, each.errors[:2])) or "nothing"
                yield f"{each.plant.file}: {each.plant.what} at {places}: {said}"[:400]


def shares(plants: Sequence[Plant], sample: int | None, chance: random.Random) -> list[Plant]:
    """All of them, or so many, each sort of mistake about as often."""
    if sample is None or sample >= len(plants):
        return list(plants)
    by_sort: dict[str, list[Plant]] = {}
    for each in chance.sample(list(plants), len(plants)):
        by_sort.setdefault(each.what, []).append(each)
    turns = [
        held[turn] for turn in range(max(map(len, by_sort.values()))) for held in by_sort.values() if turn < len(held)
    ]
    return turns[:sample]


@lru_cache(maxsize=1)
def _packs() -> Mapping[str, bytes]:
    """Every shipped rule file."""
    files: dict[str, bytes] = {}
    for pack in ("critical-minerals", "examples/food-recall"):
        found, problems = read_rule_files([f"pack:{pack}"], Path.cwd(), data_dir())
        files |= dict(found) if not problems else {}
    return files


def pack_docs(*names: str) -> list[Doc]:
    """Shipped rule files, all or those of these names, as if a user had written them."""
    return [
        Doc(name.replace("pack:", "my/"), content.decode())
        for name, content in _packs().items()
        if "critical-minerals" in name and (not names or name.endswith(names))
    ]


def rule_docs() -> list[Doc]:
    """Shipped rule files under names of a user's, and the rule files of the guide."""
    docs = pack_docs()
    for page in ("rules", "matters", "calendar", "company"):
        path = DOCS / f"{page}.md"
        blocks = _FENCE.findall(path.read_text("utf-8")) if path.is_file() else []
        docs += [
            Doc(f"docs/{page}-{number}.yaml", block)
            for number, block in enumerate(blocks)
            if block.startswith("format: 1")
            and "\nrules:" in block
            and not told_of_rules(f"docs/{page}-{number}.yaml", block)
        ]
    return docs


def told_of_rules(file: str, text: str) -> tuple[Problem, ...]:
    """What is said of a rule file beside the pack, whose file of that name it replaces; errors only."""
    own = file.replace("my/", "pack:")
    needed = [each for each in _packs().items() if "critical-minerals" in each[0] and each[0] != own]
    if not _USES.search(text) and not file.startswith("docs/"):
        needed = [each for each in needed if each[0].endswith("lists.yaml")]
    _, problems = load_rules(
        [(file, text.encode()), *needed],
        routes=ROUTES,
        digests=DIGESTS,
        sources=SOURCES,
        inflections=read_inflections(data_dir()),
        understanding=lambda: read_understander(data_dir())[0],
    )
    return tuple(each for each in problems if each.level == "error" and each.file == file)


def in_rules(sample: int | None = None, *, docs: Sequence[Doc] | None = None) -> Iterator[Told]:
    """Mistakes in rule files, one load each."""
    chance = random.Random(SEED)
    plants = [
        plant for doc in (rule_docs() if docs is None else docs) for plant in plants_of(doc, (*YAML, *RULES), chance)
    ]
    for plant in shares(plants, sample, chance):
        try:
            yield Told(plant=plant, problems=told_of_rules(plant.file, plant.text))
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            yield Told(plant=plant, problems=(), crash=repr(error))


def in_data(rounds: int | None = None) -> Iterator[Told]:
    """Mistakes in recognisers and names: one in every file at once, so that all of a round are read in one load."""
    chance = random.Random(SEED)
    waiting = {
        f"{folder}/{path.name}": _shuffled(path, folder, operators, chance)
        for folder, operators in (("events", EVENTS), ("lexicon", LEXICON))
        for path in sorted((data_dir() / "rules" / folder).glob("*.yaml"))
    }
    turn = 0
    while any(waiting.values()) and (rounds is None or turn < rounds):
        turn += 1
        yield from _round({name: held.pop() for name, held in waiting.items() if held})


def _shuffled(path: Path, folder: str, operators: Sequence[Operator], chance: random.Random) -> list[Plant]:
    name = f"pack:events/{path.name}" if folder == "events" else f"rules/lexicon/{path.name}"
    doc = Doc(name, path.read_text("utf-8"))
    # of YAML itself a few: a file that can't be read hides what others say of it
    found = [*plants_of(doc, operators, chance), *plants_of(doc, YAML[:4], chance)]
    return chance.sample(found, len(found))


def _round(plants: Mapping[str, Plant]) -> Iterator[Told]:
    """One load with one mistake in each of these files; a file that is lost takes no other with it."""
    lone = {name for name, plant in plants.items() if name.startswith("lexicon/") or not _a_type(name)}
    groups = [[name for name in plants if name not in lone], *([name] for name in lone)]
    for group in groups:
        if group:
            yield from _loaded({name: plants[name] for name in group})


def _a_type(name: str) -> bool:
    return name.startswith("events/") and Path(name).stem not in {"shared", "grammar", "verbs", "genres"}


def _loaded(plants: Mapping[str, Plant]) -> Iterator[Told]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        shutil.copytree(data_dir() / "rules", data / "rules", ignore=shutil.ignore_patterns("catalogue"))
        for name, plant in plants.items():
            (data / "rules" / name).write_text(plant.text, encoding="utf-8")
        crash, found = "", []
        try:
            found = list(_said(data, lexicon=any(name.startswith("lexicon/") for name in plants)))
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            crash = repr(error)
    for plant in plants.values():
        yield Told(plant=plant, problems=tuple(each for each in found if each.file == plant.file), crash=crash)


def _said(data: Path, *, lexicon: bool) -> Iterable[Problem]:
    if lexicon:
        return [*read_names(data)[1], *read_rates(data)[1], *read_publishers(data)[1]]
    names, _ = read_names(data_dir())
    return read_recognisers(data, names, read_inflections(data_dir()))[1] if names is not None else ()


def in_configurations(sample: int | None = None) -> Iterator[Told]:
    """Mistakes in the guide's configuration, one load each."""
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "my-rules").mkdir()
        (Path(folder) / "my-rules" / "a.yaml").write_text("format: 1\n")
        path = Path(folder) / "watcher.yaml"
        docs = [Doc(str(path), block) for block in _FENCE.findall((DOCS / "configuration.md").read_text("utf-8"))]
        plants = [plant for doc in docs for plant in plants_of(doc, (*YAML, *CONFIG), chance, each=4)]
        for plant in shares(plants, sample, chance):
            path.write_text(plant.text, encoding="utf-8")
            path.chmod(0o600)
            try:
                yield Told(plant=plant, problems=load_config(path, _Anything())[1])
            except Exception as error:  # noqa: BLE001 - a crash is what is looked for
                yield Told(plant=plant, problems=(), crash=repr(error))


class _Anything(dict[str, str]):
    """An environment that has every variable but one."""

    def __missing__(self, key: str) -> str:
        if key == "NO_SUCH_VARIABLE":
            raise KeyError(key)
        return "something"

    def __contains__(self, key: object) -> bool:
        return key != "NO_SUCH_VARIABLE"

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """As an environment does."""
        try:
            return self[key]
        except KeyError:
            return default
