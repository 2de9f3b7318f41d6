"""All recogniser files made into one set: lists, shared cues, types; every fault of every file at once.

Never judges an article but the examples that the files bring themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from watcher.config.events.gates import Gates
from watcher.config.events.lists import Lists
from watcher.config.events.types import Types
from watcher.config.rules.page import Keys, Page
from watcher.core.errors import Problem
from watcher.core.events.model import Genre
from watcher.core.events.recognisers import GenreCues, Recogniser, Recognisers
from watcher.core.lexicon.model import Entity, Sort
from watcher.core.model import Trust
from watcher.core.text.inflection import Inflection
from watcher.core.text.items import WordItem
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node, load

FORMAT = 1
_TOP = (
    *("format", "today", "lists", "shared", "events"),
    *("conditions", "matters", "rules", "change", "tests"),
)
"""Keys of a file; those of rules are read elsewhere, so that one file may hold both."""
_FILE = Keys(noun="a recogniser file", allowed=_TOP, required=("format",))
_CUES = ("label", "title", "subject", "hint", "lead", "unless")
_GENRE = Keys(noun="a genre", allowed=(*_CUES, "trust", "rest", "firm"))
_GENRES = tuple(genre.value for genre in Genre if genre is not Genre.REPORT)


class Members(Protocol):
    """The lexicon, as far as recognisers ask it."""

    def members(self, name: str, /) -> frozenset[tuple[Sort, str]]:
        """The ids that a name stands for: an id, a family, a list, a kind, a country or a region; none if unknown."""

    def entity(self, sort: Sort, id: str, /) -> Entity | None:  # noqa: A002 - the lexicon's own name for it
        """The entity of an id."""


def event_files(data: Path) -> tuple[Path, ...]:
    """The recogniser files that are shipped."""
    return tuple(sorted((data / "rules" / "events").glob("*.yaml")))


def read_recognisers(
    data: Path,
    names: Members | None,
    inflections: Mapping[str, Inflection],
    *,
    files: Sequence[tuple[str, bytes]] = (),
) -> tuple[Recognisers | None, tuple[Problem, ...]]:
    """The shipped recognisers below `data` and those of `files`, or None and every problem.

    Args: `names` is the lexicon (None: its names stand for themselves); `files` are the user's rule files as (name,
    content), of which the keys `events`, `lists` and `shared` are read.
    """
    shipped = [(f"pack:events/{path.name}", path.read_bytes()) for path in event_files(data)]
    return read_recogniser_files([*shipped, *files], names, inflections)


def read_recogniser_files(
    files: Sequence[tuple[str, bytes]], names: Members | None, inflections: Mapping[str, Inflection]
) -> tuple[Recognisers | None, tuple[Problem, ...]]:
    """As `read_recognisers`, of these files alone."""
    loading = _Loading(names=names, inflections=inflections)
    loading.read_pages(files)
    loading.read_lists()
    loading.read_types()
    return loading.result(files)


@dataclass(slots=True, kw_only=True)
class _Loading:
    """One load on its way."""

    names: Members | None
    inflections: Mapping[str, Inflection]
    unread: list[Problem] = field(default_factory=list)
    pages: list[tuple[Page, Mapping[str, tuple[Node, Node]]]] = field(default_factory=list)
    lists: Lists = field(default_factory=Lists)
    genres: dict[Genre, GenreCues] = field(default_factory=dict)
    genre_nodes: list[tuple[Page, Node]] = field(default_factory=list)
    types: dict[str, tuple[Page, Node, Recogniser]] = field(default_factory=dict)

    def read_pages(self, files: Iterable[tuple[str, bytes]]) -> None:
        """The YAML and the top level of every file."""
        for name, content in files:
            node, problems = load(content, name)
            self.unread.extend(problems)
            if node is None:
                continue
            page = Page(name=name, root=node, lines=tuple(content.decode("utf-8", "replace").splitlines()))
            keys = page.mapping(node, _FILE)
            format_ = keys.get("format")
            if format_ is not None and format_[1].value != FORMAT:
                page.error(format_[1], "R005", f"format {format_[1].raw} is not one that this watcher knows ({FORMAT})")
            self.pages.append((page, keys))

    def read_lists(self) -> None:
        """All word lists, shared ones included."""
        for page, keys in self.pages:
            if "lists" in keys:
                for name, key, value in page.named(keys["lists"][1], "lists"):
                    self.lists.add(page, name, key, value)
            if "shared" in keys:
                for name, _, value in page.named(keys["shared"][1], "shared"):
                    if name == "genres":
                        self.genre_nodes.append((page, value))
                    else:
                        self.lists.add_shared(page, name, value)
        self.lists.check()
        for page, node in self.genre_nodes:
            for name, key, value in page.named(node, "genres"):
                if name not in _GENRES:
                    page.error(key, "R017", f'unknown genre "{name}"{did_you_mean(name, _GENRES)}')
                    continue
                self._genre(page, Genre(name), value)

    def _genre(self, page: Page, genre: Genre, node: Node) -> None:
        keys = page.mapping(node, _GENRE)
        old = self.genres.get(genre, GenreCues())
        cues = {
            place: (*getattr(old, place), *(self.lists.items(page, keys[place][1], place) if place in keys else ()))
            for place in _CUES
        }
        trusts = {key: self._trusts(page, keys[key][1]) if key in keys else frozenset() for key in ("trust", "rest")}
        self.genres[genre] = GenreCues(
            **cues,
            trust=old.trust | trusts["trust"],
            rest=old.rest | trusts["rest"],
            firm=old.firm or ("firm" in keys and keys["firm"][1].value is True),
        )

    @staticmethod
    def _trusts(page: Page, node: Node) -> frozenset[Trust]:
        found = {
            page.choice(each, "trust", tuple(trust.value for trust in Trust), "R017")
            for _, each in page.texts(node, "trust")
        }
        return frozenset(Trust(trust) for trust in found if trust is not None)

    def read_types(self) -> None:
        """All types; an id taken is an error, and so is a type that `also` names and nobody has."""
        reader = Types(
            lists=self.lists,
            gates=Gates(lists=self.lists, members=self.members),
            members=self.members,
            kinds=self.is_kind,
        )
        for page, keys in self.pages:
            for node in page.items(keys["events"][1], "events") if "events" in keys else ():
                type_ = reader.read(page, node)
                if type_ is None:
                    page.surely(node)
                    continue
                place = node.get("id") or node
                if type_.id in self.types:
                    first = self.types[type_.id]
                    where = f"{first[0].name}:{first[1].line}"
                    page.error(place, "R010", f'event "{type_.id}" is taken by {where}; choose another')
                    continue
                self.types[type_.id] = (page, place, type_)
        for page, place, type_ in self.types.values():
            for other in sorted(type_.also - set(self.types)):
                hint = did_you_mean(other, self.types)
                page.error(_written(page, type_.id, other) or place, "R017", f'unknown event "{other}"{hint}')

    def members(self, page: Page, place: Node, text: str, sort: Sort) -> frozenset[str]:
        """The ids of one sort that a name stands for; an unknown name is an error."""
        if self.names is None:
            return frozenset({text})
        found = self.names.members(text)
        ids = frozenset(id_ for each, id_ in found if each is sort)
        if not ids and text not in {"government", "company", "ministry", "agency", "legislature"}:
            page.error(place, "R017", f'unknown {sort.value} "{text}"{self._hint(text)}')
        return ids

    def _hint(self, text: str) -> str:
        """What name may have been meant."""
        known = getattr(self.names, "group_names", ())
        return did_you_mean(text, known)

    def is_kind(self, text: str) -> bool:
        """Whether a name is one of many."""
        return self.names is not None and len(self.names.members(text)) > 1

    def result(self, files: Sequence[tuple[str, bytes]]) -> tuple[Recognisers | None, tuple[Problem, ...]]:
        """The set, or None if there is an error; all problems in order of file and place."""
        problems = [*self.unread, *(problem for page, _ in self.pages for problem in page.problems)]
        order = {name: index for index, (name, _) in enumerate(files)}
        problems.sort(key=lambda problem: (order.get(problem.file, 0), problem.line or 0, problem.column or 0))
        if any(problem.level == "error" for problem in problems):
            return None, tuple(problems)
        digest = sha256(b"\0".join(content for _, content in sorted(files))).hexdigest()[:16]
        shared = {name: self.lists.opened(name) for name in self.lists.entries}
        types = tuple(type_ for _, _, type_ in self.types.values())
        # The nodes of all files are let go of before what is made of them is compiled: together they are the peak.
        for held in (self.pages, self.genre_nodes, self.types, self.lists.entries):
            held.clear()
        made = Recognisers.of(
            types,
            shared,
            self.genres,
            self.inflections,
            states=self._states(),
            capitals=self._capitals(),
            version=digest,
        )
        return made, tuple(problems)

    def _states(self) -> frozenset[str]:
        """The ids of countries, which stand for their governments."""
        if self.names is None:
            return frozenset()
        return frozenset(id_ for sort, id_ in self.names.members("country") if sort is Sort.PLACE)

    def _capitals(self) -> dict[str, tuple[WordItem, ...]]:
        """Per id of a country its capital in all languages."""
        known: Mapping[str, tuple[str, ...]] = getattr(self.names, "capitals", {})
        return {id_: tuple(WordItem(text=text) for text in texts) for id_, texts in known.items()}


def _written(page: Page, type_: str, other: str) -> Node | None:
    """Where the type's `also` names another one."""
    events = page.root.get("events")
    for node in events.items if events is not None else ():
        also = node.get("also")
        own = node.get("id")
        if also is not None and own is not None and own.value == type_:
            return next((each for each in (also.items or (also,)) if each.value == other), None)
    return None
